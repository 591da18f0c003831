package event_test

import (
	"strings"
	"testing"

	. "github.com/promocheck/promocheck/internal/treetest"
)

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
        - {name: shop, image: ghcr.io/acme/shop:v1}
`

const patch = `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec: {template: {spec: {containers: [{name: shop, image: 'ghcr.io/acme/shop:v1'}]}}}
`

const (
	prod    = "shop/overlays/prod/"
	prodK   = prod + "kustomization.yaml"
	onBase  = "resources: [../../base]\n"
	onOther = "resources: ['https://github.com/org/repo?ref=v1']\n" // what is there, nobody knows
)

// shop is an app with a base and two environments.
func shop() Files {
	return Files{
		"shop/base/kustomization.yaml":             "resources: [deployment.yaml]\n",
		"shop/base/deployment.yaml":                deployment,
		"shop/overlays/staging/kustomization.yaml": onBase,
		prodK: onBase,
	}
}

// v2 is a text with another version in it.
func v2(text string) string {
	return strings.NewReplacer(":v1", ":v2", "newTag: v1", "newTag: v2").Replace(text)
}

func plugin(kind, rest string) string {
	return "apiVersion: builtin\nkind: " + kind + "\nmetadata: {name: p}\n" + rest + "\n"
}

func component(rest string) string {
	return "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n" + rest
}

const (
	toV2     = "change shop:prod:image/acme/shop . ghcr.io/acme/shop:v1 -> ghcr.io/acme/shop:v2\n"
	modified = "effect shop:prod . rendered modified/Deployment/shop\n"
	partial  = "effect shop:prod . partial "
	declared = "effect shop:prod . declared\n"
)

// TestNothingPassesUnseen is about changes of what production runs that are easily overlooked: each
// must show in the event. before is on top of the app, change on top of that.
func TestNothingPassesUnseen(t *testing.T) {
	imageTag := plugin("ImageTagTransformer", "imageTag: {name: ghcr.io/acme/shop, newTag: v1}")
	withMergeKey := "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nx: &c {image: 'acme/shop:v1'}\nspec: {containers: [{<<: *c, name: x}]}\n"
	list := "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(patch, "\n", "\n  ")
	sourceValue := "replacements:\n- sourceValue: ghcr.io/acme/shop:v1\n  targets: [{select: {kind: Deployment}, fieldPaths: [spec.template.spec.containers.0.image]}]\n"
	for _, test := range []struct {
		name           string
		before, change Files
		want           string
	}{
		// Files that decide.
		{"a plain manifest that is a symbolic link",
			Files{prodK: Gone, prod + "d.yaml": Link("../../shared/d.yaml"), "shop/shared/d.yaml": deployment},
			Files{"shop/shared/d.yaml": v2(deployment)}, toV2 + modified},
		{"plain manifests in an environment that is a symbolic link",
			Files{prodK: Gone, "shop/overlays/prod": Link("../shared"), "shop/shared/d.yaml": deployment},
			Files{"shop/shared/d.yaml": v2(deployment)}, toV2 + modified},
		{"an environment that is a symbolic link, to elsewhere",
			Files{prodK: Gone, "shop/overlays/prod": Link("../one"), "shop/one/d.yaml": deployment, "shop/two/d.yaml": v2(deployment)},
			Files{"shop/overlays/prod": Link("../two")}, toV2 + modified},
		{"a kustomization file that is a symbolic link",
			Files{prodK: Link("../../k.yaml"), "shop/k.yaml": onBase},
			Files{"shop/k.yaml": onBase + "images: [{name: ghcr.io/acme/shop, newTag: v2}]\n"}, toV2 + modified},
		{"a plugin's file under a key in another case",
			Files{prodK: onBase + "transformers: [t.yaml]\n", prod + "t.yaml": plugin("PatchTransformer", "PATH: p.yaml"), prod + "p.yaml": patch},
			Files{prod + "p.yaml": v2(patch)}, toV2 + modified},
		{"a plugin's file by an alias",
			Files{prodK: onBase + "transformers: [t.yaml]\n", prod + "t.yaml": plugin("PatchTransformer", "x: &p p.yaml\npath: *p"), prod + "p.yaml": patch},
			Files{prod + "p.yaml": v2(patch)}, toV2 + modified},
		{"a plugin's targetFilePath",
			Files{prodK: onBase + "transformers: [t.yaml]\n", prod + "t.yaml": plugin("ValueAddTransformer", "value: v\ntargetFilePath: p.yaml"), prod + "p.yaml": "targets: [{fieldPath: metadata/namespace}]\n"},
			Files{prod + "p.yaml": "targets: [{fieldPath: metadata/name}]\n"}, "effect shop:prod . rendered"},
		{"a plugin's file that a patch within the plugins' directory names",
			Files{prodK: onBase + "transformers: [t]\n", prod + "t/kustomization.yaml": "resources: [t.yaml]\npatches: [{target: {kind: PatchTransformer}, patch: '[{\"op\": \"add\", \"path\": \"/path\", \"value\": \"p.yaml\"}]'}]\n",
				prod + "t/t.yaml": plugin("PatchTransformer", ""), prod + "p.yaml": patch},
			Files{prod + "p.yaml": v2(patch)}, toV2 + modified},
		{"a file of a plugin that two kustomizations use",
			Files{"shop/base/kustomization.yaml": "resources: [deployment.yaml]\ntransformers: [../plugins]\n", "shop/base/p.yaml": patch,
				"shop/plugins/kustomization.yaml": "resources: [t.yaml]\n", "shop/plugins/t.yaml": plugin("PatchTransformer", "path: p.yaml"),
				prodK: onBase + "transformers: [../../plugins]\n", prod + "p.yaml": patch},
			Files{prod + "p.yaml": v2(patch)}, toV2 + modified},
		{"a plugin's file that comes with the change",
			Files{prodK: onBase + "transformers: [t.yaml]\n", prod + "t.yaml": plugin("PatchTransformer", "path: p.yaml")},
			Files{prod + "p.yaml": v2(patch)}, "effect shop:prod . declared\n"},
		{"a base that comes after what names it",
			Files{prodK: "resources: [../../next]\n"},
			Files{"shop/next/kustomization.yaml": "resources: [../base]\n"}, "change shop:prod:image/acme/shop . nothing -> ghcr.io/acme/shop:v1\neffect shop:prod . declared\n"},
		{"an environment's link that led nowhere, until now",
			Files{prodK: Gone, "shop/overlays/prod": Link("../next")},
			Files{"shop/next/kustomization.yaml": "resources: [../base]\n"}, "change shop:prod:image/acme/shop . nothing -> ghcr.io/acme/shop:v1\n"},
		{"a manifest's link that led nowhere, until now",
			Files{prodK: Gone, prod + "d.yaml": Link("../../next/d.yaml")},
			Files{"shop/next/d.yaml": deployment}, "change shop:prod:image/acme/shop . nothing -> ghcr.io/acme/shop:v1\n"},
		{"a file that looks like an address with a user",
			Files{prodK: "resources: [d@v.yaml]\n", prod + "d@v.yaml": deployment}, Files{prod + "d@v.yaml": v2(deployment)}, toV2 + modified},
		{"a file that looks like an address at GitHub",
			Files{prodK: "resources: [github.com/x/y.yaml]\n", prod + "github.com/x/y.yaml": deployment}, Files{prod + "github.com/x/y.yaml": v2(deployment)}, toV2 + modified},
		{"a base that looks like an address of a web server",
			Files{prodK: "resources: ['../../http:x']\n", "shop/http:x/kustomization.yaml": "resources: [d.yaml]\n", "shop/http:x/d.yaml": deployment},
			Files{"shop/http:x/d.yaml": v2(deployment)}, toV2 + modified},
		{"a plugin's file that looks like YAML",
			Files{prodK: onBase + "transformers: ['t: x']\n", prod + "t: x": imageTag}, Files{prod + "t: x": v2(imageTag)}, partial},
		{"a kustomization file beside a submodule of that name",
			Files{"shop/base/Kustomization": Submodule("one")}, Files{"shop/base/deployment.yaml": v2(deployment)}, toV2},
		{"a transformer's configuration that makes an entry match",
			Files{prodK: "resources: [cr.yaml]\nconfigurations: [c.yaml]\nimages: [{name: acme/shop, newTag: v2}]\n",
				prod + "cr.yaml": "apiVersion: x/v1\nkind: Foo\nmetadata: {name: x}\nspec: {runner: acme/shop}\n", prod + "c.yaml": "images: [{path: spec/runner, kind: Bar}]\n"},
			Files{prod + "c.yaml": "images: [{path: spec/runner, kind: Foo}]\n"}, "effect shop:prod . rendered modified/Foo/x"},
		{"objects in a List", Files{"shop/base/deployment.yaml": list}, Files{"shop/base/deployment.yaml": v2(list)}, toV2},
		{"an image that comes by a merge key", Files{prodK: Gone, prod + "d.yaml": withMergeKey}, Files{prod + "d.yaml": v2(withMergeKey)},
			"change shop:prod:image/acme/shop . docker.io/acme/shop:v1 -> docker.io/acme/shop:v2\n"},

		{"the second of two objects of one name",
			Files{prodK: Gone, prod + "a.yaml": deployment, prod + "b.yaml": v2(deployment)}, Files{prod + "b.yaml": strings.ReplaceAll(deployment, ":v1", ":v3")},
			"change shop:prod:image/acme/shop . ghcr.io/acme/shop:v2 -> ghcr.io/acme/shop:v3\neffect shop:prod . rendered modified/Deployment/shop\n"},

		// What Kustomize would need a program or another place for.
		{"a template of a local chart",
			Files{prodK: "helmCharts: [{name: web, releaseName: web}]\n", prod + "charts/web/templates/d.yaml": deployment},
			Files{prod + "charts/web/templates/d.yaml": v2(deployment)}, toV2 + partial},
		{"a local chart in place of one from a registry",
			Files{prodK: "helmCharts: [{name: web, releaseName: web, repo: 'https://example.com', version: v1}]\n"},
			Files{prod + "charts/web/templates/d.yaml": v2(deployment)}, partial},
		{"a template of a chart that a plugin inflates",
			Files{prodK: "generators: [g.yaml]\n", prod + "g.yaml": plugin("HelmChartInflationGenerator", "name: web\nchartHome: c"), prod + "c/web/templates/d.yaml": deployment},
			Files{prod + "c/web/templates/d.yaml": v2(deployment)}, toV2 + partial},
		{"the program that a function runs",
			Files{prodK: onBase + "transformers: [g.yaml]\n", prod + "f.sh": "v1",
				prod + "g.yaml": "apiVersion: x/v1\nkind: Foo\nmetadata:\n  name: x\n  annotations:\n    config.kubernetes.io/function: |\n      exec:\n        path: ./f.sh\n"},
			Files{prod + "f.sh": "v2"}, partial},
		{"an entry with git:: and a user",
			Files{prodK: "resources: ['git::git@example.com:org/repo?ref=v1']\n"}, Files{prodK: "resources: ['git::git@example.com:org/repo?ref=v2']\n"},
			"change shop:prod:git/org/repo . example.com/org/repo:v1 -> example.com/org/repo:v2\n" + partial},
		{"a remote component",
			Files{prodK: onBase + "components: ['https://github.com/org/repo?ref=v1']\n"}, Files{prodK: onBase + "components: ['https://github.com/org/repo?ref=v2']\n"},
			"change shop:prod:git/org/repo . github.com/org/repo:v1 -> github.com/org/repo:v2\n" + partial},
		{"an images entry as a plugin, on a remote base",
			Files{prodK: onOther + "transformers: [t.yaml]\n", prod + "t.yaml": imageTag}, Files{prod + "t.yaml": v2(imageTag)}, toV2 + partial},
		{"a replacement by a value, on a remote base",
			Files{prodK: onOther + sourceValue}, Files{prodK: onOther + v2(sourceValue)}, partial},
		{"a namespace, on a remote base", Files{prodK: onOther + "namespace: one\n"}, Files{prodK: onOther + "namespace: two\n"}, partial},
		{"a number of replicas, on a remote base",
			Files{prodK: onOther + "replicas: [{name: shop, count: 1}]\n"}, Files{prodK: onOther + "replicas: [{name: shop, count: 0}]\n"}, partial},
		{"a transformer's configuration, on a remote base",
			Files{prodK: onOther + "configurations: [c.yaml]\nimages: [{name: ghcr.io/acme/shop, newTag: v1}]\n", prod + "c.yaml": "images: [{path: spec/a}]\n"},
			Files{prod + "c.yaml": "images: [{path: spec/b}]\n"}, partial},
		{"another registry, on a remote base",
			Files{prodK: onOther + "images: [{name: ghcr.io/acme/shop, newName: ghcr.io/acme/shop}]\n"}, Files{prodK: onOther + "images: [{name: ghcr.io/acme/shop, newName: quay.io/acme/shop}]\n"}, partial},
		{"a tag's suffix, on a remote base",
			Files{prodK: onOther + "images: [{name: ghcr.io/acme/shop, newTag: v1}]\n"}, Files{prodK: onOther + "images: [{name: ghcr.io/acme/shop, newTag: v1, tagSuffix: -x}]\n"},
			"change shop:prod:image/acme/shop . ghcr.io/acme/shop:v1 -> ghcr.io/acme/shop:v1-x\n" + partial},
		{"a name that is a pattern, on a remote base",
			Files{prodK: onOther + "images: [{name: ghcr.io/.*, newTag: v1}]\n"}, Files{prodK: onOther + "images: [{name: ghcr.io/.*, newTag: v2}]\n"}, partial},
		{"an images entry beside another that is rendered",
			Files{prodK: "resources: [a, b]\n", prod + "a/kustomization.yaml": onOther + "images: [{name: ghcr.io/acme/shop, newTag: v1}]\n", prod + "b/kustomization.yaml": "resources: [../../../base]\n"},
			Files{prod + "a/kustomization.yaml": onOther + "images: [{name: ghcr.io/acme/shop, newTag: v2}]\n"}, partial},

		// What is a place, and what is not.
		{"an overlay that becomes a component", nil, Files{prodK: component(onBase + "images: [{name: ghcr.io/acme/shop, newTag: v2}]\n")}, toV2 + modified},
		{"a component that becomes an overlay",
			Files{prod + "x/kustomization.yaml": component("resources: [../../../base]\n")},
			Files{prod + "x/kustomization.yaml": "resources: [../../../base]\nimages: [{name: ghcr.io/acme/shop, newTag: v2}]\n"}, "change shop:prod:image/acme/shop x"},
		{"a part that becomes a target",
			Files{prodK: "resources: [eu]\n", prod + "eu/kustomization.yaml": "resources: [../../../base]\n"},
			Files{prodK: onBase, prod + "eu/kustomization.yaml": "resources: [../../../base]\nimages: [{name: ghcr.io/acme/shop, newTag: v2}]\n"}, "change shop:prod:image/acme/shop eu"},
		{"a target that another includes",
			Files{prod + "eu/kustomization.yaml": "resources: [../../../base]\n"},
			Files{prodK: "resources: [eu]\n", prod + "eu/kustomization.yaml": "resources: [../../../base]\nimages: [{name: ghcr.io/acme/shop, newTag: v2}]\n"}, "change shop:prod:image/acme/shop .,eu"},
		{"overlays in a hidden directory",
			Files{".deploy/overlays/prod/d.yaml": deployment}, Files{".deploy/overlays/prod/d.yaml": v2(deployment)}, "change .deploy:prod:image/acme/shop"},
		{"an environment that is a submodule",
			Files{prodK: Gone, "shop/overlays/prod": Submodule("one")}, Files{"shop/overlays/prod": Submodule("two")},
			declared + "unresolved shop:prod . reached:true shop/overlays/prod:0 is a submodule"},
		{"a target that is a submodule",
			Files{prodK: Gone, prod + "eu": Submodule("one")}, Files{prod + "eu": Submodule("two")}, "unresolved shop:prod eu reached:true"},
		{"a base that is a submodule",
			Files{"shop/base/kustomization.yaml": Gone, "shop/base/deployment.yaml": Gone, "shop/base": Submodule("one")}, Files{"shop/base": Submodule("two")},
			"unresolved shop:prod . reached:true"},
		{"an environment that becomes a dangling link", nil, Files{prodK: Gone, "shop/overlays/prod": Link("nowhere")}, "unresolved shop:prod . reached:true shop/overlays/prod:0"},
		{"an environment that goes", nil, Files{prodK: Gone}, "change shop:prod:image/acme/shop . ghcr.io/acme/shop:v1 -> nothing\neffect shop:prod . rendered removed/Deployment/shop\n"},
		{"an environment that comes",
			Files{prodK: Gone}, Files{prodK: onBase}, "change shop:prod:image/acme/shop . nothing -> ghcr.io/acme/shop:v1\neffect shop:prod . rendered added/Deployment/shop\n"},

		// What is broken, before or after.
		{"a plain manifest that stays broken in the same place",
			Files{prodK: Gone, prod + "d.yaml": "a: [\n---\n" + deployment}, Files{prod + "d.yaml": "a: [\n---\n" + v2(deployment)},
			"unresolved shop:prod . reached:true shop/overlays/prod/d.yaml:1"},
		{"an overlay that stays broken",
			Files{prodK: "resources: [nothing]\n"}, Files{prodK: "resources: [nothing]\nimages: [{name: a, newTag: v2}]\n"}, declared + "unresolved shop:prod . reached:true"},
		{"an overlay that is repaired",
			Files{prodK: "resources: [nothing]\n"}, Files{prodK: onBase}, "change shop:prod:image/acme/shop . nothing -> ghcr.io/acme/shop:v1\n" + declared},
		{"a file by a path that leads out of the repository and back",
			Files{"shop/crd.json": "{}"}, Files{prodK: onBase + "crds: [../../../../.promocheck/shop/crd.json]\n"}, "unresolved shop:prod . reached:true " + prodK + ":2"},
		{"a file by an absolute path",
			Files{"shop/crd.json": "{}"}, Files{prodK: onBase + "crds: [/.promocheck/shop/crd.json]\n"}, "unresolved shop:prod . reached:true " + prodK + ":2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := shop().With(test.before)
			got := summary(eventOf(t, before, before.With(test.change)))
			if got == "" || !strings.Contains(got, test.want) {
				t.Errorf("want %q in\n%s", test.want, got)
			}
		})
	}
}

// TestOtherEnvironmentsDoNotDemote requires that an environment that is production before a change is
// so for judging it, though the change brings one that is called so.
func TestOtherEnvironmentsDoNotDemote(t *testing.T) {
	before := shop().With(Files{prodK: Gone})
	got := eventOf(t, before, before.With(Files{"web/overlays/prod/kustomization.yaml": "resources: [../../../shop/base]\n"}))
	for _, environment := range got.Path {
		if !environment.Production {
			t.Errorf("%s is no production", environment.Name)
		}
	}
}

// What the change does not reach is only rendered where versions move: it is evidence then.
func TestOnlyWhatIsNeededIsRendered(t *testing.T) {
	const (
		images  = onBase + "images: [{name: ghcr.io/acme/shop, newTag: v1}]\n"
		staging = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: only-staging}\n"
	)
	before := shop().With(Files{
		"shop/overlays/staging/kustomization.yaml": "resources: [../../base, only.yaml]\n",
		"shop/overlays/staging/only.yaml":          staging,
		"other/overlays/dev/kustomization.yaml":    "resources: [only.yaml]\n",
		"other/overlays/dev/only.yaml":             staging + "data: {}\n",
		prodK:                                      images,
	})
	for _, test := range []struct {
		name   string
		change Files
		needed bool
	}{
		{"a version that images say", Files{prodK: v2(images)}, true},
		{"a version that a patch says", Files{prodK: images + "patches: [{path: p.yaml}]\n", prod + "p.yaml": strings.Replace(patch, "'ghcr.io/acme/shop:v1'", "ghcr.io/acme/next:v2", 1)}, true},
		{"a label", Files{prodK: images + "labels: [{pairs: {a: b}}]\n"}, false},
		{"an order of lines", Files{prodK: strings.Replace(images, "{name: ghcr.io/acme/shop, newTag: v1}", "{newTag: v1, name: ghcr.io/acme/shop}", 1)}, false},
		{"an entry that matches nothing", Files{prodK: strings.Replace(images, "v1}]", "v1}, {name: none, newTag: v1}]", 1)}, false},
	} {
		store := New()
		e := eventIn(t, store, before, before.With(test.change))
		if moved := len(e.Changes) > 0; moved != test.needed || store.Read(staging) != test.needed {
			t.Errorf("%s: versions move: %v, staging is rendered: %v, want %v", test.name, moved, store.Read(staging), test.needed)
		}
		if store.Read(staging + "data: {}\n") {
			t.Errorf("%s: another app is rendered", test.name)
		}
	}
}
