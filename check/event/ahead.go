package event

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/setting"
	"github.com/promocheck/promocheck/check/spelling"
	"github.com/promocheck/promocheck/check/state"
)

// Ahead are the targets of an environment that do not have what others get by a change, by effect and by the target that gets it.
type Ahead map[string]map[string][]string

// objectFields are the fields of the objects of a target, by what the objects are called in any.
type objectFields map[string]map[string]string

// mostAhead bounds how many targets with another configuration are compared with the others: each is built once more.
const mostAhead = 16

// aheads finds out which targets lack what others get.
type aheads struct {
	*builder
	ctx    context.Context // of whoever builds the event
	fields map[builtAt]objectFields
}

// builtAt is a site before the change or after it.
type builtAt struct {
	*site
	after bool
}

// ahead tells for each target whose configuration changes which others of its environment do not have that, and do not get it by
// the same change.
func (b *builder) ahead(ctx context.Context, effects []Effect) (Ahead, error) {
	all := Ahead{}
	a := &aheads{b, ctx, map[builtAt]objectFields{}}
	compared := 0
	for _, s := range b.sites {
		at := slices.IndexFunc(effects, func(e Effect) bool {
			return e.App == valid(s.App) && e.Environment == s.Environment && slices.Contains(e.Targets, valid(s.Target))
		})
		if at < 0 || effects[at].VersionsOnly || s.Before == nil || s.After == nil || !s.Reached() || compared == mostAhead {
			continue
		}
		compared++
		without, err := a.without(s)
		if err != nil {
			return nil, err
		}
		if len(without) > 0 {
			if all[effects[at].ID] == nil {
				all[effects[at].ID] = map[string][]string{}
			}
			all[effects[at].ID][valid(s.Target)] = without
		}
	}
	return all, nil
}

// without are the other targets of a site's environment that do not have what changes there.
func (a *aheads) without(s *site) (targets []string, err error) {
	others := slices.DeleteFunc(slices.Clone(a.byApp[s.App]), func(o *site) bool {
		return o.Environment != s.Environment || o.Target == s.Target || o.Before == nil || o.Reached()
	})
	if len(others) == 0 {
		return nil, nil
	}
	was, err := a.fieldsAt(builtAt{s, false})
	if err != nil {
		return nil, err
	}
	is, err := a.fieldsAt(builtAt{s, true})
	if err != nil {
		return nil, err
	}
	for _, other := range others {
		there, err := a.fieldsAt(builtAt{other, false})
		if err != nil {
			return nil, err
		}
		if !there.has(was, is, setting.NatureOf(other.Place.Place, nil), setting.NatureOf(s.Place.Place, nil)) {
			targets = append(targets, valid(other.Target))
		}
	}
	return targets, nil
}

// fieldsAt are those that a site deploys.
func (a *aheads) fieldsAt(at builtAt) (objectFields, error) {
	if known := a.fields[at]; known != nil {
		return known, nil
	}
	in, o := cmp.Or(at.Tree, a.Before), at.Before
	if at.after {
		in, o = a.After, at.After
	}
	fields, err := state.FieldsOf(a.ctx, in, o, func(document.Identity) bool { return true })
	if err != nil {
		return nil, err
	}
	all := objectFields{}
	for identity, of := range fields {
		identity.Name = withoutWords(identity.Name, at.Target)
		all[a.called(identity)] = of
	}
	a.fields[at] = all
	return all, nil
}

// withoutWords is the name of an object without the words of its target's, unless it has no others.
func withoutWords(name, target string) string {
	words := spelling.Words(strings.ReplaceAll(target, "/", "-"))
	left := slices.DeleteFunc(strings.Split(name, "-"), func(word string) bool { return slices.Contains(words, word) })
	return cmp.Or(strings.Join(left, "-"), name)
}

// has reports whether a target has each field that changes elsewhere as it is there afterwards.
func (f objectFields) has(was, is objectFields, here, there setting.Nature) bool {
	for object := range merged(was, is) {
		for _, path := range fieldsBetween(was[object], is[object]) {
			after, stays := is[object][path]
			own, known := f[object][path]
			if known != stays || known && !setting.Alike(own, here, after, there) {
				return false
			}
		}
	}
	return true
}
