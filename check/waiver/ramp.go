package waiver

import (
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/config/strict"
)

// Ramp has errors be warnings for a while, so that a team gets used to a rule, or to all of them, before it is stopped.
type Ramp struct {
	Rule  string    // empty: all
	App   string    // a doublestar pattern; empty: all, and what belongs to none
	Until time.Time // in the team's zone
}

// Softens reports whether what a rule says of an app is a warning at most.
func (r Ramp) Softens(rule, app string, now time.Time) bool {
	return now.Before(r.Until) && (r.Rule == "" || r.Rule == rule) && r.Concerns(app)
}

// Concerns reports whether it is about an app.
func (r Ramp) Concerns(app string) bool {
	return r.App == "" || app != "" && doublestar.MatchUnvalidated(r.App, app)
}

// ReadRamps reads all of the configuration: of each rule, and of apps. Dates end with their days in the team's zone.
func ReadRamps(c *config.Config, zone *time.Location) ([]Ramp, error) {
	r := newReader(c.Path, zone)
	var ramps []Ramp
	if c.Ramp != nil {
		ofApps, err := strict.List(r.Reader, r.ramp)(c.Ramp, "ramp")
		if err != nil {
			return nil, err
		}
		ramps = ofApps
	}
	var ofRules []Ramp
	for id, rule := range c.Rules {
		if rule.WarnUntil == nil {
			continue
		}
		until, err := r.moment(rule.WarnUntil, "warn-until")
		if err != nil {
			return nil, err
		}
		ofRules = append(ofRules, Ramp{Rule: id, Until: until.Ends(zone).In(zone)})
	}
	slices.SortFunc(ofRules, func(a, b Ramp) int { return strings.Compare(a.Rule, b.Rule) })
	return append(ramps, ofRules...), nil
}

func (r reader) ramp(node *yaml.Node, _ string) (Ramp, error) {
	var ramp Ramp
	var until *calendar.Moment
	err := r.Mapping(node, "a ramp", strict.Fields{
		"app":   strict.Into(&ramp.App, r.pattern),
		"until": strict.Into(&until, r.moment),
	})
	switch {
	case err != nil:
		return ramp, err
	case ramp.App == "":
		return ramp, r.Errorf(node, "a ramp needs an app")
	case until == nil:
		return ramp, r.Errorf(node, "a ramp needs an end: until, as in 2026-12-24")
	}
	ramp.Until = until.Ends(r.zone).In(r.zone)
	return ramp, nil
}
