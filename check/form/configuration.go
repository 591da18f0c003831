package form

import (
	"encoding/base64"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// configuration finds the images that a ConfigMap or Secret hands to programs: under names that speak of
// images, and in the files that it holds, which may be manifests, values for a chart, or variables. Such
// files are somebody else's to understand: what is no version there is no problem.
func (f *imageFinder) configuration(root *yaml.Node) []Found {
	f.owner = "" // its name may have a hash of the content
	isSecret := document.Text(document.Get(root, "kind")) == "Secret"
	f.mentioned(Configuration, func() {
		f.look(root, "", anything)
		f.entries(root, "data", isSecret)
		f.entries(root, "stringData", false)
		f.entries(root, "binaryData", true)
	})
	return f.found
}

// entries searches the files that a field holds.
func (f *imageFinder) entries(root *yaml.Node, field string, isEncoded bool) {
	data := document.Get(root, field)
	if !document.IsMapping(data) {
		return
	}
	for i := 0; i+1 < len(data.Content); i += 2 {
		key, value := data.Content[i].Value, document.Get(data.Content[i+1])
		written := document.Origins{}
		inner := imageFinder{Settings: f.Settings, isValues: strings.Contains(key, "values")}
		for _, content := range contents(key, document.Text(value), isEncoded) {
			written.Add(content, value)
			inner.look(content, "/"+field+"/"+key, anything)
		}
		found := slices.DeleteFunc(inner.found, func(found Found) bool { return found.Problem != "" })
		f.found = append(f.found, restore(written, found)...)
	}
}

// contents are the documents that an entry of a ConfigMap or Secret holds.
func contents(key, text string, isEncoded bool) []*yaml.Node {
	if isEncoded {
		decoded, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil
		}
		text = string(decoded)
		if !strings.Contains(text, "\n") {
			return []*yaml.Node{document.Below([]string{key}, document.NewText(text))}
		}
	}
	if upper := strings.ToUpper(text); !isFile(key, text) || !strings.Contains(upper, "IMAGE") && !strings.Contains(upper, "TAG") {
		return nil
	}
	if path.Ext(key) == ".env" {
		roots, _ := Variables([]byte(text))
		return roots
	}
	roots, err := document.Parse([]byte(text))
	if err != nil {
		return nil
	}
	return roots
}

// isFile reports whether an entry holds a file rather than a text: it has lines, is called like one, or is written as YAML
// is in a line.
func isFile(key, text string) bool {
	switch path.Ext(key) {
	case ".env", ".yaml", ".yml", ".json":
		return true
	}
	return strings.Contains(text, "\n") || strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
}
