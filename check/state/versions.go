package state

import (
	"fmt"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// readVersions keeps the versions that an object runs, and what of them cannot be worked out.
func (c *collector) readVersions(o *observed) {
	var carried []form.Found
	switch {
	case isChart(o.file):
		carried = form.Chart(o.root)
	case o.kept.Kind == document.KindFile:
		carried = form.Values(o.root, isValues(o.file), c.settings)
	default:
		carried, o.deployed = form.Object(o.root, c.settings)
	}
	if release := c.within(o); release != nil {
		c.installed, o.installs = append(c.installed, release), release
	}
	for _, found := range carried {
		if file, ok := o.originOf(found); ok {
			found.File = file
		}
		slot := Slot{Object: o.key, Part: found.Part}
		claim(o.claims, found)
		if found.Passed {
			o.pass(found)
			continue
		}
		if found.Problem != "" {
			by, secret := secretOf(o.uses(found))
			from := given(o.root, o.taken())
			if by != "" {
				from = fingerprintOf(secret, nil)
			}
			c.Unresolved = append(c.Unresolved, Unresolved{
				Reason: o.kept.Kind + " " + o.kept.Name + " " + found.Problem + by, Location: o.place(found.Scalars), Slot: slot, Placeholder: placeholderIn(found), content: printOf(found), given: from,
			})
			continue
		}
		if name, ok := o.names[found.Version.Repository]; ok && found.Artifact.Kind == artifact.Image {
			found.Artifact.Name = name
		}
		o.pass(found)
		if strings.Contains(found.Part, "patch") { // of what is built from it elsewhere
			o.kept.Texts = append(o.kept.Texts, whereOf(found.Artifact, found.Target, found.Part))
		}
		c.Held = append(c.Held, Held{
			Artifact: found.Artifact, Version: found.Version, Slot: slot, Owner: c.ownerOf(o, found), Mention: found.Mention, Written: written(found),
			Uses: o.uses(found), Made: o.made, stream: streamOf(o, found),
		})
		c.tellPrinted(o, found, slot)
	}
}

// tellPrinted tells of a number among values that a chart from elsewhere prints as another text.
func (c *collector) tellPrinted(o *observed, found form.Found, slot Slot) {
	for _, scalar := range found.Scalars {
		if printed := document.Printed(scalar); printed != scalar.Value && printed == found.Version.Tag {
			reason := fmt.Sprintf(printsOtherwise, scalar.Value, strings.ReplaceAll(strings.Trim(found.Part, "/"), "/", "."), printed, printed)
			c.Unresolved = append(c.Unresolved, Unresolved{Reason: reason, Location: o.place(found.Scalars), Slot: slot})
		}
	}
}

// printsOtherwise is said of a number that Helm makes another text of.
const printsOtherwise = "says %s for %s, of which Helm makes %s, so that %s is deployed: put it in quotes"

// pass notes which scalars say the version of what was found: here, or for what a deployer deploys elsewhere.
func (o *observed) pass(found form.Found) {
	if found.Problem == "" && found.Artifact == (artifact.Artifact{}) {
		o.passes = true // it need not be a version
		return
	}
	for _, scalar := range found.Scalars {
		if !strings.Contains(scalar.Value, "\n") {
			o.versions[scalar] = found.Artifact.Key()
		}
	}
}

// placeholderIn is the text of what was found that has a placeholder for Argo CD to fill in; empty where none has.
func placeholderIn(found form.Found) string {
	for _, scalar := range found.Scalars {
		if strings.Contains(scalar.Value, "{{") {
			return scalar.Value
		}
	}
	return ""
}

// printOf tells a problem from others that read alike, by all of the text that it is about.
func printOf(found form.Found) fingerprint {
	texts := []string{found.Problem}
	for _, scalar := range slices.Concat(found.Scalars, found.Given) {
		texts = append(texts, scalar.Value)
	}
	return textFingerprint(texts...)
}

// given is what an application set makes versions from: its generators, and the files that they read.
func given(root *yaml.Node, taken argocd.Taken) fingerprint {
	generators := document.Get(root, "spec", "generators")
	if generators == nil || document.Text(document.Get(root, "kind")) != "ApplicationSet" {
		return fingerprint{}
	}
	return printsOf(generators, taken, nil).content
}

// written tells where a version was read from a file that is no part of the overlay.
func written(found form.Found) Location {
	if found.File == "" {
		return Location{}
	}
	return Location{found.File, found.Scalars[0].Line, found.Scalars[0].Column}
}

// originOf is the file that the first scalar of what was found stands in, where that may be any of several.
func (o *observed) originOf(found form.Found) (string, bool) {
	if len(found.Scalars) == 0 {
		return "", false
	}
	file, ok := o.origins[found.Scalars[0]]
	return file, ok
}
