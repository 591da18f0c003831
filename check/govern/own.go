package govern

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/rego"
	"github.com/promocheck/promocheck/check/tree"
)

// own is the team's own rules.
type own struct {
	files []rego.File
	at    map[string]bool // where they are, once freed of links
	links bool            // there are links, which may lead elsewhere after a change to something else
}

// Rules are the files of the team's own rules: all that are below the directories that the configuration names.
func (g *Governing) Rules() ([]rego.File, error) {
	of, err := g.own()
	return of.files, err
}

// TouchedRules are those of some changed files that are rules of the team's own, before the change or after it.
func (g *Governing) TouchedRules(changes []tree.Change) []string {
	of, err := g.own()
	if err != nil {
		return nil // it has been told by now
	}
	var touched []string
	for _, change := range changes {
		if rego.IsRule(change.Path) && (of.at[change.Path] || g.isBelowRules(change.Path)) {
			touched = append(touched, change.Path)
		}
	}
	return touched
}

func readOwn(t *tree.Tree, c *config.Config) (of own, err error) {
	of.at = map[string]bool{}
	for _, dir := range c.Policies {
		resolved, err := t.Resolve(dir.Path)
		switch {
		case err == nil && resolved.Entry.Mode.IsSubmodule():
			return own{}, mistake.Configured(c.Path, dir.Line, fmt.Sprintf("policies: %s is a submodule, whose files would not be read", dir.Path))
		case errors.Is(err, fs.ErrNotExist), err == nil && !resolved.Entry.Mode.IsDir():
			return own{}, mistake.Configured(c.Path, dir.Line, fmt.Sprintf("policies: there is no directory %s", dir.Path))
		case err != nil:
			return own{}, mistake.Configured(c.Path, dir.Line, fmt.Sprintf("policies: %v", err))
		}
		files, err := rego.Read(dir.Path, t.FS(dir.Path))
		if err != nil {
			return own{}, err
		}
		if len(files) == 0 {
			return own{}, mistake.Configured(c.Path, dir.Line, fmt.Sprintf("policies: there is no rule in %s", dir.Path))
		}
		of.files = append(of.files, files...)
		for _, file := range files {
			leads, err := t.Resolve(file.Name)
			if err != nil {
				return own{}, err
			}
			of.at[leads.Path] = true
			of.links = of.links || len(leads.Links) > 0
		}
	}
	return of, nil
}

// isOfRules reports whether a file is for the team's own rules by where it is and what it is called: a rule, its test or
// a scenario of it. What else lies there may be deployed.
func (g *Governing) isOfRules(file string) bool {
	if !rego.IsRule(file) && !rego.IsTest(file) {
		return false
	}
	of, err := g.own()
	return g.isBelowRules(file) || err == nil && of.at[file]
}

func (g *Governing) isBelowRules(file string) bool {
	return slices.ContainsFunc(g.Config.Policies, func(dir config.Directory) bool { return strings.HasPrefix(file+"/", dir.Path+"/") })
}

// ownTouched reports whether changes may be to what the team's own rules are read from. Below their directories that is
// whatever differs: a link or a submodule may come in the place of any file.
func (g *Governing) ownTouched(changes []tree.Change) bool {
	if len(g.Config.Policies) == 0 {
		return false
	}
	of, err := g.own()
	return err != nil || of.links || slices.ContainsFunc(changes, func(c tree.Change) bool { return g.isBelowRules(c.Path) })
}
