package config_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/mistake"
)

func TestParse(t *testing.T) {
	got, err := config.Parse("c.yaml", []byte(`environments:
  - dev
  - {name: staging, holds: all}
  - name: prod
    match: ["prod-*"]
    upstream: [staging]
    production: true
overlays: ["apps/{app}/{env}"]
images: {variables: ["*_RUNNER", "!LOGO_IMAGE"], tags: ["*.version"]}
repository: https://github.com/acme/config
timezone: UTC
rules:
  mutable-tag: {severity: warning, environments: [prod], apps: ["a*"], depth: 3}
`))
	if err != nil {
		t.Fatal(err)
	}
	production, upstream := true, []string{"staging"}
	want := &config.Config{
		Path: "c.yaml",
		Environments: []config.Environment{
			{Name: "dev", Line: 2},
			{Name: "staging", HoldsAll: true, Line: 3},
			{Name: "prod", Match: []string{"prod-*"}, Upstream: &upstream, Production: &production, Line: 4},
		},
		Overlays:     []config.Pattern{{Text: "apps/{app}/{env}", Line: 8}},
		Images:       config.Images{Variables: []string{"*_RUNNER", "!LOGO_IMAGE"}, Tags: []string{"*.version"}},
		Repositories: []string{"https://github.com/acme/config"},
		Depth:        10_000,
		Rules: map[string]config.Rule{"mutable-tag": {
			Line: 13, Severity: "warning", Environments: []string{"prod"}, Apps: []string{"a*"},
			Parameters: map[string]any{"depth": 3},
			Lines:      map[string]int{"severity": 13, "environments": 13, "apps": 13, "depth": 13},
		}},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(config.Config{}, "Time"), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	var about map[string]string
	if err := got.Time.Decode(&about); err != nil || len(about) != 1 || about["timezone"] != "UTC" {
		t.Errorf("about time it keeps %v, %v", about, err)
	}
}

// TestErrors requires of each mistake that the error names its line.
func TestErrors(t *testing.T) {
	for _, test := range []struct {
		text string
		line int
		want string
	}{
		{"\n\nenvironment: [dev]\n", 3, `unknown key "environment" in configuration (did you mean "environments"?)`},
		{"timezone: UTC\nxyz: 1\n", 2, `unknown key "xyz" in configuration`},
		{"timezone: UTC\ntimezone: UTC\n", 2, `"timezone" is given twice`},
		{"- a\n", 1, "configuration must be a mapping"},
		{"text\n", 1, "configuration must be a mapping"},
		{"a: 1\n---\nb: 2\n", 2, "a second YAML document"},
		{"timezone: UTC\nrules: [\n", 2, "not valid YAML"},
		{"timezone: UTC\n\trules: {}\n", 2, "not valid YAML"},
		{"environments: dev\n", 1, "environments must be a list"},
		{"environments: []\n", 1, "environments is empty"},
		{"environments:\n  - dev\n  - dev\n", 3, `environment "dev" is listed twice`},
		{"environments:\n  - dev\n  - {name: dev}\n", 3, `environment "dev" is listed twice`},
		{"environments:\n  - dev\n  - {}\n", 3, "an environment needs a name"},
		{"environments:\n  - dev\n  -\n", 3, "an environment must be text"},
		{"environments:\n  - dev\n  - [a]\n", 3, "an environment must be a mapping"},
		{"environments:\n  - \"\"\n", 2, "is no name"},
		{"environments:\n  - a/b\n", 2, "is no name"},
		{"environments:\n  - \"prod-*\"\n", 2, "is no name"},
		{"environments:\n  - &a dev\n  - *a\n", 3, "an environment must be a mapping"},
		{"environments:\n  - {name: dev, nmae: x}\n", 2, `unknown key "nmae" in an environment (did you mean "name"?)`},
		{"environments:\n  - name: dev\n    match: x\n", 3, "match must be a list"},
		{"environments:\n  - name: dev\n    match: [\"[\"]\n", 3, "no valid glob"},
		{"environments:\n  - name: dev\n    match: [[a]]\n", 3, "match must be text"},
		{"environments:\n  - name: dev\n    production: yess\n", 3, "production must be true or false"},
		{"environments:\n  - name: dev\n    production: \"true\"\n", 3, "production must be true or false"},
		{"environments:\n  - name: dev\n    holds: some\n", 3, `holds is "some": it may be any, all`},
		{"environments:\n  - {name: dev, upstream: [prod]}\n  - prod\n", 2, `upstream "prod" of "dev" is no environment listed before it`},
		{"environments:\n  - staging\n  - {name: prod, upstream: [stagign]}\n", 3, `(did you mean "staging"?)`},
		{"environments:\n  - {name: dev, upstream: [dev]}\n", 2, "is no environment listed before it"},
		{"overlays: x\n", 1, "overlays must be a list"},
		{"overlays:\n  - a/{env}\n  - {a: b}\n", 3, "an overlay pattern must be text"},
		{"images: [a]\n", 1, "images must be a mapping"},
		{"images:\n  variable: [a]\n", 2, `unknown key "variable" in images (did you mean "variables"?)`},
		{"images:\n  variables: a\n", 2, "variables must be a list"},
		{"images:\n  tags: {a: b}\n", 2, "tags must be a list"},
		{"images:\n  tags: [\"a[.b\"]\n", 2, "no valid glob"},
		{"images:\n  variables: [\"![\"]\n", 2, "no valid glob"},
		{"timezone: UTC\nrepository: config\n", 2, `repository is "config": give the URL`},
		{"repository: {url: a/b}\n", 1, "repository must be text"},
		{"rules: []\n", 1, "rules must be a mapping"},
		{"rules:\n  a: off\n", 2, "a rule must be a mapping"},
		{"rules:\n  a: {severity: fatal}\n", 2, `severity is "fatal"`},
		{"rules:\n  a:\n    severity: waring\n", 3, `(did you mean "warning"?)`},
		{"rules:\n  a: {}\n  a: {}\n", 3, `"a" is given twice`},
		{"rules:\n  a:\n    apps: x\n", 3, "apps must be a list"},
		{"rules:\n  a:\n    apps: [\"[\"]\n", 3, "no valid glob"},
		{"rules:\n  a:\n    x: &x 1\n    y: *x\n", 4, "aliases are not supported"},
		{"rules:\n  a:\n    x: &x [*x]\n", 3, "contains itself"},
		{"a: {<<: {b: c}}\n", 1, `unknown key "a"`},
	} {
		t.Run(test.text, func(t *testing.T) {
			_, err := config.Parse("c.yaml", []byte(test.text))
			var wrong *mistake.Error
			if !errors.As(err, &wrong) {
				t.Fatalf("%v", err)
			}
			if wrong.Line != test.line || !strings.Contains(wrong.Problem, test.want) {
				t.Errorf("%v, want line %d: %s", err, test.line, test.want)
			}
		})
	}
}

// TestEncodings reads the configuration as editors may save it.
func TestEncodings(t *testing.T) {
	for name, text := range map[string]string{
		"with a byte order mark":   "\xef\xbb\xbftimezone: Europe/Berlin\n",
		"with carriage returns":    "timezone: Europe/Berlin\r\nrules: {}\r\n",
		"without a newline":        "timezone: Europe/Berlin",
		"in UTF-16, little-endian": "\xff\xfet\x00i\x00m\x00e\x00z\x00o\x00n\x00e\x00:\x00 \x00E\x00u\x00r\x00o\x00p\x00e\x00/\x00B\x00e\x00r\x00l\x00i\x00n\x00\n\x00",
	} {
		got, err := config.Parse("c.yaml", []byte(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		about, err := calendar.Parse("c.yaml", got.Time)
		if err != nil || about.Zone.String() != "Europe/Berlin" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range map[string]string{
		"bytes that are no text": "timezone: \xff\n", "a binary file": "\x7fELF\x02\x01\x01\x00\x00",
	} {
		if _, err := config.Parse("c.yaml", []byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// FuzzParse requires that whatever the file holds, reading it ends well: with what it says, or with an
// error that has a line.
func FuzzParse(f *testing.F) {
	for _, text := range accepted {
		f.Add([]byte(text))
	}
	for _, text := range []string{"a: &a [*a]\n", "\xff", "environments: [a, {name: b, upstream: []}]", "rules: {a: {b: !!binary x}}", "? {a: b}\n: c", "rules: {a: {x: {? [1] : 2}}}"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := config.Parse("c.yaml", data)
		var about *calendar.Settings
		if err == nil {
			about, err = calendar.Parse("c.yaml", c.Time)
		}
		if err == nil {
			if about == nil || about.Zone == nil {
				t.Fatal("no error, and no configuration")
			}
			for id, rule := range c.Rules {
				_ = fmt.Sprint(id, rule.Parameters)
			}
			return
		}
		var wrong *mistake.Error
		if !errors.As(err, &wrong) || wrong.Line < 1 || wrong.Problem == "" {
			t.Fatalf("%#v", err)
		}
	})
}
