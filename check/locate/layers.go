package locate

import (
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/state"
	"sigs.k8s.io/kustomize/api/types"
)

// kustomization searches one layer: what is applied last first, then what it is built from.
func (l *locator) kustomization(file *kustomization.File) (state.Location, bool) {
	if l.seen[file.Path] {
		return state.Location{}, false
	}
	l.seen[file.Path] = true
	if found, ok := l.entries(file); ok {
		return found, true
	}
	for _, field := range [][]string{
		patchFiles(file), texts(file.PatchesStrategicMerge), file.Transformers, file.Components,
		generatorFiles(file), file.Generators, file.Resources,
	} {
		for _, entry := range field {
			if found, ok := l.entry(file, entry); ok {
				return found, true
			}
		}
	}
	return state.Location{}, false
}

func patchFiles(file *kustomization.File) []string {
	var names []string
	for _, patch := range file.PatchesJson6902 {
		names = append(names, patch.Path)
	}
	for _, patch := range file.Patches {
		names = append(names, patch.Path)
	}
	return names
}

// generatorFiles are the files that make up ConfigMaps and Secrets: each is a path, or key=path.
func generatorFiles(file *kustomization.File) []string {
	var names []string
	add := func(sources types.KvPairSources) {
		for _, source := range slices.Concat(sources.FileSources, sources.EnvSources, []string{sources.EnvSource}) {
			_, name, keyed := strings.Cut(source, "=")
			if !keyed {
				name = source
			}
			names = append(names, name)
		}
	}
	for _, generator := range file.ConfigMapGenerator {
		add(generator.KvPairSources)
	}
	for _, generator := range file.SecretGenerator {
		add(generator.KvPairSources)
	}
	return names
}

func texts[S ~string](entries []S) []string {
	var texts []string
	for _, entry := range entries {
		texts = append(texts, string(entry))
	}
	return texts
}

// entry follows a reference to a file or a directory.
func (l *locator) entry(file *kustomization.File, entry string) (state.Location, bool) {
	if entry == "" {
		return state.Location{}, false
	}
	resolved, err := l.tree.Resolve(file.Join(entry))
	switch {
	case err != nil:
		return state.Location{}, false
	case !resolved.Entry.Mode.IsDir():
		return l.file(resolved.Path)
	}
	if built, ok := l.files[resolved.Path]; ok {
		return l.kustomization(built)
	}
	return state.Location{}, false
}
