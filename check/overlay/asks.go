package overlay

import (
	"bytes"
	"path"
	"slices"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/kustomization"
)

// settleAsks has applications not tell by what their sync windows are found where what they are built with may decide it.
func (f *following) settleAsks(deployers []*deploy.Deployer) {
	decided := map[int]bool{}
	decides := func(i int) bool {
		if _, known := decided[i]; !known {
			decided[i] = slices.ContainsFunc(f.overlays[i].Closure.Files, f.decidesAsks)
		}
		return decided[i]
	}
	for _, d := range deployers {
		if d.Asks != nil && slices.ContainsFunc(f.builders[d.File], decides) {
			d.Asks = &argocd.Asks{}
		}
	}
}

// decidesAsks reports whether a kustomization may change the name, the project or the destination of an application.
func (f *following) decidesAsks(file *kustomization.File) bool {
	if file.NamePrefix != "" || file.NameSuffix != "" || len(file.Transformers) > 0 {
		return true
	}
	texts := [][]byte{}
	add := func(inline, from string) {
		if data, err := f.tree.ReadFile(path.Join(file.Dir, from)); from != "" && err == nil {
			texts = append(texts, data)
		}
		texts = append(texts, []byte(inline))
	}
	for _, patch := range slices.Concat(file.Patches, file.PatchesJson6902) {
		add(patch.Patch, patch.Path)
	}
	for _, patch := range file.PatchesStrategicMerge {
		add(string(patch), string(patch))
	}
	if len(file.Replacements) > 0 || len(file.Vars) > 0 {
		texts = append(texts, file.Data)
		for _, replacement := range file.Replacements {
			add("", replacement.Path)
		}
	}
	return slices.ContainsFunc(texts, func(text []byte) bool {
		return bytes.Contains(text, []byte("project")) || bytes.Contains(text, []byte("destination"))
	})
}
