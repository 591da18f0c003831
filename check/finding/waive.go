package finding

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/waiver"
)

// Waive notes in findings which waiver silences each at a moment. Of several it is the one that ends last. Where one names
// the rule and the place, and not all that a finding stands for, what to do about the finding says why it does not apply.
func Waive(findings []Finding, waivers []waiver.Waiver, e *event.Event, now time.Time) {
	different := byID(e)
	for i := range findings {
		f := &findings[i]
		missed := ""
		for j := range waivers {
			w := &waivers[j]
			if w.Over(now) || !isAbout(w, f) || !names(w, f) {
				continue
			}
			lacks := lacks(w, f, different, e.State)
			switch {
			case lacks == "" && (f.Waived == nil || f.Waived.Ends.Before(w.Ends)):
				f.Waived = w
			case lacks != "" && missed == "":
				missed = fmt.Sprintf("The %s in %s:%d does not cover it: %s. ", w.Kind(), w.Path, w.Line, lacks)
			}
		}
		if f.Waived == nil {
			f.Remediation = missed + f.Remediation
		}
	}
}

// isAbout reports whether a waiver may be for what a rule reports: it is for that rule; or it is an emergency, which opens
// what is about the time alone, and nothing else.
func isAbout(w *waiver.Waiver, f *Finding) bool {
	if w.Emergency {
		return f.Emergency || f.Soaked != nil && w.Soak > 0
	}
	return w.Rule == f.Rule
}

// names reports whether a waiver names the place of a finding, or one of the files where it belongs to no app.
func names(w *waiver.Waiver, f *Finding) bool {
	if f.App != "" && f.Environment != "" {
		return w.In(f.App, f.Environment)
	}
	return slices.ContainsFunc(f.Files, w.Names)
}

// lacks says what of all that a finding stands for a waiver does not name; empty where it names all. What was held before the
// change tells what whoever wrote it can have meant.
func lacks(w *waiver.Waiver, f *Finding, all map[string]different, was event.State) string {
	for _, file := range f.Files {
		if w.File != "" && !w.Names(file) {
			return file + " changes, too"
		}
	}
	if w.Emergency && f.Soaked != nil && *f.Soaked < w.Soak {
		return fmt.Sprintf("it asks for %s of soaking, too", w.Soak)
	}
	if w.Target != "" && len(f.Targets) == 0 {
		return "which targets are meant is not known"
	}
	for _, target := range f.Targets {
		if !w.At(target) {
			return "target " + target + " differs, too"
		}
	}
	changed := map[string]bool{} // targets
	for _, id := range f.Covers {
		c := all[id].change
		if c == nil {
			continue
		}
		if lacks := lacksChange(w, c, was); lacks != "" {
			return lacks
		}
		for _, target := range c.Targets {
			changed[target] = true
		}
	}
	what := strings.TrimSpace(w.Artifact + " " + w.Version)
	if what != "" && len(changed) == 0 {
		return fmt.Sprintf("it is for %s, and no version changes", what)
	}
	for _, id := range f.Covers {
		effect := all[id].effect
		if effect == nil {
			continue
		}
		if !w.In(effect.App, effect.Environment) {
			return fmt.Sprintf("%s changes in %s, too", effect.App, effect.Environment)
		}
		for _, target := range effect.Targets {
			if what != "" && !changed[target] && slices.Contains(f.Targets, target) {
				return fmt.Sprintf("it is for %s, and configuration changes without it in target %s", what, target)
			}
		}
	}
	return ""
}

// lacksChange says what of a change a waiver does not name.
func lacksChange(w *waiver.Waiver, c *event.Change, was event.State) string {
	if !w.In(c.App, c.Environment) {
		return fmt.Sprintf("%s changes in %s, too", c.App, c.Environment)
	}
	for _, from := range c.From {
		if !w.In(from.App, from.Environment) {
			return fmt.Sprintf("%s was %s until this change", c.App, from.App)
		}
	}
	switch name := c.Artifact.Name; {
	case w.Version != "" && !called(c.After, w.Version):
		return fmt.Sprintf("it is for %s, and %s %s", w.Version, name, becomes(c.After))
	case c.After != nil && !w.Of(name, c.After.Repository) || c.After == nil && !w.Of(name, c.Before.Repository):
		return fmt.Sprintf("it is for %s, and %s %s", w.Artifact, name, becomes(c.After))
	case w.Configuration:
		return fmt.Sprintf("it is for configuration, and %s %s", name, becomes(c.After))
	case w.Version != "" && w.Artifact == "" && isNew(c, was):
		return fmt.Sprintf("%s is new to %s, and a waiver that lets it in names it, artifact: %s", name, c.App, name)
	}
	return ""
}

// isNew reports whether an app had other artifacts before a change, and the one that it brings in none of its environments:
// another image that bears the tag of a version is not that version.
func isNew(c *event.Change, was event.State) bool {
	apps := []string{c.App}
	for _, from := range c.From {
		apps = append(apps, from.App)
	}
	hasOthers := false
	for _, app := range apps {
		for _, targets := range was[app] {
			for _, held := range targets {
				if len(held[c.Artifact.Key()]) > 0 {
					return false
				}
				hasOthers = hasOthers || len(held) > 0
			}
		}
	}
	return hasOthers
}

// called reports whether that is what people call a version. Where it has a digest, a tag alone does not say which build is
// meant.
func called(v *artifact.Version, name string) bool {
	return v != nil && name == text(v)
}

// text is a version as a waiver names it.
func text(v *artifact.Version) string {
	switch {
	case v.Digest == "":
		return v.Tag
	case v.Tag == "":
		return v.Digest
	}
	return v.Tag + "@" + v.Digest
}

func becomes(v *artifact.Version) string {
	if v == nil {
		return "goes away"
	}
	return "becomes " + text(v)
}
