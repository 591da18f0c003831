package kustomization

import (
	"cmp"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// hint is a value of a plugin's configuration, which may be the name of a file.
type hint struct {
	field Field
	index int
	name  string
}

// plugins adds generators, transformers or validators: files, directories to build, or the plugin's
// configuration itself, inline.
func (c *collector) plugins(field Field, entries []string) {
	for i, entry := range entries {
		if inline(entry) {
			c.pluginFiles(field, i, []byte(entry))
			c.hints(field, i, entry) // a file may be called "a: b"
		} else {
			c.either(field, i, entry)
		}
	}
}

// pluginFiles adds the files that a plugin's configuration names: the built-in plugins are the
// kustomization's fields once more, with the same keys in any case. Whatever else in it is the name of
// a file counts as well, since nobody knows what other plugins read, and patches may move values.
func (c *collector) pluginFiles(field Field, index int, configuration []byte) {
	documents, _ := document.Parse(configuration) // what does not parse, Kustomize refuses
	for _, root := range documents {
		c.pluginChart(field, index, root)
		document.Expanded(root, func(key string, scalar *yaml.Node) {
			file := scalar.Value
			switch strings.ToLower(key) {
			case "files":
				file = sourcePath(file)
				fallthrough
			case "path", "paths", "env", "envs", "valuesfile", "additionalvaluesfiles", "targetfilepath":
				if remoteFile(file) {
					c.remote(field, index, file)
					return
				}
			}
			c.hints(field, index, scalar.Value)
		})
	}
}

// hints adds what may be the name of a file, also within text that is YAML itself: a patch, or what a
// function is to run.
func (c *collector) hints(field Field, index int, text string) {
	if strings.ContainsAny(text, "\n{[") {
		documents, _ := document.Parse([]byte(text))
		for _, root := range documents {
			if root.Kind == yaml.ScalarNode {
				break
			}
			document.Expanded(root, func(_ string, scalar *yaml.Node) { c.hints(field, index, scalar.Value) })
		}
	}
	for _, name := range []string{text, sourcePath(text)} {
		given := hint{field, index, name}
		if c.hinted[given] {
			continue
		}
		if c.hinted == nil {
			c.hinted = map[hint]bool{}
		}
		c.hinted[given] = true
		if local, problem := c.locate(name); problem == "" && name != "" {
			c.found = append(c.found, Reference{Field: field, Index: index, Value: name, Local: local, Hint: true})
		}
	}
}

// pluginChart adds the chart that the plugin form of helmCharts inflates.
func (c *collector) pluginChart(field Field, index int, root *yaml.Node) {
	if document.Text(document.Get(root, "kind")) != "HelmChartInflationGenerator" {
		return
	}
	text := func(key string) string { return document.Text(document.Get(root, key)) }
	c.inflated(field, index, cmp.Or(text("chartHome"), defaultChartHome), text("name"), text("version"))
}

// inline reports whether an entry is YAML objects, not the path of a file.
func inline(entry string) bool {
	documents, _ := document.Parse([]byte(entry))
	return len(documents) > 0 && documents[0].Kind == yaml.MappingNode
}
