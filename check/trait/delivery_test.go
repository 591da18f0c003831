package trait_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/promocheck/promocheck/check/trait"
)

// delivery is what the event says of an object that stays as it is.
func delivery(t *testing.T, text string) (d trait.Delivery) {
	t.Helper()
	encoded, err := json.Marshal(trait.Between(of(t, text), of(t, text))["delivery"])
	if err != nil {
		t.Fatal(err)
	}
	var both trait.Sides[trait.Delivery]
	if err := json.Unmarshal(encoded, &both); err != nil || both.After == nil {
		t.Fatalf("%s: %v", encoded, err)
	}
	return *both.After
}

func TestRollouts(t *testing.T) {
	rollout := func(strategy string) trait.Delivery {
		return delivery(t, "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: a}\nspec: {strategy: {"+strategy+"}}")
	}
	none := rollout("canary: {}")
	if none.Way != "rolling" || none.Less["first setWeight"] != 100 {
		t.Errorf("without steps: %+v", none)
	}
	steps := rollout("canary: {steps: [{setWeight: 10}, {pause: {duration: 5m}}, {setWeight: 60}, {pause: {}}, {setWeight: 100}, {pause: {duration: 9h}}]}")
	if steps.Way != "canary" || !steps.Manual || steps.Less["first setWeight"] != 10 || steps.Less["largest step of setWeight"] != 50 ||
		steps.More["seconds of pause"] != 300 || steps.More["steps of setWeight"] != 2 {
		t.Errorf("with steps: %+v", steps)
	}
	if green := rollout("blueGreen: {autoPromotionSeconds: 60}"); green.Manual || green.More["autoPromotionSeconds"] != 60 {
		t.Errorf("promoted by itself: %+v", green)
	}
	if green := rollout("blueGreen: {autoPromotionEnabled: false, autoPromotionSeconds: 60}"); !green.Manual || len(green.More) != 0 {
		t.Errorf("promoted by a person: %+v", green)
	}
}

func TestFlagger(t *testing.T) {
	canary := func(analysis string) trait.Delivery {
		return delivery(t, "apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: {name: a}\nspec: {targetRef: {kind: Deployment, name: a}, analysis: {"+analysis+"}}")
	}
	d := canary("interval: 1m, threshold: 5, stepWeight: 10, maxWeight: 50, metrics: [{name: rate, thresholdRange: {min: 99}}]")
	if d.Of != "Deployment a" || d.Less["threshold"] != 5 || d.Less["first weight"] != 10 || d.More["seconds under analysis"] != 300 || d.More["thresholdRange.min of rate"] != 99 {
		t.Errorf("%+v", d)
	}
	if d := canary("stepWeight: 10, metrics: [{name: request-success-rate}, {name: ours}, {name: ours, thresholdRange: {min: 1}}]"); d.Less["threshold"] != 1 || d.More["seconds under analysis"] != 600 ||
		d.More["thresholdRange.min of request-success-rate"] != 0 || !slices.Equal(d.Has, []string{"metric ours", "metric ours (2)", "metric request-success-rate"}) ||
		d.More["thresholdRange.min of ours"] != -1e12 || d.More["thresholdRange.min of ours (2)"] != 1 {
		t.Errorf("with what is left out: %+v", d)
	}
	if d := canary("interval: 1s, metrics: [{name: request-success-rate, threshold: 99}, {name: request-duration, threshold: 500}]"); d.More["seconds under analysis"] != 10 ||
		d.More["thresholdRange.min of request-success-rate"] != 99 || d.Less["thresholdRange.max of request-duration"] != 500 {
		t.Errorf("with older fields: %+v", d)
	}
	if d := canary("metrics: [{name: request-success-rate, thresholdRange: {}}]"); d.More["thresholdRange.min of request-success-rate"] != -1e12 || d.Less["thresholdRange.max of request-success-rate"] != 1e12 {
		t.Errorf("with an empty range: %+v", d)
	}
	if d := canary("interval: 30s, threshold: 1, iterations: 4"); d.Way != "blue-green" || d.More["seconds under analysis"] != 120 {
		t.Errorf("%+v", d)
	}
}

func TestAnalysesOfARollout(t *testing.T) {
	rollout := func(steps string) trait.Delivery {
		return delivery(t, "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: a}\nspec: {strategy: {canary: {steps: ["+steps+"]}}}")
	}
	const step = "{analysis: {templates: [{templateName: errors}]}}"
	if d := rollout(step + ", {setWeight: 50}, " + step + ", {experiment: {analyses: [{templateName: load}]}}"); !slices.Equal(d.Has, []string{"analysis errors", "analysis errors (2)", "analysis of an experiment load"}) {
		t.Errorf("the same twice: %+v", d)
	}
	const dry = "{analysis: {dryRun: [{metricName: %s}], templates: [{templateName: errors}]}}"
	if d := rollout(fmt.Sprintf(dry, "a") + ", " + fmt.Sprintf(dry, "b")); len(d.Has) != 2 || d.Less["metrics of analysis in a dry run"] != 2 {
		t.Errorf("some in a dry run: %+v", d)
	}
	if d := rollout(fmt.Sprintf(dry, "'.*'")); len(d.Has) != 0 {
		t.Errorf("all in a dry run: %+v", d)
	}
}

func TestDryRunDecidesNothing(t *testing.T) {
	d := delivery(t, "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {name: a}\nspec: {dryRun: [{metricName: err.*}], metrics: [{name: errors}, {name: seconds, failureLimit: -1}]}")
	if len(d.Has) != 1 || d.Has[0] != "metric seconds" || d.Less["failureLimit of seconds"] != 1e12 {
		t.Errorf("%+v", d)
	}
}
