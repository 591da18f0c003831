package state

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// addLeftOut makes up for what was not rendered: each part counts as an object that is compared as it
// is written, and the versions in it are declared versions.
func (s *State) addLeftOut(r *rendering, closure *kustomization.Closure) {
	s.Held = append(s.Held, remotes(closure.Remotes)...)
	for _, part := range append(r.leftOut, r.silent()...) {
		s.addPart(r, part)
	}
	rendered := map[string]bool{}
	for _, held := range s.Held {
		rendered[held.Artifact.Key()] = true
	}
	for _, declared := range declaredImages(closure.Files) {
		if !rendered[declared.Artifact.Key()] {
			s.Held = append(s.Held, declared)
			s.Objects = append(s.Objects, declaredObject(declared))
		}
	}
}

// silent lists the patches that Kustomize passes over without a word if nothing matches their
// target: beside a part that was left out, no one can tell whether they match something in there.
func (r *rendering) silent() []part {
	var found []part
	for _, file := range r.closure.Files {
		all := generic(file.Kustomization)
		for _, field := range []kustomization.Field{kustomization.Patches, kustomization.JSONPatches} {
			entries, _ := all[field].([]any)
			for i, entry := range entries {
				if patch, ok := entry.(map[string]any); ok && patch["target"] != nil {
					found = append(found, part{file, field, entry, r.closure.FilesOf(file, field, i)})
				}
			}
		}
	}
	return found
}

// addPart compares a part as parsed YAML, together with the files that it names.
func (s *State) addPart(r *rendering, p part) {
	said := append([]*yaml.Node{entryNode(p.entry)}, r.contents(p)...)
	object := Object{Kind: string(p.field), Name: p.name()}
	versions := map[*yaml.Node]string{}
	for _, root := range said {
		s.addDeclaredBy(root, object, versions)
	}
	if p.field == kustomization.Charts {
		s.addChart(p, object)
		if version := document.Get(said[0], "version"); version != nil {
			versions[version] = artifact.Chart
		}
	}
	if remote := r.remote(p); remote != nil {
		versions[said[0]] = remote.Version.Repository + "//" + remote.Path
	}
	object.content, object.beside = fingerprints(said, versions)
	s.Objects = append(s.Objects, object)
}

// remote is what Kustomize would fetch for a part that is nothing but its address; nil for any other.
func (r *rendering) remote(p part) *kustomization.Remote {
	for _, fetched := range r.closure.Remotes {
		if fetched.File == p.file && fetched.Field == p.field && fetched.Value == p.entry {
			return fetched.Remote
		}
	}
	return nil
}

// fingerprints are those of several YAML trees as one.
func fingerprints(said []*yaml.Node, versions map[*yaml.Node]string) (content, beside fingerprint) {
	all := &yaml.Node{Kind: yaml.SequenceNode, Content: said}
	return fingerprintOf(all, nil), fingerprintOf(all, versions)
}

// contents reads the files that a part names.
func (r *rendering) contents(p part) []*yaml.Node {
	var found []*yaml.Node
	for _, name := range p.files {
		data, err := r.tree.ReadFile(name)
		if err != nil {
			continue // Kustomize says so
		}
		if documents, err := document.Parse(data); err == nil {
			found = append(found, documents...)
			continue
		}
		sum := sha256.Sum256(data) // no YAML: any difference counts
		found = append(found, &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: string(sum[:])})
	}
	return found
}

// entryNode is an entry as YAML. Text that is YAML itself, an inline patch, is read as such.
func entryNode(entry any) *yaml.Node {
	if text, ok := entry.(string); ok {
		if documents, err := document.Parse([]byte(text)); err == nil && len(documents) > 0 && documents[0].Kind != yaml.ScalarNode {
			return &yaml.Node{Kind: yaml.SequenceNode, Content: documents}
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: text}
	}
	if fields, ok := entry.(map[string]any); ok {
		node := &yaml.Node{Kind: yaml.MappingNode}
		for _, key := range slices.Sorted(maps.Keys(fields)) {
			node.Content = append(node.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: key}, entryNode(fields[key]))
		}
		return node
	}
	data, _ := json.Marshal(entry) // it was read from JSON
	documents, err := document.Parse(data)
	if err != nil || len(documents) == 0 {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: string(data)}
	}
	return documents[0]
}

// addDeclaredBy takes the images of a left-out patch for declared versions: those of containers in a
// strategic-merge patch, and the values that a JSON patch puts at an image.
func (s *State) addDeclaredBy(root *yaml.Node, object Object, versions map[*yaml.Node]string) {
	found := images(root)
	if root.Kind == yaml.SequenceNode {
		for i, operation := range root.Content {
			at := document.Text(document.Get(operation, "path"))
			if value := document.Get(operation, "value"); strings.HasSuffix(at, "/image") && value != nil {
				found = append(found, foundImage{scalar: value, part: fmt.Sprintf("%s#%d", at, i)})
			}
		}
	}
	for _, image := range found {
		a, version, err := artifact.ParseImage(image.scalar.Value)
		if err != nil {
			continue // the part itself is compared
		}
		versions[image.scalar] = a.Key()
		if s.holds(a, version) {
			continue // it is rendered after all
		}
		s.Held = append(s.Held, Held{Artifact: a, Version: version, Slot: Slot{Object: object.Key(), Part: image.part}})
	}
}

func (s *State) holds(a artifact.Artifact, version artifact.Version) bool {
	return slices.ContainsFunc(s.Held, func(h Held) bool { return h.Artifact == a && h.Version == version })
}

// addChart reads the version of a Helm chart that Kustomize would inflate.
func (s *State) addChart(p part, object Object) {
	chart, ok := p.entry.(map[string]any)
	if !ok {
		return
	}
	text := func(key string) string {
		value, _ := chart[key].(string)
		return value
	}
	s.Held = append(s.Held, Held{
		Artifact: artifact.Artifact{Kind: artifact.Chart, Name: text("name")},
		Version:  artifact.Version{Repository: text("repo"), Tag: text("version")},
		Slot:     Slot{Object: object.Key(), Part: text("releaseName")},
	})
}

// name tells a part from the others of its field: the object that it is about where it names one, so
// that parts that change places stay the same.
func (p part) name() string {
	switch entry := p.entry.(type) {
	case string:
		if documents, err := document.Parse([]byte(entry)); err == nil && len(documents) > 0 && documents[0].Kind == yaml.MappingNode {
			object := identify(documents[0], "")
			return p.file.Dir + ": " + object.Kind + "/" + object.Name
		}
		if remote := kustomization.ParseRemote(entry); strings.Contains(entry, "?") {
			return p.file.Dir + ": " + remote.Version.Repository + "//" + remote.Path
		}
		return p.file.Dir + ": " + entry
	case map[string]any:
		for _, key := range []string{"name", "path"} {
			if name, ok := entry[key].(string); ok {
				return p.file.Dir + ": " + name
			}
		}
		if target, ok := entry["target"].(map[string]any); ok {
			return fmt.Sprintf("%s: %v/%v", p.file.Dir, target["kind"], target["name"])
		}
	}
	return p.file.Dir
}
