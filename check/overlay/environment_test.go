package overlay

import (
	"slices"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/spelling"
)

func TestUsualNames(t *testing.T) {
	step := func(name string) int {
		return slices.IndexFunc(spelling.Environments, func(e spelling.Environment) bool { return e.Name == name })
	}
	for _, test := range []struct {
		directory, environment, target string
	}{
		{"prod", "prod", ""}, {"PROD", "prod", ""}, {"Production", "prod", ""}, {"prd", "prod", ""}, {"live", "prod", ""},
		{"prod-eu", "prod", "eu"}, {"eu-prod", "prod", "eu"}, {"prod.eu", "prod", "eu"}, {"prod_eu_1", "prod", "eu-1"}, {"moc-prod", "prod", "moc"},
		{"production-downstream", "prod", "downstream"}, {"zero-prod-ocp4-stage", "", ""},
		{"pre-prod", "preprod", ""}, {"preprod", "preprod", ""}, {"preprod-eu", "preprod", "eu"}, {"eu-pre-prod", "preprod", "eu"}, {"pre_prod", "preprod", ""},
		{"non-prod", "", ""}, {"nonprod", "", ""}, {"not-prod", "", ""}, {"notprod", "", ""}, {"no-prod", "", ""}, {"nonprod-eu", "", ""}, {"eu-nonprod", "", ""}, {"eu-non-prod", "", ""},
		{"staging", "staging", ""}, {"stage", "staging", ""}, {"stg", "staging", ""}, {"stage-moc", "staging", "moc"},
		{"testing", "test", ""}, {"test", "test", ""}, {"int", "int", ""}, {"integration", "int", ""}, {"development", "dev", ""}, {"performance", "perf", ""},
		{"dev-prod", "", ""}, {"prod-prod", "", ""}, {"opal-frontend-test", "test", "opal-frontend"},
		{"shop", "", ""}, {"producer", "", ""}, {"device", "", ""}, {"", "", ""}, {"---", "", ""}, {"base", "", ""}, {"prod\xff", "", ""},
	} {
		t.Run(test.directory, func(t *testing.T) {
			got, reading := namer{}.read(test.directory)
			if test.environment == "" {
				if reading == isEnvironment {
					t.Errorf("%+v", got)
				}
				return
			}
			if reading != isEnvironment || got.step != step(test.environment) || got.target != test.target {
				t.Errorf("%+v, %v", got, reading)
			}
		})
	}
}

// TestNegatedNames requires that names that are said to be no production are noticed.
func TestNegatedNames(t *testing.T) {
	for _, directory := range []string{"non-prod", "nonprod", "not-prod", "notprod", "no-prod", "nonprod-eu", "eu-nonprod", "eu-non-prod", "dev-prod"} {
		if _, reading := (namer{}).read(directory); reading != ambiguous {
			t.Errorf("%s: %v", directory, reading)
		}
	}
}

func TestConfiguredNames(t *testing.T) {
	names := namer{[]config.Environment{
		{Name: "dev", Match: []string{"develop*"}},
		{Name: "prod", Match: []string{"prod-*", "*-prod", "live", "{p,q}rd", "us.prod.*"}},
		{Name: "uat", Match: []string{"not-*"}},
	}}
	for _, test := range []struct {
		directory string
		step      int // -1: none
		target    string
	}{
		{"dev", 0, ""}, {"develop", 0, "develop"}, {"development", 0, ""},
		{"prod", 1, ""}, {"prod-eu", 1, "eu"}, {"eu-west-prod", 1, "eu-west"}, {"live", 1, ""}, {"prd", 1, ""}, {"us.prod.1", 1, "us-1"},
		{"PROD", -1, ""}, {"production", -1, ""}, {"staging", -1, ""}, {"prod-", 1, ""},
		// What turns a name round is taken in only by a glob that says so.
		{"non-prod", -1, ""}, {"eu-non-prod", -1, ""}, {"pre-prod", -1, ""}, {"no-prod", -1, ""}, {"prod-non-eu", 1, "non-eu"},
		{"develop-pre", 0, "develop-pre"}, {"not-uat", 2, "not"},
	} {
		got, reading := names.read(test.directory)
		if test.step < 0 && reading == isEnvironment || test.step >= 0 && (reading != isEnvironment || got.step != test.step || got.target != test.target) {
			t.Errorf("%s: %+v, %v", test.directory, got, reading)
		}
	}
}

func TestPath(t *testing.T) {
	yes, no := true, false
	list := func(names ...string) *[]string { return &names }
	for _, test := range []struct {
		name       string
		configured []config.Environment
		spellings  map[int]string
		want       string
	}{
		{"as the repo spells them", nil, map[int]string{1: "development", 7: "stage", 10: "production"}, "development() stage(development) production(stage)!"},
		{"no prod", nil, map[int]string{1: "dev", 7: "staging"}, "dev() staging(dev)!"},
		{"one", nil, map[int]string{1: "dev"}, "dev()!"},
		{"none", nil, map[int]string{}, ""},
		{"in the order of the file", []config.Environment{{Name: "a"}, {Name: "b"}, {Name: "c"}}, nil, "a() b(a) c(b)!"},
		{"prod by its name", []config.Environment{{Name: "dev"}, {Name: "prod"}, {Name: "mirror"}}, nil, "dev() prod(dev)! mirror(prod)"},
		{"two chains", []config.Environment{{Name: "dev"}, {Name: "prod"}, {Name: "ring-0", Upstream: list()}, {Name: "ring-1"}}, nil, "dev() prod(dev)! ring-0() ring-1(ring-0)!"},
		{"two upstreams", []config.Environment{{Name: "a"}, {Name: "b", Upstream: list()}, {Name: "c", Upstream: list("a", "b")}}, nil, "a() b() c(a,b)!"},
		{"two ends", []config.Environment{{Name: "a"}, {Name: "b"}, {Name: "c", Upstream: list("a")}}, nil, "a() b(a)! c(a)!"},
		{"said", []config.Environment{{Name: "a"}, {Name: "b", Production: &yes}, {Name: "c"}}, nil, "a() b(a)! c(b)"},
		{"said of another than prod", []config.Environment{{Name: "blue", Production: &yes}, {Name: "prod"}}, nil, "blue()! prod(blue)"},
		{"said of none", []config.Environment{{Name: "a"}, {Name: "prod", Production: &no}}, nil, "a() prod(a)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, e := range (namer{test.configured}).path(test.spellings) {
				text := e.Name + "(" + strings.Join(e.Upstream, ",") + ")"
				if e.Production {
					text += "!"
				}
				got = append(got, text)
			}
			if text := strings.Join(got, " "); text != test.want {
				t.Errorf("%s, want %s", text, test.want)
			}
		})
	}
}

// FuzzNames requires that reading a name ends well, and does not depend on case.
func FuzzNames(f *testing.F) {
	for _, seed := range []string{"prod", "prod-eu", "pre-prod", "non-prod", "a.b_c-d", "", "-", "\xff", "İ-prod"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, directory string) {
		got, reading := namer{}.read(directory)
		if reading == isEnvironment && (got.step < 0 || got.step >= len(spelling.Environments)) {
			t.Errorf("%q: %+v", directory, got)
		}
		if again, sameReading := (namer{}).read(strings.ToLower(directory)); strings.EqualFold(directory, strings.ToLower(directory)) &&
			(reading != sameReading || got.step != again.step) {
			t.Errorf("%q: %v, in lower case %v", directory, reading, sameReading)
		}
	})
}
