package chart

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"

	"github.com/promocheck/promocheck/check/document"
	helm "helm.sh/helm/v4/pkg/chart/v2"
	helmloader "helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/strvals"
)

// values puts together what an order gives a chart over the chart's own values, which it replaces where the
// order says so.
func (l *loader) values(c *helm.Chart, o Order) (map[string]any, error) {
	if o.Instead != nil {
		instead, err := l.merge(o.Instead, false)
		if err != nil {
			return nil, err
		}
		c.Values = instead
	}
	given, err := l.merge(o.Values, true)
	if err != nil {
		return nil, err
	}
	parameters := slices.Clone(o.Parameters)
	slices.SortStableFunc(parameters, func(a, b Parameter) int { return int(a.Kind - b.Kind) })
	for _, parameter := range parameters {
		if parameter.Kind == SetFile {
			content, err := l.valueFile(Values{File: parameter.File, Optional: parameter.Optional})
			if err != nil {
				return nil, err
			}
			parameter.Value = string(content)
		}
		if err := l.budget.take(len(parameter.Value)); err != nil {
			return nil, err
		}
		if err := parameter.set(given); err != nil {
			l.problem(o.Dir, "is given a parameter that Helm refuses, "+parameter.Name+": "+err.Error())
		}
	}
	return given, nil
}

// merge reads values, each over those before it.
func (l *loader) merge(all []Values, ordered bool) (map[string]any, error) {
	merged := map[string]any{}
	for i, values := range all {
		data, place := values.Data, Rewritten{Values: -1}
		if ordered {
			place.Values = i
		}
		if values.File != "" {
			var err error
			if data, err = l.valueFile(values); err != nil {
				return nil, err
			}
			place.File = values.File
		}
		read, err := l.readValues(data)
		if err := l.budget.failed(); err != nil {
			return nil, err
		}
		if err != nil {
			l.problem(values.File, "are values that cannot be read: "+err.Error())
			continue
		}
		l.rewritten(data, place)
		merged = helmloader.MergeMaps(merged, read)
	}
	return merged, nil
}

// valueFile reads a file of values; one that is missing is told, if it should not be.
func (l *loader) valueFile(values Values) ([]byte, error) {
	resolved, err := l.tree.Resolve(values.File)
	if err == nil {
		var data []byte
		if data, err = l.tree.Content(resolved.Path, resolved.Entry); err == nil {
			return data, nil
		}
	}
	if values.Optional && errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return nil, l.unreadable(values.File, "are no values that can be read", err)
}

// readValues reads a text of values as Helm does, once it is known that it stays in bounds.
func (l *loader) readValues(data []byte) (map[string]any, error) {
	if err := l.budget.take(10 * len(data)); err != nil {
		return nil, err
	}
	if err := document.Check(data); err != nil {
		return nil, err
	}
	return helmloader.LoadValues(bytes.NewReader(data))
}

// set puts a parameter into values.
func (p Parameter) set(values map[string]any) error {
	text := p.Name + "=" + p.Value
	switch p.Kind {
	case SetString:
		return strvals.ParseIntoString(text, values)
	case SetFile: // whose name in the text nobody looks at
		return strvals.ParseIntoFile(p.Name+"=file", values, func([]rune) (any, error) { return p.Value, nil })
	default:
		return strvals.ParseInto(text, values)
	}
}
