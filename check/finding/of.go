package finding

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
)

// Of turns what rules reported about an event into findings: those that the settings ask for, in the one order in which
// all formats tell them.
func Of(results []evaluate.Result, rules []evaluate.Rule, settings map[string]evaluate.Setting, e *event.Event) []Finding {
	ruleOf := make(map[string]evaluate.Rule, len(rules))
	for _, rule := range rules {
		ruleOf[rule.ID] = rule
	}
	different := byID(e)

	findings := make([]Finding, 0, len(results))
	for _, result := range results {
		setting := settings[result.Rule]
		if !asksFor(setting, result) {
			continue
		}
		rule, change := ruleOf[result.Rule], different[result.Change].change
		covers := coverOf(result, different)
		findings = append(findings, Finding{
			Rule:        result.Rule,
			Severity:    cmp.Or(setting.Severity, result.Severity, rule.Severity),
			Message:     result.Message,
			Change:      changeID(change),
			Covers:      covers.ids,
			Targets:     covers.targets,
			Files:       covers.files,
			Emergency:   result.Emergency,
			Soaked:      duration(result.Soaked),
			App:         result.App,
			Environment: result.Environment,
			Location:    locate(result, change),
			Remediation: rule.Remediation,
			Fingerprint: fingerprint(result, change),
		})
	}
	slices.SortFunc(findings, order(e.Path))
	disambiguate(findings)
	return findings
}

func duration(ns *float64) *time.Duration {
	if ns == nil {
		return nil
	}
	d := time.Duration(*ns)
	return &d
}

// asksFor reports whether a setting lets a result through. What belongs to no app or no environment
// concerns all of them: no filter drops it.
func asksFor(setting evaluate.Setting, result evaluate.Result) bool {
	if setting.Severity == evaluate.Off {
		return false
	}
	if len(setting.Environments) > 0 && result.Environment != "" && !slices.Contains(setting.Environments, result.Environment) {
		return false
	}
	return len(setting.Apps) == 0 || result.App == "" ||
		slices.ContainsFunc(setting.Apps, func(pattern string) bool { return doublestar.MatchUnvalidated(pattern, result.App) })
}

func changeID(change *event.Change) *string {
	if change == nil {
		return nil
	}
	return &change.ID
}

// locate is where a person would look: the place that the rule names, or else where the first of the
// change's targets has one.
func locate(result evaluate.Result, change *event.Change) *event.Location {
	if result.Location != nil || change == nil {
		return result.Location
	}
	for _, target := range change.Targets {
		if location, ok := change.Locations[target]; ok {
			return &location
		}
	}
	return nil
}

// order is by app, then along the promotion path, then by rule and by place. How grave a finding is has no part in
// it: fingerprints depend on the order.
func order(path []event.Environment) func(a, b Finding) int {
	step := make(map[string]int, len(path))
	for i, environment := range path {
		step[environment.Name] = i + 1 // 0: no environment
	}
	return func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.App, b.App),
			cmp.Compare(step[a.Environment], step[b.Environment]),
			cmp.Compare(a.Environment, b.Environment),
			cmp.Compare(a.Rule, b.Rule),
			compareLocations(a.Location, b.Location),
			cmp.Compare(a.Message, b.Message),
			cmp.Compare(a.Fingerprint, b.Fingerprint),
			cmp.Compare(overlayOf(a), overlayOf(b)),
			cmp.Compare(a.changeID(), b.changeID()),
		)
	}
}

func compareLocations(a, b *event.Location) int {
	switch {
	case a == b:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

func overlayOf(f Finding) string {
	if f.Location == nil {
		return ""
	}
	return f.Location.Overlay
}

func (f Finding) changeID() string {
	if f.Change == nil {
		return ""
	}
	return *f.Change
}

// fingerprint identifies a finding from one run to the next. It is made of what the finding is about,
// and not of what changes meanwhile: line numbers, commits, the message's wording.
func fingerprint(result evaluate.Result, change *event.Change) string {
	about := []string{result.Rule, result.App, result.Environment}
	if change != nil {
		about = append(about, change.Artifact.Key(), identity(change.Before), identity(change.After))
		for _, object := range change.Objects {
			about = append(about, object.Kind, object.Namespace, object.Name, object.Part)
		}
	} else if result.Location != nil {
		about = append(about, result.Location.Path)
	}
	return digest(about...)
}

func identity(v *artifact.Version) string {
	if v == nil {
		return ""
	}
	return digest(v.Repository, v.Tag, v.Digest)
}

// digest is a hash of texts that no other texts have, however they are divided.
func digest(texts ...string) string {
	encoded, _ := json.Marshal(texts) // strings always encode
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:])[:32]
}

// disambiguate gives findings that are about the same thing fingerprints of their own: the first keeps what they share,
// and the others add where they stand in the order.
func disambiguate(findings []Finding) {
	seen := make(map[string]int, len(findings))
	for i, f := range findings {
		seen[f.Fingerprint]++
		if n := seen[f.Fingerprint]; n > 1 {
			findings[i].Fingerprint = digest(f.Fingerprint, strconv.Itoa(n))
		}
	}
}
