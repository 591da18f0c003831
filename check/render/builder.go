package render

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// mostAttempts bounds how often a build is tried again with one more part left out.
const mostAttempts = 100

// builder builds one overlay and leaves out what would have to be fetched or executed, and then
// whatever cannot do without that.
type builder struct {
	tree    *tree.Tree
	closure *kustomization.Closure
	cuts    map[*kustomization.File]fields
	leftOut []part
	named   map[string][]byte // resource files whose objects were given names, by path
	made    map[string][]byte // resource files that charts were rendered to, by path

	inflations []inflation
	inflated   []Inflated
}

// fields is a kustomization file as generic JSON, for entries to be taken out. An entry that was
// taken out is nil until the file is served, so that the others keep their places.
type fields map[kustomization.Field]any

func newBuilder(t *tree.Tree, closure *kustomization.Closure) *builder {
	b := &builder{tree: t, closure: closure, cuts: map[*kustomization.File]fields{}, made: map[string][]byte{}}
	for _, remote := range closure.Remotes {
		b.leaveOut(remote.File, remote.Field, remote.Index)
	}
	for _, file := range closure.Files {
		b.leaveOutExecuted(file)
		if file.Edits != nil {
			b.cut(file) // it is served as it is edited
		}
	}
	// Files that generators read are often only there where it is deployed from: secrets, and what a
	// pipeline writes.
	for _, missing := range closure.Missing {
		if missing.Field == kustomization.ConfigMaps || missing.Field == kustomization.Secrets {
			b.leaveOut(missing.File, missing.Field, missing.Index)
		}
	}
	return b
}

// partial reports whether anything was left out, or else differs from what the files say.
func (b *builder) partial() bool { return len(b.leftOut) > 0 || len(b.named) > 0 }

// build renders the overlay. The error is Kustomize's, about what is left after leaving out what may
// be left out. All attempts share one budget.
func (b *builder) build(ctx context.Context, dir string) ([]*yaml.Node, error) {
	use := b.schemaUse()
	if objects, ok := b.buildInParts(ctx, use, dir); ok {
		return objects, nil
	}
	left := newBudget()
	for attempt := 0; ; attempt++ {
		standIns, err := b.standIns()
		if err != nil {
			return nil, err
		}
		objects, err := build(ctx, left, use, b.tree, dir, standIns)
		if err == nil || attempt == mostAttempts || !b.leaveOutFailing(dir, err) {
			return objects, err
		}
	}
}

// cut returns the generic form of a file, to take entries out of.
func (b *builder) cut(file *kustomization.File) fields {
	cut, ok := b.cuts[file]
	if !ok {
		cut = generic(file.Kustomization)
		b.cuts[file] = cut
	}
	return cut
}

// generic turns a kustomization into generic JSON. Numbers keep their letters.
func generic(value any) (cut fields) {
	data, err := json.Marshal(value)
	if err == nil {
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.UseNumber()
		err = decoder.Decode(&cut)
	}
	if err != nil {
		panic("a kustomization does not survive JSON: " + err.Error()) // it was read from JSON
	}
	return cut
}

// leaveOut takes an entry out of a file, unless it is out already.
func (b *builder) leaveOut(file *kustomization.File, field kustomization.Field, index int) bool {
	cut := b.cut(file)
	var entry any
	switch value := cut[field].(type) {
	case []any:
		if index < len(value) {
			entry, value[index] = value[index], nil
		}
	default: // openapi is one mapping
		entry = value
		delete(cut, field)
	}
	if entry == nil {
		return false
	}
	b.leftOut = append(b.leftOut, part{file, field, entry, b.closure.FilesOf(file, field, index)})
	return true
}

// isOut reports whether an entry was taken out.
func (b *builder) isOut(file *kustomization.File, field kustomization.Field, index int) bool {
	entries, ok := b.cuts[file][field].([]any)
	return ok && index < len(entries) && entries[index] == nil
}

// leaveOutExecuted takes out what Kustomize would run a program for, and what is rendered without one: Helm charts, and plugins
// other than its own.
func (b *builder) leaveOutExecuted(file *kustomization.File) {
	b.chartsOf(file)
	b.leaveOutPlugins(file, kustomization.Generators, file.Generators)
	b.leaveOutPlugins(file, kustomization.Transformers, file.Transformers)
	b.leaveOutPlugins(file, kustomization.Validators, file.Validators)
}

func (b *builder) leaveOutPlugins(file *kustomization.File, field kustomization.Field, entries []string) {
	for i, entry := range entries {
		if b.runsProgram(file, entry) && (field != kustomization.Generators || !b.generatesCharts(file, i, entry)) {
			b.leaveOut(file, field, i)
		}
	}
}

// runsProgram reports whether a plugin entry, inline or the name of a file, configures anything but
// Kustomize's own plugins.
func (b *builder) runsProgram(file *kustomization.File, entry string) bool {
	for _, root := range b.say(file, entry) {
		if root.Kind != yaml.MappingNode {
			continue
		}
		builtin := document.Text(document.Get(root, "apiVersion")) == "builtin"
		if !builtin || document.Text(document.Get(root, "kind")) == "HelmChartInflationGenerator" {
			return true
		}
	}
	return false
}

// say returns the YAML that an entry is or names; nothing if it is neither.
func (b *builder) say(file *kustomization.File, entry string) []*yaml.Node {
	if documents, err := document.Parse([]byte(entry)); err == nil && len(documents) > 0 && documents[0].Kind != yaml.ScalarNode {
		return documents
	}
	data, err := b.tree.ReadFile(file.Join(entry))
	if err != nil {
		return nil
	}
	documents, _ := document.Parse(data)
	return documents
}

// standIns are the kustomization files that differ from the tree's, by path. JSON is YAML.
func (b *builder) standIns() (map[string][]byte, error) {
	standIns := maps.Clone(b.made)
	maps.Copy(standIns, b.named)
	for file, cut := range b.cuts {
		served := fields{}
		for field, value := range cut {
			if list, ok := value.([]any); ok {
				value = slices.DeleteFunc(slices.Clone(list), func(entry any) bool { return entry == nil })
			}
			served[field] = value
		}
		// Kustomize refuses an empty kustomization; one that says it has no resources is not empty.
		if served[kustomization.Resources] == nil {
			served[kustomization.Resources] = []any{}
		}
		data, err := json.Marshal(served)
		if err != nil {
			return nil, err
		}
		standIns[file.Path] = data
	}
	return standIns, nil
}
