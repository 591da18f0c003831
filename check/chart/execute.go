package chart

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	helmchart "helm.sh/helm/v4/pkg/chart"
	"helm.sh/helm/v4/pkg/chart/common"
	helm "helm.sh/helm/v4/pkg/chart/v2"
)

// source is a template of a chart.
type source struct {
	name  string // that Helm knows it by
	path  string // where it is in the repository
	text  string
	scope map[string]any // what it sees
	base  string
}

// execute runs the templates of a chart and of those in it.
func (l *loader) execute(c *helm.Chart, top common.Values, o Order) error {
	sources := l.ordered(c, top)
	s := newSet(l.budget)
	unparsed := map[string]error{}
	for _, source := range sources {
		l.budget.begin(source.path)
		unparsed[source.name] = s.parse(source.name, source.text)
	}
	for _, source := range sources {
		l.budget.begin(source.path)
		err := unparsed[source.name]
		partial := strings.HasPrefix(path.Base(source.name), "_")
		if partial && err == nil {
			continue
		}
		var printed string
		if err == nil {
			source.scope["Template"] = common.Values{"Name": source.name, "BasePath": source.base}
			printed, err = s.execute(source.name, source.scope)
		}
		if exceeded := l.budget.failed(); exceeded != nil {
			return exceeded
		}
		isNotes := path.Base(source.name) == "NOTES.txt"
		switch {
		case isNotes && err != nil: // they are only printed, and yet nothing is deployed where they fail
			notes := s.part(source, failed(err))
			l.rendering.Problems = append(l.rendering.Problems, Problem{notes.Template, notes.Line, "is refused by Helm: " + notes.Reason})
		case isNotes:
		case err != nil:
			l.rendering.LeftOut = append(l.rendering.LeftOut, s.part(source, failed(err)))
		default:
			l.objects(source.path, printed, o)
		}
	}
	if !o.SkipCRDs {
		l.crds(c, o)
	}
	return l.budget.failed()
}

// ordered are the templates in the order in which Helm runs them. Of two that have one name, the last one counts.
func (l *loader) ordered(c *helm.Chart, top common.Values) []source {
	all, _ := l.sources(c, top)
	named := map[string]source{}
	for _, source := range all {
		named[source.name] = source
	}
	return slices.SortedFunc(maps.Values(named), func(a, b source) int { return -byDepth(a.name, b.name) })
}

// byDepth is the order in which Helm runs templates, the other way round: a template may change the values that
// the next one sees.
func byDepth(a, b string) int {
	if deeper := strings.Count(a, "/") - strings.Count(b, "/"); deeper != 0 {
		return deeper
	}
	return strings.Compare(a, b)
}

// sources are the templates of a chart and of those in it, and what those of the chart itself see. Each chart
// sees its own part of the values only.
func (l *loader) sources(c *helm.Chart, outer common.Values) ([]source, map[string]any) {
	accessor, _ := helmchart.NewAccessor(c) // fails for what is no chart
	metadata := accessor.MetadataAsMap()
	metadata["IsRoot"] = c.IsRoot()
	subcharts := map[string]any{}
	scope := map[string]any{
		"Chart":        metadata,
		"Files":        newFiles(c.Files),
		"Release":      outer["Release"],
		"Capabilities": outer["Capabilities"],
		"Values":       make(common.Values),
		"Subcharts":    subcharts,
	}
	if c.IsRoot() {
		scope["Values"] = outer["Values"]
	} else if values, err := outer.Table("Values." + c.Name()); err == nil {
		scope["Values"] = values
	}
	var sources []source
	for _, sub := range c.Dependencies() {
		below, seen := l.sources(sub, scope)
		sources = append(sources, below...)
		subcharts[sub.Name()] = seen
	}
	at := c.ChartFullPath()
	for _, file := range c.Files {
		if bytes.Contains(file.Data, []byte("{{")) {
			l.rendering.Sources = append(l.rendering.Sources, Source{l.paths[file], string(file.Data)})
		}
	}
	for _, file := range c.Templates {
		if accessor.IsLibraryChart() && !strings.HasPrefix(path.Base(file.Name), "_") {
			continue
		}
		text := string(file.Data)
		sources = append(sources, source{path.Join(at, file.Name), l.paths[file], text, scope, path.Join(at, "templates")})
		l.rendering.Sources = append(l.rendering.Sources, Source{l.paths[file], text})
	}
	return sources, scope
}

// part is a template that failed.
func (s *set) part(source source, f *failure) Part {
	p := Part{Template: source.path, Line: f.line, Reason: f.reason, Text: source.text, Values: s.named(source)}
	if f.template != source.name {
		p.Line = 0
		if f.template != s.templates.Name() {
			p.Reason = fmt.Sprintf("%s (line %d of %s)", f.reason, f.line, f.template)
		}
	}
	return p
}
