package state

import (
	"bytes"
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

// rendering builds one overlay and leaves out what would have to be fetched or executed, and then
// whatever cannot do without that.
type rendering struct {
	tree    *tree.Tree
	closure *kustomization.Closure
	cuts    map[*kustomization.File]fields
	leftOut []part
	named   map[string][]byte // resource files whose objects were given names, by path
}

// fields is a kustomization file as generic JSON, for entries to be taken out. An entry that was
// taken out is nil until the file is served, so that the others keep their places.
type fields map[kustomization.Field]any

// part is an entry of a kustomization file that is not rendered.
type part struct {
	file  *kustomization.File
	field kustomization.Field
	entry any
	files []string // that the entry names
}

func newRendering(t *tree.Tree, closure *kustomization.Closure) *rendering {
	r := &rendering{tree: t, closure: closure, cuts: map[*kustomization.File]fields{}}
	for _, remote := range closure.Remotes {
		r.leaveOut(remote.File, remote.Field, remote.Index)
	}
	for _, file := range closure.Files {
		r.leaveOutExecuted(file)
	}
	// Files that generators read are often only there where it is deployed from: secrets, and what a
	// pipeline writes.
	for _, missing := range closure.Missing {
		if missing.Field == kustomization.ConfigMaps || missing.Field == kustomization.Secrets {
			r.leaveOut(missing.File, missing.Field, missing.Index)
		}
	}
	return r
}

// partial reports whether anything was left out, or else differs from what the files say.
func (r *rendering) partial() bool { return len(r.leftOut) > 0 || len(r.named) > 0 }

// build renders the overlay. The error is Kustomize's, about what is left after leaving out what may
// be left out.
func (r *rendering) build(dir string) ([]*yaml.Node, error) {
	use := r.schemaUse()
	for attempt := 0; ; attempt++ {
		standIns, err := r.standIns()
		if err != nil {
			return nil, err
		}
		objects, err := build(r.tree, dir, standIns, use)
		if err == nil || attempt == mostAttempts || !r.leaveOutFailing(dir, err) {
			return objects, err
		}
	}
}

// cut returns the generic form of a file, to take entries out of.
func (r *rendering) cut(file *kustomization.File) fields {
	cut, ok := r.cuts[file]
	if !ok {
		cut = generic(file.Kustomization)
		r.cuts[file] = cut
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
func (r *rendering) leaveOut(file *kustomization.File, field kustomization.Field, index int) bool {
	cut := r.cut(file)
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
	r.leftOut = append(r.leftOut, part{file, field, entry, r.closure.FilesOf(file, field, index)})
	return true
}

// isOut reports whether an entry was taken out.
func (r *rendering) isOut(file *kustomization.File, field kustomization.Field, index int) bool {
	entries, ok := r.cuts[file][field].([]any)
	return ok && index < len(entries) && entries[index] == nil
}

// leaveOutExecuted takes out what Kustomize would run a program for: Helm charts, and plugins other
// than its own.
func (r *rendering) leaveOutExecuted(file *kustomization.File) {
	for i := range file.HelmCharts {
		r.leaveOut(file, kustomization.Charts, i)
	}
	r.leaveOutPlugins(file, kustomization.Generators, file.Generators)
	r.leaveOutPlugins(file, kustomization.Transformers, file.Transformers)
	r.leaveOutPlugins(file, kustomization.Validators, file.Validators)
}

func (r *rendering) leaveOutPlugins(file *kustomization.File, field kustomization.Field, entries []string) {
	for i, entry := range entries {
		if r.runsProgram(file, entry) {
			r.leaveOut(file, field, i)
		}
	}
}

// runsProgram reports whether a plugin entry, inline or the name of a file, configures anything but
// Kustomize's own plugins.
func (r *rendering) runsProgram(file *kustomization.File, entry string) bool {
	for _, root := range r.say(file, entry) {
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
func (r *rendering) say(file *kustomization.File, entry string) []*yaml.Node {
	if documents, err := document.Parse([]byte(entry)); err == nil && len(documents) > 0 && documents[0].Kind != yaml.ScalarNode {
		return documents
	}
	data, err := r.tree.ReadFile(file.Join(entry))
	if err != nil {
		return nil
	}
	documents, _ := document.Parse(data)
	return documents
}

// standIns are the kustomization files that differ from the tree's, by path. JSON is YAML.
func (r *rendering) standIns() (map[string][]byte, error) {
	standIns := maps.Clone(r.named)
	if standIns == nil {
		standIns = map[string][]byte{}
	}
	for file, cut := range r.cuts {
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
