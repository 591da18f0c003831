package state

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// addRendered adds an object that Kustomize rendered. names maps repositories to the artifacts that
// images entries renamed them from.
func (s *State) addRendered(root *yaml.Node, names map[string]string, file string) {
	s.add(root, names, file, false)
}

// addDocument adds a document of a plain manifest; what is no object of Kubernetes counts as a file.
func (s *State) addDocument(root *yaml.Node, file string) {
	if strings.HasSuffix(document.Text(document.Get(root, "kind")), "List") {
		if items := document.Items(document.Get(root, "items")); items != nil {
			for _, item := range items {
				s.add(item, nil, file, true)
			}
			return
		}
	}
	s.add(root, nil, file, true)
}

// add reads one object. Where the nodes are those of the file itself, what is wrong with them has a
// line.
func (s *State) add(root *yaml.Node, names map[string]string, file string, inFile bool) {
	object := identify(root, file)
	versions := map[*yaml.Node]string{}
	key := s.ownKey(object)
	carried, taken := s.carried(root, object)
	for _, found := range carried {
		slot := Slot{Object: key, Part: found.Part}
		if found.Problem != "" {
			line, column := 0, 0
			if inFile && len(found.Scalars) > 0 {
				line, column = found.Scalars[0].Line, found.Scalars[0].Column
			}
			s.Unresolved = append(s.Unresolved, Unresolved{
				Reason: object.Kind + " " + object.Name + " " + found.Problem,
				Path:   file, Line: line, Column: column, Slot: slot, given: given(root, taken),
			})
			continue
		}
		if name, ok := names[found.Version.Repository]; ok && found.Artifact.Kind == artifact.Image {
			found.Artifact.Name = name
		}
		for _, scalar := range found.Scalars {
			if !strings.Contains(scalar.Value, "\n") { // a block of values says more than the version
				versions[scalar] = found.Artifact.Key()
			}
		}
		s.Held = append(s.Held, Held{Artifact: found.Artifact, Version: found.Version, Slot: slot, from: from(found)})
	}
	object.content, object.beside = fingerprints(root, taken, versions)
	s.Objects = append(s.Objects, object)
}

// carried finds the versions in a document, and what it takes from other files.
func (s *State) carried(root *yaml.Node, object Object) ([]form.Found, argocd.Taken) {
	if object.Kind == kindFile {
		return form.Values(root, s.settings), argocd.Taken{}
	}
	return form.Object(root, s.settings)
}

// given is what an application set makes versions from: its generators, and the files that they read.
func given(root *yaml.Node, taken argocd.Taken) fingerprint {
	generators := document.Get(root, "spec", "generators")
	if generators == nil || document.Text(document.Get(root, "kind")) != "ApplicationSet" {
		return fingerprint{}
	}
	content, _ := fingerprints(generators, taken, nil)
	return content
}

// from tells where a version was read from a file that is no part of the overlay.
func from(found form.Found) Location {
	if found.File == "" {
		return Location{}
	}
	return Location{found.File, found.Scalars[0].Line, found.Scalars[0].Column}
}

// fingerprints are those of an object and of what it takes from other files.
func fingerprints(root *yaml.Node, taken argocd.Taken, versions map[*yaml.Node]string) (content, beside fingerprint) {
	all := root
	if len(taken.Content)+len(taken.Directories) > 0 {
		all = &yaml.Node{Kind: yaml.SequenceNode, Content: append([]*yaml.Node{root}, taken.Content...)}
		for _, directory := range taken.Directories {
			all.Content = append(all.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: directory})
		}
	}
	return fingerprintOf(all, nil), fingerprintOf(all, versions)
}

// kindFile is the kind of a document that is no object of Kubernetes, such as Helm values.
const kindFile = "File"

// ownKey numbers objects of one key, as plain manifests may have them: neither hides the other.
func (s *State) ownKey(object Object) string {
	if s.keys == nil {
		s.keys = map[string]int{}
	}
	key := object.Key()
	s.keys[key]++
	if n := s.keys[key]; n > 1 {
		key = fmt.Sprintf("%s#%d", key, n)
	}
	return key
}

func identify(root *yaml.Node, file string) Object {
	group, _, found := strings.Cut(document.Text(document.Get(root, "apiVersion")), "/")
	if !found {
		group = ""
	}
	object := Object{
		Group:     group,
		Kind:      document.Text(document.Get(root, "kind")),
		Namespace: document.Text(document.Get(root, "metadata", "namespace")),
		Name:      document.Text(document.Get(root, "metadata", "name")),
	}
	if object.Kind == "" {
		return Object{Kind: kindFile, Name: file}
	}
	return object
}

// fingerprint tells whether two YAML trees mean the same: keys in any order, any quoting, no comments.
type fingerprint [sha256.Size]byte

// fingerprintOf reads node; scalars in replaced count as the text given there.
func fingerprintOf(node *yaml.Node, replaced map[*yaml.Node]string) fingerprint {
	h := sha256.New()
	writeNode(h, node, replaced)
	return fingerprint(h.Sum(nil))
}

func writeNode(h hash.Hash, node *yaml.Node, replaced map[*yaml.Node]string) {
	switch node.Kind {
	case yaml.AliasNode:
		writeNode(h, node.Alias, replaced)
	case yaml.MappingNode:
		writeMapping(h, node, replaced)
	case yaml.SequenceNode, yaml.DocumentNode:
		writeText(h, "[")
		for _, child := range node.Content {
			writeNode(h, child, replaced)
		}
		writeText(h, "]")
	case yaml.ScalarNode:
		if text, ok := replaced[node]; ok {
			writeText(h, "version")
			writeText(h, text)
			return
		}
		writeText(h, node.ShortTag())
		writeText(h, node.Value)
	}
}

func writeMapping(h hash.Hash, node *yaml.Node, replaced map[*yaml.Node]string) {
	type pair struct{ key, value *yaml.Node }
	pairs := make([]pair, 0, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		pairs = append(pairs, pair{node.Content[i], node.Content[i+1]})
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return strings.Compare(a.key.Value, b.key.Value) })
	writeText(h, "{")
	for _, p := range pairs {
		writeNode(h, p.key, nil)
		writeNode(h, p.value, replaced)
	}
	writeText(h, "}")
}

// writeText writes a text with its length, so that no two sequences of texts run together.
func writeText(h hash.Hash, text string) {
	var length [8]byte
	binary.LittleEndian.PutUint64(length[:], uint64(len(text)))
	h.Write(length[:])
	h.Write([]byte(text))
}

// textFingerprint is that of plain texts.
func textFingerprint(texts ...string) fingerprint {
	h := sha256.New()
	for _, text := range texts {
		writeText(h, text)
	}
	return fingerprint(h.Sum(nil))
}
