// Package calendar knows when changes may go in: windows, freezes and holidays. It turns them into the
// facts about time that the rules judge by, at any moment; what follows from these is for the rules.
package calendar

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/spelling"
	"github.com/promocheck/promocheck/check/tree"
)

// Calendar is what a repo says about time.
type Calendar struct {
	path     string // of the configuration
	zone     *time.Location
	holidays map[string]string // names, empty ones too, by date
	listed   []config.Holiday
	windows  []window

	zoneIsGiven bool
}

// Read gathers the windows of the configuration, of the AppProjects that it names and of the freeze file, of
// which the latter two are in the tree. An error that a person can act on is of type *mistake.Error.
func Read(c *config.Config, t *tree.Tree, path []overlay.Environment) (*Calendar, error) {
	windows := slices.Clone(c.Windows)
	for _, source := range c.WindowsFrom {
		found, err := appProjects(c, source, t)
		if err != nil {
			return nil, err
		}
		windows = append(windows, found...)
	}
	freeze, err := readFreeze(c.Freeze, t)
	if err != nil {
		return nil, err
	}
	if freeze != nil {
		windows = append(windows, *freeze)
	}

	calendar := &Calendar{path: c.Path, zone: c.Timezone, zoneIsGiven: c.ZoneIsGiven, holidays: map[string]string{}, listed: c.Holidays}
	for _, holiday := range c.Holidays {
		calendar.holidays[holiday.Date] = holiday.Name
	}
	for _, w := range windows {
		if err := spell(&w, path); err != nil {
			return nil, err
		}
		settled := settle(w, c.Timezone)
		if w.From != nil && w.From.Instant != w.To.Instant && !settled.from.Before(settled.to) { // else it was seen when it was read
			return nil, mistake.Configured(w.Path, w.Line, "the window ends before it begins")
		}
		calendar.windows = append(calendar.windows, settled)
	}
	return calendar, nil
}

// readFreeze reads the freeze file, nil where there is none. One that cannot be read is an error: it was meant
// to stop the line.
func readFreeze(path string, t *tree.Tree) (*config.Window, error) {
	data, err := t.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, checkExtension(path, t)
	}
	if err != nil {
		return nil, mistake.Configured(path, 1, "the freeze file cannot be read: "+err.Error())
	}
	return config.ParseFreeze(path, data)
}

// checkExtension refuses a file that is called like the freeze file, but for the other extension of YAML.
func checkExtension(file string, t *tree.Tree) error {
	other := map[string]string{".yaml": ".yml", ".yml": ".yaml"}[path.Ext(file)]
	if other == "" {
		return nil
	}
	other = strings.TrimSuffix(file, path.Ext(file)) + other
	switch _, err := t.ReadFile(other); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	return mistake.Configured(other, 1, "this freezes nothing: the freeze file is "+file)
}

func appProjects(c *config.Config, source config.WindowSource, t *tree.Tree) ([]config.Window, error) {
	paths, err := matching(source.Pattern, t)
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, mistake.Configured(c.Path, source.Line, fmt.Sprintf("windowsFrom: no file matches %q", source.Pattern))
	}
	if err := tree.Prefetch(tree.Files{Tree: t, Paths: paths}); err != nil {
		return nil, err
	}
	var windows []config.Window
	for _, path := range paths {
		data, err := t.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if !bytes.Contains(data, []byte("AppProject")) {
			continue
		}
		found, err := config.ParseAppProjects(path, data)
		if err != nil {
			return nil, err
		}
		for i := range found {
			found[i].Environments = source.Environments
		}
		windows = append(windows, found...)
	}
	return windows, nil
}

// matching are the files that a pattern matches, in the order of their paths.
func matching(pattern string, t *tree.Tree) ([]string, error) {
	dir, _ := doublestar.SplitPattern(pattern)
	var paths []string
	err := t.Walk(dir, func(path string, entry tree.Entry) error {
		if !entry.Mode.IsDir() && !entry.Mode.IsSubmodule() && doublestar.MatchUnvalidated(pattern, path) {
			paths = append(paths, path)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return paths, err
}

// spell turns the names of a window's environments into those that the repo uses.
func spell(w *config.Window, path []overlay.Environment) error {
	if len(path) == 0 { // a repo before its first overlay
		return nil
	}
	known := make([]string, 0, len(path))
	for _, environment := range path {
		known = append(known, environment.Name)
	}
	w.Environments = slices.Clone(w.Environments)
	for i, name := range w.Environments {
		spelt, ok := spelling.Among(known, name)
		if !ok {
			return unknown(w.Path, w.Line, name, known)
		}
		w.Environments[i] = spelt
	}
	w.Exceptions = slices.Clone(w.Exceptions)
	for i, exception := range w.Exceptions {
		if exception.Environment == "" {
			continue
		}
		spelt, ok := spelling.Among(known, exception.Environment)
		if !ok {
			return unknown(w.Path, exception.Line, exception.Environment, known)
		}
		w.Exceptions[i].Environment = spelt
	}
	return nil
}

func unknown(path string, line int, name string, known []string) error {
	return mistake.Configured(path, line, fmt.Sprintf("environment %q is not on the promotion path: %s", name, strings.Join(known, ", ")))
}
