package report

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/waiver"
)

// How long what came from a repository may be, in characters.
const (
	maxName    = 150 // a digest fits
	maxPath    = 500
	maxMessage = 2000
)

// maxTargets is how many targets are named in one place.
const maxTargets = 5

// name is something short from the repository, escaped.
func name(s string) string { return clip(Escape(s), maxName) }

// pathText is a path in the repository, escaped.
func pathText(s string) string { return clip(Escape(s), maxPath) }

// sentence is prose from the repository or from a rule, escaped and on one line.
func sentence(s string) string { return clip(Fold(s), maxMessage) }

// Count is a number of things, of which the plural has an s.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// headText names what is judged.
func headText(h event.Head) string {
	if h.Staged {
		return "the index"
	}
	return refText(h.Ref)
}

// refText names a ref, with its commit where that says more.
func refText(r event.Ref) string {
	short := name(r.Commit)
	if len(r.Commit) >= 40 {
		short = name(r.Commit[:7])
	}
	switch {
	case r.Ref == "" || r.Ref == r.Commit:
		return short
	case short == "":
		return name(r.Ref)
	}
	return fmt.Sprintf("%s (%s)", name(r.Ref), short)
}

// when is the moment that is judged, in the team's time zone.
func (r *Report) when() string {
	e := r.Event.Time
	when := name(e.Now)
	if now, err := time.Parse(time.RFC3339, e.Now); err == nil {
		when = now.Format("Monday 2006-01-02 15:04")
	}
	when += " " + name(e.Timezone)
	if r.TimezoneAssumed {
		when += " (no timezone configured)"
	}
	return when
}

// blockName names an app and an environment. The app at the repository's top has no name of its own.
func blockName(app, environment string) string {
	return namesText(app, name(environment))
}

// namesText is blockName with the environment in words of the caller's.
func namesText(app, environment string) string {
	switch {
	case app == "" || app == ".":
		return environment
	case environment == "":
		return name(app)
	}
	return name(app) + ": " + environment
}

// targetsText names some targets and counts the rest.
func targetsText(targets []string) string {
	shown := make([]string, 0, maxTargets)
	for _, target := range targets[:min(len(targets), maxTargets)] {
		shown = append(shown, name(target))
	}
	list := strings.Join(shown, ", ")
	if more := len(targets) - maxTargets; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}

// artifactText names an artifact. What is not said to be anything else is an image.
func artifactText(a artifact.Artifact) string {
	if a.Kind == artifact.Image {
		return name(a.Name)
	}
	return name(a.Kind) + " " + name(a.Name)
}

// subjectText names what a change is about: the artifact, and the objects that run it where others are judged apart.
func subjectText(c *event.Change) string {
	const most = 3
	names := make([]string, 0, most)
	for _, object := range c.Objects[:min(len(c.Objects), most)] {
		called := object.Name
		if object.Kind == document.KindFile {
			called = ""
		}
		names = append(names, name(strings.TrimSpace(called+" "+strings.Trim(object.Part, "/"))))
	}
	switch more := len(c.Objects) - most; {
	case len(c.Objects) == 0:
		return artifactText(c.Artifact)
	case more > 0:
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return artifactText(c.Artifact) + " (" + strings.Join(names, ", ") + ")"
}

// changeText is what a change does, in a line.
func changeText(c *event.Change) string {
	before, after := versionTexts(c.Before, c.After)
	var remarks []string
	if c.Direction == event.Backward {
		remarks = append(remarks, "backward")
	}
	if c.Starts {
		remarks = append(remarks, "switched on")
	}
	return before + " -> " + after + remarksText(append(remarks, fidelityText(c.Fidelity)...))
}

// versionTexts names two versions by as little as tells them apart.
func versionTexts(before, after *artifact.Version) (string, string) {
	const none = "(none)"
	switch {
	case before == nil && after == nil:
		return none, none
	case before == nil:
		return none, name(versionText(*after))
	case after == nil:
		return name(versionText(*before)), none
	case before.Repository != after.Repository:
		return fullText(*before, versionText(*before)), fullText(*after, versionText(*after))
	case versionText(*before) != versionText(*after):
		return name(versionText(*before)), name(versionText(*after))
	case before.String() != after.String():
		return name(before.String()), name(after.String())
	}
	return strings.TrimPrefix(name(before.Tag)+"@"+name(before.Digest), "@"),
		strings.TrimPrefix(name(after.Tag)+"@"+name(after.Digest), "@")
}

// versionText is a version as people read it.
func versionText(v artifact.Version) string {
	v.Tag = brief(v.Tag)
	return v.String()
}

var revision = regexp.MustCompile(`^(?:[0-9a-f]{40}|[0-9a-f]{64})$`)

// brief is a tag, of which a commit's full name is cut to what tells it apart.
func brief(tag string) string {
	if revision.MatchString(tag) {
		return tag[:12]
	}
	return tag
}

var revisions = regexp.MustCompile(`\b[0-9a-f]{40}\b`)

// briefly is a message in which full names of commits are cut, too.
func briefly(message string) string {
	return revisions.ReplaceAllStringFunc(message, brief)
}

// fullText is a version with its repository before it.
func fullText(v artifact.Version, version string) string {
	separator := ":"
	if v.Tag == "" {
		separator = "@"
		if v.Digest == "" {
			separator = " "
		}
	}
	return name(v.Repository) + separator + name(version)
}

// locationText is a place in a file as compilers write it.
func locationText(l event.Location) string {
	place := pathText(l.Path)
	if l.Line > 0 {
		place += fmt.Sprintf(":%d", l.Line)
		if l.Column > 0 {
			place += fmt.Sprintf(":%d", l.Column)
		}
	}
	return place
}

// effectText is what is deployed differently beside versions, in a line.
func effectText(r row) string {
	e := r.effect
	what := "configuration only"
	switch {
	case e.VersionsOnly:
		what = "versions only"
	case r.beside:
		what = "and configuration"
	}
	var remarks []string
	if n := len(e.Resources); n > 0 && r.beside {
		remarks = append(remarks, Count(n, "resource")+" in all")
	} else if n > 0 {
		remarks = append(remarks, Count(n, "resource"))
	}
	if !r.beside {
		remarks = append(remarks, fidelityText(e.Fidelity)...)
	}
	return what + remarksText(remarks)
}

// fidelityText is what there is to say of how a state was worked out: nothing where all was rendered.
func fidelityText(f event.Fidelity) []string {
	switch f {
	case event.Partial:
		return []string{"rendered in part"}
	case event.Declared:
		return []string{"as declared, not rendered"}
	}
	return nil
}

// remarksText is remarks in brackets.
func remarksText(remarks []string) string {
	if len(remarks) == 0 {
		return ""
	}
	return " (" + strings.Join(remarks, ", ") + ")"
}

// waiverText says until when, and why, a finding does not count, and where that was decided.
func waiverText(w waiver.Waiver) string {
	text := sentence(w.Reason)
	switch {
	case w.Emergency: // which may end before it says
		text = "as an emergency, until " + w.End() + ": " + text
	case w.Expires != "":
		text = "until " + name(w.Expires) + ": " + text
	}
	var remarks []string
	if w.ApprovedBy != "" {
		remarks = append(remarks, "approved by "+name(w.ApprovedBy))
	}
	if w.Path != "" {
		remarks = append(remarks, locationText(event.Location{Path: w.Path, Line: w.Line}))
	}
	return text + remarksText(remarks)
}
