package state

import (
	"cmp"
	"slices"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/render"
	"github.com/promocheck/promocheck/check/unclaimed"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// addLeftOut makes up for what was not rendered: each part counts as an object that is compared as it
// is written, and the versions in it are declared versions.
func (c *collector) addLeftOut(r *render.Rendering, closure *kustomization.Closure) {
	c.Held = append(c.Held, remotes(closure.Remotes)...)
	for _, part := range r.LeftOut {
		c.addPart(part)
	}
	for _, d := range r.Images {
		c.addDeclared(c.filledIn(d))
	}
}

// addPart compares a part as parsed YAML, together with the files that it names.
func (c *collector) addPart(p render.Part) {
	object := Object{Identity: document.Identity{Kind: string(p.Field), Name: p.Name}}
	versions, claims := map[*yaml.Node]string{}, unclaimed.Claims{}
	for i, says := range p.Says {
		p.Says[i] = c.put(says)
	}
	before := len(c.Held)
	for _, root := range p.Says {
		c.addDeclaredBy(root, object.Identity, versions, claims)
	}
	target := document.Get(p.Says[0], "target")
	entry := p.Says[0]
	for _, patch := range document.Items(document.Get(entry, "patch")) { // inline, as the documents that its text has
		c.addDeclaredBy(patch, object.Identity, versions, claims)
	}
	for _, held := range c.Held[before:] {
		object.Texts = append(object.Texts, whereOf(held.Artifact, target, held.Slot.Part))
	}
	object.Texts = append(object.Texts, choices(p)...)
	if p.Field == kustomization.Charts {
		c.addChart(p, object.Key())
		if version := document.Get(entry, "version"); version != nil {
			versions[version], claims[version] = artifact.Chart, nil
		}
	}
	spelt := map[*yaml.Node]string{} // what is the same however an address is written
	if p.Remote != nil {
		for _, address := range []*yaml.Node{entry, document.Get(entry, "path")} {
			if address != nil {
				versions[address], spelt[address] = artifact.Git, p.Name+"?"+p.Remote.Version.Tag
				claims[address] = nil
			}
		}
		directory := unclaimed.Text{Path: string(p.Field), Value: p.Name, Kind: unclaimed.Directory}
		object.Texts = append(object.Texts, Text{Text: directory})
	}
	all := &yaml.Node{Kind: yaml.SequenceNode, Content: p.Says}
	object.prints = prints{fingerprintOf(all, spelt), fingerprintOf(all, versions)}
	for _, root := range p.Says {
		object.Texts = append(object.Texts, c.texts(root, claims, "")...)
	}
	c.Objects = append(c.Objects, object)
}

// addDeclaredBy takes what a left-out patch says of versions for declared ones: those of the objects in
// a strategic-merge patch, and the values that a JSON patch puts at an image.
func (c *collector) addDeclaredBy(root *yaml.Node, part document.Identity, versions map[*yaml.Node]string, claims unclaimed.Claims) {
	key := part.Key()
	found, _ := form.Object(root, c.settings)
	for _, found := range append(found, form.Operations(root, c.settings)...) {
		claim(claims, found)
		if found.Problem != "" {
			c.Unresolved = append(c.Unresolved, Unresolved{
				Reason: part.Kind + " " + part.Name + " " + found.Problem, Location: MainLocation(c.overlay), Slot: Slot{Object: key, Part: found.Part}, content: printOf(found),
			})
			continue
		}
		for _, scalar := range found.Scalars {
			versions[scalar] = found.Artifact.Key()
		}
		if c.holds(found.Artifact, found.Version) {
			continue // it is rendered after all
		}
		c.Held = append(c.Held, Held{Artifact: found.Artifact, Version: found.Version, Slot: Slot{Object: key, Part: found.Part}, Mention: found.Mention})
	}
	c.addTransformer(root, key)
	c.addReplacements(root, part, claims)
}

// addReplacements tells of versions that replacements take from something else. Which ones, what they take them from may say.
func (c *collector) addReplacements(root *yaml.Node, part document.Identity, claims unclaimed.Claims) {
	for _, found := range form.Replacements(root, c.settings) {
		claim(claims, found)
		slot := Slot{Object: part.Key(), Part: found.Part}
		if found.Problem == "" {
			c.Held = append(c.Held, Held{Artifact: found.Artifact, Version: found.Version, Slot: slot})
			continue
		}
		c.Unresolved = append(c.Unresolved, Unresolved{
			Reason: part.Kind + " " + part.Name + " " + found.Problem, Location: MainLocation(c.overlay), Slot: slot, Quiet: true,
			content: printOf(found), given: c.sourceOf(found.Source),
		})
	}
}

// addTransformer reads an images entry in the form of a plugin.
func (c *collector) addTransformer(root *yaml.Node, key string) {
	if document.Text(document.Get(root, "kind")) != "ImageTagTransformer" {
		return
	}
	text := func(key string) string { return document.Text(document.Get(root, "imageTag", key)) }
	held, ok := declared(&kustomization.Declaration{
		Name: text("name"), Current: cmp.Or(text("newName"), text("name")),
		Tag: text("newTag"), Suffix: text("tagSuffix"), Digest: text("digest"),
	})
	if ok && !c.holds(held.Artifact, held.Version) {
		held.Slot.Object = key
		c.Held = append(c.Held, held)
	}
}

// addChart reads the version of a Helm chart that Kustomize would inflate.
func (c *collector) addChart(p render.Part, key string) {
	chart, ok := p.Entry.(map[string]any)
	if !ok {
		return
	}
	text := func(key string) string {
		value, _ := chart[key].(string)
		return value
	}
	c.Held = append(c.Held, Held{
		Artifact: artifact.Artifact{Kind: artifact.Chart, Name: text("name")},
		Version:  artifact.Version{Repository: text("repo"), Tag: text("version")},
		Slot:     Slot{Object: key, Part: text("releaseName")},
		Owner:    NewOwner(document.Identity{Kind: string(p.Field), Namespace: text("namespace"), Name: text("releaseName")}),
	})
}

func (s *State) holds(a artifact.Artifact, version artifact.Version) bool {
	return slices.ContainsFunc(s.Held, func(h Held) bool { return h.Artifact == a && h.Version == version })
}
