package check

import (
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
)

// checkOwnWindows refuses a change whose own windows or freeze cannot be read: merged, it would stop every
// check.
func checkOwnWindows(base *config.Config, after *tree.Tree, changes []tree.Change) error {
	if !slices.ContainsFunc(changes, func(c tree.Change) bool { return aboutTime(base, c.Path) }) {
		return nil
	}
	own, err := configAt(after)
	if err != nil {
		return err
	}
	layout, err := layoutAt(after, kustomization.Cache{}, own)
	if err != nil {
		return err
	}
	_, err = calendar.Read(own, after, layout.Path)
	var mistake *config.Error
	if errors.As(err, &mistake) {
		mistake.Problem = "the change makes this wrong, and merging it would stop every check: " + mistake.Problem
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
