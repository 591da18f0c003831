package overlay

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bmatcuk/doublestar/v4"
)

func anyName(string) bool { return true }

func oneOf(names ...string) func(string) bool {
	return func(name string) bool {
		for _, known := range names {
			if name == known {
				return true
			}
		}
		return false
	}
}

func TestPattern(t *testing.T) {
	known := oneOf("dev", "staging", "prod")
	for _, test := range []struct {
		pattern, path string
		known         func(string) bool
		want          captures
		matches       bool
	}{
		{"apps/{app}/overlays/{env}", "apps/shop/overlays/prod", known, captures{app: "shop", env: "prod"}, true},
		{"apps/{app}/overlays/{env}/", "apps/shop/overlays/prod", known, captures{app: "shop", env: "prod"}, true},
		{"apps/{app}/overlays/{env}", "apps/shop/overlays/prod/eu", known, captures{}, false},
		{"apps/{app}/overlays/{env}", "apps/overlays/prod", known, captures{}, false},
		{"apps/{app}/overlays/{env}", "apps/shop/overlays/other", known, captures{}, false},
		{"{app**}/overlays/{env}", "a/b/c/overlays/prod", known, captures{app: "a/b/c", env: "prod"}, true},
		{"{app**}/overlays/{env}", "overlays/prod", known, captures{}, false},
		{"{app**}/overlays/{env}", "overlays/overlays/overlays/prod", known, captures{app: "overlays/overlays", env: "prod"}, true},
		{"components/{app**}/{env}", "components/a/prod/prod", known, captures{app: "a/prod", env: "prod"}, true},
		{"{env}/{app}", "prod/shop", known, captures{app: "shop", env: "prod"}, true},
		{"envs/{env}", "envs/prod", known, captures{env: "prod"}, true},
		{"clusters/{target}/{env}", "clusters/eu-1/prod", known, captures{target: "eu-1", env: "prod"}, true},
		{"apps/{app}-{env}", "apps/shop-prod", anyName, captures{}, false}, // two captures in a segment: refused
		{"apps/app-{app}/{env}", "apps/app-shop/prod", known, captures{app: "shop", env: "prod"}, true},
		{"apps/app-{app}/{env}", "apps/app-/prod", known, captures{}, false},
		{"apps/{app}.d/{env}", "apps/shop.d/prod", known, captures{app: "shop", env: "prod"}, true},
		{"**/{app}/{env}", "a/b/shop/prod", known, captures{app: "shop", env: "prod"}, true},
		{"**/{env}", "prod", known, captures{env: "prod"}, true},
		{"*/{app}/{env}", "a/shop/prod", known, captures{app: "shop", env: "prod"}, true},
		{"{a,b}/{env}", "b/prod", known, captures{env: "prod"}, true},
		{"{a,b}/{env}", "c/prod", known, captures{}, false},
		{"apps/{app}/{env}", "apps/ü b:c/prod", known, captures{app: "ü b:c", env: "prod"}, true},
		{"apps/{app}/{env}", "apps/\xff\xfe/prod", known, captures{app: "\xff\xfe", env: "prod"}, true},
		{"apps/?{app}/{env}", "apps/ѡx/prod", known, captures{app: "x", env: "prod"}, true},
		{"apps/{app}/{env}", "apps/a\nb/prod", known, captures{app: "a\nb", env: "prod"}, true},
	} {
		t.Run(test.pattern+" on "+test.path, func(t *testing.T) {
			p, err := parsePattern(test.pattern)
			if err != nil {
				if test.matches {
					t.Fatal(err)
				}
				return
			}
			got, ok := p.match(strings.Split(test.path, "/"), test.known)
			if ok != test.matches || ok && got != test.want {
				t.Errorf("%+v, %v", got, ok)
			}
		})
	}
}

func TestPatternErrors(t *testing.T) {
	for pattern, want := range map[string]string{
		"":                         "must be a path relative to the top",
		"/apps/{env}":              "must be a path relative to the top",
		"apps/{app}":               "has no {env}",
		"apps/{app}/{app}/{env}":   "captures {app} twice",
		"{app**}/{app**}/{env}":    "captures {app**} twice",
		"{env}/{env}":              "captures {env} twice",
		"apps/{app}-{env}":         "two captures",
		"apps/{app}{app}/{env}":    "{app}",
		"apps//{env}":              "not allowed",
		"apps/../{env}":            "not allowed",
		"./{env}":                  "not allowed",
		"apps/x{app**}/{env}":      "{app**}",
		"apps/{application}/{env}": "there is no capture {application}",
		"apps/[/{env}":             "no valid glob",
		"apps/{a,b/{env}":          "no valid glob",
	} {
		_, err := parsePattern(pattern)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", pattern, err, want)
		}
	}
}

// FuzzPattern requires that what a matched pattern captured, put back into the pattern, matches.
func FuzzPattern(f *testing.F) {
	for _, seed := range [][2]string{
		{"apps/{app}/overlays/{env}", "apps/shop/overlays/prod"}, {"{app**}/overlays/{env}", "a/b/overlays/prod"},
		{"**/{app}/{env}", "a/b/c/d"}, {"clusters/{target}/{env}", "clusters/eu/prod"}, {"a*{app}?/{env}", "abcd/x"},
		{"{a,b}/x-{env}-y", "a/x-prod-y"}, {"**/**/{env}", "a/b"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, dir string) {
		p, err := parsePattern(text)
		if err != nil || !utf8.ValidString(text) || len(text) > 200 || len(dir) > 200 || strings.Count(text, "*") > 8 {
			return
		}
		segments := strings.Split(dir, "/")
		got, ok := p.match(segments, anyName)
		if !ok {
			return
		}
		if got.env == "" {
			t.Fatalf("%q on %q captures no environment", text, dir)
		}
		glob := strings.NewReplacer(
			"{app**}", escaped(got.app), "{app}", escaped(got.app), "{env}", escaped(got.env), "{target}", escaped(got.target),
		).Replace(strings.TrimSuffix(text, "/"))
		if matches, err := doublestar.Match(glob, dir); err != nil || !matches {
			t.Fatalf("%q on %q: %+v, but %q does not match: %v", text, dir, got, glob, err)
		}
	})
}

func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`, "]", `\]`, "{", `\{`, "}", `\}`).Replace(text)
}
