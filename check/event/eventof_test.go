package event_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
	"github.com/promocheck/promocheck/internal/treetest"
)

// eventOf works out the event of a change from one set of files to another.
func eventOf(t testing.TB, before, after treetest.Files) *event.Event {
	t.Helper()
	return eventIn(t, treetest.New(), before, after)
}

func eventIn(t testing.TB, store *treetest.Store, before, after treetest.Files) *event.Event {
	t.Helper()
	was, is := store.Tree(t, before), store.Tree(t, after)
	changes, err := tree.Diff(was, is)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, change := range changes {
		paths = append(paths, change.Path)
	}
	finder, err := overlay.NewFinder(config.Default(), kustomization.Cache{})
	if err != nil {
		t.Fatal(err)
	}
	layoutOf := func(at *tree.Tree) *overlay.Layout {
		layout, err := finder.Of(at)
		if err != nil {
			t.Fatal(err)
		}
		return layout
	}
	layout := overlay.Pair(layoutOf(was), layoutOf(is), paths)
	built, err := event.Build(t.Context(), event.Comparison{Now: time.Unix(0, 0).UTC(), Layout: layout, Before: was, After: is, States: state.NewCache()})
	if err != nil {
		t.Fatal(err)
	}
	return built
}

// summary is an event in a few lines, for tests to compare.
func summary(e *event.Event) string {
	var b strings.Builder
	for _, c := range e.Changes {
		fmt.Fprintf(&b, "change %s %s %v -> %v\n", c.ID, strings.Join(c.Targets, ","), version(c.Before), version(c.After))
	}
	for _, f := range e.Effects {
		fmt.Fprintf(&b, "effect %s:%s %s %s", f.App, f.Environment, strings.Join(f.Targets, ","), f.Fidelity)
		for _, r := range f.Resources {
			fmt.Fprintf(&b, " %s/%s/%s", r.Change, r.Kind, r.Name)
		}
		b.WriteByte('\n')
	}
	for _, u := range e.Unresolved {
		fmt.Fprintf(&b, "unresolved %s:%s %s reached:%v %s:%d %s\n", u.App, u.Environment, u.Target, u.Reached, u.Location.Path, u.Location.Line, u.Reason)
	}
	for _, o := range e.Outside {
		fmt.Fprintf(&b, "outside %s reached:%v %s\n", o.Path, o.Reached, o.Reason)
	}
	return b.String()
}

func version(v *event.Version) string {
	if v == nil {
		return "nothing"
	}
	return v.Repository + ":" + v.Tag + v.Digest
}
