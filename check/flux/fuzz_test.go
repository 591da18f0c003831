package flux

import (
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

// FuzzValuesOf merges whatever a ConfigMap holds, and sets it at whatever path: each scalar that comes from there is told to,
// and it has what is there.
func FuzzValuesOf(f *testing.F) {
	for _, seed := range [][2]string{
		{"image: {tag: v1}", "image.tag"}, {"a: &a {b: c}\nd: *a", "d.b"}, {"- a", "a[1].b"}, {"{", `a\.b`}, {"a: null", "a[0]["}, {"'x'", "a..b"}, {"a,b", "[2]"}, {"---\na: b\n---\nc: d", ""},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, at string) {
		config := &Config{Ref: Ref{"ConfigMap", "", "c"}, Entries: map[string]*yaml.Node{"values.yaml": document.NewText(text)}}
		for _, targetPath := range []string{"", at} {
			if len(at) > 20 {
				return // a list is made as long as it is asked for, at each step
			}
			reference := document.Merge(document.Below([]string{"kind"}, document.NewText("ConfigMap")), document.Below([]string{"name"}, document.NewText("c")))
			reference = document.Merge(reference, document.Below([]string{"targetPath"}, document.NewText(targetPath)))
			list := &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{reference}}
			values := ValuesOf(document.Below([]string{"spec", "valuesFrom"}, list), func(Ref) *Config { return config })
			if values.Root == nil {
				continue
			}
			document.Expanded(values.Root, func(key string, scalar *yaml.Node) {
				if use, ok := values.From[scalar]; scalar.ShortTag() != yaml.NodeTagNull && (!ok || use.Key != "values.yaml") {
					t.Errorf("%s: %s comes from nowhere: %+v", key, scalar.Value, use)
				}
			})
		}
	})
}
