package state

import (
	"bytes"
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// What Kustomize says when something depends on what was left out. Kustomize's version is pinned, and
// a scenario covers each.
var (
	inDirectory = regexp.MustCompile(`recursed accumulation of path '([^']*)'`)
	noTarget    = regexp.MustCompile(`no matches for Id ([^/]*)/([^;]*); failed to find unique target`)
	noMerge     = regexp.MustCompile(`Name:\\*"([^"\\]*)\\*".*does not exist; cannot merge or replace`)
	noSource    = regexp.MustCompile(`nothing selected by |unable to find field .* in replacement`)
	noReplicas  = regexp.MustCompile(`resource with name (\S+) does not match a config with the following GVK`)
	noVariable  = regexp.MustCompile(`var '\{(\S+) .*cannot be mapped to a field in the set of known resources`)
	noName      = regexp.MustCompile(`missing metadata\.name in object`)
)

// leaveOutFailing takes out of the file that a build fails in what the error blames, and reports
// whether there was such a thing.
func (r *rendering) leaveOutFailing(dir string, failure error) bool {
	if noName.MatchString(failure.Error()) {
		return r.leaveOutUnnaming() || r.nameGenerated()
	}
	if !r.partial() {
		return false // nothing is missing that it could depend on: it is broken
	}
	if m := noVariable.FindStringSubmatch(failure.Error()); m != nil {
		return r.leaveOutVariables(m[1])
	}
	file := r.failingFile(dir, failure.Error())
	if file == nil {
		return false
	}
	if m := noTarget.FindStringSubmatch(failure.Error()); m != nil {
		kind, _, _ := strings.Cut(m[1], ".")
		name := m[2]
		if at := strings.LastIndex(name, "."); at >= 0 {
			name = name[:at] // the namespace
		}
		return r.leaveOutPatches(file, kind, name)
	}
	if m := noMerge.FindStringSubmatch(failure.Error()); m != nil {
		return r.leaveOutGenerators(file, m[1])
	}
	if m := noReplicas.FindStringSubmatch(failure.Error()); m != nil {
		return r.leaveOutReplicas(file, m[1])
	}
	if noSource.MatchString(failure.Error()) {
		left := false
		for i := range file.Replacements {
			left = r.leaveOut(file, kustomization.Replacements, i) || left
		}
		return left
	}
	return false
}

// leaveOutReplicas takes out the numbers of replicas of an object.
func (r *rendering) leaveOutReplicas(file *kustomization.File, name string) bool {
	left := false
	for i, replica := range file.Replicas {
		if replica.Name == name {
			left = r.leaveOut(file, kustomization.Replicas, i) || left
		}
	}
	return left
}

// failingFile is the kustomization file that Kustomize was at: that of the innermost directory that
// the error names, else the overlay's own.
func (r *rendering) failingFile(dir, failure string) *kustomization.File {
	if all := inDirectory.FindAllStringSubmatch(failure, -1); all != nil {
		dir = strings.TrimPrefix(strings.TrimPrefix(all[len(all)-1][1], tree.Mount), "/")
	} else if resolved, err := r.tree.Resolve(dir); err == nil {
		dir = resolved.Path
	}
	for _, file := range r.closure.Files {
		if file.Dir == path.Clean(dir) {
			return file
		}
	}
	return nil
}

// leaveOutPatches takes out the strategic-merge patches of one object. A patch of several objects is
// served as a patch for each, so that the others still apply.
func (r *rendering) leaveOutPatches(file *kustomization.File, kind, name string) bool {
	left := false
	cut := r.cut(file)
	for _, field := range []kustomization.Field{kustomization.Merges, kustomization.Patches} {
		r.splitPatches(file, cut, field)
		entries, _ := cut[field].([]any)
		for i, entry := range entries {
			if patchText, ok := inlinePatch(entry); ok && patches(patchText, kind, name) {
				entries[i] = nil
				r.leftOut = append(r.leftOut, part{file: file, field: field, entry: entry})
				left = true
			}
		}
	}
	return left
}

// splitPatches turns a field's patches without a target into inline patches of one object each.
func (r *rendering) splitPatches(file *kustomization.File, cut fields, field kustomization.Field) {
	entries, _ := cut[field].([]any)
	var split []any
	for _, entry := range entries {
		source, options := patchSource(entry)
		said := r.say(file, source)
		if source == "" || len(said) == 0 {
			split = append(split, entry)
			continue
		}
		for _, root := range said {
			text, err := yaml.Marshal(root)
			if err != nil {
				text = []byte(source)
			}
			split = append(split, inlined(field, string(text), options))
		}
	}
	if split != nil {
		cut[field] = split
	}
}

// patchSource is the file or text of a patch that has no target; empty for any other entry.
func patchSource(entry any) (source string, options any) {
	switch patch := entry.(type) {
	case string:
		return patch, nil
	case map[string]any:
		if patch["target"] == nil {
			if source, ok := patch["path"].(string); ok {
				return source, patch["options"]
			}
			source, _ := patch["patch"].(string)
			return source, patch["options"]
		}
	}
	return "", nil
}

func inlined(field kustomization.Field, text string, options any) any {
	if field == kustomization.Merges {
		return text
	}
	patch := map[string]any{"patch": text}
	if options != nil {
		patch["options"] = options
	}
	return patch
}

func inlinePatch(entry any) (string, bool) {
	switch patch := entry.(type) {
	case string:
		return patch, true
	case map[string]any:
		text, ok := patch["patch"].(string)
		return text, ok && patch["target"] == nil
	}
	return "", false
}

// patches reports whether a strategic-merge patch is for the object.
func patches(text, kind, name string) bool {
	documents, _ := document.Parse([]byte(text))
	for _, root := range documents {
		if document.Text(document.Get(root, "kind")) == kind && document.Text(document.Get(root, "metadata", "name")) == name {
			return true
		}
	}
	return false
}

// leaveOutGenerators takes out the generators that merge into an object of that name.
func (r *rendering) leaveOutGenerators(file *kustomization.File, name string) bool {
	left := false
	for i, args := range file.ConfigMapGenerator {
		if args.Name == name {
			left = r.leaveOut(file, kustomization.ConfigMaps, i) || left
		}
	}
	for i, args := range file.SecretGenerator {
		if args.Name == name {
			left = r.leaveOut(file, kustomization.Secrets, i) || left
		}
	}
	return left
}

// leaveOutVariables takes out the variables that have their value from the same object as the named one.
func (r *rendering) leaveOutVariables(name string) bool {
	left := false
	for _, file := range r.closure.Files {
		at := slices.IndexFunc(file.Vars, func(v types.Var) bool { return v.Name == name })
		if at < 0 {
			continue
		}
		for i, v := range file.Vars {
			if v.ObjRef == file.Vars[at].ObjRef {
				left = r.leaveOut(file, kustomization.Variables, i) || left
			}
		}
	}
	return left
}

// leaveOutUnnaming takes out the JSON patches that take an object's name away, as people do to give it
// a generateName instead.
func (r *rendering) leaveOutUnnaming() bool {
	left := false
	for _, file := range r.closure.Files {
		for i, patch := range file.Patches {
			if r.unnames(file, patch) {
				left = r.leaveOut(file, kustomization.Patches, i) || left
			}
		}
		for i, patch := range file.PatchesJson6902 {
			if r.unnames(file, patch) {
				left = r.leaveOut(file, kustomization.JSONPatches, i) || left
			}
		}
	}
	return left
}

func (r *rendering) unnames(file *kustomization.File, patch types.Patch) bool {
	for _, operations := range r.say(file, cmp.Or(patch.Path, patch.Patch)) {
		for _, operation := range document.Items(operations) {
			const name = "/metadata/name"
			switch document.Text(document.Get(operation, "op")) {
			case "remove":
				if document.Text(document.Get(operation, "path")) == name {
					return true
				}
			case "move":
				if document.Text(document.Get(operation, "from")) == name {
					return true
				}
			}
		}
	}
	return false
}

// nameGenerated gives objects that have only a generateName, which Kustomize refuses and clusters
// take, that for their name. It reports whether there were any.
func (r *rendering) nameGenerated() bool {
	if r.named != nil {
		return false
	}
	r.named = map[string][]byte{}
	for _, file := range r.closure.Files {
		for i := range file.Resources {
			for _, path := range r.closure.FilesOf(file, kustomization.Resources, i) {
				if data, ok := r.withNames(path); ok {
					r.named[path] = data
				}
			}
		}
	}
	return len(r.named) > 0
}

// withNames returns a resource file with names in place of generated ones, if it has such.
func (r *rendering) withNames(path string) ([]byte, bool) {
	data, err := r.tree.ReadFile(path)
	if err != nil {
		return nil, false
	}
	documents, err := document.Parse(data)
	if err != nil {
		return nil, false
	}
	var named bytes.Buffer
	found := false
	encoder := yaml.NewEncoder(&named)
	for _, root := range documents {
		metadata := document.Get(root, "metadata")
		generated := document.Get(metadata, "generateName")
		if generated != nil && document.Get(metadata, "name") == nil {
			found = true
			metadata.Content = append(metadata.Content,
				&yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: "name"}, generated)
		}
		if err := encoder.Encode(root); err != nil {
			return nil, false
		}
	}
	return named.Bytes(), found && encoder.Close() == nil
}
