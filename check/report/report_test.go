package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/waiver"
	"github.com/promocheck/promocheck/internal/golden"
)

// files is a Source.
type files map[string]string

func (f files) read(path string) ([]byte, error) {
	if content, ok := f[path]; ok {
		return []byte(content), nil
	}
	return nil, fs.ErrNotExist
}

func tag(repository, tag string) *artifact.Version {
	return &artifact.Version{Repository: repository, Tag: tag}
}

func digest(repository, tag, hex string) *artifact.Version {
	return &artifact.Version{Repository: repository, Tag: tag, Digest: "sha256:" + strings.Repeat(hex, 64/len(hex))}
}

func image(name string) artifact.Artifact { return artifact.Artifact{Kind: artifact.Image, Name: name} }

func newEvent(changes ...event.Change) *event.Event {
	return &event.Event{
		APIVersion: event.APIVersion,
		Kind:       event.Kind,
		Time:       event.Time{Now: "2026-11-27T15:04:05Z", Timezone: "UTC", Weekday: "friday"},
		Base:       event.Ref{Ref: "main", Commit: "3f2a1bc" + strings.Repeat("0", 33)},
		Head:       event.Head{Ref: event.Ref{Ref: "feature", Commit: "9d8e7f6" + strings.Repeat("0", 33)}},
		Path:       []event.Environment{{Name: "dev"}, {Name: "staging"}, {Name: "prod", Production: true}},
		Changes:    changes,
	}
}

// rules are some of those that ran.
var rules = []evaluate.Rule{
	{ID: "friday-push", Title: "Production changes on a Friday", Severity: finding.Error, Description: "Nobody is there\non the weekend.", Remediation: "Wait\nuntil Monday."},
	{ID: "mutable-tag", Title: "A tag that moves", Severity: finding.Warning, Description: "What `latest` is tomorrow, nobody knows.", Remediation: "Name a version."},
	{ID: "skipped-environment", Title: "A version skips an environment", Severity: finding.Error, Description: "It was not tried.", Remediation: "Promote it."},
}

func change(id, app, environment string, a artifact.Artifact, before, after *artifact.Version, targets ...string) event.Change {
	if len(targets) == 0 {
		targets = []string{"."}
	}
	return event.Change{
		ID: id, App: app, Environment: environment, Targets: targets, Artifact: a,
		Before: before, After: after, Direction: event.Forward, Fidelity: event.Rendered,
	}
}

const orderProd = "order-service/overlays/prod/kustomization.yaml"

// promotion is the everyday case: a version skips staging on a Friday.
func promotion() *Report {
	const repository = "registry.example.com/shop/order-service"
	at := &event.Location{Overlay: "order-service/overlays/prod", Path: orderProd, Line: 7, Column: 13}
	id := "c1"
	of := func(rule string, severity finding.Severity, message, remediation string) finding.Finding {
		return finding.Finding{
			Rule: rule, Severity: severity, Message: message, Change: &id, App: "order-service", Environment: "prod",
			Location: at, Remediation: remediation, Fingerprint: "f-" + rule,
		}
	}
	return &Report{
		Rules: rules, FailOn: finding.Error, Version: "v1.0.0",
		Event: newEvent(change(id, "order-service", "prod", image("shop/order-service"), tag(repository, "v1.2.1"), tag(repository, "v1.2.3"))),
		Findings: []finding.Finding{
			of("friday-push", finding.Warning, "prod changes on a Friday", "Merge on Monday.\nIf it cannot wait: record a waiver with the reason,\nand tell whoever is on call this weekend.\n"),
			of("skipped-environment", finding.Error, "v1.2.3 enters prod, but was never in staging or dev",
				"Promote it to staging first, let it run there, then open this pull request again."),
			of("version-not-in-staging", finding.Error, "v1.2.3 is not in staging on the base branch, and never was",
				"Promote it to staging first, let it run there, then open this pull request again."),
		},
		Source: files{orderProd: `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ../../base
images:
  - name: order-service
    newTag: v1.2.3 # promoted by hand
`}.read,
		TimezoneAssumed: true,
	}
}

// several is one of everything that a text report can say.
func several() *Report {
	const (
		api    = "registry.example.com/shop/api"
		web    = "registry.example.com/shop/web"
		simple = "docker.io/acme/sample-app"
		prod   = "shop/overlays/prod/kustomization.yaml"
		broken = "shop/overlays/staging/patch.yaml"
	)
	c1, c2, c3, gone := "c1", "c2", "c3", "c-unknown"
	backward := change(c2, "shop", "prod", image("shop/web"), tag(web, "v2"), tag(web, "v1"))
	backward.Direction = event.Backward
	partial := change("c6", "batch", "prod", image("batch"), nil, tag("batch", "7"), "eu", "us")
	partial.Fidelity, partial.Direction = event.Partial, event.Added
	declared := change("c7", "legacy", "prod", artifact.Artifact{Kind: artifact.Git, Name: "acme/manifests"}, tag("github.com/acme/manifests", "v3"), nil)
	declared.Fidelity, declared.Direction = event.Declared, event.Removed
	e := newEvent(
		backward,
		change(c1, "shop", "prod", image("shop/api"), tag(api, "v1"), tag("ghcr.io/somebody/api", "v1")),
		change(c3, ".", "prod", image("acme/sample-app"), tag(simple, "2.0"), tag(simple, "3.0"), "asia"),
		change("c4", "cart", "staging", image("cart"), digest("cart", "v1", "ab"), digest("cart", "v1", "cd")),
		change("c5", "cart", "dev", image("cart"), digest("cart", "", "ab"), &artifact.Version{Repository: "cart", Digest: "sha256:" + strings.Repeat("ab", 31) + "ff"}),
		partial, declared,
	)
	e.State = event.State{"legacy": {"prod": {".": nil, "eu": nil}}}
	e.Effects = []event.Effect{
		{App: "shop", Environment: "prod", Targets: []string{"."}, Resources: make([]event.Resource, 3), Fidelity: event.Rendered},
		{App: "cart", Environment: "dev", Targets: []string{"."}, Resources: make([]event.Resource, 2), Fidelity: event.Rendered},
		{App: "cart", Environment: "staging", Targets: []string{"."}, VersionsOnly: true, Resources: make([]event.Resource, 1), Fidelity: event.Rendered},
		{App: "cart", Environment: "prod", Targets: []string{"."}, Resources: make([]event.Resource, 3), Fidelity: event.Rendered},
		{App: "docs", Environment: "prod", Targets: []string{"eu", "us"}, Resources: make([]event.Resource, 1), Fidelity: event.Partial},
		{App: "docs", Environment: "prod", Targets: []string{"a", "b", "c", "d", "e", "f", "g"}, Fidelity: event.Declared},
	}
	e.Files = []event.File{
		{Path: "shop/overlays/prodd/kustomization.yaml", Fate: "unread", Why: "no overlay pattern takes it in"},
		{Path: "README.md", Fate: "inert", Why: "it is prose"},
	}
	e.Outside = []event.Outside{
		{Path: "shop/overlays/prodd", Reason: "no overlay pattern takes it in", Reached: true},
		{Path: "old/prod", Reason: "no overlay pattern takes it in"},
		{Path: "old/staging", Reason: "no overlay pattern takes it in"},
	}
	return &Report{
		Rules: rules, FailOn: finding.Error, Version: "v1.0.0",
		Event: e,
		Findings: []finding.Finding{
			{Rule: "team-rule", Severity: finding.Note, Message: "a finding of no app", Change: &gone, Fingerprint: "f-6"},
			{Rule: "skipped-environment", Severity: finding.Error, Message: "3.0 enters prod, but was never in staging", Change: &c3, App: ".", Environment: "prod", Location: &event.Location{Path: "envs/prod-asia/deployment.yaml", Line: 1, Column: 1}, Fingerprint: "f-5"},
			{Rule: "unresolved-version", Severity: finding.Warning, Message: "what staging would run could not be worked out:\n  not valid YAML", App: "shop", Environment: "staging", Location: &event.Location{Path: broken, Line: 2}, Fingerprint: "f-4"},
			{Rule: "changed-source", Severity: finding.Error, Message: "shop/api comes from somewhere else", Change: &c1, App: "shop", Environment: "prod", Location: &event.Location{Path: prod, Line: 4, Column: 12}, Remediation: "Check who publishes ghcr.io/somebody/api.", Fingerprint: "f-1"},
			{Rule: "friday-push", Severity: finding.Warning, Message: "configuration of prod changes on a Friday", App: "shop", Environment: "prod", Location: &event.Location{Path: "shop/overlays/prod"}, Fingerprint: "f-3"},
			{Rule: "undeclared-rollback", Severity: finding.Note, Message: "v1 is older than v2", Change: &c2, App: "shop", Environment: "prod", Location: &event.Location{Path: prod, Line: 6, Column: 23}, Waived: &waiver.Waiver{Reason: "INC-4711", Expires: "2026-12-01"}, Fingerprint: "f-2"},
		},
		Source: files{
			prod:   "resources: [../../base]\nimages:\n- name: api\n  newName: \"ghcr.io/somebody/api\" # new\n  newTag: v1\n- {name: web, newTag: v1, digest: null}\n",
			broken: "a: 1\n\tb: {{ .Values.x }}\n",
		}.read,
		Notices: []string{"The history is shallow: how long staging held a version is unknown. Fetch it with `git fetch --unshallow`."},
	}
}

func many() *Report {
	var changes []event.Change
	for i := range 60 {
		app := fmt.Sprintf("app-%02d", i)
		changes = append(changes, change(app, app, "staging", image(app), tag(app, "1"), tag(app, "2")))
	}
	for i := range 30 {
		a := image(fmt.Sprintf("a-big/part-%02d", i))
		changes = append(changes, change(a.Name, "a-big", "staging", a, tag(a.Name, "1"), tag(a.Name, "2")))
	}
	return &Report{Event: newEvent(changes...)}
}

// evils are texts that try to be something else, each where some format might let it.
var evils = []string{
	"v1\n\nerror[forged] \x1b[2J\x1b]8;;http://evil\x07\u202e\u200b\u0085\xff\r::error::x<b>&",
	"\n::error file=x,line=1::x%0A::set-output name=x::y ##[error]z ##vso[task.complete]",
	"a,file=b:c%0D%2C::d",
	"|x|`y`|``z|\\|\\`|",
	"[l](javascript:x) ![i](http://evil/i.png) [r]: http://evil <http://evil> [x]",
	"@octocat @org/team #123 GH-123 gh-1 octo/repo#9 !45 ~label %3 :tada: :+1:",
	"http://evil.example https://evil www.evil.example WWW.evil.example mailto:a@b.example a@b.example ftp://x xmpp:a@b.c",
	"<img src=x onerror=alert(1)></details></table><script>alert(1)</script><!-- &lt; &#64; &amp;",
	"**b** __b__ *i* _i_ ~~s~~ ~s~ $x$ $$y$$ # h ## h - x + x * x 1. x > q --- === ```",
	"end\"];click n0 \"javascript:alert(1)\" %%{init:{}}%% graph TD subgraph",
	"\"]:::x\n  classDef x fill:red\n```\n# out",
	"]]><failure>x</failure><![CDATA[ ]]> &#0; \x00\x0b\ufffe\uffff",
	"C:/x y?z#f%zz:",
	"{0} {1} [a](0) \\[b](1)",
	"- x\n- y", "1. x", "`", "``", " ", "\\", "end", "",
}

// hostile is a report of which every name is evil.
func hostile(evil string) *Report {
	c := change(evil, "app"+evil, "env"+evil, artifact.Artifact{Kind: "kind" + evil, Name: evil},
		&artifact.Version{Repository: evil, Tag: evil}, &artifact.Version{Repository: "r" + evil, Digest: evil}, evil, "."+evil)
	c.Fidelity, c.Locations = event.Fidelity(evil), map[string]event.Location{evil: {Overlay: evil, Path: evil}}
	c.Upstream = []event.Holding{{Environment: evil}}
	e := newEvent(c)
	e.Base, e.Head.Ref = event.Ref{Ref: evil, Commit: evil}, event.Ref{Ref: evil, Commit: evil}
	e.Time = event.Time{Now: evil, Timezone: evil, Weekday: evil}
	e.Outside = []event.Outside{{Path: evil, Reason: evil}, {Path: evil, Reason: evil, Reached: true}}
	e.Files = []event.File{{Path: evil, Fate: "unread", Why: evil}}
	e.Effects = []event.Effect{{App: evil, Environment: evil, Targets: []string{evil}, Fidelity: event.Fidelity(evil)}}
	id := evil
	f := finding.Finding{
		Rule: evil, Severity: finding.Severity(evil), Message: evil, Change: &id, App: evil, Environment: evil, Remediation: evil, Fingerprint: evil,
		Location: &event.Location{Overlay: evil, Path: evil, Line: 2, Column: 4},
	}
	waived := f
	waived.Waived = &waiver.Waiver{Reason: evil, Expires: evil}
	return &Report{
		Event: e, Findings: []finding.Finding{f, waived}, Notices: []string{evil}, Version: evil, FailOn: finding.Error,
		Source: files{evil: "x\na: " + strings.ReplaceAll(evil, "\n", "") + "\n"}.read,
	}
}

func TestGolden(t *testing.T) {
	staged := &Report{Rules: rules, FailOn: finding.Error, Version: "v1.0.0", Event: newEvent()}
	staged.Event.Head = event.Head{Staged: true}
	staged.Event.Base = event.Ref{Ref: "HEAD", Commit: strings.Repeat("a", 40)}
	staged.Event.Time = event.Time{Now: "2026-11-27T16:04:05+01:00", Timezone: "Europe/Berlin", Weekday: "friday"}
	written := map[string]Format[*Report]{
		"txt":         Text,
		"colour.txt":  func(w io.Writer, r *Report, _ Options) error { return Text(w, r, Options{Colour: true}) },
		"json":        JSON,
		"github":      GitHub,
		"md":          Markdown,
		"sarif":       SARIF,
		"xml":         JUnit,
		"gitlab.json": GitLab,
	}
	for _, test := range []struct {
		name     string
		report   *Report
		suffixes []string
	}{
		{"promotion", promotion(), []string{"txt", "colour.txt", "json", "github", "md", "sarif", "xml", "gitlab.json"}},
		{"several", several(), []string{"txt", "colour.txt", "json", "github", "md", "sarif", "xml", "gitlab.json"}},
		{"hostile", hostile(evils[0]), []string{"txt", "json", "github", "md", "sarif", "xml", "gitlab.json"}},
		{"nothing", staged, []string{"txt", "json", "github", "md", "sarif", "xml", "gitlab.json"}},
		{"many", many(), []string{"txt", "md", "github"}},
	} {
		for _, suffix := range test.suffixes {
			t.Run(test.name+"."+suffix, func(t *testing.T) {
				golden.Compare(t, filepath.Join("testdata", test.name+"."+suffix), []byte(write(t, written[suffix], test.report)))
			})
		}
	}
}

func write(t *testing.T, format Format[*Report], r *Report) string {
	t.Helper()
	var b strings.Builder
	if err := format(&b, r, Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A name must not forge a line, and must not reach the terminal as anything but text. What each format
// has to fear beside that is tested with it.
func TestHostileNames(t *testing.T) {
	for _, format := range Reports {
		for _, evil := range evils {
			forgeries := 0
			for line := range strings.Lines(write(t, format.Write, hostile(evil))) {
				line = strings.TrimSuffix(line, "\n")
				if !isVisible(line) {
					t.Errorf("%s: not escaped: %q", format.Name, line)
				}
				if strings.HasPrefix(strings.TrimSpace(line), "error[forged]") || strings.Contains(line, "##[") || strings.Contains(line, "##vso[") {
					t.Errorf("%s: a forged line: %q", format.Name, line)
				}
				if strings.HasPrefix(strings.TrimSpace(line), "::") {
					forgeries++
				}
			}
			if format.Name == "github" {
				forgeries -= 3 // the group, the annotation, the group's end
			}
			if forgeries != 0 {
				t.Errorf("%s: %q: commands of another's", format.Name, evil)
			}
		}
	}
}

// TestOrder holds formats for machines to the order of the findings, and those that a person reads to show the gravest
// of a block, or of all, first.
func TestOrder(t *testing.T) {
	r := several()
	r.Findings = nil
	for i, severity := range []finding.Severity{finding.Note, finding.Error, finding.Warning, finding.Error} {
		r.Findings = append(r.Findings, finding.Finding{
			Rule: "friday-push", Severity: severity, Message: fmt.Sprintf("<%d>", i), App: "shop", Environment: "prod", Fingerprint: fmt.Sprint(i),
		})
	}
	r.Findings[3].Waived = &waiver.Waiver{Reason: "INC-4711"}
	for _, format := range Reports {
		want := "0123"
		switch format.Name {
		case "text", "markdown":
			want = "1203"
		case "gitlab": // has no word for what is waived
			want = "012"
		case "github": // after the text, what is not waived
			want = "1203" + "012"
		}
		var got strings.Builder
		for _, message := range regexp.MustCompile(`(?:<|&lt;|\\u003c|\\<)(\d)(?:>|&gt;|\\u003e|\\>)`).FindAllStringSubmatch(write(t, format.Write, r), -1) {
			if !strings.HasSuffix(got.String(), message[1]) { // some say it twice
				got.WriteString(message[1])
			}
		}
		if got.String() != want {
			t.Errorf("%s has them as %s, want %s", format.Name, got.String(), want)
		}
	}
}

func TestJSONHasNoNullLists(t *testing.T) {
	r := &Report{Event: newEvent(event.Change{Upstream: []event.Holding{{Idle: []string{}}}, Earlier: []event.Holding{{Idle: []string{}}}, LeftElsewhere: map[string]map[string]event.Left{}})}
	var b bytes.Buffer
	if err := JSON(&b, r, Options{}); err != nil {
		t.Fatal(err)
	}
	var report map[string]any
	if err := json.Unmarshal(b.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, child := range v {
				walk(path+"."+k, child)
			}
		case []any:
			for _, child := range v {
				walk(path+"[]", child)
			}
		case nil:
			switch filepath.Ext(path) {
			case ".before", ".after", ".held", ".since", ".seen", ".until", ".by", ".longest", ".returns", ".familiar", ".previous", ".ever",
				".opens", ".valid_until":
			default:
				t.Errorf("%s is null", path)
			}
		}
	}
	walk("", report)
	if report["findings"] == nil {
		t.Error("findings are missing")
	}
}

// What JSON escapes for terminals is the same value for programs.
func TestJSONKeepsValues(t *testing.T) {
	const message = "##[x]a\u202eb\u0085c\U000e0001d<&>\u2028\x7f\x1b é 世"
	r := &Report{Event: newEvent(), Findings: []finding.Finding{{Message: message, Severity: finding.Error}}}
	var b bytes.Buffer
	if err := JSON(&b, r, Options{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), `#\u0023[x]a\u202eb\u0085c\udb40\udc01d<&>\u2028\u007f\u001b é 世`) {
		t.Errorf("not written as expected:\n%s", &b)
	}
	var report jsonReport
	if err := json.Unmarshal(b.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	if got := report.Findings[0].Message; got != message {
		t.Errorf("got %q, want %q", got, message)
	}
}

func TestDefuse(t *testing.T) {
	for in, want := range map[string]string{
		"::error::x":          `\x3a:error::x`,
		"   ::error::x":       `   \x3a:error::x`,
		"a ::error::x":        "a ::error::x",
		"a ##[error]x":        `a #\x23[error]x`,
		"##vso[task.x]":       `#\x23vso[task.x]`,
		"###[x] ##teamcity[x": `##\x23[x] #\x23teamcity[x`,
		"## heading":          "## heading",
		"":                    "",
	} {
		if got := defuse(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// A directory may be called like a command of the CI system that prints the report.
func TestTextIsNoWorkflowCommand(t *testing.T) {
	const evil = "::error file=x::y ##[error]z"
	r := &Report{Event: newEvent(change(evil, evil, evil, image(evil), tag(evil, evil), tag(evil, evil))), Notices: []string{evil}}
	r.Findings = []finding.Finding{{Rule: evil, Message: evil, App: evil, Environment: evil, Remediation: strings.Repeat(evil+" ", 9)}}
	var b bytes.Buffer
	if err := Text(&b, r, Options{}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
			t.Errorf("a command: %q", line)
		}
	}
}

type brokenWriter struct{}

var errBroken = errors.New("broken pipe")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteErrorsAreReturned(t *testing.T) {
	for _, format := range Reports {
		if err := format.Write(brokenWriter{}, promotion(), Options{}); !errors.Is(err, errBroken) {
			t.Errorf("%s: got %v", format.Name, err)
		}
	}
}

func TestFind(t *testing.T) {
	for name, want := range map[string]string{
		"yaml":  `there is no format "yaml"`,
		"sarfi": `there is no format "sarfi" (did you mean "sarif"?)`,
		"JSON":  `there is no format "JSON"`,
		"":      `there is no format ""`,
	} {
		if _, err := Reports.Find(name); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	for _, name := range Reports.Names() {
		if _, err := Reports.Find(name); err != nil {
			t.Error(err)
		}
	}
}

// A severity that nobody knows must not pass.
func TestSummaryCountsUnknownSeverityAsError(t *testing.T) {
	r := &Report{Event: newEvent(), Findings: []finding.Finding{{Severity: "fatal"}, {Severity: finding.Error, Waived: &waiver.Waiver{}}}}
	if got, want := r.Summary(), (Summary{Counts: finding.Counts{Errors: 1, Waived: 1}}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
