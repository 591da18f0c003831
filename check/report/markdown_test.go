package report

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	htmlrenderer "github.com/yuin/goldmark/renderer/html"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
)

// rendered is what a site makes of Markdown in GitHub's flavour.
func rendered(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	site := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(htmlrenderer.WithUnsafe()))
	if err := site.Convert([]byte(text), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var (
	markup     = regexp.MustCompile(`<[^>]*>`)
	codeOrPre  = regexp.MustCompile(`(?s)<(code|pre)\b.*?</(code|pre)>`)
	ownLink    = regexp.MustCompile(`^<a href="` + homepage + `/blob/main/docs/rules/[a-z-]+\.md">$`)
	ownMarkup  = regexp.MustCompile(`^</?(h2|h3|p|ul|li|strong|table|thead|tbody|tr|th|td|code|pre|br|span)( /)?>$|^</a>$|^<code class="language-mermaid">$`)
	ownDiagram = regexp.MustCompile(`^(flowchart LR` +
		`|  j\d+\[LABEL\]:::version` +
		`|  j\d+s\d+(\[LABEL\](:::absent)?|\(\[LABEL\]\):::(error|warning|fine))` +
		`|  j\d+(s\d+)? (~~~|-->|-\.->|==>) j\d+s\d+` +
		`|  classDef (version|absent|error|warning|fine) [a-z0-9#:, -]+)$`)
	labels = regexp.MustCompile(`"(?:[A-Za-z0-9 ]|#\d+;|<br/>)*"`)

	// What sites turn into something else though it is no Markdown.
	alive = regexp.MustCompile(`(?i)[@#!~%]\w|\bgh-\d|\bwww\.|\w://|:[a-z0-9_+-]+:|\$\w`)
)

func TestMarkdownOfHostileNames(t *testing.T) {
	for _, evil := range evils {
		for _, r := range []*Report{hostile(evil), hostileProse(evil)} {
			text := write(t, Markdown, r)
			page := rendered(t, text)
			for _, found := range markup.FindAllString(page, -1) {
				if !ownMarkup.MatchString(found) && !ownLink.MatchString(found) {
					t.Errorf("%q makes %s of\n%s", evil, found, text)
				}
			}
			shown := html.UnescapeString(markup.ReplaceAllString(codeOrPre.ReplaceAllString(page, "<i>"), "\x00"))
			if found := alive.FindString(shown); found != "" {
				t.Errorf("%q: %q is more than text in\n%s", evil, found, shown)
			}
			if want := Fold(evil); !strings.ContainsAny(evil, "`$") && !strings.Contains(strings.ReplaceAll(shown, "\u200b", ""), want) {
				t.Errorf("%q is not shown in\n%s", want, shown)
			}
			if n := strings.Count(page, "<pre>"); n != strings.Count(text, "```mermaid\n") || n > 1 {
				t.Errorf("%q: %d blocks of code in\n%s", evil, n, text)
			}
		}
	}
}

// hostileProse is a rule's finding whose message is evil.
func hostileProse(evil string) *Report {
	r := promotion()
	for i := range r.Findings {
		r.Findings[i].Message, r.Findings[i].Remediation = evil, "x "+evil+" y"
	}
	return r
}

// A table whose cells have a pipe too many falls apart.
func TestMarkdownMatrixKeepsItsShape(t *testing.T) {
	for _, evil := range evils {
		page := rendered(t, write(t, Markdown, hostile(evil)))
		if rows, cells := strings.Count(page, "<tr>"), strings.Count(page, "<td>"); rows != 3 || cells != 2*strings.Count(page, "<th>") {
			t.Errorf("%q: %d rows, %d cells in\n%s", evil, rows, cells, page)
		}
	}
}

func diagram(t *testing.T, text string) []string {
	t.Helper()
	_, rest, ok := strings.Cut(text, "```mermaid\n")
	lines, _, closed := strings.Cut(rest, "\n```\n")
	if !ok || !closed {
		t.Fatalf("there is no diagram in\n%s", text)
	}
	return strings.Split(lines, "\n")
}

func TestMermaidIsNothingButItsOwn(t *testing.T) {
	reports := []*Report{promotion(), several(), many()}
	for _, evil := range evils {
		reports = append(reports, hostile(evil))
	}
	for _, r := range reports {
		for _, line := range diagram(t, write(t, Markdown, r)) {
			if !ownDiagram.MatchString(labels.ReplaceAllString(line, "LABEL")) {
				t.Errorf("not a line of ours: %q", line)
			}
			if strings.Contains(line, "#92;n") || strings.Contains(line, "#36;#36;") {
				t.Errorf("Mermaid makes a line's end or mathematics of %q", line)
			}
		}
	}
}

// withPast is a change of the app shop, with what is said of the environments before.
func withPast(environment string, after *artifact.Version, earlier ...event.Holding) event.Change {
	c := change("shop/"+environment+"/"+after.Tag, "shop", environment, image("shop"), tag("shop", "v1"), after)
	c.Earlier = earlier
	return c
}

func TestJourneys(t *testing.T) {
	yes, no := true, false
	since, until := "2026-11-20T10:00:00Z", "2026-11-21T10:00:00Z"
	dev := func(h event.Holding) event.Holding { h.Environment = "dev"; return h }
	staging := func(h event.Holding) event.Holding { h.Environment = "staging"; return h }
	for name, test := range map[string]struct {
		changes []event.Change
		want    []string
	}{
		"held, moved on, arrives": {
			[]event.Change{withPast("prod", tag("shop", "v2"),
				dev(event.Holding{Holds: true, History: event.History{Since: &since}}),
				staging(event.Holding{History: event.History{Held: &yes, Until: &until}}))},
			[]string{"shop v2: dev holds it since 2026-11-20, staging held it until 2026-11-21, prod instead of v1!"},
		},
		"skipped, unknown": {
			[]event.Change{withPast("prod", tag("shop", "v2"), dev(event.Holding{}), staging(event.Holding{History: event.History{Held: &no}}))},
			[]string{"shop v2: dev lacks it?, staging never held it?, prod instead of v1!"},
		},
		"one version in two environments": {
			[]event.Change{
				withPast("prod", tag("shop", "v2"), dev(event.Holding{Holds: true}), staging(event.Holding{Gets: true})),
				withPast("staging", tag("shop", "v2"), dev(event.Holding{Holds: true})),
			},
			[]string{"shop v2: dev holds it, staging instead of v1!, prod instead of v1!"},
		},
		"two versions the same way": {
			[]event.Change{withPast("prod", tag("shop", "v2"), dev(event.Holding{})), withPast("prod", tag("shop", "v3"), dev(event.Holding{}))},
			[]string{"shop v2, shop v3: dev lacks it?, prod instead of v1!"},
		},
		"two versions, two ways": {
			[]event.Change{withPast("prod", tag("shop", "v2"), dev(event.Holding{})), withPast("prod", tag("shop", "v3"), dev(event.Holding{Holds: true}))},
			[]string{"shop v2: dev lacks it?, prod instead of v1!", "shop v3: dev holds it, prod instead of v1!"},
		},
		"what goes has no way": {
			[]event.Change{change("c", "shop", "prod", image("shop"), tag("shop", "v1"), nil)},
			nil,
		},
	} {
		var got []string
		for _, j := range journeys(&Report{Event: newEvent(test.changes...)}) {
			var steps []string
			for _, s := range j.steps {
				text := s.environment + " " + strings.ReplaceAll(s.what, "does not hold", "lacks")
				if s.arrives {
					text += "!"
				} else if !s.has {
					text += "?"
				}
				steps = append(steps, text)
			}
			got = append(got, strings.Join(j.versions, ", ")+": "+strings.Join(steps, ", "))
		}
		if fmt.Sprint(got) != fmt.Sprint(test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

// Environments are joined as the promotion path says, not by their order alone.
func TestMermaidFollowsUpstreams(t *testing.T) {
	path := []event.Environment{{Name: "eu"}, {Name: "us"}, {Name: "prod", Upstream: []string{"eu", "us"}}}
	j := &journey{versions: []string{"v"}, steps: []step{
		{environment: "eu", has: true}, {environment: "us"}, {environment: "prod", has: true, arrives: true, worst: unmarked},
	}}
	text := mermaid(path, []*journey{j})
	for _, want := range []string{"j0 ~~~ j0s0\n", "j0 ~~~ j0s1\n", "j0s0 ==> j0s2\n", "j0s1 -.-> j0s2\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "j0s0 --> j0s1") || strings.Contains(text, "j0s0 -.-> j0s1") {
		t.Errorf("eu leads to us in\n%s", text)
	}
}

// enormous is a report in which everything is long, and there is much of it.
func enormous() *Report {
	long := strings.Repeat("é|`@x <b>", 400)
	r := &Report{Event: newEvent(), FailOn: finding.Error, Rules: rules}
	for i := range 300 {
		app := fmt.Sprintf("%d %s", i, long)
		id := fmt.Sprint(i)
		c := change(id, app, "prod", image(app), tag(app, long), tag(app, long+"2"), long, long+"2", long+"3")
		since := time.Date(2026, time.January, i, 0, 0, 0, 0, time.UTC).Format(time.RFC3339)
		c.Earlier = []event.Holding{{Environment: "staging", Holds: true, History: event.History{Since: &since}}}
		r.Event.Changes = append(r.Event.Changes, c)
		for _, rule := range rules {
			r.Findings = append(r.Findings, finding.Finding{
				Rule: rule.ID, Severity: rule.Severity, Message: long, Change: &id, App: app, Environment: "prod",
				Location: &event.Location{Path: app, Line: 1}, Remediation: long, Fingerprint: rule.ID + id,
			})
		}
		r.Notices = append(r.Notices, long)
		r.Event.Outside = append(r.Event.Outside, event.Outside{Path: app, Reason: long, Reached: true})
	}
	return r
}

func TestMarkdownFitsIntoAComment(t *testing.T) {
	text := write(t, Markdown, enormous())
	if n := utf8.RuneCountInString(text); n > 65536 || len(text) > maxMarkdown {
		t.Errorf("%d characters, %d bytes", n, len(text))
	}
	for _, part := range []string{"more rows", "more findings", "more versions", "more notices"} {
		if !strings.Contains(text, part) {
			t.Errorf("it does not say that there are %s", part)
		}
	}
}

func TestMarkdownCutsNothingThatFits(t *testing.T) {
	for _, r := range []*Report{promotion(), several()} {
		if text := write(t, Markdown, r); strings.Contains(text, " more ") {
			t.Errorf("something is cut:\n%s", text)
		}
	}
}

func TestMarkdownVerdict(t *testing.T) {
	c := change("c", "shop", "prod", image("shop"), tag("shop", "1"), tag("shop", "2"))
	for _, test := range []struct {
		findings []finding.Finding
		failOn   finding.Severity
		changes  []event.Change
		want     string
	}{
		{numbered(2, finding.Error), finding.Error, []event.Change{c}, "## 🔴 promocheck: fails with 2 errors"},
		{numbered(1, finding.Warning), finding.Error, []event.Change{c}, "## 🟡 promocheck: passes with 1 warning"},
		{numbered(1, finding.Warning), finding.Warning, []event.Change{c}, "## 🔴 promocheck: fails with 1 warning"},
		{numbered(1, finding.Note), finding.Error, []event.Change{c}, "## 🔵 promocheck: passes with 1 note"},
		{nil, finding.Error, []event.Change{c}, "## ✅ promocheck: nothing to object to"},
		{nil, finding.Error, nil, "## ✅ promocheck: no promotion, nothing that an environment deploys changes"},
	} {
		text := write(t, Markdown, &Report{Event: newEvent(test.changes...), Findings: test.findings, FailOn: test.failOn})
		if got, _, _ := strings.Cut(text, "\n"); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}
