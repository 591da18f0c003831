package alike_test

import (
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/alike"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
	"github.com/promocheck/promocheck/internal/treetest"
)

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: shop
          image: ghcr.io/acme/shop:v1
          env: [{name: LOG, value: info}, {name: SIDE_IMAGE, value: 'ghcr.io/acme/side:v1'}]
          resources: {limits: {memory: 1Mi}}
`

const overlay = `resources: [deployment.yaml]
images: [{name: ghcr.io/acme/other, newTag: v1}]
configMapGenerator: [{name: settings, envs: [settings.env], files: [notes.txt], literals: [A=1]}]
`

// TestChange edits one file of an overlay, and asks whether that leaves its versions as they are where v2 is
// looked for.
func TestChange(t *testing.T) {
	const sealing = "generators: [sealed.yaml]\n"
	const merging = "patches: [{path: patch.yaml}]\n"
	patch := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec: {template: {spec: {containers: [{name: shop, env: [{name: LOG, value: debug}]}]}}}\n"
	json := func(operation string) string {
		return "patches: [{target: {kind: Deployment, name: shop}, patch: '[" + operation + "]'}]\n"
	}
	for name, test := range map[string]struct {
		also     string // in the kustomization
		path     string
		kind     string // of the object, if it is not a deployment
		old, new string // what is replaced in the file
		alike    bool
	}{
		"amount":                   {path: "deployment.yaml", old: "1Mi", new: "2Mi", alike: true},
		"count":                    {path: "deployment.yaml", old: "replicas: 1", new: "replicas: 2", alike: true},
		"variable":                 {path: "deployment.yaml", old: "info", new: "debug", alike: true},
		"variable more":            {path: "deployment.yaml", old: "{name: LOG", new: "{name: B, value: b}, {name: LOG", alike: true},
		"comment":                  {path: "deployment.yaml", old: "spec:\n", new: "spec: # v2\n", alike: true},
		"other tag":                {path: "deployment.yaml", old: "shop:v1", new: "shop:v3", alike: true},
		"tag that is looked for":   {path: "deployment.yaml", old: "shop:v1", new: "shop:v2"},
		"tag of something else":    {path: "deployment.yaml", old: "shop:v1", new: "shop:v4", alike: true},
		"that may become it":       {also: "renaming", path: "deployment.yaml", old: "shop:v1", new: "shop:v4"},
		"tag of anything":          {path: "deployment.yaml", old: "shop:v1", new: "shop:v5"},
		"no tag":                   {path: "deployment.yaml", old: "shop:v1", new: "shop"},
		"odd tag":                  {path: "deployment.yaml", old: "shop:v1", new: "shop:{{v}}"},
		"digest":                   {path: "deployment.yaml", old: "shop:v1", new: "shop@sha256:" + strings.Repeat("0", 64)},
		"other image":              {path: "deployment.yaml", old: "acme/shop", new: "evil/shop"},
		"other registry":           {path: "deployment.yaml", old: "ghcr.io/acme/shop", new: "quay.io/acme/shop"},
		"image in a variable":      {path: "deployment.yaml", old: "side:v1", new: "side:v2"},
		"name":                     {path: "deployment.yaml", old: "metadata: {name: shop}", new: "metadata: {name: store}"},
		"kind":                     {path: "deployment.yaml", old: "kind: Deployment", new: "kind: StatefulSet"},
		"container's name":         {path: "deployment.yaml", old: "- name: shop", new: "- name: store"},
		"reference":                {path: "deployment.yaml", old: "env:", new: "envFrom: [{configMapRef: {name: settings}}]\n          env:"},
		"something else":           {path: "deployment.yaml", old: "[{name: LOG", new: "x"},
		"twice":                    {path: "deployment.yaml", old: "replicas: 1", new: "replicas: 1\n  replicas: 2"},
		"anchor":                   {path: "deployment.yaml", old: "replicas: 1", new: "replicas: &one 1"},
		"not as expected":          {path: "deployment.yaml", old: "replicas: 1", new: "selector: 1\n  volumes: x"},
		"images entry":             {path: "kustomization.yaml", old: "newTag: v1", new: "newTag: v3", alike: true},
		"images entry looked for":  {path: "kustomization.yaml", old: "newTag: v1", new: "newTag: v2"},
		"images entry of any":      {path: "kustomization.yaml", old: "newTag: v1", new: "newTag: v4"},
		"images entry by number":   {path: "kustomization.yaml", old: "newTag: v1", new: "newTag: 1"},
		"images entry's name":      {path: "kustomization.yaml", old: "acme/other", new: "acme/shop"},
		"literal":                  {path: "kustomization.yaml", old: "A=1", new: "A=2", alike: true},
		"literal that is an image": {path: "kustomization.yaml", old: "A=1", new: "A_IMAGE=2"},
		"resources":                {path: "kustomization.yaml", old: "[deployment.yaml]", new: "[deployment.yaml, notes.txt]"},
		"settings":                 {path: "settings.env", old: "B=1", new: "B=2", alike: true},
		"settings by another name": {path: "settings.env", old: "B=1", new: "C=1"},
		"settings that are none":   {path: "settings.env", old: "B=1", new: "B 1"},
		"settings with an image":   {path: "settings.env", old: "B=1", new: "B=image"},
		"notes":                    {path: "notes.txt", old: "notes", new: "more", alike: true},
		"list":                     {kind: "DeploymentList", path: "deployment.yaml", old: "1Mi", new: "2Mi"},
		"kind of somebody's":       {kind: "Shop", path: "deployment.yaml", old: "1Mi", new: "2Mi", alike: true},
		"reference of somebody's":  {kind: "Shop", path: "deployment.yaml", old: "env:", new: "envFrom: [{configMapRef: {name: settings}}]\n          env:", alike: true},
		"label of somebody's":      {kind: "Shop", path: "deployment.yaml", old: "template:\n", new: "template:\n    metadata: {labels: {a: b}}\n", alike: true},
		"its own label":            {kind: "Shop", path: "deployment.yaml", old: "{name: shop}", new: "{name: shop, labels: {a: b}}"},
		"container of somebody's":  {kind: "Shop", path: "deployment.yaml", old: "- name: shop", new: "- name: store"},
		"idle of somebody's":       {kind: "Shop", path: "deployment.yaml", old: "replicas: 1", new: "suspend: true"},
		"name that a patch is at":  {kind: "Shop", also: "patches: [{target: {kind: Shop}, patch: '[{op: add, path: /spec/template/name, value: a}]'}]\n", path: "deployment.yaml", old: "template:\n", new: "template:\n    name: b\n"},
		"webhook":                  {kind: "ValidatingWebhookConfiguration", path: "deployment.yaml", old: "template:\n", new: "template:\n    serviceName: b\n"},
		"sealed":                   {also: sealing, path: "sealed.yaml", old: "data: {a: b}", new: "data: {c: d, e: f}", alike: true},
		"sealed more":              {also: sealing, path: "sealed.yaml", old: "sops", new: "- {apiVersion: v1, kind: Secret, metadata: {name: b}}\nsops", alike: true},
		"sealed by nobody":         {also: sealing, path: "sealed.yaml", old: "mac", new: "mad"},
		"sealed, and more":         {also: sealing, path: "sealed.yaml", old: "kind: Secret", new: "kind: Deployment"},
		"application":              {kind: "Application", path: "deployment.yaml", old: "1Mi", new: "2Mi"},
		"file of nobody":           {path: "readme", old: "read", new: "reads"},
		"under a merge":            {also: merging, path: "deployment.yaml", old: "1Mi", new: "2Mi", alike: true},
		"where a merge leads":      {also: merging, path: "deployment.yaml", old: "env: [{name: LOG, value: info}, {name: SIDE_IMAGE, value: 'ghcr.io/acme/side:v1'}]", new: "env: {}"},
		"merge's value":            {also: merging, path: "patch.yaml", old: "debug", new: "info", alike: true},
		"merge's image":            {also: merging, path: "patch.yaml", old: "name: shop, env", new: "name: shop, image: 'ghcr.io/acme/shop:v2', env"},
		"merge that takes away":    {also: merging, path: "patch.yaml", old: "name: shop, env", new: "name: shop, $patch: delete, env"},
		"merge elsewhere":          {also: merging, path: "patch.yaml", old: "metadata: {name: shop}", new: "metadata: {name: store}"},
		"under a JSON patch":       {also: json("{op: replace, path: /spec/replicas, value: 3}"), path: "deployment.yaml", old: "1Mi", new: "2Mi", alike: true},
		"what a JSON patch needs":  {also: json("{op: replace, path: /spec/replicas, value: 3}"), path: "deployment.yaml", old: "replicas: 1", new: "paused: true"},
		"what a JSON patch is at":  {also: json("{op: remove, path: /spec/template/spec/containers/0/resources/limits}"), path: "deployment.yaml", old: "{limits: {memory: 1Mi}}", new: "{}"},
		"JSON patch by place":      {also: json("{op: remove, path: /spec/template/spec/containers/0/env/0}"), path: "deployment.yaml", old: "1Mi", new: "2Mi"},
		"JSON patch that copies":   {also: json("{op: copy, from: /spec/replicas, path: /spec/x}"), path: "deployment.yaml", old: "1Mi", new: "2Mi"},
		"JSON patch that looks":    {also: json("{op: test, path: /spec/replicas, value: 1}"), path: "deployment.yaml", old: "replicas: 1", new: "replicas: 2"},
		"JSON patch that renames":  {also: json("{op: replace, path: /metadata/name, value: x}"), path: "deployment.yaml", old: "1Mi", new: "2Mi", alike: true},
		"replacements":             {also: "replacements: [{path: r.yaml}]\n", path: "deployment.yaml", old: "1Mi", new: "2Mi"},
		"suffix":                   {also: "suffix", path: "deployment.yaml", old: "1Mi", new: "2Mi"},
		"kinds may change":         {also: "patches: [{path: patch.yaml, options: {allowKindChange: true}}]\n", path: "deployment.yaml", old: "1Mi", new: "2Mi"},
	} {
		t.Run(name, func(t *testing.T) {
			before := treetest.Files{
				"deployment.yaml": deployment, "kustomization.yaml": overlay + test.also, "settings.env": "B=1\n", "notes.txt": "notes\n",
				"readme": "read", "patch.yaml": patch, "r.yaml": "[]\n",
				"sealed.yaml": "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, data: {a: b}}\nsops: {mac: x}\n",
			}
			if test.kind != "" {
				before["deployment.yaml"] = strings.Replace(deployment, "Deployment", test.kind, 1)
			}
			if test.also == "renaming" {
				before["kustomization.yaml"] = strings.Replace(overlay, "newTag: v1", "newTag: v1, newName: acme/new", 1)
			}
			if test.also == "suffix" {
				before["kustomization.yaml"] = strings.Replace(overlay, "newTag: v1", "tagSuffix: -x", 1)
			}
			after := before.With(treetest.Files{test.path: strings.Replace(before[test.path], test.old, test.new, 1)})
			if after[test.path] == before[test.path] {
				t.Fatal("nothing was replaced")
			}
			store := treetest.New()
			was, is := store.Tree(t, before), store.Tree(t, after)
			changes, err := tree.Diff(was, is)
			if err != nil || len(changes) != 1 {
				t.Fatal(changes, err)
			}
			closure := kustomization.NewReader(was, kustomization.Cache{}).Closure(".")
			looked := alike.Looked{"v2": {"acme/shop", "acme/side"}, "v4": {"acme/other"}, "v5": {""}}
			if got := alike.New(form.Settings{}).Change(was, closure, alike.TraitsOf(closure, was), changes[0], looked); got != test.alike {
				t.Errorf("%v, not %v", got, test.alike)
			}
		})
	}
}
