package render

import (
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// leaveOutPatches takes out the strategic-merge patches of one object. A patch of several objects is
// served as a patch for each, so that the others still apply.
func (b *builder) leaveOutPatches(file *kustomization.File, kind, name string) bool {
	left := false
	cut := b.cut(file)
	for _, field := range []kustomization.Field{kustomization.Merges, kustomization.Patches} {
		b.splitPatches(file, cut, field)
		entries, _ := cut[field].([]any)
		for i, entry := range entries {
			if patchText, ok := inlinePatch(entry); ok && patches(patchText, kind, name) {
				entries[i] = nil
				b.leftOut = append(b.leftOut, part{file: file, field: field, entry: entry})
				left = true
			}
		}
	}
	return left
}

// splitPatches turns a field's patches without a target into inline patches of one object each.
func (b *builder) splitPatches(file *kustomization.File, cut fields, field kustomization.Field) {
	entries, _ := cut[field].([]any)
	var split []any
	for _, entry := range entries {
		source, options := patchSource(entry)
		said := b.say(file, source)
		if source == "" || len(said) == 0 {
			split = append(split, entry)
			continue
		}
		for _, root := range said {
			text, err := yaml.Marshal(root)
			if err != nil {
				text = []byte(source)
			}
			split = append(split, inlined(field, string(text), options))
		}
	}
	if split != nil {
		cut[field] = split
	}
}

// patchSource is the file or text of a patch that has no target; empty for any other entry.
func patchSource(entry any) (source string, options any) {
	switch patch := entry.(type) {
	case string:
		return patch, nil
	case map[string]any:
		if patch["target"] == nil {
			if source, ok := patch["path"].(string); ok {
				return source, patch["options"]
			}
			source, _ := patch["patch"].(string)
			return source, patch["options"]
		}
	}
	return "", nil
}

func inlined(field kustomization.Field, text string, options any) any {
	if field == kustomization.Merges {
		return text
	}
	patch := map[string]any{"patch": text}
	if options != nil {
		patch["options"] = options
	}
	return patch
}

func inlinePatch(entry any) (string, bool) {
	switch patch := entry.(type) {
	case string:
		return patch, true
	case map[string]any:
		text, ok := patch["patch"].(string)
		return text, ok && patch["target"] == nil
	}
	return "", false
}

// patches reports whether a strategic-merge patch is for the object.
func patches(text, kind, name string) bool {
	documents, _ := document.Parse([]byte(text))
	for _, root := range documents {
		if document.Text(document.Get(root, "kind")) == kind && document.Text(document.Get(root, "metadata", "name")) == name {
			return true
		}
	}
	return false
}
