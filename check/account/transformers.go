package account

import (
	"bytes"
	"errors"
	"io/fs"
	"reflect"
	"slices"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/promocheck/promocheck/check/tree"
)

// transformers is what a file says that a kustomization names under `configurations`: where in objects Kustomize's
// transformers find what they are about.
type transformers struct {
	NamePrefix                types.FsSlice `json:"namePrefix"`
	NameSuffix                types.FsSlice `json:"nameSuffix"`
	Namespace                 types.FsSlice `json:"namespace"`
	CommonLabels              types.FsSlice `json:"commonLabels"`
	Labels                    types.FsSlice `json:"labels"`
	TemplateLabels            types.FsSlice `json:"templateLabels"`
	VolumeClaimTemplateLabels types.FsSlice `json:"volumeClaimTemplateLabels"`
	CommonAnnotations         types.FsSlice `json:"commonAnnotations"`
	VarReference              types.FsSlice `json:"varReference"`
	Images                    types.FsSlice `json:"images"`
	Replicas                  types.FsSlice `json:"replicas"`
	NameReference             []struct {
		Group      string        `json:"group"`
		Version    string        `json:"version"`
		Kind       string        `json:"kind"`
		FieldSpecs types.FsSlice `json:"fieldSpecs"`
	} `json:"nameReference"`
}

// configuresNothing reports whether a file says to Kustomize's transformers where to look, and nothing besides, before and
// after, wherever it is there. Where no kustomization names such a file, nobody else has a use for it.
func (c Change) configuresNothing(file string) bool {
	return !slices.ContainsFunc([]*tree.Tree{c.Before, c.After}, func(in *tree.Tree) bool {
		if in == nil {
			return false // nothing was there, or all is looked at as if it were new
		}
		_, err := in.Lookup(file)
		return !errors.Is(err, fs.ErrNotExist) && !isTransformers([]byte(textOf(in, file)))
	})
}

func isTransformers(text []byte) bool {
	said := transformers{}
	return !bytes.Contains(text, []byte("\n---")) && yaml.UnmarshalStrict(text, &said) == nil && !reflect.DeepEqual(said, transformers{})
}
