package event_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	. "github.com/promocheck/promocheck/internal/treetest"
)

// bomb is YAML that a few lines of aliases expand to ten thousand million nodes.
func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	return b.String()
}

// block is text as a block scalar below a key or dash.
func block(text string) string {
	return "|\n    " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n    ") + "\n"
}

// quoted is text with its anchors and aliases escaped.
func quoted(text string) string {
	return `"` + strings.NewReplacer("\n", `\n`, "&", `\x26`, "*", `\u002a`).Replace(text) + "\"\n"
}

// TestHostileFiles is about files that are made to take a reader down. Each must be a finding, at a
// place, in next to no time.
func TestHostileFiles(t *testing.T) {
	const (
		self   = "spec: &a {b: *a}\n" // an anchor that contains itself
		tooBig = "aliases expand to more than this reader takes"
		head   = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\n"
	)
	flow := "spec: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "\n"
	label := func(rest string) string { return plugin("LabelTransformer", rest) }
	for _, test := range []struct {
		name   string
		change Files
		want   string
	}{
		{"kustomization", Files{prodK: onBase + bomb()}, prodK + ":1 " + tooBig},
		{"kustomization, within itself", Files{prodK: onBase + "commonLabels: &a {b: *a}\n"}, prodK + ":1 " + tooBig},
		{"manifest", Files{prodK: "resources: [b.yaml]\n", prod + "b.yaml": head + bomb()}, prod + "b.yaml:1 " + tooBig},
		{"manifest, within itself", Files{prodK: "resources: [b.yaml]\n", prod + "b.yaml": head + self}, prod + "b.yaml:1 " + tooBig},
		{"plain manifest", Files{prodK: Gone, prod + "b.yaml": head + bomb()}, prod + "b.yaml:1"},
		{"patch", Files{prodK: onBase + "patches: [{path: b.yaml}]\n", prod + "b.yaml": head + bomb()}, prod + "b.yaml:1 " + tooBig},
		{"inline patch", Files{prodK: onBase + "patches:\n- patch: " + block(head+bomb())}, prodK + ":3 " + tooBig},
		{"inline patch, within itself", Files{prodK: onBase + "patches:\n- patch: " + block(head+self)}, prodK + ":3 " + tooBig},
		{"inline patch, escaped", Files{prodK: onBase + "patches:\n- patch: " + quoted(head+self)}, prodK + ":3 " + tooBig},
		{"inline patchesStrategicMerge", Files{prodK: onBase + "patchesStrategicMerge:\n- " + block(head+self)}, prodK + ":3 " + tooBig},
		{"inline JSON patch", Files{prodK: onBase + "patches:\n- target: {kind: Deployment}\n  patch: " + block("- op: add\n  path: /x\n  value: &a [*a]\n")}, prodK + ":4 " + tooBig},
		{"inline plugin", Files{prodK: onBase + "transformers:\n- " + block(label(bomb()))}, prodK + ":3 " + tooBig},
		{"inline plugin, within itself", Files{prodK: onBase + "transformers:\n- " + block(label(self))}, prodK + ":3 " + tooBig},
		{"patch in a plugin", Files{prodK: onBase + "transformers: [t.yaml]\n", prod + "t.yaml": plugin("PatchTransformer", "patch: "+block(head+self))}, prod + "t.yaml:4 " + tooBig},
		{"patch in an inline plugin", Files{prodK: onBase + "transformers:\n- " + block(plugin("PatchTransformer", "patch: "+quoted(head+self)))}, prodK + ":3 " + tooBig},
		{"plugins' files that name each other", Files{prodK: onBase + "transformers: [a.yaml]\n", prod + "a.yaml": "path: b.yaml\n", prod + "b.yaml": "path: a.yaml\n"}, "effect shop:prod . partial"},
		{"plugins' directories that use each other", Files{prodK: onBase + "transformers: [a]\n", prod + "a/kustomization.yaml": "transformers: [../b]\n", prod + "b/kustomization.yaml": "transformers: [../a]\n"}, "a cycle"},
		{"bases that use each other", Files{prodK: "resources: [a]\n", prod + "a/kustomization.yaml": "resources: [../b]\n", prod + "b/kustomization.yaml": "resources: [../a]\n"}, prod + "b/kustomization.yaml:1 resources names \"../a\", which is built from this very directory: a cycle"},
		{"deep manifest", Files{prodK: "resources: [b.yaml]\n", prod + "b.yaml": head + flow}, "change shop:prod:image/acme/shop"},
		{"deep inline patch", Files{prodK: onBase + "patches:\n- patch: " + block(head+flow)}, "unresolved shop:prod . reached:true " + prodK},
		{"deep kustomization", Files{prodK: strings.Replace(flow, "spec", "resources", 1)}, "unresolved shop:prod . reached:true " + prodK},
		{"too deep manifest", Files{prodK: "resources: [b.yaml]\n", prod + "b.yaml": "a: " + strings.Repeat("[", 20000)}, prod + "b.yaml:0 is not valid YAML: exceeded max depth of 10000"},
		{"empty file under crds", Files{prodK: onBase + "crds: [c.json]\n", prod + "c.json": ""}, "panic in Kustomize"},
	} {
		t.Run(test.name, func(t *testing.T) {
			begun := time.Now()
			got := summary(eventOf(t, shop(), shop().With(test.change)))
			if !strings.Contains(got, test.want) {
				t.Errorf("want %q in\n%.2000s", test.want, got)
			}
			if took := time.Since(begun); took > 10*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// TestLargeManifest requires that 10 MB of manifests are worked through.
func TestLargeManifest(t *testing.T) {
	var b strings.Builder
	for i := 0; b.Len() < 10<<20; i++ {
		fmt.Fprintf(&b, "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c%d}\ndata: {key: %q}\n", i, strings.Repeat("x", 20_000))
	}
	b.WriteString("---\n" + deployment)
	for name, before := range map[string]Files{
		"rendered": shop().With(Files{prodK: "resources: [large.yaml]\n", prod + "large.yaml": b.String()}),
		"plain":    shop().With(Files{prodK: Gone, prod + "large.yaml": b.String()}),
	} {
		t.Run(name, func(t *testing.T) {
			got := summary(eventOf(t, before, before.With(Files{prod + "large.yaml": v2(b.String())})))
			if want := toV2 + modified; got != want {
				t.Errorf("want %q in\n%.2000s", want, got)
			}
		})
	}
}
