package render

import (
	"crypto/sha256"
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Part is an entry of a kustomization file that is not rendered as it is written.
type Part struct {
	Field kustomization.Field
	// Name tells it from the others of its field: the object that it is about where it names one, so that parts
	// that change places, and files that move, stay the same.
	Name   string
	Entry  any                   // as generic JSON
	Says   []*yaml.Node          // the entry as YAML, and what is in the files that it names
	Remote *kustomization.Remote // what Kustomize would fetch for it; nil: nothing
}

// part is an entry that was left out, or may be passed over, and where it stands.
type part struct {
	file  *kustomization.File
	field kustomization.Field
	entry any
	files []string // that the entry names
}

// describe tells what a part says.
func (b *builder) describe(p part) Part {
	remote := b.remote(p)
	return Part{
		Field: p.field, Name: p.name(remote), Entry: p.entry,
		Says: append([]*yaml.Node{entryNode(p.entry)}, b.contents(p)...), Remote: remote,
	}
}

// applied lists the files whose transformers would apply to what was left out.
func (b *builder) applied() []*kustomization.File {
	applied := map[*kustomization.File]bool{}
	asked := map[*kustomization.File]bool{}
	for _, part := range b.leftOut {
		if asked[part.file] {
			continue
		}
		asked[part.file] = true
		for _, file := range b.closure.Applied(part.file) {
			applied[file] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(b.closure.Files), func(f *kustomization.File) bool { return !applied[f] })
}

// silent lists what Kustomize passes over without a word if nothing matches: beside a part that was
// left out, no one can tell whether it matches something in there.
func (b *builder) silent() []part {
	var found []part
	for _, file := range b.applied() {
		all := generic(file.Kustomization)
		for _, field := range []kustomization.Field{
			kustomization.Patches, kustomization.JSONPatches, kustomization.Replacements, kustomization.Transformers,
			kustomization.Configs, kustomization.Crds,
		} {
			entries, _ := all[field].([]any)
			for i, entry := range entries {
				patch, ok := entry.(map[string]any)
				isPatch := field == kustomization.Patches || field == kustomization.JSONPatches
				if isPatch && (!ok || patch["target"] == nil) || !isPatch && b.isOut(file, field, i) {
					continue
				}
				found = append(found, part{file, field, entry, b.closure.FilesOf(file, field, i)})
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

// remote is what Kustomize would fetch for a part: the part's only address, or its path; nil if nothing.
func (b *builder) remote(p part) *kustomization.Remote {
	address := p.entry
	if fields, ok := p.entry.(map[string]any); ok {
		address = fields["path"]
	}
	for _, fetched := range b.closure.Remotes {
		if fetched.File == p.file && fetched.Field == p.field && fetched.Value == address {
			return fetched.Remote
		}
	}
	return nil
}

// contents reads the files that a part names.
func (b *builder) contents(p part) []*yaml.Node {
	var found []*yaml.Node
	for _, name := range p.files {
		data, err := b.tree.ReadFile(name)
		if err != nil {
			continue // Kustomize says so
		}
		if documents, err := document.Parse(data); err == nil {
			found = append(found, p.underKey(name, documents)...)
			continue
		}
		sum := sha256.Sum256(data) // no YAML: any difference counts
		found = append(found, &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: string(sum[:])})
	}
	return found
}

// underKey has a file that is nothing but one text, as one with a tag is, stand under the key that a generator gives it.
func (p part) underKey(file string, documents []*yaml.Node) []*yaml.Node {
	entry, _ := p.entry.(map[string]any)
	files, _ := entry["files"].([]any)
	if len(documents) != 1 || documents[0].Kind != yaml.ScalarNode {
		return documents
	}
	for _, written := range files {
		text, _ := written.(string)
		key, name, isKeyed := strings.Cut(text, "=")
		if !isKeyed {
			key, name = path.Base(text), text
		}
		if path.Base(name) == path.Base(file) {
			return []*yaml.Node{document.Below([]string{key}, documents[0])}
		}
	}
	return documents
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
	object := document.Identify(documents[0], "")
	return object.Kind + "/" + object.Name, true
}
