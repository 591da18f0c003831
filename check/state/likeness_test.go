package state_test

import (
	"fmt"
	"testing"

	"github.com/promocheck/promocheck/check/place"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/internal/treetest"
)

// owning is a state that holds versions of one image in Deployments, by namespace and name.
func owning(t *testing.T, names ...[2]string) []state.Held {
	t.Helper()
	text := ""
	for _, name := range names {
		text += fmt.Sprintf("kind: Deployment\napiVersion: apps/v1\nmetadata: {namespace: %q, name: %s}\nspec: {template: {spec: {containers: [{name: a, image: 'acme/a:v1'}]}}}\n---\n", name[0], name[1])
	}
	at, o := plain(t, treetest.Files{"shop/a.yaml": text}, []string{"shop/a.yaml"}, nil)
	return of(t, state.NewCache(), at, o).Held
}

// TestCounterparts requires that objects are recognised in another environment by what they are called there, and
// no others for them.
func TestCounterparts(t *testing.T) {
	type names = [][2]string
	for name, test := range map[string]struct {
		prod, staging             names
		prodTarget, stagingTarget string
		want                      string // of each in prod, which it has in staging
	}{
		"alike":                      {prod: names{{"", "web"}, {"", "api"}}, staging: names{{"", "api"}, {"", "web"}}, want: "[[1] [0]]"},
		"own words":                  {prod: names{{"", "web-prod"}, {"", "live-api"}}, staging: names{{"", "staging-api"}, {"", "web-stg"}}, want: "[[1] [0]]"},
		"words of others":            {prod: names{{"", "web-test"}, {"", "web"}}, staging: names{{"", "web"}, {"", "web-test"}}, want: "[[1] [0]]"},
		"nothing but its words":      {prod: names{{"", "production"}, {"", "api"}}, staging: names{{"", "api"}, {"", "production"}}, want: "[[1] [0]]"},
		"namespaces":                 {prod: names{{"a-prod", "web"}, {"b-prod", "web"}}, staging: names{{"b-staging", "web"}, {"a-staging", "web"}}, want: "[[1] [0]]"},
		"another namespace":          {prod: names{{"shop", "web"}}, staging: names{{"store", "web"}}, want: "[[0]]"},
		"one namespace of two":       {prod: names{{"a", "web"}, {"b", "web"}}, staging: names{{"a", "web"}}, want: "[[0] [0]]"},
		"none":                       {prod: names{{"", "mail"}}, staging: names{{"", "web"}, {"", "mailer"}}, want: "[[]]"},
		"regions":                    {prod: names{{"", "web-eu"}}, staging: names{{"", "web-us"}}, prodTarget: "eu", stagingTarget: "us", want: "[[0]]"},
		"regions of several words":   {prod: names{{"", "us-west-1-web"}}, staging: names{{"", "web"}}, prodTarget: "us-west-1", stagingTarget: ".", want: "[[0]]"},
		"targets that are releases":  {prod: names{{"", "api"}}, staging: names{{"", "web"}}, prodTarget: "api", stagingTarget: "web", want: "[[]]"},
		"what belongs to a release":  {prod: names{{"", "api"}, {"", "api-worker"}}, staging: names{{"", "web"}, {"", "web-worker"}}, prodTarget: "api", stagingTarget: "web", want: "[[] []]"},
		"an environment of no usual": {prod: names{{"", "web-prod"}}, staging: names{{"", "ring-0-web"}}, want: "[[]]"},
	} {
		t.Run(name, func(t *testing.T) {
			prod := state.LikenessesOf(owning(t, test.prod...), place.Place{Environment: "prod", Target: test.prodTarget})
			staging := state.LikenessesOf(owning(t, test.staging...), place.Place{Environment: "staging", Target: test.stagingTarget})
			found := make([][]int, len(prod))
			for i, likenesses := range prod {
				for _, likeness := range likenesses {
					for j, other := range staging {
						if likeness.Among(other) {
							found[i] = append(found[i], j)
						}
					}
					if found[i] != nil {
						break
					}
				}
			}
			if got := fmt.Sprint(found); got != test.want {
				t.Errorf("counterparts are %s, want %s", got, test.want)
			}
		})
	}
}

// TestNoCounterparts requires that what is only declared is no object that could be found again.
func TestNoCounterparts(t *testing.T) {
	if got := state.LikenessesOf([]state.Held{{}}, place.Place{Environment: "prod"}); got[0] != (state.Likenesses{}) {
		t.Errorf("%+v", got)
	}
}
