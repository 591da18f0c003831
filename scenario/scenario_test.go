package scenario

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const shop = `What the scenario guards: nothing, but for the reader.

$ promocheck --base main --head change
exit: 1
`

const trees = `
-- base/a.yaml --
a: 1
-- head/a.yaml --
a: 2
`

const jsonReport = `{
  "findings": [
    {"rule": "first", "severity": "error", "message": "one\nline", "app": "shop", "environment": "prod",
     "location": {"path": "a.yaml", "line": 3, "column": 7}},
    {"rule": "second", "severity": "note", "message": "no place", "app": "shop", "environment": "", "opens": "2026-11-28T00:00:00Z"},
    {"rule": "third", "severity": "warning", "message": "a directory", "app": "", "environment": "",
     "location": {"path": "deploy/prod", "line": 0, "column": 0}}
  ],
  "opens": null,
  "valid_until": "2026-11-27T00:00:00Z"
}`

const eventJSON = `{
  "changes": [
    {"app": "shop", "environment": "prod", "targets": ["."], "artifact": {"kind": "image", "name": "acme/shop"},
     "before": {"repository": "r/acme/shop", "tag": "v1"}, "after": {"repository": "r/acme/shop", "tag": "v2", "digest": "sha256:1"},
     "direction": "forward", "fidelity": "rendered"},
    {"app": "shop", "environment": "prod", "targets": ["eu", "us"], "artifact": {"kind": "image", "name": "acme/web"},
     "before": {"repository": "r/acme/web", "tag": "v1"}, "after": {"repository": "s/acme/web", "tag": "v1"},
     "direction": "unknown", "fidelity": "partial"},
    {"app": "shop", "environment": "dev", "targets": ["eu"], "artifact": {"kind": "git", "name": "acme/base"},
     "before": null, "after": {"tag": "v1"}, "direction": "added", "fidelity": "declared"}
  ],
  "effects": [
    {"app": "shop", "environment": "prod", "targets": ["."], "versions_only": true, "fidelity": "rendered",
     "resources": [{"kind": "Deployment", "name": "shop", "change": "modified"}]},
    {"app": "shop", "environment": "dev", "targets": ["eu"], "fidelity": "rendered", "restores": true,
     "resources": [{"kind": "Deployment", "name": "shop", "change": "added"},
                   {"kind": "Service", "namespace": "web", "name": "shop", "change": "removed"}]},
    {"app": "shop", "environment": "qa", "targets": ["."], "fidelity": "declared", "resources": []}
  ],
  "outside": [
    {"path": "deploy/prod", "reason": "no pattern", "reached": true},
    {"path": "deploy/qa", "reason": "no pattern", "reached": false}
  ]
}`

const textReport = "the report\n\nnotice: mind the gap\n"

const expected = `-- findings --
error[first] shop: prod  a.yaml:3:7  one\u000aline
note[second] shop  no place  (opens 2026-11-28T00:00:00Z)
warning[third] -  deploy/prod  a directory
-- changes --
shop: prod  image acme/shop  v1 -> v2@sha256:1  forward
shop: prod (eu, us)  image acme/web  r/acme/web v1 -> s/acme/web v1  unknown (partial)
shop: dev (eu)  git acme/base  (none) -> v1  added (declared)
shop: dev (eu)  configuration: added Deployment shop, removed Service web/shop, as it was once
shop: qa  configuration (declared)
outside: deploy/prod  no pattern
-- notices --
mind the gap
-- outlook --
holds until 2026-11-27T00:00:00Z
-- stdout --
the report

notice: mind the gap
`

// fake is a program that says the same of every repository.
func fake(p Process) int {
	for _, argument := range p.Arguments {
		if file, ok := strings.CutPrefix(argument, "json="); ok {
			if err := os.WriteFile(file, []byte(jsonReport), 0o600); err != nil {
				_, _ = fmt.Fprint(p.Stderr, err)
				return 3
			}
		}
		if argument == "event" {
			_, _ = io.WriteString(p.Stdout, eventJSON)
			return 0
		}
	}
	_, _ = io.WriteString(p.Stdout, textReport)
	return 1
}

func play(t *testing.T, text string, program Program) (*Scenario, *Outcome) {
	t.Helper()
	s, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	o, err := s.Play(program, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return s, o
}

func TestSections(t *testing.T) {
	s, o := play(t, shop+trees+expected, fake)
	if differences := s.Compare(o); len(differences) > 0 {
		t.Error(cmp.Diff(nil, differences))
	}
	if o.Event != eventJSON {
		t.Errorf("the event is %q", o.Event)
	}
}

// TestCompare changes what a scenario expects, a word at a time, and requires that each is noticed.
func TestCompare(t *testing.T) {
	for what, change := range map[string][2]string{
		"exit code": {"exit: 1", "exit: 0"},
		"findings":  {"error[first]", "warning[first]"},
		"changes":   {"v2@sha256:1  forward", "v2@sha256:1  backward"},
		"notices":   {"mind the gap\n-- outlook", "-- outlook"},
		"outlook":   {"holds until", "opens"},
		"stdout":    {"the report", "a report"},
		"stderr":    {"-- stdout --", "-- stderr --\nan error\n-- stdout --"},
		"written/a": {"-- stdout --", "-- written/a --\n-- stdout --"},
	} {
		s, o := play(t, strings.Replace(shop+trees+expected, change[0], change[1], 1), fake)
		differences := s.Compare(o)
		if !differ(differences, what) {
			t.Errorf("%s: %q", what, differences)
		}
	}
}

// TestLeftOut requires that findings are compared where nothing is said of them, and that the rest is not.
func TestLeftOut(t *testing.T) {
	s, o := play(t, shop+trees, fake)
	differences := s.Compare(o)
	if !differ(differences, findings) || differences[0].Want != "" {
		t.Errorf("%q", differences)
	}
	s, o = play(t, shop+trees+"-- stdout --\n"+textReport, fake)
	if differences := s.Compare(o); len(differences) != 0 {
		t.Errorf("%q", differences)
	}
	for _, arguments := range []string{"history", "windows", "--format markdown", "event"} {
		text := strings.Replace(shop, "--base", arguments+" --base", 1) + trees
		if arguments == "event" {
			text = strings.Replace(text, "exit: 1", "exit: 0", 1)
		}
		s, o := play(t, text, fake)
		if differences := s.Compare(o); !differ(differences, stdout) {
			t.Errorf("%s: %q", arguments, differences)
		}
	}
	failing := func(p Process) int { _, _ = io.WriteString(p.Stdout, "half a report"); return 3 }
	s, o = play(t, strings.Replace(shop, "exit: 1", "exit: 3", 1)+trees, failing)
	if differences := s.Compare(o); !differ(differences, stdout) {
		t.Errorf("a failure: %q", differences)
	}
}

// differ reports whether there is one difference, and what it is about.
func differ(differences []Difference, what string) bool {
	return len(differences) == 1 && differences[0].What == what
}

// upTo is what a text has before a mark.
func upTo(text, mark string) string {
	before, _, _ := strings.Cut(text, mark)
	return before
}

func TestUpdate(t *testing.T) {
	for name, test := range map[string]struct{ before, after string }{
		"new": {
			strings.Replace(shop, "exit: 1\n", "", 1) + trees,
			shop + trees + upTo(expected, "-- notices --"),
		},
		"stale": {
			strings.Replace(shop, "exit: 1", "exit: 0", 1) + trees + "-- written/gone --\n-- findings --\nnone\n-- stderr --\nno\n-- stdout --\n-- outlook --\n",
			shop + trees + upTo(expected, "-- changes --") + strings.TrimPrefix(expected, upTo(expected, "-- outlook --")),
		},
	} {
		s, o := play(t, test.before, fake)
		if diff := cmp.Diff(test.after, string(s.Update(o))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"Prose.\n":                                       "there is no line",
		shop + "exti: 0\n":                               "a scenario states nothing of this name",
		shop + "link: head/a\n":                          "a link is PATH -> TARGET",
		shop + "at: head Friday\n" + trees:               "cannot parse",
		shop + "-- haed/a.yaml --\n":                     "haed/a.yaml",
		shop + trees + "-- then-2/a.yaml --\n":           "then-2/a.yaml",
		shop + "delete: ahead/a.yaml\n" + trees:          "ahead/a.yaml",
		shop + "link: a.yaml -> b\n" + trees:             "a.yaml",
		shop + "by: later Ada <a@example.com>\n" + trees: "later",
		shop + trees + "-- finding --\n":                 "finding",
	} {
		s, err := Parse([]byte(text))
		if err == nil {
			_, err = s.Build(t.TempDir())
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
