package finding

import (
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/waiver"
)

// WaiverFor is the waiver that names just what a finding stands for. Reason and end are for a person to say.
func WaiverFor(f Finding, e *event.Event) waiver.Waiver {
	w := waiver.Waiver{Rule: f.Rule}
	if f.App == "" || f.Environment == "" {
		w.File = oneOf(f.Files)
		return w
	}
	w.App, w.Environment = literal(f.App), f.Environment
	if !slices.Equal(f.Targets, []string{"."}) {
		w.Target = oneOf(f.Targets)
	}
	for _, c := range e.Changes {
		if c.After != nil && slices.Contains(f.Covers, c.ID) {
			w.Artifact, w.Version = literal(c.Artifact.Name), text(c.After)
			break
		}
	}
	all := byID(e)
	for _, said := range []*string{&w.Artifact, &w.Version} {
		if *said != "" && lacks(&w, &f, all, e.State) != "" { // others, or configuration alone, are in it, too
			*said = ""
		}
	}
	return w
}

// oneOf is a pattern that matches these texts, and nothing else.
func oneOf(texts []string) string {
	literals := make([]string, 0, len(texts))
	for _, text := range texts {
		literals = append(literals, literal(text))
	}
	if len(literals) < 2 {
		return strings.Join(literals, "")
	}
	return "{" + strings.Join(literals, ",") + "}"
}

var patternSpecials = strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`, "]", `\]`, "{", `\{`, "}", `\}`, ",", `\,`)

// literal is a pattern that matches one text.
func literal(text string) string { return patternSpecials.Replace(text) }
