package event

import (
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/unclaimed"
)

// comparison are the texts of an object, or of what it has taken the place of, before and after.
type comparison struct {
	was, now texts
	known    bool // the object itself was there before
}

// taken is what is told of something that an object takes from elsewhere. All that it takes is one set: what comes to it is
// told, be it in another's place or not, unless it is what stood there by another name. Of an object that is new the versions are
// judged that it takes in, and what has none is told.
func (b *builder) taken(s *site, object document.Identity, text state.Text, c comparison) []unclaimedText {
	if c.was.has(text) {
		return nil
	}
	var stood []string
	for _, other := range c.was[text.Path] {
		if other.Kind != unclaimed.Bare && !c.now.has(other) {
			stood = append(stood, other.Value)
		}
	}
	isAlike := func(was string) bool { return isSameDirectory(was, text.Value) }
	source, isReference := sourceOf(object, text.Value)
	if isReference && (text.Kind == unclaimed.Source && !strings.HasSuffix(text.Path, "valuesFiles") || text.Path == "spec.include") {
		is := b.standsFor(s, source, false)
		if len(stood) == 0 && !c.known && is == "" && source.Kind != "HelmRepository" { // a chart from there says its version itself
			text.Kind = unclaimed.Taken
			return []unclaimedText{{s, text, object.Kind + "/" + object.Name, "", true}}
		}
		isAlike = func(was string) bool {
			source, isReference := sourceOf(object, was)
			return isReference && is != "" && b.standsFor(s, source, true) == is
		}
	}
	switch {
	case slices.ContainsFunc(stood, isAlike):
	case len(stood) > 0:
		return []unclaimedText{{s, text, object.Kind + "/" + object.Name, stood[0], true}}
	case c.known && object.Kind != "ApplicationSet" && strings.HasPrefix(text.Path, "spec.") && !strings.HasPrefix(text.Path, "spec.values."):
		return []unclaimedText{{s, text, object.Kind + "/" + object.Name, "", true}}
	}
	return nil
}

// renamed are versions that a site held before, by the names that their sources have after the change where they stand for the same.
func (b *builder) renamed(s *site, held []state.Held) []state.Held {
	after, names := byKey(s.after.Objects), map[string]string{} // by object
	for key, was := range byKey(s.before.Objects) {
		is := after[key]
		if is == nil || was.Group != "helm.toolkit.fluxcd.io" {
			continue
		}
		from, to := sourcesOf(was), sourcesOf(is)
		if len(from) != 1 || len(to) != 1 || from[0].Kind != to[0].Kind || from[0].Name == to[0].Name {
			continue
		}
		if stood := b.standsFor(s, from[0], true); stood != "" && stood == b.standsFor(s, to[0], false) {
			names[key] = to[0].Name
		}
	}
	if len(names) == 0 {
		return held
	}
	held = slices.Clone(held)
	for i, h := range held {
		if name := names[h.Slot.Object]; name != "" && h.Artifact.Kind == artifact.Chart {
			held[i].Version.Repository = name
		}
	}
	return held
}

// sourcesOf are the sources of Flux that an object takes something from.
func sourcesOf(o *state.Object) []deploy.ID {
	var all []deploy.ID
	for _, text := range o.Texts {
		if source, ok := sourceOf(o.Identity, text.Value); ok && text.Kind == unclaimed.Source && !strings.HasSuffix(text.Path, "valuesFiles") {
			all = append(all, source)
		}
	}
	return all
}

// isSameDirectory reports whether a directory is that of another source of Flux, and called the same: the source is told itself.
func isSameDirectory(was, is string) bool {
	from, dir, _ := strings.Cut(was, "//")
	source, same, found := strings.Cut(is, "//")
	isFlux := func(name string) bool {
		return strings.HasPrefix(name, "GitRepository/") || !strings.Contains(name, ".")
	}
	return found && dir == same && isFlux(from) && isFlux(source)
}

// sourceOf is the source of Flux that an object takes something from by a text, where that names one.
func sourceOf(object document.Identity, text string) (deploy.ID, bool) {
	name, _, _ := strings.Cut(text, " (")
	parts := strings.Split(name, "/")
	if !strings.HasSuffix(object.Group, ".fluxcd.io") || len(parts) < 2 || len(parts) > 3 || strings.HasSuffix(parts[0], ":") {
		return deploy.ID{}, false
	}
	source := deploy.ID{Kind: parts[0], Namespace: object.Namespace, Name: parts[len(parts)-1]}
	if len(parts) > 2 {
		source.Namespace = parts[1]
	}
	return source, true
}

// standsFor is what a source of Flux stands for, before or after the change; empty where nothing says it. One that is nowhere
// here was made when the cluster was, and is this repository, where others of the environment take that by its name, or where
// it is called what Flux calls it then.
func (b *builder) standsFor(s *site, source deploy.ID, atBase bool) string {
	before, after := b.Layout.Sources()
	found, o, objects := after, s.After, s.after.Objects
	if atBase {
		found, o, objects = before, s.Before, s.before.Objects
	}
	if o == nil {
		return ""
	}
	is := found.StandsFor(source, o.MainFile())
	for _, object := range objects {
		for _, text := range object.Texts {
			isAddress := text.Kind == unclaimed.Source && text.Path == "spec.url"
			if isAddress && object.Kind == source.Kind && object.Name == source.Name && (object.Namespace == source.Namespace || source.Namespace == "" || object.Namespace == "") {
				return source.Kind + " " + text.Value + " "
			}
		}
	}
	if is == "" && source.Kind == "GitRepository" && b.isOwnByName(s, source) {
		return deploy.Own
	}
	return is
}

// isOwnByName reports whether a source that is nowhere here is this repository. An environment that had nothing taken from it
// goes by the others.
func (b *builder) isOwnByName(s *site, source deploy.ID) bool {
	if source.Name == "flux-system" && (source.Namespace == "flux-system" || source.Namespace == "") {
		return true
	}
	isSome, isHere, isAnywhere := false, false, false
	for _, other := range b.sites {
		if other.Before == nil {
			continue
		}
		for _, d := range other.Before.Deployers {
			is := takesOwnBy(d, source)
			isAnywhere = isAnywhere || is
			if other.Environment == s.Environment {
				isSome, isHere = true, isHere || is
			}
		}
	}
	return isHere || !isSome && isAnywhere
}

// takesOwnBy reports whether a deployer takes this repository in by a source.
func takesOwnBy(d *deploy.Deployer, source deploy.ID) bool {
	return slices.ContainsFunc(d.Sources, func(from deploy.Source) bool {
		by, ok := sourceOf(document.Identity{Group: "kustomize.toolkit.fluxcd.io", Namespace: d.Namespace}, from.From)
		return ok && from.Elsewhere == "" && by == source
	})
}
