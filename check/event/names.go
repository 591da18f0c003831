package event

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/promocheck/promocheck/check/account"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
)

func environments(path []overlay.Environment) []Environment {
	environments := make([]Environment, 0, len(path))
	for _, e := range path {
		environments = append(environments, Environment{Name: valid(e.Name), Upstream: append([]string{}, e.Upstream...), Production: e.Production, Branch: branchOf(e)})
	}
	return environments
}

// branchOf is the branch that deploys an environment; null where directories say so.
func branchOf(e overlay.Environment) *string {
	if e.Branch == "" {
		return nil
	}
	return pointer(valid(e.Branch))
}

func files(accounted []account.File) []File {
	list := make([]File, 0, len(accounted))
	for _, a := range accounted {
		file := File{Path: valid(a.Path), Fate: string(a.Fate), Why: valid(a.Why), Production: a.Production, Places: make([]Place, 0, len(a.Places))}
		if a.Unused != "" {
			file.Unused = pointer(string(a.Unused))
		}
		for _, p := range a.Places {
			file.Places = append(file.Places, Place{App: valid(p.App), Environment: p.Environment, Target: valid(p.Target)})
		}
		list = append(list, file)
	}
	return list
}

func outside(found []overlay.Outside) []Outside {
	list := make([]Outside, 0, len(found))
	for _, o := range found {
		list = append(list, Outside{Path: valid(o.Path), Reason: o.Reason, Reached: o.Reached})
	}
	return list
}

func locationOf(dir string, l state.Location) Location {
	return Location{Overlay: valid(dir), Path: valid(l.Path), Line: l.Line, Column: l.Column}
}

// valid makes a name from the repo, where any byte may stand in one, text that every reader of the
// event takes in alike: bytes that are no UTF-8 are shown by their number.
func valid(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	var b strings.Builder
	for len(name) > 0 {
		r, size := utf8.DecodeRuneInString(name)
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, `\x%02x`, name[0])
		} else {
			b.WriteString(name[:size])
		}
		name = name[size:]
	}
	return b.String()
}

func validAll(names []string) []string {
	list := make([]string, 0, len(names))
	for _, name := range names {
		list = append(list, valid(name))
	}
	return list
}
