package govern

import (
	"errors"
	"slices"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/tree"
	"github.com/promocheck/promocheck/check/waiver"
)

// CheckMerge refuses a change after which what governs would not work: merged, it would stop every check. Whether it
// works is for the caller to try.
func (g *Governing) CheckMerge(after *tree.Tree, changes []tree.Change, try func(*Governing) error) error {
	if g.byCaller || !g.touched(changes) {
		return nil
	}
	merged, err := Read(after)
	if err == nil {
		err = try(merged)
	}
	var wrong *mistake.Error
	if errors.As(err, &wrong) && wrong.Path != "" && try(g) == nil { // else it may be none of the change's
		what := "this"
		if wrong.Path == config.FileName || wrong.Path == config.MistakenName {
			what = "the configuration"
		}
		wrong.Problem = "the change makes " + what + " wrong, and merging it would stop every check: " + wrong.Problem
	}
	return err
}

// touched reports whether changes may be to what governs.
func (g *Governing) touched(changes []tree.Change) bool {
	for _, file := range []string{config.FileName, g.Time.Freeze} {
		if resolved, _ := g.Tree.Resolve(file); len(resolved.Links) > 0 {
			return true // what it leads to may have changed
		}
	}
	return g.ownTouched(changes) || slices.ContainsFunc(changes, func(c tree.Change) bool {
		return c.Path == config.FileName || c.Path == config.MistakenName || g.Time.MayBeIn(c.Path) || waiver.MayBeIn(c.Path)
	})
}
