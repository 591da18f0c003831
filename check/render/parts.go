package render

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"strings"

	"github.com/promocheck/promocheck/check/kustomization"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Kustomize compares each object that it takes in with all that it has, and goes through every object for each entry of
// images. That is a product of two numbers which may both be large. Where no object of an overlay depends on another, the
// same kustomizations are therefore built several times, each time from some of the objects, in their order, and
// with those images entries alone that may match one of them.

// How many objects are built at a time: fewer where there are many images entries. A build takes a few milliseconds before it
// comes to its first object, which does not pay where there are few pairs of an object and what it is held against.
const (
	mostInPart = 32
	fewInPart  = 8
	manyImages = 32
	fewPairs   = 4_000
)

// object is a document of a resource file, and the entries that lead to it, from the overlay's own file on.
type object struct {
	file  *resources
	index int
	via   []step
}

// step is an entry of a kustomization file that a build goes through.
type step struct {
	file  *kustomization.File
	field kustomization.Field
	index int
}

// buildInParts builds the overlay in parts. It reports false where it is not large, where its objects may depend on each other,
// and where anything is wrong with it, for Kustomize to say what.
func (b *builder) buildInParts(ctx context.Context, use schemaUse, dir string) ([]*yaml.Node, bool) {
	objects, ok := b.apart()
	images := 0
	for _, file := range b.closure.Files {
		images += len(file.Images)
	}
	size := mostInPart
	if images > manyImages {
		size = fewInPart
	}
	if !ok || len(objects)*(len(objects)+images) <= fewPairs {
		return nil, false
	}
	return b.buildEach(ctx, use, dir, objects, size)
}

// buildEach builds so many objects at a time.
func (b *builder) buildEach(ctx context.Context, use schemaUse, dir string, objects []object, size int) ([]*yaml.Node, bool) {
	var built []*yaml.Node
	left, ids := newBudget(), map[resid.ResId]bool{}
	whole := b.wholeFields()
	for len(objects) > 0 {
		part := objects[:min(size, len(objects))]
		objects = objects[len(part):]
		standIns, err := serve(part, whole)
		if err != nil {
			return nil, false
		}
		some, err := build(ctx, left, use, b.tree, dir, standIns)
		if err != nil {
			return nil, false
		}
		for _, root := range some {
			id := idOf(root)
			if ids[id] {
				return nil, false // which Kustomize refuses
			}
			ids[id] = true
		}
		built = append(built, some...)
	}
	return built, true
}

// idOf is what Kustomize tells objects apart by.
func idOf(root *yaml.Node) resid.ResId {
	id := resid.FromRNode(yaml.NewRNode(root))
	id.Namespace = id.EffectiveNamespace()
	return id
}

// wholeFields are the fields of each kustomization file, less what was left out.
func (b *builder) wholeFields() map[*kustomization.File]fields {
	whole := map[*kustomization.File]fields{}
	for _, file := range b.closure.Files {
		cut, ok := b.cuts[file]
		if !ok {
			cut = generic(file.Kustomization)
		}
		whole[file] = cut
	}
	return whole
}

// serve is what stands in for the tree's files so that a part of the objects is built: of each kustomization file that leads to
// one the entries that do, and of each resource file the part's documents. Components change what others bring in, and are
// always there.
func serve(part []object, whole map[*kustomization.File]fields) (map[string][]byte, error) {
	leads := map[step]bool{}
	files := map[*kustomization.File]fields{}
	documents := map[*resources][]int{}
	for _, o := range part {
		documents[o.file] = append(documents[o.file], o.index)
		for _, step := range o.via {
			leads[step], files[step.file] = true, whole[step.file]
		}
	}
	for file, all := range whole {
		if file.Component() {
			files[file] = all
		}
	}
	standIns := map[string][]byte{}
	for file, indices := range documents {
		if len(indices) < len(file.documents) {
			standIns[file.path] = file.only(indices)
		}
	}
	matching := matchingImages(documents, files)
	for file, all := range files {
		served := maps.Clone(all)
		served[kustomization.Resources] = entriesIf(all[kustomization.Resources], func(i int) bool {
			return leads[step{file, kustomization.Resources, i}]
		})
		served[imagesField] = entriesIf(all[imagesField], func(i int) bool { return matching[step{file, imagesField, i}] })
		data, err := json.Marshal(served)
		if err != nil {
			return nil, err
		}
		standIns[file.Path] = data
	}
	return standIns, nil
}

// entriesIf are the entries of a field that are wanted, by their places in it.
func entriesIf(value any, wanted func(int) bool) []any {
	kept := []any{}
	list, _ := value.([]any)
	for i, entry := range list {
		if entry != nil && wanted(i) {
			kept = append(kept, entry)
		}
	}
	return kept
}

// resources is a resource file, cut up into its documents as Kustomize does.
type resources struct {
	path      string
	documents []string
}

// only is a file of some of the documents. Kustomize unwraps a list where it is alone in its file: what was not alone never is.
func (r *resources) only(indices []int) []byte {
	const separator = "\n---\n"
	var text bytes.Buffer
	for _, index := range indices {
		text.WriteString(separator)
		text.WriteString(r.documents[index])
	}
	if indices[len(indices)-1] < len(r.documents)-1 {
		text.WriteString("\n") // which stands before a separator, and may be a part of a text's end
	}
	return text.Bytes()
}

// cutUp cuts a resource file up as Kustomize does. It reports false for a separator with something behind it, which Kustomize
// refuses.
func cutUp(path string, data []byte) (*resources, bool) {
	const separator = "\n---"
	r := &resources{path: path}
	rest := strings.ReplaceAll(string(data), "\r\n", "\n")
	for {
		document, after, found := strings.Cut(rest, separator)
		behind, next, ended := strings.Cut(after, "\n")
		if !found || !ended { // the last line separates nothing
			break
		}
		if behind = strings.TrimSpace(behind); behind != "" && behind[0] != '#' {
			return nil, false
		}
		r.documents = append(r.documents, document)
		rest = next
	}
	r.documents = append(r.documents, rest)
	return r, true
}
