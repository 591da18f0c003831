package event

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/state"
)

// Fields are the paths of the fields that differ, by effect and object.
type Fields map[string]map[string][]string

// Edits are the lines at which changed files were edited.
type Edits map[string]int

// Of how many effects, and of each object how many, fields are told: what is built for that is built once more. And of how many
// files the lines are.
const (
	mostBuiltAgain = 4
	mostFields     = 5
	mostEdits      = 100
)

// fields tells which fields differ of what changes in production along with an environment before it.
func (b *builder) fields(ctx context.Context, effects []Effect) (Fields, error) {
	fields := Fields{}
	for _, e := range effects {
		if len(fields) == mostBuiltAgain {
			break
		}
		if len(b.together(e, effects)) == 0 {
			continue
		}
		differ, err := b.fieldsOf(ctx, e)
		if err != nil {
			return nil, err
		}
		fields[e.ID] = differ
	}
	return fields, nil
}

// edits tells where the files were edited that change more than versions: those that are the only one to reach an effect, and
// those that reach production along with an environment before it.
func (b *builder) edits(effects []Effect) Edits {
	edits := Edits{}
	for _, e := range effects {
		paths := b.together(e, effects)
		if !e.VersionsOnly && len(e.ReachedBy) == 1 {
			paths = e.ReachedBy
		}
		for _, path := range paths {
			if _, known := edits[path]; !known && len(edits) < mostEdits {
				edits[path] = b.edited(path)
			}
		}
	}
	return edits
}

// together are the paths by which an effect in production is reached, and one of its app in an environment before.
func (b *builder) together(e Effect, effects []Effect) (paths []string) {
	if !b.isProduction(e.Environment) || e.VersionsOnly || !e.Stays {
		return nil
	}
	for _, other := range effects {
		if other.App != e.App || other.VersionsOnly || !other.Stays || !b.isBefore(other.Environment, e.Environment) {
			continue
		}
		for _, path := range other.ReachedBy {
			if slices.Contains(e.ReachedBy, path) && !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// fieldsOf are the fields that differ of the objects of an effect, in the first of its targets.
func (b *builder) fieldsOf(ctx context.Context, e Effect) (map[string][]string, error) {
	at := slices.IndexFunc(b.sites, func(s *site) bool {
		return s.Reached() && s.Before != nil && s.After != nil && valid(s.App) == e.App && s.Environment == e.Environment && valid(s.Target) == e.Targets[0]
	})
	if at < 0 {
		return map[string][]string{}, nil
	}
	s := b.sites[at]
	wanted := func(i document.Identity) bool {
		return slices.ContainsFunc(e.Resources, func(r Resource) bool {
			return r.Change == "modified" && r.Group == i.Group && r.Kind == i.Kind && r.Namespace == valid(i.Namespace) && r.Name == valid(i.Name)
		})
	}
	was, err := state.FieldsOf(ctx, b.Before, s.Before, wanted)
	if err != nil {
		return nil, err
	}
	is, err := state.FieldsOf(ctx, b.After, s.After, wanted)
	if err != nil {
		return nil, err
	}
	differ := map[string][]string{}
	for object, fields := range is {
		if paths := fieldsBetween(was[object], fields); len(paths) > 0 {
			differ[valid(object.Kind+" "+object.Name)] = paths[:min(len(paths), mostFields)]
		}
	}
	return differ, nil
}

// fieldsBetween are the paths under which two objects say something else, in order.
func fieldsBetween(was, is map[string]string) (paths []string) {
	all := maps.Clone(is)
	maps.Copy(all, was)
	for path := range all {
		before, had := was[path]
		after, has := is[path]
		if had != has || before != after {
			paths = append(paths, valid(path))
		}
	}
	slices.Sort(paths)
	return paths
}

// edited is the first line of a changed file that says something else than before: no comment, if it has another one. It is 0 for
// what comes or goes as a whole, or is no text.
func (b *builder) edited(path string) int {
	was, gone := b.Before.ReadFile(path)
	is, none := b.After.ReadFile(path)
	if gone != nil || none != nil || bytes.IndexByte(is, 0) >= 0 {
		return 0
	}
	before, after := strings.Split(string(was), "\n"), strings.Split(string(is), "\n")
	first, end := 0, 0
	for first < min(len(before), len(after)) && before[first] == after[first] {
		first++
	}
	for end < min(len(before), len(after))-first && before[len(before)-1-end] == after[len(after)-1-end] {
		end++
	}
	for i := first; i < len(after)-end; i++ {
		if line := strings.TrimSpace(after[i]); line != "" && !strings.HasPrefix(line, "#") {
			return i + 1
		}
	}
	return min(first+1, len(after)) // lines were taken out before it
}
