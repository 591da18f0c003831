package scenario

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// report is what the program's JSON report says, as far as scenarios compare it.
type report struct {
	Findings []struct {
		Rule, Severity, Message, App, Environment, Opens string
		Location                                         *struct {
			Path         string
			Line, Column int
		}
		Waived *struct{}
	}
	Opens      string
	ValidUntil string `json:"valid_until"`
}

// event is what the program gives to policies, as far as scenarios compare it.
type event struct {
	Changes []struct {
		App, Environment string
		Targets          []string
		Artifact         struct{ Kind, Name string }
		Before, After    *version
		Direction        string
		Fidelity         string
	}
	Effects []struct {
		App, Environment string
		Targets          []string
		VersionsOnly     bool `json:"versions_only"`
		Restores         bool
		Resources        []struct{ Kind, Namespace, Name, Change string }
		Fidelity         string
	}
	Outside []struct {
		Path, Reason string
		Reached      bool
	}
}

type version struct{ Repository, Tag, Digest string }

// sectionsOf says in lines what a check found.
func sectionsOf(reportJSON, eventJSON []byte, text string) (map[string]string, error) {
	var r report
	if err := json.Unmarshal(reportJSON, &r); err != nil {
		return nil, fmt.Errorf("the JSON report: %w", err)
	}
	var e event
	if err := json.Unmarshal(eventJSON, &e); err != nil {
		return nil, fmt.Errorf("the event: %w", err)
	}
	return map[string]string{
		findings: lines(r.findings()),
		changes:  lines(slices.Concat(e.changes(), e.effects(), e.outside())),
		notices:  lines(noticesOf(text)),
		outlook:  lines(r.outlook()),
	}, nil
}

func (r *report) findings() []string {
	var said []string
	for _, f := range r.Findings {
		line := fmt.Sprintf("%s[%s] %s", f.Severity, f.Rule, place(f.App, f.Environment, nil))
		if l := f.Location; l != nil && l.Line > 0 {
			line += fmt.Sprintf("  %s:%d:%d", l.Path, l.Line, l.Column)
		} else if l != nil {
			line += "  " + l.Path
		}
		line += "  " + f.Message
		if f.Waived != nil {
			line = "waived " + line
		}
		if f.Opens != "" {
			line += "  (opens " + f.Opens + ")"
		}
		said = append(said, line)
	}
	return said
}

func (e *event) changes() []string {
	var said []string
	for _, c := range e.Changes {
		before, after := c.Before.String(), c.After.String()
		if c.Before != nil && c.After != nil && c.Before.Repository != c.After.Repository {
			before, after = c.Before.Repository+" "+before, c.After.Repository+" "+after
		}
		said = append(said, fmt.Sprintf("%s  %s %s  %s -> %s  %s%s", place(c.App, c.Environment, c.Targets),
			c.Artifact.Kind, c.Artifact.Name, before, after, c.Direction, unlessRendered(c.Fidelity)))
	}
	return said
}

// effects are what else is deployed differently: where nothing but versions changes, the changes say it.
func (e *event) effects() []string {
	var said []string
	for _, f := range e.Effects {
		if f.VersionsOnly {
			continue
		}
		line := place(f.App, f.Environment, f.Targets) + "  configuration" + unlessRendered(f.Fidelity)
		var resources []string
		for _, r := range f.Resources {
			resources = append(resources, strings.Join([]string{r.Change, r.Kind, strings.TrimPrefix(r.Namespace+"/"+r.Name, "/")}, " "))
		}
		if len(resources) > 0 {
			line += ": " + strings.Join(resources, ", ")
		}
		if f.Restores {
			line += ", as it was once"
		}
		said = append(said, line)
	}
	return said
}

func (e *event) outside() []string {
	var said []string
	for _, o := range e.Outside {
		if o.Reached {
			said = append(said, fmt.Sprintf("outside: %s  %s", o.Path, o.Reason))
		}
	}
	return said
}

// outlook is in the report's time zone.
func (r *report) outlook() []string {
	switch {
	case r.Opens != "":
		return []string{"opens " + r.Opens}
	case r.ValidUntil != "":
		return []string{"holds until " + r.ValidUntil}
	}
	return nil
}

// noticesOf finds the notices, which only the report for a person has.
func noticesOf(text string) []string {
	var said []string
	for line := range strings.Lines(text) {
		if notice, ok := strings.CutPrefix(line, "notice: "); ok {
			said = append(said, strings.TrimSuffix(notice, "\n"))
		}
	}
	return said
}

func (v *version) String() string {
	switch {
	case v == nil:
		return "(none)"
	case v.Digest != "":
		return v.Tag + "@" + v.Digest
	}
	return v.Tag
}

// place names an app and an environment, and the targets if there are others than the environment itself.
func place(app, environment string, targets []string) string {
	text := app
	if environment != "" {
		text += ": " + environment
	}
	if len(targets) > 0 && !slices.Equal(targets, []string{"."}) {
		text += " (" + strings.Join(targets, ", ") + ")"
	}
	if text == "" {
		return "-"
	}
	return text
}

func unlessRendered(fidelity string) string {
	if fidelity == "rendered" {
		return ""
	}
	return " (" + fidelity + ")"
}

// lines writes a line each. What a terminal would not show as it is is written as Go writes it.
func lines(said []string) string {
	var b strings.Builder
	for _, line := range said {
		for _, r := range line {
			if unicode.IsPrint(r) {
				b.WriteRune(r)
			} else {
				fmt.Fprintf(&b, `\u%04x`, r)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
