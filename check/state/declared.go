package state

import (
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
)

// DeclaredImages is the object of slots that images entries alone say something of.
const DeclaredImages = "images"

// declared is the version that images entries declare of an image, if they declare it whole.
func declared(d *kustomization.Declaration) (Held, bool) {
	image, version, ok := d.Image()
	return Held{Artifact: image, Version: version, Slot: Slot{Object: DeclaredImages, Part: d.Name}}, ok
}

// filledIn is a declaration with variables put into it.
func (c *collector) filledIn(d *kustomization.Declaration) *kustomization.Declaration {
	filled := *d
	for _, text := range []*string{&filled.Name, &filled.Current, &filled.Tag, &filled.Suffix, &filled.Digest} {
		*text = c.variables.Text(*text)
	}
	return &filled
}

// declaredImages are the versions that images entries declare.
func (c *collector) declaredImages(files []*kustomization.File) []Held {
	var held []Held
	for _, d := range kustomization.Declarations(files) {
		if h, ok := declared(c.filledIn(d)); ok {
			held = append(held, h)
		}
	}
	return held
}

// addDeclared adds what images entries do to something that was left out, unless what they say is
// rendered: then it is known.
func (c *collector) addDeclared(d *kustomization.Declaration) {
	held, whole := declared(d)
	switch {
	case whole && c.holds(held.Artifact, held.Version):
		return
	case whole:
		c.Held = append(c.Held, held)
	}
	c.Objects = append(c.Objects, Object{
		Identity: document.Identity{Kind: "images", Name: d.Name},
		Texts:    textsOf(d, whole),
		prints:   prints{content: textFingerprint(d.Current, d.Tag, d.Suffix, d.Digest), beside: textFingerprint(d.Name)},
	})
}

// remotes are the revisions of what Kustomize would fetch.
func remotes(fetched []kustomization.Named) []Held {
	var held []Held
	for _, f := range fetched {
		held = append(held, Held{
			Artifact: f.Remote.Artifact, Version: f.Remote.Version,
			Slot: Slot{Object: "remote", Part: string(f.Field) + " " + f.Remote.Version.Repository + "//" + f.Remote.Path},
		})
	}
	return held
}
