package event

import (
	"strings"

	"github.com/promocheck/promocheck/check/unclaimed"
)

// said is a text, and where it stands: in which object, and by which path in it.
type said struct{ object, path, value string }

// saidIn are the texts of an app's environments at base, once they were asked for.
type saidIn map[[2]string]map[said]bool

// named are the kinds of texts that name what runs by themselves, whatever the object is called that says them. What
// generated ConfigMaps are called differs between environments.
var named = map[unclaimed.Kind]bool{unclaimed.Digest: true, unclaimed.Reference: true, unclaimed.Address: true, unclaimed.Name: true}

// versioned are those that say a version of what their object is about, or what decides which one it is.
var versioned = map[unclaimed.Kind]bool{
	unclaimed.ImageKey: true, unclaimed.Revision: true, unclaimed.Version: true, unclaimed.Versioned: true, unclaimed.Choice: true, unclaimed.Taken: true,
}

// saying lists the environments right before a text's that deploy the very same text in the same place: what is copied
// from there, as where both have a copy of a release, has run there.
func (b *builder) saying(s unclaimedText, in saidIn) []string {
	names := []string{}
	object := s.object
	if named[s.Kind] {
		object, _, _ = strings.Cut(object, "/")
	} else if !versioned[s.Kind] {
		return names
	}
	upstream, _ := b.appPath(move{site: s.site})
	for _, environment := range upstream {
		at := [2]string{s.App, environment.Name}
		if in[at] == nil {
			in[at] = b.textsIn(s.App, environment.Name)
		}
		if in[at][said{object, s.Path, s.Value}] {
			names = append(names, environment.Name)
		}
	}
	return names
}

// textsIn are the texts of an environment at base, of each object by its kind and name, and by its kind alone.
func (b *builder) textsIn(app, environment string) map[said]bool {
	all := map[said]bool{}
	for _, site := range b.byApp[app] {
		if site.Environment != environment || site.Before == nil || site.before == nil {
			continue
		}
		for _, object := range site.before.Objects {
			for _, text := range object.Texts {
				all[said{object.Kind, text.Path, text.Value}] = true
				all[said{object.Kind + "/" + object.Name, text.Path, text.Value}] = true
			}
		}
	}
	return all
}
