package deploy

import (
	"encoding/json"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/flux"
	"github.com/promocheck/promocheck/check/kustomization"
)

// setBy reads what Flux puts into the kustomization that it builds, or makes.
func setBy(w written) *Edits {
	spec := document.Get(w.root, "spec")
	text := func(key string) string { return document.Text(document.Get(spec, key)) }
	k := kustomization.Edits{
		MayMiss: text("ignoreMissingComponents") == "true",
		Written: []kustomization.Written{{Path: w.file, Root: w.root, Settings: spec}},
	}
	set := &k.Kustomization
	set.Namespace, set.NamePrefix, set.NameSuffix = text("targetNamespace"), text("namePrefix"), text("nameSuffix")
	for _, entry := range document.Items(document.Get(spec, "components")) {
		set.Components = append(set.Components, document.Text(entry))
	}
	set.Images = imagesOf(document.Get(spec, "images"))
	set.Patches = patchesOf(spec)
	if labels := textsOf(document.Get(spec, "commonMetadata", "labels")); labels != nil {
		set.Labels = []types.Label{{Pairs: labels}}
	}
	if annotations := textsOf(document.Get(spec, "commonMetadata", "annotations")); annotations != nil {
		set.Transformers = []string{annotating(annotations)}
	}
	if len(set.Components) == 0 {
		k.MayMiss = false
	}
	return substituting(editsOf(k), substitutionOf(w))
}

// substitutionOf reads which variables Flux puts into what it builds; nil for none.
func substitutionOf(w written) *flux.Substitution {
	postBuild := document.Get(w.root, "spec", "postBuild")
	s := &flux.Substitution{Always: document.Text(document.Get(postBuild, "substituteStrategy")) == "Always"}
	inline := document.Get(postBuild, "substitute")
	for i := 0; document.IsMapping(inline) && i+1 < len(inline.Content); i += 2 {
		key, value := inline.Content[i], document.Get(inline.Content[i+1])
		s.Inline = append(s.Inline, flux.Variable{
			Name: key.Value, Value: document.Text(value), File: w.file, Line: value.Line, Column: value.Column,
		})
	}
	for _, reference := range document.Items(document.Get(postBuild, "substituteFrom")) {
		text := func(key string) string { return document.Text(document.Get(reference, key)) }
		s.From = append(s.From, flux.Reference{
			Ref:      flux.Ref{Kind: text("kind"), Namespace: w.text("metadata", "namespace"), Name: text("name")},
			Optional: text("optional") == "true",
		})
	}
	if len(s.Inline)+len(s.From) == 0 && !s.Always {
		return nil
	}
	return s
}

// substituting are edits with variables beside them.
func substituting(e *Edits, s *flux.Substitution) *Edits {
	if s == nil {
		return e
	}
	if e == nil {
		e = &Edits{}
	}
	e.Variables, e.key = s, e.key+s.Key()
	return e
}

// imagesOf reads images as Flux has them: what an entry does not say stays as the kustomization has it.
func imagesOf(list *yaml.Node) []types.Image {
	var images []types.Image
	for _, entry := range document.Items(list) {
		text := func(key string) string { return document.Text(document.Get(entry, key)) }
		image := types.Image{Name: text("name"), NewName: text("newName"), NewTag: text("newTag"), Digest: text("digest")}
		if image.NewName == "" {
			image.NewName = kustomization.Keep
		}
		if image.NewTag == "" && image.Digest == "" {
			image.NewTag, image.Digest = kustomization.Keep, kustomization.Keep
		}
		images = append(images, image)
	}
	return images
}

// patchesOf reads patches, of today's field and of those before it.
func patchesOf(spec *yaml.Node) []types.Patch {
	var patches []types.Patch
	for _, field := range []string{"patches", "patchesStrategicMerge", "patchesJson6902"} {
		for _, entry := range document.Items(document.Get(spec, field)) {
			text, target := document.Get(entry, "patch"), document.Get(entry, "target")
			if field == "patchesStrategicMerge" {
				text, target = entry, nil
			}
			patches = append(patches, types.Patch{Patch: textOf(text), Target: targetOf(target)})
		}
	}
	return patches
}

// annotating is Kustomize's own transformer with annotations for objects alone: a kustomization's are for what those run, too.
func annotating(annotations map[string]string) string {
	data, err := json.Marshal(map[string]any{
		"apiVersion": "builtin", "kind": "AnnotationsTransformer", "metadata": map[string]string{"name": "commonMetadata"},
		"annotations": annotations, "fieldSpecs": []any{map[string]any{"path": "metadata/annotations", "create": true}},
	})
	if err != nil {
		panic("annotations do not survive JSON: " + err.Error()) // they are texts
	}
	return string(data)
}
