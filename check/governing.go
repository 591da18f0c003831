package check

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/check/tree"
)

// readConfig reads the configuration that the change is judged by: the caller's file, else the one
// at the base ref, never the change's own.
func readConfig(o Options, base *tree.Tree) (*config.Config, error) {
	if o.Config == "" {
		return configAt(base)
	}
	file := o.Config
	if !filepath.IsAbs(file) {
		file = filepath.Join(o.Dir, file)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, &mistake.Error{Problem: "cannot read the configuration: " + err.Error(), Hint: "check --config", Usage: true, Err: err}
	}
	return config.Parse(o.Config, data)
}

// configAt reads a tree's configuration.
func configAt(t *tree.Tree) (*config.Config, error) {
	data, err := t.ReadFile(config.FileName)
	if errors.Is(err, fs.ErrNotExist) {
		return config.Default(), nil
	}
	if err != nil {
		return nil, err
	}
	return config.Parse(config.FileName, data)
}

// checkOwn refuses a change that makes what governs wrong: merged, it would stop every check.
func (s *Session) checkOwn(base *config.Config, c *refs.Comparison, files []tree.Change) error {
	if s.options.Config != "" {
		return nil
	}
	if err := checkOwnConfig(c.Before, c.After); err != nil {
		return err
	}
	return s.checkOwnWindows(base, c.After, files)
}

// checkOwnConfig refuses a change whose own configuration is wrong: merged, it would stop every check.
func checkOwnConfig(before, after *tree.Tree) error {
	is, err := after.ReadFile(config.FileName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if was, err := before.ReadFile(config.FileName); err == nil && bytes.Equal(was, is) {
		return nil
	}
	_, err = config.Parse(config.FileName, is)
	var wrong *mistake.Error
	if errors.As(err, &wrong) {
		wrong.Problem = "the change makes the configuration wrong, and merging it would stop every check: " + wrong.Problem
	}
	return err
}

// checkOwnWindows refuses a change whose own windows or freeze cannot be read: merged, it would stop every
// check.
func (s *Session) checkOwnWindows(base *config.Config, after *tree.Tree, changes []tree.Change) error {
	if !slices.ContainsFunc(changes, func(c tree.Change) bool { return aboutTime(base, c.Path) }) {
		return nil
	}
	own, err := configAt(after)
	if err != nil {
		return err
	}
	finder, err := overlay.NewFinder(own, s.parsed)
	if err != nil {
		return err
	}
	layout, err := finder.Of(after)
	if err != nil {
		return err
	}
	_, err = calendar.Read(own, after, layout.Path)
	var wrong *mistake.Error
	if errors.As(err, &wrong) && wrong.Path != "" {
		wrong.Problem = "the change makes this wrong, and merging it would stop every check: " + wrong.Problem
	}
	return err
}

// aboutTime reports whether a file may state windows.
func aboutTime(c *config.Config, file string) bool {
	named := func(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }
	return file == config.FileName || named(file) == named(c.Freeze) || slices.ContainsFunc(c.WindowsFrom, func(s config.WindowSource) bool {
		return doublestar.MatchUnvalidated(s.Pattern, file)
	})
}
