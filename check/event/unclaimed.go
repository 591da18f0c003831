package event

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/locate"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/trait"
	"github.com/promocheck/promocheck/check/unclaimed"
)

// unclaimedText is a text in a place that differs and that no reader of versions knows.
type unclaimedText struct {
	*site
	state.Text
	object string // its kind and name
	before string // the only text that stood there before
	takes  bool   // the place of another, that is gone
}

// unclaimedTexts lists those of every reached site, in the order of the sites.
func (b *builder) unclaimedTexts() []unclaimedText {
	var all []unclaimedText
	for _, site := range b.sites {
		if site.Reached() && site.After != nil {
			all = append(all, b.textsOf(site)...)
			all = append(all, b.looseTexts(site)...)
			if b.isProduction(site.Environment) {
				all = append(all, b.toldTexts(site)...)
			}
		}
	}
	return all
}

// textsOf compares the texts of each object with those of the same object before. What is new is compared with all of its kind
// that are gone.
func (b *builder) textsOf(s *site) []unclaimedText {
	var all []unclaimedText
	before, after := merged(s.tookOver(), byKey(s.before.Objects)), byKey(s.after.Objects)
	gone, generated := map[string][]state.Text{}, map[document.Identity]*state.Object{}
	for _, key := range slices.Sorted(maps.Keys(before)) {
		if was := before[key]; after[key] == nil {
			gone[was.Group+"/"+was.Kind] = append(gone[was.Group+"/"+was.Kind], was.Texts...)
			generated[stemOf(was)] = was
		}
	}
	for _, key := range slices.Sorted(maps.Keys(after)) {
		is := after[key]
		same := cmp.Or(before[key], generated[stemOf(is)])
		var texts []state.Text
		switch {
		case same == nil:
			texts = gone[is.Group+"/"+is.Kind]
		case same.Equal(*is):
			continue
		default:
			texts = same.Texts
		}
		was, now := textsOf(texts), textsOf(is.Texts)
		for _, text := range is.Texts {
			if text.Kind == unclaimed.Hidden && same == nil || b.passed.has(s, is.Identity, text) || was.tellsPartOf(text, is.Texts) {
				continue // it is all new, or judged where it is put in
			}
			if text.Kind == unclaimed.Source || text.Kind == unclaimed.Directory {
				all = append(all, b.taken(s, is.Identity, text, comparison{was, now, same != nil})...)
				continue
			}
			differs := was.differs(text, now) || text.Kind == unclaimed.Choice && same != nil && !was.has(text)
			if same != nil && was.isOther(text, now) {
				text.Kind = unclaimed.Choice
				all = append(all, unclaimedText{s, text, is.Kind + "/" + is.Name, was[text.Path][0].Value, true})
			} else if text.Kind != unclaimed.Claimed && differs {
				all = append(all, unclaimedText{s, text, is.Kind + "/" + is.Name, was.replacedBy(text, now), same != nil && was.lost(text.Path, now)})
			}
		}
		if same != nil {
			all = append(all, s.unchosen(is.Kind+"/"+is.Name, texts, now)...)
		}
	}
	return all
}

// stemOf is an object by the name that its generator gives it with each content.
func stemOf(o *state.Object) document.Identity {
	id := o.Identity
	id.Name = trait.Stem(id.Kind, id.Name)
	return id
}

// unchosen lists what decided which versions an object picks, and is gone from it.
func (s *site) unchosen(object string, before []state.Text, now texts) []unclaimedText {
	var all []unclaimedText
	for _, text := range before {
		if text.Kind == unclaimed.Choice && len(now[text.Path]) == 0 {
			gone := state.Text{Text: unclaimed.Text{Path: text.Path, Kind: text.Kind}}
			all = append(all, unclaimedText{s, gone, object, text.Value, true})
		}
	}
	return all
}

// texts are those of an object, by path.
type texts map[string][]state.Text

func textsOf(all []state.Text) texts {
	t := texts{}
	for _, text := range all {
		if !t.has(text) {
			t[text.Path] = append(t[text.Path], text)
		}
	}
	return t
}

// has reports whether a text stands at its path.
func (t texts) has(text state.Text) bool {
	return slices.ContainsFunc(t[text.Path], func(other state.Text) bool { return other.Value == text.Value })
}

// differs reports whether a text did not stand there before. Where nothing stood, nothing was emptied; what is bare matters where
// something is gone that had a version.
func (t texts) differs(text state.Text, now texts) bool {
	if t.has(text) {
		return false
	}
	switch text.Kind {
	case unclaimed.Bare:
		return t.replacedBy(text, now) != ""
	case unclaimed.Choice:
		return len(t[text.Path]) > 0
	case unclaimed.Emptied:
		return slices.ContainsFunc(t[text.Path], func(other state.Text) bool { return other.Kind != unclaimed.Bare })
	}
	return true
}

// tellsPartOf reports whether a text is a choice among values of which some that differ are told themselves.
func (t texts) tellsPartOf(text state.Text, all []state.Text) bool {
	return text.Kind == unclaimed.Choice && slices.ContainsFunc(all, func(other state.Text) bool {
		return other.Kind == unclaimed.Hidden && other.Path == text.Path && !t.has(other)
	})
}

// lost reports whether something stood at a path that is gone from there.
func (t texts) lost(path string, now texts) bool {
	return slices.ContainsFunc(t[path], func(other state.Text) bool { return !now.has(other) })
}

// isOther reports whether a reader knows a text as the image of another artifact than the one that stood in its place, as where
// two containers swap theirs.
func (t texts) isOther(text state.Text, now texts) bool {
	if text.Kind != unclaimed.Claimed || len(t[text.Path]) != 1 || len(now[text.Path]) != 1 || t[text.Path][0].Kind != unclaimed.Claimed {
		return false
	}
	was, before, err := artifact.ParseImage(t[text.Path][0].Value)
	is, after, errAfter := artifact.ParseImage(text.Value)
	return err == nil && errAfter == nil && was != is && before.Tag+before.Digest != "" && after.Tag+after.Digest != ""
}

// isMoved reports whether what a text names is told as a change anyway.
func (s unclaimedText) isMoved(moved []move) bool {
	_, version, err := artifact.ParseImage(s.Value)
	return err == nil && slices.ContainsFunc(moved, func(m move) bool {
		return m.site == s.site && m.after != nil && m.after.Version.Repository == version.Repository
	})
}

// mayRun are the kinds of texts that had a version by themselves, or that a reader knew to be one.
var mayRun = map[unclaimed.Kind]bool{
	unclaimed.Claimed: true, unclaimed.Digest: true, unclaimed.Reference: true, unclaimed.ImageKey: true, unclaimed.Address: true, unclaimed.Name: true,
}

// replacedBy is what stood where a text stands, if that was one; of what is bare, what had a version and is gone.
func (t texts) replacedBy(text state.Text, now texts) string {
	if text.Kind == unclaimed.Bare {
		for _, other := range t[text.Path] {
			if mayRun[other.Kind] && !now.has(other) {
				return other.Value
			}
		}
	}
	if len(t[text.Path]) == 1 && text.Kind != unclaimed.Bare {
		return t[text.Path][0].Value
	}
	return ""
}

// unclaimed lists what may name what runs and is known to nobody, for the apps of which it is known by now what they
// hold.
func (b *builder) unclaimed(texts []unclaimedText, moved []move) []Unclaimed {
	list, listed, said := []Unclaimed{}, map[[9]string]int{}, saidIn{}
	held := map[string]map[string]bool{} // by app, the versions
	wholes := wholesOf(texts)
	for _, s := range texts {
		if s.Kind == unclaimed.Version {
			if held[s.App] == nil {
				held[s.App] = b.heldIn(s.App)
			}
			isKnown := held[s.App][s.Value] || s.Text.Loose && s.takes
			if !isKnown {
				continue
			}
		}
		if s.Text.Loose && slices.ContainsFunc(wholes[s.ofObject()], s.isIn) {
			continue
		}
		if s.Kind == unclaimed.Choice && s.isMoved(moved) {
			continue
		}
		if s.Kind == unclaimed.Directory && b.isOwn(s) {
			continue // of this repository, as it is: what lies there is looked at itself
		}
		if s.Kind == unclaimed.Source && s.isBeside() {
			continue // it says its version itself
		}
		follows := slices.ContainsFunc(moved, func(m move) bool { return m.site == s.site && s.follows(m) })
		if follows && s.Kind == unclaimed.Version {
			continue // a label, of which there may be one at each object
		}
		one := Unclaimed{
			App: valid(s.App), Environment: s.Environment, Targets: []string{valid(s.Target)}, Object: valid(s.object),
			Path: valid(s.Path), Before: valid(s.before), After: valid(s.Value), Kind: shown(s.Kind),
			Follows: follows, Upstream: b.saying(s, said),
		}
		alike := [9]string{one.App, one.Environment, one.Object, one.Path, one.Before, one.After, one.Kind, fmt.Sprint(one.Follows), fmt.Sprint(one.Upstream)}
		if at, known := listed[alike]; !known {
			listed[alike] = len(list)
			one.Location = locationOf(s.After.Dir, locate.Text(b.After, s.After, s.Text))
			list = append(list, one)
		} else if !slices.Contains(list[at].Targets, one.Targets[0]) {
			list[at].Targets = append(list[at].Targets, one.Targets[0])
		}
	}
	return list
}

// shown is a kind as rules know it: what lost its version is emptied of it.
func shown(kind unclaimed.Kind) string {
	if kind == unclaimed.Bare {
		kind = unclaimed.Emptied
	}
	return string(kind)
}

// isOwn reports whether a directory is one of this repository, at no revision but those that mean its own branch.
func (b *builder) isOwn(s unclaimedText) bool {
	repository, _, _ := strings.Cut(s.Value, "//")
	return slices.Contains(b.Self.Repositories, repository) && !slices.ContainsFunc(s.after.Held, func(h state.Held) bool {
		return h.Version.Repository == repository && !slices.Contains(b.Self.Revisions, strings.ToLower(h.Version.Tag))
	})
}

// isBeside reports whether a source of one thing comes with what takes from it, so that its version is judged. One that was there
// before is not judged again: what takes from it now has another version than it had.
func (s unclaimedText) isBeside() bool {
	kind, name, _ := strings.Cut(s.Value, "/")
	namespace, bare, isNamed := strings.Cut(name, "/")
	if !isNamed {
		namespace, bare = "", name
	}
	is := func(o state.Object) bool {
		return o.Kind == kind && o.Name == bare && (namespace == "" || o.Namespace == "" || o.Namespace == namespace)
	}
	return kind != "HelmRepository" && kind != "Bucket" && slices.ContainsFunc(s.after.Objects, is) && !slices.ContainsFunc(s.site.before.Objects, is)
}

// siteObject is one object of a site.
type siteObject struct {
	site   *site
	object string
}

func (s unclaimedText) ofObject() siteObject { return siteObject{s.site, s.object} }

// wholesOf are the paths in each object of what is told as a whole.
func wholesOf(texts []unclaimedText) map[siteObject][]string {
	wholes := map[siteObject][]string{}
	for _, s := range texts {
		if s.Kind == unclaimed.Choice || s.Kind == unclaimed.Taken {
			wholes[s.ofObject()] = append(wholes[s.ofObject()], s.Path)
		}
	}
	return wholes
}

// isIn reports whether a text is a part of what stands at another path of its object.
func (s unclaimedText) isIn(whole string) bool {
	path := s.Path + "."
	return strings.HasPrefix(path, whole+".") || strings.HasPrefix(strings.TrimPrefix(path, "spec."), whole+".")
}

// heldIn are the tags and digests that an app's environments hold, before or after.
func (b *builder) heldIn(app string) map[string]bool {
	held := map[string]bool{}
	for _, site := range b.byApp[app] {
		for _, h := range slices.Concat(site.before.Held, site.after.Held) {
			held[h.Version.Tag], held[h.Version.Digest] = true, true
		}
	}
	return held
}
