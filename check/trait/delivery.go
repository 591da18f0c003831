package trait

import (
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

var _ = add("delivery", "How a version is tried step by step, or what decides over that. Of a Rollout and an AnalysisTemplate of Argo, a Canary and a MetricTemplate of Flagger.", readDelivery, sides[Delivery])

// Delivery is how a version is tried, with what is left out filled in.
type Delivery struct {
	Way     string             `json:"way" meaning:"canary, blue-green, rolling where all get it at once, or measure where it is what others are judged by."`
	Of      string             `json:"of" meaning:"The kind and name of the workload that it is for; empty for what others use."`
	Manual  bool               `json:"manual" meaning:"Whether a person has to let it go on."`
	More    map[string]float64 `json:"more" meaning:"Numbers of which more is safer: seconds, steps, counts."`
	Less    map[string]float64 `json:"less" meaning:"Numbers of which less is safer: weights, failures that are allowed."`
	Has     []string           `json:"has" meaning:"What has to be passed: analyses, metrics, steps of a person, web hooks."`
	Unknown map[string]string  `json:"unknown" meaning:"Digests of what cannot be put in an order: queries, conditions."`
}

// never is more than any number of failures or seconds. What has no bound has it for one.
const never = 1e12

// pass notes what has to be passed, and what it is called: what is there more than once is counted, so that none of them goes
// unseen.
func (d *Delivery) pass(kind, name string) (called string) {
	called = name
	for n := 2; slices.Contains(d.Has, strings.TrimSpace(kind+" "+called)); n++ {
		called = fmt.Sprintf("%s (%d)", name, n)
	}
	d.Has = append(d.Has, strings.TrimSpace(kind+" "+called))
	return called
}

// asIs notes what cannot be put in an order.
func (d *Delivery) asIs(what string, nodes ...*yaml.Node) {
	for _, node := range nodes {
		d.Unknown[what] += short(digest(node))
	}
}

func readDelivery(root *yaml.Node, of document.Identity) *Delivery {
	d := &Delivery{More: map[string]float64{}, Less: map[string]float64{}, Has: []string{}, Unknown: map[string]string{}}
	spec := document.Get(root, "spec")
	switch of.Group + "/" + of.Kind {
	case "argoproj.io/Rollout":
		d.rollout(spec, of)
	case "argoproj.io/AnalysisTemplate", "argoproj.io/ClusterAnalysisTemplate":
		d.Way = "measure"
		d.analysisTemplate(spec)
	case "flagger.app/Canary":
		d.flagger(spec)
	case "flagger.app/MetricTemplate":
		d.Way = "measure"
		d.asIs("query", document.Get(spec, "query"))
		d.asIs("provider", document.Get(spec, "provider"))
	default:
		return nil
	}
	slices.Sort(d.Has)
	return d
}

// short is a digest as the event says it.
func short(digest string) string { return hex.EncodeToString([]byte(digest[:min(6, len(digest))])) }

func (d *Delivery) rollout(spec *yaml.Node, of document.Identity) {
	d.Of = "Rollout " + of.Name
	if name := text(spec, "workloadRef", "name"); name != "" {
		d.Of = text(spec, "workloadRef", "kind") + " " + name
	}
	if green := document.Get(spec, "strategy", "blueGreen"); green != nil {
		d.Way = "blue-green"
		d.Manual = text(green, "autoPromotionEnabled") == "false"
		if d.Manual {
			d.pass("autoPromotionEnabled:", "false")
		} else {
			d.More["autoPromotionSeconds"] = seconds(text(green, "autoPromotionSeconds"))
		}
		for _, field := range []string{"prePromotionAnalysis", "postPromotionAnalysis"} {
			d.analysis(field, document.Get(green, field))
		}
		return
	}
	d.Way = "rolling"
	canary := document.Get(spec, "strategy", "canary")
	d.canary(document.Items(document.Get(canary, "steps")))
	d.analysis("analysis", document.Get(canary, "analysis"))
}

// canary reads the steps of a Rollout: a weight counts until the next one.
func (d *Delivery) canary(steps []*yaml.Node) {
	first, weight, largest := 100.0, 0.0, 0.0
	var paused, persons float64
	weights := map[float64]bool{}
	for _, step := range steps {
		d.Way = "canary"
		if set := document.Get(step, "setWeight"); set != nil {
			next, _ := strconv.ParseFloat(document.Text(set), 64)
			if len(weights) == 0 {
				first = next
			}
			largest, weight = max(largest, next-weight), next
			weights[next] = true
		}
		if pause := document.Get(step, "pause"); pause != nil && weight < 100 {
			if duration := text(pause, "duration"); duration == "" {
				d.Manual = true
				persons++
			} else {
				paused += seconds(duration)
			}
		}
		d.analysis("analysis", document.Get(step, "analysis"))
		for _, analysis := range document.Items(document.Get(step, "experiment", "analyses")) {
			d.pass("analysis of an experiment", text(analysis, "templateName"))
		}
	}
	delete(weights, 100)
	d.Less["first setWeight"] = first
	d.Less["largest step of setWeight"] = max(largest, 100-weight)
	d.More["steps of setWeight"] = float64(len(weights))
	d.More["seconds of pause"] = paused
	d.More["pause for a person"] = persons
}

// analysis notes the templates that have to be passed, and how many of their metrics a dry run takes, which decide nothing.
func (d *Delivery) analysis(field string, node *yaml.Node) {
	dry := dryRun(node)
	for _, template := range document.Items(document.Get(node, "templates")) {
		if !slices.ContainsFunc(dry, takesAll) {
			d.pass(field, text(template, "templateName"))
		}
	}
	if node != nil {
		d.Less["metrics of "+field+" in a dry run"] += float64(len(dry))
		d.asIs(fmt.Sprintf("dry run of %d metrics of %s", len(dry), field), document.Get(node, "dryRun"))
		d.asIs("arguments of "+field, document.Get(node, "args"))
	}
}

// dryRun are the metrics that a dry run takes, by the expressions that their names match.
func dryRun(node *yaml.Node) (dry []*regexp.Regexp) {
	for _, entry := range document.Items(document.Get(node, "dryRun")) {
		if pattern, err := regexp.Compile(text(entry, "metricName")); err == nil {
			dry = append(dry, pattern)
		}
	}
	return dry
}

func takesAll(pattern *regexp.Regexp) bool {
	return slices.Contains([]string{"", ".*", "^.*$", ".+", "^.+$"}, pattern.String())
}

func (d *Delivery) analysisTemplate(spec *yaml.Node) {
	dry := dryRun(spec)
	d.asIs("arguments", document.Get(spec, "args"))
	for _, metric := range document.Items(document.Get(spec, "metrics")) {
		name := text(metric, "name")
		if slices.ContainsFunc(dry, func(pattern *regexp.Regexp) bool { return pattern.MatchString(name) }) {
			continue // it decides nothing
		}
		name = d.pass("metric", name)
		for field, usual := range map[string]float64{"failureLimit": 0, "inconclusiveLimit": 0, "consecutiveErrorLimit": 4} {
			d.Less[field+" of "+name] = limit(text(metric, field), usual)
		}
		count := limit(text(metric, "count"), 1)
		if text(metric, "count") == "" && text(metric, "interval") != "" {
			count = never // until whoever asks has seen enough
		}
		d.More["count of "+name] = count
		d.More["seconds of "+name] = count * seconds(text(metric, "interval"))
		for _, field := range []string{"successCondition", "failureCondition", "provider"} {
			d.asIs(field+" of "+name, document.Get(metric, field))
		}
	}
}

// limit is a number of failures; a negative one is none at all.
func limit(text string, usual float64) float64 {
	value, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil:
		return usual
	case value < 0:
		return never
	}
	return value
}

func (d *Delivery) flagger(spec *yaml.Node) {
	d.Of = text(spec, "targetRef", "kind") + " " + text(spec, "targetRef", "name")
	analysis := document.Get(spec, "analysis")
	if analysis == nil {
		analysis = document.Get(spec, "canaryAnalysis")
	}
	d.Way = "rolling"
	if isTrue(spec, "skipAnalysis") || analysis == nil {
		return
	}
	first, steps := flaggerSteps(analysis)
	d.Way = "canary"
	if text(analysis, "iterations") != "" {
		d.Way = "blue-green"
	}
	d.Less["threshold"] = 1
	if threshold, err := strconv.ParseFloat(text(analysis, "threshold"), 64); err == nil && threshold > 0 {
		d.Less["threshold"] = threshold
	}
	d.Less["first weight"] = first
	d.More["steps"] = steps
	d.More["seconds under analysis"] = steps * flaggerInterval(text(analysis, "interval"))
	for _, metric := range document.Items(document.Get(analysis, "metrics")) {
		d.flaggerMetric(metric)
	}
	for _, hook := range document.Items(document.Get(analysis, "webhooks")) {
		kind := text(hook, "type")
		called := d.pass(strings.TrimSpace("web hook "+kind), text(hook, "name"))
		d.asIs("address of web hook "+called, document.Get(hook, "url"))
		d.Manual = d.Manual || kind == "confirm-promotion" || kind == "confirm-rollout" || kind == "confirm-traffic-increase"
	}
}

// flaggerMetric reads between which values a metric has to be. Where there is no range, an older field counts: as the least rate
// of success, and the most of anything else; it is zero where it is left out.
func (d *Delivery) flaggerMetric(metric *yaml.Node) {
	name := text(metric, "name")
	called := d.pass("metric", name)
	least, most := -never, never
	bound := func(into *float64, path ...string) {
		if value, err := strconv.ParseFloat(text(metric, path...), 64); err == nil {
			*into = value
		}
	}
	switch {
	case document.Get(metric, "thresholdRange") != nil:
		bound(&least, "thresholdRange", "min")
		bound(&most, "thresholdRange", "max")
	case name == "request-success-rate":
		least = 0
		bound(&least, "threshold")
	default:
		most = 0
		bound(&most, "threshold")
	}
	d.More["thresholdRange.min of "+called], d.Less["thresholdRange.max of "+called] = least, most
	d.asIs("template of "+called, document.Get(metric, "templateRef"), document.Get(metric, "query"))
}

// flaggerInterval is how many seconds there are between two steps: a minute where that is not said, or cannot be read.
func flaggerInterval(text string) float64 {
	const usual, least = 60, 10
	duration, err := time.ParseDuration(text)
	if err != nil {
		return usual
	}
	return max(least, duration.Seconds())
}

// flaggerSteps are the first weight, and how many steps there are.
func flaggerSteps(analysis *yaml.Node) (first, steps float64) {
	if weights := document.Items(document.Get(analysis, "stepWeights")); len(weights) > 0 {
		return limit(document.Text(weights[0]), 100), float64(len(weights))
	}
	if iterations := limit(text(analysis, "iterations"), 0); iterations > 0 {
		return 0, iterations
	}
	step, most := limit(text(analysis, "stepWeight"), 100), limit(text(analysis, "maxWeight"), 100)
	return step, max(1, most/max(step, 1))
}

// seconds reads a duration, or a number of seconds.
func seconds(text string) float64 {
	if number, err := strconv.ParseFloat(text, 64); err == nil {
		return number
	}
	duration, err := time.ParseDuration(text)
	if err != nil {
		return 0
	}
	return duration.Seconds()
}

// DeliveryOf is that of an object with these traits; nil where it has none.
func (s Set) DeliveryOf() *Delivery {
	delivery, _ := s["delivery"].(*Delivery)
	return delivery
}

// AtOnce reports whether the steps give a version to all, and nothing before that could stop it: no analysis, no pause and no
// smaller weight.
func (d *Delivery) AtOnce() bool {
	first, known := d.Less["first setWeight"]
	if !known {
		first, known = d.Less["first weight"]
	}
	return d.Way == "rolling" || known && first >= 100 && !d.Manual && len(d.Has) == 0 && d.More["seconds of pause"] == 0
}
