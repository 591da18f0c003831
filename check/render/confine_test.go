package render

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
	"github.com/promocheck/promocheck/internal/treetest"
)

// outbound are kustomizations with an address in every field that takes a file or a directory. URL
// stands for a web server's address, HOST for its host and port. Those that are marked clone where a
// git program is at hand, the others fetch; "-" does neither, however it is built.
var outbound = []struct{ name, marked, text string }{
	{"resources", "", "resources: ['URL/all.yaml']"},
	{"resources with a query", "", "resources: ['URL/org/repo?ref=v1']"},
	{"resources in upper case", "", "resources: ['HTTP://HOST/all.yaml']"},
	{"bases", "", "bases: ['URL/org/repo//base']"},
	{"resources by git::", "git", "resources: ['git::URL/org/repo?ref=v1']"},
	{"resources by GIT:: and a user", "git", "resources: ['GIT::git@HOST:org/repo.git']"},
	{"resources by a user", "git", "resources: ['git@127.0.0.1:org/repo']"},
	{"resources by ssh", "git", "resources: ['ssh://git@HOST/org/repo']"},
	{"resources by file", "git", "resources: ['file:///OUTSIDE/repo']"},
	{"resources at GitHub", "git", "resources: ['github.com/org/repo//base?ref=v1']"},
	{"resources at GitHub, as scp has it", "git", "resources: ['GitHub.com:org/repo']"},
	{"components", "git", "resources: [deployment.yaml]\ncomponents: ['URL/org/repo//part']"},
	{"patches", "", "resources: [deployment.yaml]\npatches: [{path: 'URL/patch.yaml'}]"},
	{"patches with a target", "", "resources: [deployment.yaml]\npatches: [{path: 'URL/patch.yaml', target: {kind: Deployment}}]"},
	{"patchesStrategicMerge", "", "resources: [deployment.yaml]\npatchesStrategicMerge: ['URL/patch.yaml']"},
	{"patchesJson6902", "", "resources: [deployment.yaml]\npatchesJson6902: [{path: 'URL/patch.yaml', target: {version: v1, kind: Deployment, name: shop}}]"},
	{"crds", "", "resources: [deployment.yaml]\ncrds: ['URL/crd.json']"},
	{"configurations", "", "resources: [deployment.yaml]\nconfigurations: ['URL/configuration.yaml']"},
	{"openapi", "", "resources: [deployment.yaml]\nopenapi: {path: 'URL/schema.json'}"},
	{"transformers", "", "resources: [deployment.yaml]\ntransformers: ['URL/plugin.yaml']"},
	{"generators", "", "resources: [deployment.yaml]\ngenerators: ['URL/plugin.yaml']"},
	{"validators", "", "resources: [deployment.yaml]\nvalidators: ['URL/plugin.yaml']"},
	{"generators by git", "git", "resources: [deployment.yaml]\ngenerators: ['git@127.0.0.1:org/repo']"},
	{"configMapGenerator files", "", "configMapGenerator: [{name: c, files: ['URL/file']}]"},
	{"configMapGenerator files with a key", "", "configMapGenerator: [{name: c, files: ['key=URL/file']}]"},
	{"configMapGenerator envs", "", "configMapGenerator: [{name: c, envs: ['URL/file']}]"},
	{"configMapGenerator env", "", "configMapGenerator: [{name: c, env: 'URL/file'}]"},
	{"secretGenerator files", "", "secretGenerator: [{name: c, files: ['key=URL/file']}]"},
	{"secretGenerator envs", "", "secretGenerator: [{name: c, envs: ['URL/file']}]"},
	{"secretGenerator env", "", "secretGenerator: [{name: c, env: 'URL/file'}]"},
	{"replacements", "", "resources: [deployment.yaml]\nreplacements: [{path: 'URL/replacement.yaml'}]"},
	{"helmCharts", "-", "helmCharts: [{name: c, repo: 'URL/charts', version: v1, valuesFile: 'URL/values.yaml', additionalValuesFiles: ['URL/more.yaml']}]"},
	{"helmChartInflationGenerator", "-", "helmChartInflationGenerator: [{chartName: c, chartRepoUrl: 'URL/charts', values: 'URL/values.yaml'}]"},
	{"a plugin, inline", "", "resources: [deployment.yaml]\ntransformers: [\"apiVersion: builtin\\nkind: PatchTransformer\\nmetadata: {name: p}\\npath: URL/patch.yaml\"]"},
	{"a plugin, inline, with a key in another case", "", "resources: [deployment.yaml]\ntransformers: [\"apiVersion: builtin\\nkind: PatchTransformer\\nmetadata: {name: p}\\nPATH: URL/patch.yaml\"]"},
	{"a plugin, inline, with an alias", "", "resources: [deployment.yaml]\ntransformers: [\"apiVersion: builtin\\nkind: PatchTransformer\\nmetadata: {name: p, annotations: {a: &a URL/patch.yaml}}\\npath: *a\"]"},
	{"a plugin's path", "", "resources: [deployment.yaml]\ntransformers: [path.yaml]"},
	{"a plugin's paths", "", "resources: [deployment.yaml]\ntransformers: [paths.yaml]"},
	{"a plugin's targetFilePath", "", "resources: [deployment.yaml]\ntransformers: [target.yaml]"},
	{"a plugin's files", "", "generators: [files.yaml]"},
	{"a plugin's envs", "", "generators: [envs.yaml]"},
	{"a plugin's env", "-", "generators: [env.yaml]"}, // Kustomize passes it over
	{"a plugin's replacements", "", "resources: [deployment.yaml]\ntransformers: [replacements.yaml]"},
	{"a validator's path", "", "resources: [deployment.yaml]\nvalidators: [path.yaml]"},
	{"a plugin in a directory", "", "resources: [deployment.yaml]\ntransformers: [plugins]"},
	{"a chart by plugin", "-", "generators: [chart.yaml]"},
	{"a base of a base", "", "resources: [../../two]"},
	{"a component of a component", "", "resources: [deployment.yaml]\ncomponents: [../../part-two]"},
}

// outboundFiles are what those kustomizations name.
func outboundFiles(text string, replace *strings.Replacer) treetest.Files {
	plugin := func(kind, rest string) string {
		return fmt.Sprintf("apiVersion: builtin\nkind: %s\nmetadata: {name: p}\n%s\n", kind, rest)
	}
	const prod = prod + "/"
	files := treetest.Files{
		prod + "kustomization.yaml":         text + "\n",
		prod + "deployment.yaml":            deployment,
		prod + "path.yaml":                  plugin("PatchTransformer", "path: URL/patch.yaml"),
		prod + "paths.yaml":                 plugin("PatchStrategicMergeTransformer", "paths: ['URL/patch.yaml']"),
		prod + "target.yaml":                plugin("ValueAddTransformer", "value: v\ntargetFilePath: URL/targets.yaml"),
		prod + "files.yaml":                 plugin("ConfigMapGenerator", "files: ['key=URL/file']"),
		prod + "envs.yaml":                  plugin("ConfigMapGenerator", "envs: ['URL/file']"),
		prod + "env.yaml":                   plugin("SecretGenerator", "env: URL/file"),
		prod + "replacements.yaml":          plugin("ReplacementTransformer", "replacements: [{path: URL/replacement.yaml}]"),
		prod + "chart.yaml":                 plugin("HelmChartInflationGenerator", "name: c\nrepo: URL/charts\nvaluesFile: URL/values.yaml"),
		prod + "plugins/kustomization.yaml": "resources: [path.yaml]\n",
		prod + "plugins/path.yaml":          plugin("PatchTransformer", "path: URL/patch.yaml"),
		"shop/two/kustomization.yaml":       "resources: [../one]\n",
		"shop/one/kustomization.yaml":       "resources: ['URL/all.yaml']\n",
		"shop/part-two/kustomization.yaml":  "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncomponents: [../part-one]\n",
		"shop/part-one/kustomization.yaml":  "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{path: 'URL/patch.yaml'}]\n",
	}
	for path, content := range files {
		files[path] = replace.Replace(content)
	}
	return files
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
        - {name: shop, image: ghcr.io/acme/shop:v1}
`

// outside is what must not be reached: a web server, and programs.
type outside struct {
	knocks  atomic.Int32
	markers string // a directory in which programs leave a file when they run
	server  *httptest.Server
	replace *strings.Replacer
}

// newOutside starts a web server, and puts a git and a helm into the PATH. The guard is down until
// the test ends: whatever Kustomize gets to see, it can fetch.
func newOutside(t *testing.T) *outside {
	o := &outside{markers: t.TempDir()}
	o.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		o.knocks.Add(1)
		w.WriteHeader(http.StatusTeapot)
	}))
	t.Cleanup(o.server.Close)
	programs := t.TempDir()
	for _, name := range []string{"git", "helm"} {
		script := fmt.Sprintf("#!/bin/sh\n: > %s/%s\nexit 1\n", o.markers, name)
		if err := os.WriteFile(filepath.Join(programs, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	Confine()
	guard := http.DefaultTransport
	http.DefaultTransport = &http.Transport{}
	t.Cleanup(func() { http.DefaultTransport = guard })
	t.Setenv("PATH", programs)
	host := strings.TrimPrefix(o.server.URL, "http://")
	o.replace = strings.NewReplacer("URL", o.server.URL, "HOST", host, "OUTSIDE", strings.Trim(t.TempDir(), "/"))
	return o
}

// ran lists the programs that ran, and forgets about them.
func (o *outside) ran(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(o.markers)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
		if err := os.Remove(filepath.Join(o.markers, entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return names
}

const prod = "shop/overlays/prod"

func prodOf(t *testing.T, files treetest.Files) (*tree.Tree, *kustomization.Closure) {
	t.Helper()
	at := treetest.New().Tree(t, files)
	return at, kustomization.NewReader(at, kustomization.Cache{}).Closure(prod)
}

// renderProd renders the overlay of production.
func renderProd(t *testing.T, files treetest.Files) *Rendering {
	t.Helper()
	at, closure := prodOf(t, files)
	r, err := Overlay(t.Context(), at, closure)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// buildAsItIs is Kustomize's own build, without anything left out.
func buildAsItIs(t *testing.T, files treetest.Files) error {
	t.Helper()
	_, err := buildNow(t.Context(), newBudget(), tree.NewFileSystem(treetest.New().Tree(t, files), nil), path.Join(tree.Mount, prod))
	return err
}

// TestNothingIsFetched requires that references are cut before Kustomize sees them: even with the
// guard down, no server is asked and no program started. And that what was cut is not passed over.
func TestNothingIsFetched(t *testing.T) {
	o := newOutside(t)
	for _, test := range outbound {
		t.Run(test.name, func(t *testing.T) {
			at, closure := prodOf(t, outboundFiles(test.text, o.replace))
			r, err := Overlay(t.Context(), at, closure)
			if err != nil {
				t.Fatal(err)
			}
			if knocks := o.knocks.Swap(0); knocks > 0 {
				t.Errorf("the server was asked %d times", knocks)
			}
			if ran := o.ran(t); ran != nil {
				t.Errorf("%v ran", ran)
			}
			if r.Problem == nil && !r.Partial && len(closure.Problems) == 0 {
				t.Error("all is said to be rendered")
			}
		})
	}
}

// TestKustomizeWouldFetch shows that the test above can fail: without the cuts and the guard, each
// kustomization does reach out.
func TestKustomizeWouldFetch(t *testing.T) {
	o := newOutside(t)
	defer resetSchema()
	for _, test := range outbound {
		t.Run(test.name, func(t *testing.T) {
			err := buildAsItIs(t, outboundFiles(test.text, o.replace))
			if err == nil && test.marked != "-" {
				t.Error("it builds")
			}
			knocks, ran := o.knocks.Swap(0), o.ran(t)
			if test.marked == "" && knocks == 0 || test.marked == "git" && ran == nil {
				t.Errorf("nothing reaches out: %v", err)
			}
		})
	}
}

// TestGuard requires that nothing gets out even where nothing was cut.
func TestGuard(t *testing.T) {
	o := newOutside(t)
	defer resetSchema()
	http.DefaultTransport = refuse{}
	t.Setenv("PATH", "")
	for _, test := range outbound {
		t.Run(test.name, func(t *testing.T) {
			if err := buildAsItIs(t, outboundFiles(test.text, o.replace)); err == nil && test.marked != "-" {
				t.Error("it builds")
			}
			if knocks := o.knocks.Swap(0); knocks > 0 {
				t.Errorf("the server was asked %d times", knocks)
			}
			if ran := o.ran(t); ran != nil {
				t.Errorf("%v ran", ran)
			}
		})
	}
}

// TestHostIsNotRead requires that no way of naming a file of the host leads to one.
func TestHostIsNotRead(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.yaml")
	if err := os.WriteFile(secret, []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: secret}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	working, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range []string{
		secret, "file://" + secret, strings.Repeat("../", 20) + strings.TrimPrefix(secret, "/"),
		"link.yaml", "link/secret.yaml", filepath.Join(working, "confine.go"),
	} {
		for _, field := range []string{
			"resources: [%q]", "bases: [%q]", "configMapGenerator: [{name: c, files: [key=%q]}]",
			"resources: [deployment.yaml]\npatches: [{path: %q, target: {kind: ConfigMap}}]", "crds: [%q]",
		} {
			t.Run(field+" "+entry, func(t *testing.T) {
				r := renderProd(t, treetest.Files{
					"shop/overlays/prod/kustomization.yaml": fmt.Sprintf(field, entry),
					"shop/overlays/prod/deployment.yaml":    deployment,
					"shop/overlays/prod/link.yaml":          treetest.Link(secret),
					"shop/overlays/prod/link":               treetest.Link(filepath.Dir(secret)),
				})
				if r.Problem == nil && !r.Partial {
					t.Error("it is rendered")
				}
				for _, object := range r.Objects {
					if document.Identify(object, "").Name == "secret" {
						t.Error("the host's file was read")
					}
				}
			})
		}
	}
}
