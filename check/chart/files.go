package chart

import (
	"encoding/base64"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/gobwas/glob"
	"helm.sh/helm/v4/pkg/chart/common"
	"sigs.k8s.io/yaml"
)

// files are what templates see of a chart's other files, by path. The methods are those that Helm has.
type files map[string][]byte

func newFiles(from []*common.File) files {
	all := files{}
	for _, file := range from {
		all[file.Name] = file.Data
	}
	return all
}

// GetBytes is a file's content; nothing for one that is not there.
func (f files) GetBytes(name string) []byte {
	if data, ok := f[name]; ok {
		return data
	}
	return []byte{}
}

// Get is a file's content as a text.
func (f files) Get(name string) string { return string(f.GetBytes(name)) }

// Glob are the files whose path matches a pattern. All match what is no pattern.
func (f files) Glob(pattern string) files {
	g, err := glob.Compile(pattern, '/')
	matching := files{}
	for name, data := range f {
		if err != nil || g.Match(name) {
			matching[name] = data
		}
	}
	return matching
}

// AsConfig is what the data of a ConfigMap with these files is.
func (f files) AsConfig() string { return f.listed(func(data []byte) string { return string(data) }) }

// AsSecrets is what the data of a Secret with these files is.
func (f files) AsSecrets() string { return f.listed(base64.StdEncoding.EncodeToString) }

// listed writes the files by their names without directories, in order.
func (f files) listed(encode func([]byte) string) string {
	if f == nil {
		return ""
	}
	texts := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(f)) { // the last of those with one name counts
		texts[path.Base(name)] = encode(f[name])
	}
	data, err := yaml.Marshal(texts)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(string(data), "\n")
}

// Lines are the lines of a file.
func (f files) Lines(name string) []string {
	text := f.Get(name)
	if text == "" {
		return []string{}
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
