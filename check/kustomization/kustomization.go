// Package kustomization reads kustomization files as Kustomize does, finds out which files and
// directories each is built from, and tells what of it Kustomize would fetch from elsewhere.
package kustomization

import (
	"cmp"
	"errors"
	"path"
	"regexp"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/mistake"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Names are the file names that make a directory a kustomization. A directory has one of them.
var Names = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// File is a kustomization file.
type File struct {
	Path string // in the tree
	Dir  string // what its references are relative to
	Data []byte
	types.Kustomization
}

// Component reports whether the file is a part that only others are built with.
func (f *File) Component() bool { return f.Kind == types.ComponentKind }

// parse reads a kustomization as leniently as Kustomize does, and moves deprecated fields to where
// they belong.
func parse(data []byte) (types.Kustomization, error) {
	var k types.Kustomization
	if err := document.Check(data); err != nil {
		return k, err
	}
	if err := k.Unmarshal(data); err != nil {
		return k, syntax(data, err)
	}
	k.FixKustomization()
	return k, nil
}

// syntax prefers our own reader's error, which has a line, to that of the conversion to JSON.
func syntax(data []byte, err error) error {
	var broken *mistake.Error
	if _, parseErr := document.Parse(data); errors.As(parseErr, &broken) {
		return &mistake.Error{Line: broken.Line, Problem: "is not valid YAML: " + broken.Problem}
	}
	message := strings.TrimPrefix(err.Error(), "invalid Kustomization: ")
	wrong := &mistake.Error{Problem: strings.TrimPrefix(message, "json: ")}
	if field := noText.FindStringSubmatch(message); field != nil {
		wrong.Problem = field[1] + " has to be text: put it in quotes"
		wrong.Line = lineOfNoText(data, field[1])
	}
	if _, field, found := strings.Cut(message, "unknown field \""); found {
		wrong.Line = lineOfKey(data, strings.TrimSuffix(field, "\""))
	}
	return wrong
}

// noText matches the error about a number, or the like, where Kustomize takes only text.
var noText = regexp.MustCompile(`cannot unmarshal (?:number|bool) into Go struct field (?:\S*\.)?(\w+) of type string`)

// lineOfNoText finds the first value of a key that is no text.
func lineOfNoText(data []byte, key string) (line int) {
	documents, _ := document.Parse(data)
	for _, root := range documents {
		document.Scalars(root, func(under string, scalar *yaml.Node) bool {
			if under == key && scalar.ShortTag() != yaml.NodeTagString {
				line = scalar.Line
			}
			return line == 0
		})
	}
	return line
}

func lineOfKey(data []byte, key string) int {
	documents, _ := document.Parse(data)
	for _, root := range documents {
		if line := lineOfKeyIn(root, key); line > 0 {
			return line
		}
	}
	return 0
}

func lineOfKeyIn(node *yaml.Node, key string) int {
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 0 {
			if child.Value == key {
				return child.Line
			}
			continue
		}
		if line := lineOfKeyIn(child, key); line > 0 {
			return line
		}
	}
	return 0
}

// Field is where in a kustomization file a reference stands.
type Field string

// Fields that name files or directories.
const (
	Resources    Field = "resources"
	Components   Field = "components"
	Crds         Field = "crds"
	Configs      Field = "configurations"
	Generators   Field = "generators"
	Transformers Field = "transformers"
	Validators   Field = "validators"
	Patches      Field = "patches"
	Merges       Field = "patchesStrategicMerge"
	JSONPatches  Field = "patchesJson6902"
	Replacements Field = "replacements"
	ConfigMaps   Field = "configMapGenerator"
	Secrets      Field = "secretGenerator"
	OpenAPI      Field = "openapi"
	Charts       Field = "helmCharts"
)

// Replicas is a field whose entries may need what is not there.
const Replicas Field = "replicas"

// Variables is the field of values that Kustomize copies from one object into others.
const Variables Field = "vars"

// Reference is what a kustomization file names in one of its fields.
type Reference struct {
	Field Field
	Index int    // of the entry in the field's list
	Value string // as written
	Local string // path in the tree; empty where Remote or Problem says why
	// Inline is set where the entry may be YAML itself: Kustomize takes it so if no such file exists.
	Inline bool
	// Hint is set where a plugin's configuration has the value: it counts if it is the name of a file.
	Hint bool
	// Tree is set where a directory counts with all that is below it.
	Tree bool
	// Remote is what Kustomize would fetch; nil for local references. Where Local is set as well, it
	// would only do so if no such file exists.
	Remote  *Remote
	Problem string
}

// plugin reports whether the reference leads to a plugin's configuration.
func (r Reference) plugin() bool {
	return !r.Hint && (r.Field == Generators || r.Field == Transformers || r.Field == Validators)
}

// references lists what the file names, in the order in which Kustomize reads it.
func (f *File) references() []Reference {
	c := collector{file: f}
	for i, entry := range f.Resources {
		c.either(Resources, i, entry)
	}
	for i, entry := range f.Configurations {
		c.plain(Configs, i, entry)
	}
	for i, entry := range f.Crds {
		c.plain(Crds, i, entry)
	}
	for i, args := range f.ConfigMapGenerator {
		c.sources(ConfigMaps, i, args.KvPairSources)
	}
	for i, args := range f.SecretGenerator {
		c.sources(Secrets, i, args.KvPairSources)
	}
	c.plugins(Generators, f.Generators)
	for i, chart := range f.HelmCharts {
		c.chart(i, chart)
	}
	for i, entry := range f.Components {
		c.either(Components, i, entry)
	}
	for i, entry := range f.PatchesStrategicMerge {
		c.plain(Merges, i, string(entry))
	}
	for i, patch := range f.Patches {
		c.plain(Patches, i, patch.Path)
	}
	for i, patch := range f.PatchesJson6902 {
		c.plain(JSONPatches, i, patch.Path)
	}
	for i, replacement := range f.Replacements {
		c.plain(Replacements, i, replacement.Path)
	}
	c.plugins(Transformers, f.Transformers)
	c.plugins(Validators, f.Validators)
	if schema, ok := f.OpenAPI["path"]; ok {
		c.plain(OpenAPI, 0, schema)
	}
	return c.found
}

// collector gathers the references of one file.
type collector struct {
	file   *File
	found  []Reference
	hinted map[hint]bool
}

// hint is a value of a plugin's configuration, which may be the name of a file.
type hint struct {
	field Field
	index int
	name  string
}

// plain adds an entry that names a file.
func (c *collector) plain(field Field, index int, entry string) {
	if entry == "" {
		return
	}
	if remoteFile(entry) {
		c.remote(field, index, entry)
		return
	}
	c.local(field, index, entry)
}

// either adds an entry that names a file or a directory to build.
func (c *collector) either(field Field, index int, entry string) {
	switch {
	case fetched(entry):
		c.remote(field, index, entry)
	case cloned(entry):
		c.remote(field, index, entry)
		if local, problem := c.locate(entry); problem == "" {
			c.found[len(c.found)-1].Local = local
		}
	default:
		c.local(field, index, entry)
	}
}

func (c *collector) remote(field Field, index int, entry string) {
	remote := ParseRemote(entry)
	c.found = append(c.found, Reference{Field: field, Index: index, Value: entry, Remote: &remote})
}

func (c *collector) local(field Field, index int, entry string) {
	local, problem := c.locate(entry)
	c.found = append(c.found, Reference{
		Field: field, Index: index, Value: entry, Local: local, Problem: problem,
		Inline: field == Merges && inline(entry), Tree: field == Charts,
	})
}

// locate is the path in the tree that an entry stands for, or why there is none.
func (c *collector) locate(entry string) (local, problem string) {
	switch local := path.Join(c.file.Dir, entry); {
	case path.IsAbs(entry):
		return "", "is an absolute path, which means another place on every machine"
	case local == ".." || strings.HasPrefix(local, "../"):
		return "", "lies outside the repository"
	default:
		return local, ""
	}
}

func (c *collector) sources(field Field, index int, sources types.KvPairSources) {
	for _, source := range sources.FileSources {
		c.plain(field, index, sourcePath(source))
	}
	for _, source := range sources.EnvSources {
		c.plain(field, index, source)
	}
	c.plain(field, index, sources.EnvSource)
}

// sourcePath is the file of a generator's "key=file" or "file".
func sourcePath(source string) string {
	if _, file, found := strings.Cut(source, "="); found {
		return file
	}
	return source
}

// defaultChartHome is where Kustomize looks for charts.
const defaultChartHome = "charts"

func (c *collector) chart(index int, chart types.HelmChart) {
	home := defaultChartHome
	if c.file.HelmGlobals != nil && c.file.HelmGlobals.ChartHome != "" {
		home = c.file.HelmGlobals.ChartHome
	}
	c.local(Charts, index, path.Join(home, chart.Name))
	c.found[len(c.found)-1].Inline = true // a chart from a registry is not there
	c.plain(Charts, index, chart.ValuesFile)
	for _, values := range chart.AdditionalValuesFiles {
		c.plain(Charts, index, values)
	}
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
	home := cmp.Or(document.Text(document.Get(root, "chartHome")), defaultChartHome)
	c.local(field, index, path.Join(home, document.Text(document.Get(root, "name"))))
	added := &c.found[len(c.found)-1]
	added.Inline, added.Tree = true, true // a chart from a registry is not there
}

// inline reports whether an entry is YAML objects, not the path of a file.
func inline(entry string) bool {
	documents, _ := document.Parse([]byte(entry))
	return len(documents) > 0 && documents[0].Kind == yaml.MappingNode
}

// Find returns line and column of the first scalar in the file that has this text, 0 if there is none.
func (f *File) Find(text string) (line, column int) {
	documents, _ := document.Parse(f.Data)
	for _, root := range documents {
		document.Scalars(root, func(_ string, scalar *yaml.Node) bool {
			if scalar.Value == text {
				line, column = scalar.Line, scalar.Column
			}
			return line == 0
		})
	}
	return line, column
}

// Join is the path in the tree of what the file names by a relative path.
func (f *File) Join(entry string) string { return path.Join(f.Dir, entry) }
