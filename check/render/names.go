package render

import (
	"bytes"
	"cmp"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// leaveOutUnnaming takes out the JSON patches that take an object's name away, as people do to give it
// a generateName instead.
func (b *builder) leaveOutUnnaming() bool {
	left := false
	for _, file := range b.closure.Files {
		for i, patch := range file.Patches {
			if b.unnames(file, patch) {
				left = b.leaveOut(file, kustomization.Patches, i) || left
			}
		}
		for i, patch := range file.PatchesJson6902 {
			if b.unnames(file, patch) {
				left = b.leaveOut(file, kustomization.JSONPatches, i) || left
			}
		}
	}
	return left
}

func (b *builder) unnames(file *kustomization.File, patch types.Patch) bool {
	for _, operations := range b.say(file, cmp.Or(patch.Path, patch.Patch)) {
		for _, operation := range document.Items(operations) {
			const name = "/metadata/name"
			switch document.Text(document.Get(operation, "op")) {
			case "remove":
				if document.Text(document.Get(operation, "path")) == name {
					return true
				}
			case "move":
				if document.Text(document.Get(operation, "from")) == name {
					return true
				}
			}
		}
	}
	return false
}

// nameGenerated gives objects that have only a generateName, which Kustomize refuses and clusters
// take, that for their name. It reports whether there were any.
func (b *builder) nameGenerated() bool {
	if b.named != nil {
		return false
	}
	b.named = map[string][]byte{}
	for _, file := range b.closure.Files {
		for i := range file.Resources {
			for _, path := range b.closure.FilesOf(file, kustomization.Resources, i) {
				if data, ok := b.withNames(path); ok {
					b.named[path] = data
				}
			}
		}
	}
	return len(b.named) > 0
}

// withNames returns a resource file with names in place of generated ones, if it has such.
func (b *builder) withNames(path string) ([]byte, bool) {
	data, err := b.tree.ReadFile(path)
	if err != nil {
		return nil, false
	}
	documents, err := document.Parse(data)
	if err != nil {
		return nil, false
	}
	var named bytes.Buffer
	found := false
	encoder := yaml.NewEncoder(&named)
	for _, root := range documents {
		metadata := document.Get(root, "metadata")
		generated := document.Get(metadata, "generateName")
		if generated != nil && document.Get(metadata, "name") == nil {
			found = true
			metadata.Content = append(metadata.Content,
				&yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: "name"}, generated)
		}
		if err := encoder.Encode(root); err != nil {
			return nil, false
		}
	}
	return named.Bytes(), found && encoder.Close() == nil
}
