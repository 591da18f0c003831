package report

import (
	"unicode/utf8"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
)

// places know where to show findings for those who show none without a file and a line.
type places struct {
	report *Report
	byApp  map[[2]string]event.Location // by app and environment; of the app alone with ""
}

func newPlaces(r *Report) *places {
	p := &places{report: r, byApp: make(map[[2]string]event.Location)}
	add := func(app, environment string, location event.Location) {
		for _, key := range [][2]string{{app, environment}, {app, ""}} {
			if _, ok := p.byApp[key]; !ok && location.Path != "" {
				p.byApp[key] = location
			}
		}
	}
	for _, c := range r.Event.Changes {
		for _, target := range c.Targets {
			add(c.App, c.Environment, c.Locations[target])
		}
	}
	for _, e := range r.Event.Effects {
		add(e.App, e.Environment, e.Location)
	}
	return p
}

// of is the place of a finding: its own, or that of something that its app and environment deploy
// differently, or else the configuration, which is where a rule is set. A file as a whole is
// shown at its first line.
func (p *places) of(f finding.Finding) event.Location {
	location := event.Location{Path: config.FileName}
	if f.Location != nil && f.Location.Path != "" {
		location = *f.Location
	} else if near, ok := p.byApp[[2]string{f.App, f.Environment}]; ok {
		location = near
	} else if near, ok := p.byApp[[2]string{f.App, ""}]; ok {
		location = near
	}
	if location.Line < 1 {
		location.Line, location.Column = 1, 0
	}
	return location
}

// endColumn is the column behind the scalar that starts at a location, or 0 where it is not known.
// It counts characters, as columns do.
func (p *places) endColumn(l event.Location) int {
	if l.Column < 1 || p.report.Source == nil {
		return 0
	}
	source, err := p.report.Source(l.Path)
	if err != nil {
		return 0
	}
	line, ok := lineOf(source, l.Line)
	if !ok {
		return 0
	}
	if _, scalar, _ := split(line, l.Column); len(scalar) > 0 {
		return l.Column + utf8.RuneCount(scalar)
	}
	return 0
}
