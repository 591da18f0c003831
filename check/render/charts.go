package render

import (
	"context"
	"fmt"
	"path"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/chart"
	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
)

// Inflated is a chart of the tree that a kustomization has in it.
type Inflated struct {
	*deploy.Release
	*chart.Rendering
}

// inflation is one of them, and the file whose resources its objects are.
type inflation struct {
	file    *kustomization.File
	release *deploy.Release
}

// chartsOf takes out the charts of a file: those of the tree, to be rendered, and those that would be fetched, which are left
// out.
func (b *builder) chartsOf(file *kustomization.File) {
	home := ""
	if file.HelmGlobals != nil {
		home = file.HelmGlobals.ChartHome
	}
	var written []*yaml.Node
	roots, _ := document.Parse(file.Data)
	for _, root := range roots {
		written = append(written, document.Items(document.Get(root, string(kustomization.Charts)))...)
	}
	entries, _ := generic(file.Kustomization)[kustomization.Charts].([]any)
	for i, entry := range entries {
		at := entryNode(entry)
		if i < len(written) {
			at = written[i]
		}
		if r := deploy.Inflation(b.tree, file.Dir, home, file.Path, at); r != nil {
			b.inflations = append(b.inflations, inflation{file, r})
			b.take(file, kustomization.Charts, i)
		} else {
			b.leaveOut(file, kustomization.Charts, i)
		}
	}
}

// generatesCharts takes out a generator that inflates nothing but charts of the tree.
func (b *builder) generatesCharts(file *kustomization.File, i int, entry string) bool {
	at := file.Path
	if found, err := b.tree.Resolve(file.Join(entry)); err == nil && found.Entry.Mode.IsFile() {
		at = found.Path
	}
	var all []inflation
	for _, root := range b.say(file, entry) {
		isChart := document.Text(document.Get(root, "apiVersion")) == "builtin" && document.Text(document.Get(root, "kind")) == "HelmChartInflationGenerator"
		r := deploy.Inflation(b.tree, file.Dir, document.Text(document.Get(root, "chartHome")), at, root)
		if !isChart || r == nil {
			return false
		}
		all = append(all, inflation{file, r})
	}
	if len(all) == 0 {
		return false
	}
	b.inflations = append(b.inflations, all...)
	b.take(file, kustomization.Generators, i)
	return true
}

// take takes an entry out of a file that something else stands in for.
func (b *builder) take(file *kustomization.File, field kustomization.Field, index int) {
	if entries, ok := b.cut(file)[field].([]any); ok && index < len(entries) {
		entries[index] = nil
	}
}

// inflate renders the charts of the tree, and has each be a resource of the file that it is in: Kustomize has them beside its
// resources, before anything changes those.
func (b *builder) inflate(ctx context.Context) error {
	for i, in := range b.inflations {
		rendering, err := chart.Render(ctx, b.tree, in.release.Order())
		if err != nil {
			return err
		}
		b.inflated = append(b.inflated, Inflated{in.release, rendering})
		if len(rendering.Objects) == 0 {
			continue
		}
		text, err := textOf(rendering.Nodes())
		if err != nil {
			return err
		}
		name := fmt.Sprintf(".promocheck-chart-%d.yaml", i)
		b.made[path.Join(in.file.Dir, name)] = text
		cut := b.cut(in.file)
		resources, _ := cut[kustomization.Resources].([]any)
		cut[kustomization.Resources] = append(slices.Clip(resources), name)
	}
	return nil
}
