package render

import (
	"bytes"
	"context"
	"encoding/json"
	"path"
	"slices"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
)

// Over is what objects are that something else has made, with the edits of a kustomization gone over them. The problem is
// what Kustomize has against that; the error is the context's.
func Over(ctx context.Context, objects []*yaml.Node, edits *kustomization.Edits) (changed []*yaml.Node, problem string, err error) {
	made, err := textOf(objects)
	if err != nil {
		return nil, "", err
	}
	file := &kustomization.File{Path: kustomization.Names[0], Dir: ".", Kustomization: edits.Kustomization}
	file.Resources = []string{"made.yaml"}
	written, err := json.Marshal(generic(file.Kustomization))
	if err != nil {
		return nil, "", err
	}
	const dir = "/"
	use := noSchema
	if slices.ContainsFunc(file.Patches, func(patch types.Patch) bool { return !isOperations([]byte(patch.Patch)) }) {
		use = mergesBy
	}
	from := func() files {
		in := filesys.MakeFsInMemory()
		_ = in.WriteFile(path.Join(dir, file.Path), written)      // into memory
		_ = in.WriteFile(path.Join(dir, file.Resources[0]), made) // likewise
		return inMemory{in}
	}
	changed, err = buildFrom(ctx, newBudget(), use, from, dir)
	switch {
	case ctx.Err() != nil:
		return nil, "", ctx.Err()
	case err != nil:
		return nil, plainError(err), nil
	}
	return changed, "", nil
}

// inMemory are files that are all there.
type inMemory struct{ filesys.FileSystem }

func (inMemory) Err() error { return nil }

// textOf is a file that has some objects in it.
func textOf(objects []*yaml.Node) ([]byte, error) {
	var text bytes.Buffer
	for _, object := range objects {
		data, err := yaml.Marshal(document.Plain(object))
		if err != nil {
			return nil, err
		}
		text.WriteString("---\n")
		text.Write(data)
	}
	return text.Bytes(), nil
}
