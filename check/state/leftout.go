package state

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"maps"
	"slices"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
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
	for _, declared := range declarations(r.applied()) {
		s.addDeclared(declared)
	}
}

// applied lists the files whose transformers would apply to what was left out.
func (r *rendering) applied() []*kustomization.File {
	applied := map[*kustomization.File]bool{}
	asked := map[*kustomization.File]bool{}
	for _, part := range r.leftOut {
		if asked[part.file] {
			continue
		}
		asked[part.file] = true
		for _, file := range r.closure.Applied(part.file) {
			applied[file] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(r.closure.Files), func(f *kustomization.File) bool { return !applied[f] })
}

// silent lists what Kustomize passes over without a word if nothing matches: beside a part that was
// left out, no one can tell whether it matches something in there.
func (r *rendering) silent() []part {
	var found []part
	for _, file := range r.applied() {
		all := generic(file.Kustomization)
		for _, field := range []kustomization.Field{
			kustomization.Patches, kustomization.JSONPatches, kustomization.Replacements, kustomization.Transformers,
			kustomization.Configs, kustomization.Crds,
		} {
			entries, _ := all[field].([]any)
			for i, entry := range entries {
				patch, ok := entry.(map[string]any)
				isPatch := field == kustomization.Patches || field == kustomization.JSONPatches
				if isPatch && (!ok || patch["target"] == nil) || !isPatch && r.isOut(file, field, i) {
					continue
				}
				found = append(found, part{file, field, entry, r.closure.FilesOf(file, field, i)})
			}
		}
		if settings := settingsOf(all); len(settings) > 0 {
			found = append(found, part{file: file, field: "settings", entry: settings})
		}
	}
	return found
}

// settingsOf are the fields that apply to everything, whatever it is.
func settingsOf(all fields) map[string]any {
	settings := map[string]any{}
	for _, field := range []kustomization.Field{"namespace", "namePrefix", "nameSuffix", "commonLabels", "labels", "commonAnnotations"} {
		if value, ok := all[field]; ok {
			settings[string(field)] = value
		}
	}
	return settings
}

// addPart compares a part as parsed YAML, together with the files that it names.
func (s *State) addPart(r *rendering, p part) {
	said := append([]*yaml.Node{entryNode(p.entry)}, r.contents(p)...)
	remote := r.remote(p)
	object := Object{Kind: string(p.field), Name: p.name(remote)}
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
	if remote != nil {
		versions[said[0]] = artifact.Git
		if path := document.Get(said[0], "path"); path != nil {
			versions[path] = artifact.Git
		}
	}
	all := &yaml.Node{Kind: yaml.SequenceNode, Content: said}
	object.content, object.beside = fingerprintOf(all, nil), fingerprintOf(all, versions)
	s.Objects = append(s.Objects, object)
}

// remote is what Kustomize would fetch for a part: the part's only address, or its path; nil if nothing.
func (r *rendering) remote(p part) *kustomization.Remote {
	address := p.entry
	if fields, ok := p.entry.(map[string]any); ok {
		address = fields["path"]
	}
	for _, fetched := range r.closure.Remotes {
		if fetched.File == p.file && fetched.Field == p.field && fetched.Value == address {
			return fetched.Remote
		}
	}
	return nil
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

// addDeclaredBy takes what a left-out patch says of versions for declared ones: those of the objects in
// a strategic-merge patch, and the values that a JSON patch puts at an image.
func (s *State) addDeclaredBy(root *yaml.Node, object Object, versions map[*yaml.Node]string) {
	found, _ := form.Object(root, s.settings)
	for _, found := range append(found, form.Operations(root, s.settings)...) {
		if found.Problem != "" {
			continue // the part itself is compared
		}
		for _, scalar := range found.Scalars {
			versions[scalar] = found.Artifact.Key()
		}
		if s.holds(found.Artifact, found.Version) {
			continue // it is rendered after all
		}
		s.Held = append(s.Held, Held{Artifact: found.Artifact, Version: found.Version, Slot: Slot{Object: object.Key(), Part: found.Part}})
	}
	s.addTransformer(root, object)
}

// addTransformer reads an images entry in the form of a plugin.
func (s *State) addTransformer(root *yaml.Node, object Object) {
	if document.Text(document.Get(root, "kind")) != "ImageTagTransformer" {
		return
	}
	text := func(key string) string { return document.Text(document.Get(root, "imageTag", key)) }
	d := &declaration{
		name: text("name"), current: cmp.Or(text("newName"), text("name")),
		tag: text("newTag"), suffix: text("tagSuffix"), digest: text("digest"),
	}
	if declared, ok := d.held(); ok && !s.holds(declared.Artifact, declared.Version) {
		declared.Slot = Slot{Object: object.Key(), Part: d.name}
		s.Held = append(s.Held, declared)
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
// that parts that change places, and files that move, stay the same.
func (p part) name(remote *kustomization.Remote) string {
	if remote != nil {
		return remote.Version.Repository + "//" + remote.Path
	}
	switch entry := p.entry.(type) {
	case string:
		if object, ok := patched(entry); ok {
			return object
		}
		return entry
	case map[string]any:
		if name, ok := entry["name"].(string); ok {
			return name
		}
		if target, ok := entry["target"].(map[string]any); ok {
			kind, _ := target["kind"].(string)
			name, _ := target["name"].(string)
			return kind + "/" + name
		}
		if text, ok := entry["patch"].(string); ok {
			object, _ := patched(text)
			return object
		}
		name, _ := entry["path"].(string)
		return name
	}
	return ""
}

// patched names the object that an inline patch is for; false if the text is none.
func patched(text string) (string, bool) {
	documents, err := document.Parse([]byte(text))
	if err != nil || len(documents) == 0 || documents[0].Kind != yaml.MappingNode {
		return "", false
	}
	object := identify(documents[0], "")
	return object.Kind + "/" + object.Name, true
}
