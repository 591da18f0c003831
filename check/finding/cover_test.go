package finding_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
)

func TestCovers(t *testing.T) {
	e := promotions()
	e.Effects = []event.Effect{{ID: "checkout:prod", Targets: []string{"us", "eu", "ap"}}}
	several := about("loud", "prod")
	several.Covers = []string{"checkout:prod", "checkout/test/1", "checkout/prod/1", "checkout:prod"}
	some := several
	some.Targets = []string{"us", "ap"}
	inApp := at("loud", "x", 1)
	inApp.App, inApp.Environment, inApp.Targets = "checkout", "prod", []string{"eu"}
	files := at("loud", "x", 1)
	files.Files = []string{"y", "x"}
	for name, test := range map[string]struct {
		result evaluate.Result
		want   [3][]string
	}{
		"a change":         {about("loud", "prod"), [3][]string{{"checkout/prod/1"}, {"eu", "us"}, nil}},
		"several":          {several, [3][]string{{"checkout/prod/1", "checkout/test/1", "checkout:prod"}, {"ap", "eu", "us"}, nil}},
		"some targets":     {some, [3][]string{{"checkout/prod/1", "checkout/test/1", "checkout:prod"}, {"ap", "us"}, nil}},
		"a place":          {inApp, [3][]string{{}, {"eu"}, nil}},
		"a file of no app": {at("loud", "x", 1), [3][]string{{}, nil, {"x"}}},
		"several files":    {files, [3][]string{{}, nil, {"x", "y"}}},
	} {
		t.Run(name, func(t *testing.T) {
			f := finding.Of([]evaluate.Result{test.result}, rules, nil, e)[0]
			if diff := cmp.Diff(test.want, [3][]string{f.Covers, f.Targets, f.Files}); diff != "" {
				t.Errorf("covers (-want +got):\n%s", diff)
			}
		})
	}
}
