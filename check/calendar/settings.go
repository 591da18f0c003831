package calendar

import (
	"path"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/config/strict"
)

// FreezeName is where a freeze is declared, unless the configuration names another file.
const FreezeName = ".promocheck-freeze.yaml"

// Settings are what the configuration says about time.
type Settings struct {
	Zone        *time.Location // the team's; UTC where none is given
	ZoneIsGiven bool

	Freeze string // path of the freeze file

	path        string // of the configuration
	windows     []window
	windowsFrom []source
	holidays    []holiday
}

// source names manifests in the repo whose AppProjects have windows.
type source struct {
	line         int
	pattern      string // doublestar
	environments []string
}

// holiday is a day on which nobody is there to notice.
type holiday struct {
	line int
	date string // YYYY-MM-DD
	name string // may be empty
}

// Parse reads the part of a configuration that is about time, nil where there is none. File is the configuration's path, for
// errors, which are of type *mistake.Error.
func Parse(file string, part *yaml.Node) (*Settings, error) {
	s := &Settings{Zone: time.UTC, path: file, Freeze: FreezeName}
	if part == nil {
		return s, nil
	}
	r := reader{strict.Reader{Path: file}}
	s.ZoneIsGiven = strict.At(part, "timezone") != nil
	err := r.Mapping(part, "configuration", strict.Fields{
		"timezone":    strict.Into(&s.Zone, r.zone),
		"windows":     strict.Into(&s.windows, strict.List(r.Reader, r.window(""))),
		"windowsFrom": strict.Into(&s.windowsFrom, strict.List(r.Reader, r.source)),
		"holidays":    strict.Into(&s.holidays, r.holidays),
		"freeze":      strict.Into(&s.Freeze, r.File),
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// MayBeIn reports whether a file may state windows, beside the configuration.
func (s *Settings) MayBeIn(file string) bool {
	stem := func(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }
	return stem(file) == stem(s.Freeze) || slices.ContainsFunc(s.windowsFrom, func(from source) bool {
		return doublestar.MatchUnvalidated(from.pattern, file)
	})
}

// reader reads what is about time.
type reader struct{ strict.Reader }

func (r reader) holidays(node *yaml.Node, what string) ([]holiday, error) {
	seen := map[string]bool{}
	return strict.List(r.Reader, func(item *yaml.Node, _ string) (holiday, error) {
		h, err := r.holiday(item)
		if err == nil && seen[h.date] {
			err = r.Errorf(item, "the holiday %s is listed twice", h.date)
		}
		seen[h.date] = true
		return h, err
	})(node, what)
}

func (r reader) holiday(node *yaml.Node) (h holiday, err error) {
	h.line = node.Line
	if node.Kind == yaml.ScalarNode {
		h.date, err = r.date(node, "")
		return h, err
	}
	err = r.Mapping(node, "a holiday", strict.Fields{
		"date": strict.Into(&h.date, r.date),
		"name": strict.Into(&h.name, r.Text),
	})
	if err == nil && h.date == "" {
		err = r.Errorf(node, "a holiday needs a date")
	}
	return h, err
}

func (r reader) date(node *yaml.Node, _ string) (string, error) {
	text, err := r.Text(node, "a holiday")
	if err != nil {
		return "", err
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return "", r.Errorf(node, "holiday %q is no date: write it like 2026-12-25", text)
	}
	return text, nil
}

// source reads where AppProjects are: a pattern, or one with the environments that they are for.
func (r reader) source(node *yaml.Node, what string) (s source, err error) {
	s.line = node.Line
	if node.Kind == yaml.ScalarNode {
		s.pattern, err = r.Glob(node, what)
	} else {
		err = r.Mapping(node, what, strict.Fields{
			"files":        func(n *yaml.Node, _ string) (err error) { s.pattern, err = r.Glob(n, what); return err },
			"environments": strict.Into(&s.environments, r.Texts),
		})
	}
	if err == nil && (s.pattern == "" || strings.HasPrefix(s.pattern, "/")) {
		err = r.Errorf(node, "windowsFrom needs the files, from the top of the repo, as in projects/*.yaml")
	}
	return s, err
}
