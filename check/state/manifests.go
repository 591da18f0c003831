package state

import (
	"bytes"
	"errors"
	"slices"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// manifest is a file that is deployed as it is.
type manifest struct {
	path string
	data []byte
}

// manifests are the files of a directory that has no kustomization: whatever lies in it is deployed.
func (c *collector) manifests(t *tree.Tree, files []string) []manifest {
	var all []manifest
	for _, file := range files {
		data, err := t.ReadFile(file)
		if err != nil {
			c.unresolved(err.Error(), Location{Path: file})
			continue
		}
		all = append(all, manifest{file, data})
	}
	return all
}

// addManifests has the objects of manifests be read. Those of a large one are not kept until then where nothing that any of
// them says decides how others are read.
func (c *collector) addManifests(manifests []manifest) {
	if c.readsAlone(manifests) {
		c.alone = manifests
		return
	}
	for _, m := range manifests {
		c.check(m, m.objects(func(o *observed) { c.pending = append(c.pending, o) }))
	}
}

// readsAlone reports whether each object of some manifests can be read by itself: nothing is put into any from others. Who
// has no readers wants the objects.
func (c *collector) readsAlone(manifests []manifest) bool {
	if len(c.readers) == 0 || len(c.overlay.Providers) > 0 || c.overlay.Edits.Substitution() != nil {
		return false
	}
	return !slices.ContainsFunc(manifests, func(m manifest) bool {
		return bytes.Contains(m.data, []byte("valuesFrom")) || !document.ToTheLetter(m.data)
	})
}

// readAlone reads objects as they are parsed. What is wrong with files is told before what is wrong with objects.
func (c *collector) readAlone() {
	ofFiles, ofObjects := c.Unresolved, []Unresolved(nil)
	for _, m := range c.alone {
		c.Unresolved = ofObjects
		read := m.objects(func(o *observed) { c.read(o, c.readers) })
		ofObjects, c.Unresolved = c.Unresolved, ofFiles
		c.check(m, read)
		ofFiles = c.Unresolved
	}
	c.Unresolved = slices.Concat(ofFiles, ofObjects)
	c.alone = nil
}

// parsing is how parsing a manifest went.
type parsing struct {
	err      error // what is wrong with it from a place on
	peculiar bool  // others may read it otherwise
}

// objects visits the objects of a manifest.
func (m manifest) objects(visit func(*observed)) parsing {
	p := parsing{peculiar: bytes.Contains(m.data, []byte("<<"))}
	p.err = document.Each(m.data, func(root *yaml.Node) {
		p.peculiar = p.peculiar || document.Peculiar(root)
		for _, object := range objectsIn(root) {
			visit(&observed{root: object, file: m.path, inFile: true})
		}
	})
	return p
}

// check notes what is wrong with a manifest.
func (c *collector) check(m manifest, p parsing) {
	var wrong *mistake.Error
	if errors.As(p.err, &wrong) {
		c.unreadable("is not valid YAML: "+wrong.Problem, m.path, wrong.Line, m.data)
		return
	}
	if p.peculiar {
		if documents, err := document.Parse(m.data); err != nil || !document.Agree(m.data, documents) {
			c.unreadable(contested, m.path, 0, m.data)
		}
	}
}
