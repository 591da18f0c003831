package kustomization

import (
	"path"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
)

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
	c.inflated(Charts, index, home, chart.Name, chart.Version)
	c.plain(Charts, index, chart.ValuesFile)
	for _, values := range chart.AdditionalValuesFiles {
		c.plain(Charts, index, values)
	}
}

// inflated adds the directories that a chart may lie in: that of its name, or one below that of its version.
func (c *collector) inflated(field Field, index int, home, name, version string) {
	for _, dir := range []string{path.Join(home, name), path.Join(home, name+"-"+version, name)} {
		c.local(field, index, dir)
		added := &c.found[len(c.found)-1]
		added.Inline, added.Tree = true, true // a chart from a registry is not there
		if version == "" {
			return
		}
	}
}
