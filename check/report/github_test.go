package report

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/waiver"
)

// workflowCommand is a line as GitHub's runner reads it.
type workflowCommand struct {
	name, message string
	properties    map[string]string
}

var (
	commandLine    = regexp.MustCompile(`^\s*::([A-Za-z-]+)(?: ([^:]*))?::(.*)$`)
	unescapeData   = strings.NewReplacer("%0A", "\n", "%0D", "\r", "%25", "%")
	unescapeValues = strings.NewReplacer("%0A", "\n", "%0D", "\r", "%3A", ":", "%2C", ",", "%25", "%")
)

func commandsIn(t *testing.T, log string) []workflowCommand {
	t.Helper()
	var commands []workflowCommand
	for line := range strings.Lines(log) {
		match := commandLine.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if match == nil {
			continue
		}
		c := workflowCommand{name: match[1], message: unescapeData.Replace(match[3]), properties: map[string]string{}}
		for property := range strings.SplitSeq(match[2], ",") {
			if key, value, ok := strings.Cut(property, "="); ok {
				if _, twice := c.properties[key]; twice {
					t.Errorf("%s twice in %q", key, line)
				}
				c.properties[key] = unescapeValues.Replace(value)
			}
		}
		commands = append(commands, c)
	}
	return commands
}

// A name must not end a command, nor add a property.
func TestGitHubEscapesCommands(t *testing.T) {
	for _, evil := range evils {
		r := hostile(evil)
		commands := commandsIn(t, write(t, GitHub, r))
		if len(commands) != 3 || commands[0].name != "group" || commands[1].name != "error" || commands[2].name != "endgroup" {
			t.Errorf("%q: %+v", evil, commands)
			continue
		}
		got, at := commands[1], newPlaces(r).of(r.Findings[0])
		if want := withoutServiceMessages(Escape(at.Path), `\x23`); got.properties["file"] != want {
			t.Errorf("file is %q, want %q", got.properties["file"], want)
		}
		if got.properties["line"] != fmt.Sprint(at.Line) {
			t.Errorf("%q: line is %q", evil, got.properties["line"])
		}
		if text := withoutServiceMessages(Fold(evil), `\x23`); text != "" && got.message != text+"\n"+text {
			t.Errorf("message is %q, want %q twice", got.message, text)
		}
	}
}

// numbered are n findings of each severity, in an order that is not theirs.
func numbered(n int, severities ...finding.Severity) []finding.Finding {
	var findings []finding.Finding
	for i := range n {
		for _, severity := range severities {
			findings = append(findings, finding.Finding{
				Rule: "r", Severity: severity, Message: fmt.Sprintf("%s %02d", severity, i), App: "a", Environment: "prod",
				Location: &event.Location{Path: "a", Line: i + 1}, Fingerprint: fmt.Sprintf("%s-%d", severity, i),
			})
		}
	}
	return findings
}

func TestGitHubShowsTheGravestAndSaysWhatIsCut(t *testing.T) {
	for _, test := range []struct {
		name     string
		findings []finding.Finding
		want     map[string]int
		cut      string
	}{
		{"none", nil, map[string]int{}, ""},
		{"as many as there may be", numbered(10, finding.Note, finding.Warning, finding.Error), map[string]int{"error": 10, "warning": 10, "notice": 10}, ""},
		{"an error too many", numbered(11, finding.Error), map[string]int{"error": 10, "notice": 1}, "1 finding has"},
		{"of all too many", numbered(13, finding.Note, finding.Warning, finding.Error), map[string]int{"error": 10, "warning": 10, "notice": 10}, "10 findings have"},
	} {
		t.Run(test.name, func(t *testing.T) {
			log := write(t, GitHub, &Report{Event: newEvent(), Findings: test.findings})
			got := map[string]int{}
			said := 0
			for _, c := range commandsIn(t, log) {
				if c.name == "group" || c.name == "endgroup" {
					continue
				}
				got[c.name]++
				if strings.Contains(c.message, "no annotation") {
					said++
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if test.cut == "" {
				if said > 0 || strings.Contains(log, "no annotation") {
					t.Errorf("nothing is cut, but it says so:\n%s", log)
				}
				return
			}
			if said != 1 || !strings.HasSuffix(log, "promocheck: "+test.cut+" no annotation, because GitHub shows 10 of a kind; the report has all.\n") {
				t.Errorf("%q is not said:\n%s", test.cut, log)
			}
		})
	}
}

func TestGitHubLeavesOutWhatIsWaived(t *testing.T) {
	findings := numbered(1, finding.Error)
	findings[0].Waived = &waiver.Waiver{Reason: "INC-4711"}
	if got := commandsIn(t, write(t, GitHub, &Report{Event: newEvent(), Findings: findings})); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestPlaces(t *testing.T) {
	c := change("c1", "shop", "prod", image("shop"), tag("shop", "1"), tag("shop", "2"), "eu")
	c.Locations = map[string]event.Location{"eu": {Path: "shop/prod/eu.yaml", Line: 4, Column: 2}}
	e := newEvent(c)
	e.Effects = []event.Effect{{App: "cart", Environment: "dev", Targets: []string{"."}, Location: event.Location{Path: "cart/dev/kustomization.yaml"}}}
	p := newPlaces(&Report{Event: e})
	for name, test := range map[string]struct {
		finding finding.Finding
		want    event.Location
	}{
		"its own":               {finding.Finding{Location: &event.Location{Path: "x", Line: 3, Column: 5}}, event.Location{Path: "x", Line: 3, Column: 5}},
		"a whole file":          {finding.Finding{Location: &event.Location{Path: "x"}}, event.Location{Path: "x", Line: 1}},
		"of the change":         {finding.Finding{App: "shop", Environment: "prod"}, event.Location{Path: "shop/prod/eu.yaml", Line: 4, Column: 2}},
		"of the app":            {finding.Finding{App: "shop", Environment: "dev"}, event.Location{Path: "shop/prod/eu.yaml", Line: 4, Column: 2}},
		"of the effect":         {finding.Finding{App: "cart", Environment: "dev"}, event.Location{Path: "cart/dev/kustomization.yaml", Line: 1}},
		"of nothing that there": {finding.Finding{App: "mail"}, event.Location{Path: ".promocheck.yaml", Line: 1}},
	} {
		if got := p.of(test.finding); got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}
