//go:build integration

package chart

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/internal/treetest"
	"helm.sh/helm/v4/pkg/chart/common"
	helm "helm.sh/helm/v4/pkg/chart/v2"
	helmutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"sigs.k8s.io/kustomize/kyaml/yaml"
	helmyaml "sigs.k8s.io/yaml"
)

// modules carry charts that are in use all over, and are what a Go program may download. The small ones are tried always, the
// large ones where PROMOCHECK_CHARTS is set to all.
var modules = []string{
	"github.com/bitnami-labs/sealed-secrets@v0.40.0",
	"github.com/cert-manager/approver-policy@v0.28.0",
	"github.com/cert-manager/trust-manager@v0.25.0",
	"go.universe.tf/metallb@v0.16.2",
	"sigs.k8s.io/descheduler@v0.36.0",
	"sigs.k8s.io/metrics-server@v0.9.0",
}

var largeModules = []string{
	"github.com/NVIDIA/gpu-operator@v0.0.0-20250917190837-d73a0086a6ba",
	"github.com/cert-manager/cert-manager@v1.21.2",
	"github.com/chaos-mesh/chaos-mesh@v0.9.1-0.20260902003049-47411975a8cb",
	"github.com/cilium/cilium@v1.20.2",
	"github.com/dapr/dapr@v1.14.0",
	"github.com/external-secrets/external-secrets@v1.3.2",
	"github.com/fluxcd/flagger@v1.36.1",
	"github.com/grafana/loki/v3@v3.7.8",
	"github.com/kyverno/kyverno@v1.19.1",
	"github.com/open-policy-agent/gatekeeper/v3@v3.23.1",
	"k8s.io/ingress-nginx@v0.0.0-20240708192948-52c50467d67d",
	"sigs.k8s.io/kueue@v0.17.0",
}

// helmTemplate are the images that the real helm renders a chart with; false if it refuses the chart.
func helmTemplate(t *testing.T, dir string, o Order) ([]string, bool) {
	t.Helper()
	program, err := exec.LookPath("helm")
	if err != nil {
		t.Fatal("there is no helm to compare with: go install helm.sh/helm/v4/cmd/helm@" + helmVersion)
	}
	args := []string{"template", o.Release, filepath.Join(dir, o.Dir), "--namespace", o.Namespace, "--include-crds"}
	for _, values := range o.Values {
		args = append(args, "--values", filepath.Join(dir, values.File))
	}
	command := exec.Command(program, args...)
	command.Env = []string{"PATH=", "HOME=" + t.TempDir(), "HTTPS_PROXY=http://127.0.0.1:1", "HTTP_PROXY=http://127.0.0.1:1"}
	printed, err := command.Output()
	if err != nil {
		return nil, false
	}
	l := &loader{budget: newBudget(""), rendering: &Rendering{}}
	l.objects("", string(printed), Order{})
	return imagesOf(l.rendering), true
}

// imagesOf are all texts that are called image in what a chart renders to.
func imagesOf(r *Rendering) []string {
	images := []string{}
	for _, object := range r.Objects {
		document.Scalars(object.Node, func(at string, scalar *yaml.Node) bool {
			if path.Base(at) == "image" {
				images = append(images, scalar.Value)
			}
			return true
		})
	}
	slices.Sort(images)
	return images
}

// TestConformance compares the images of charts with those of the real helm.
func TestConformance(t *testing.T) {
	for _, file := range samples(t) {
		files := sample(t, file)
		dir := checkedOut(t, files)
		for _, environment := range environments {
			t.Run(filepath.Base(file)+"/"+environment, func(t *testing.T) {
				o := sampleOrder(environment)
				want, ok := helmTemplate(t, dir, o)
				if !ok || len(want) == 0 && filepath.Base(file) != "conditions.txtar" {
					t.Fatalf("helm renders %v", want)
				}
				if diff := cmp.Diff(want, imagesOf(render(t, files, o))); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// TestPublicCharts compares the images of public charts with those that Helm's own engine renders. Charts that a chart uses
// and that are not in it are left out on both sides.
func TestPublicCharts(t *testing.T) {
	tried, least := modules, len(modules)
	if os.Getenv("PROMOCHECK_CHARTS") == "all" {
		tried, least = slices.Concat(modules, largeModules), 30
	}
	compared := 0
	for _, module := range tried {
		for _, dir := range charts(t, module) {
			t.Run(path.Join(module, filepath.Base(dir)), func(t *testing.T) {
				files := read(t, dir)
				o := Order{Dir: "c", Release: "release", Namespace: "namespace"}
				for _, given := range append([]string{""}, valueFiles(files)...) {
					o.Values = nil
					if given != "" {
						o.Values = []Values{{File: given}}
					}
					r := render(t, files, o)
					want, err := byHelm(t, files.With(withoutElsewhere(t, files)), o)
					if err != nil {
						if !r.Partial() {
							t.Errorf("%s: Helm refuses it: %v", given, err)
						}
						continue
					}
					compared++
					if len(r.LeftOut) > 0 || len(r.Problems) > 0 {
						t.Errorf("%s: %+v %+v", given, r.LeftOut, r.Problems)
					}
					if diff := cmp.Diff(imagesOf(want), imagesOf(r)); diff != "" {
						t.Errorf("%s: %s", given, diff)
					}
				}
			})
		}
	}
	if compared < least {
		t.Errorf("%d were compared", compared)
	}
	t.Logf("%d were compared", compared)
}

// charts are the directories of a module's charts, but for those that others have in them.
func charts(t *testing.T, module string) []string {
	t.Helper()
	download := exec.Command("go", "mod", "download", "-json", module)
	download.Dir = t.TempDir()
	printed, err := download.Output()
	if err != nil {
		t.Fatal(module, err)
	}
	var downloaded struct{ Dir string }
	if err := json.Unmarshal(printed, &downloaded); err != nil {
		t.Fatal(err)
	}
	var found []string
	err = filepath.WalkDir(downloaded.Dir, func(at string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{"testdata", "test", "vendor"}, entry.Name()) {
			return filepath.SkipDir
		}
		if _, err := os.Stat(filepath.Join(at, "Chart.yaml")); err == nil && entry.IsDir() {
			found = append(found, at)
			return filepath.SkipDir
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// read reads a chart into the directory c of a tree.
func read(t *testing.T, dir string) treetest.Files {
	t.Helper()
	files := treetest.Files{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		files[path.Join("c", name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// valueFiles are some of the values that a chart has to be tried with.
func valueFiles(files treetest.Files) []string {
	var found []string
	for name := range files {
		inCI := path.Dir(name) == "c/ci" && path.Ext(name) == ".yaml"
		if inCI || strings.HasPrefix(name, "c/values-") && path.Ext(name) == ".yaml" {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found[:min(2, len(found))]
}

// withoutElsewhere is a chart's Chart.yaml without the charts that it has not in it, without which helm refuses it.
func withoutElsewhere(t *testing.T, files treetest.Files) treetest.Files {
	t.Helper()
	l := &loader{
		tree: treetest.New().Tree(t, files), budget: newBudget(""), rendering: &Rendering{},
		paths: map[*common.File]string{}, origins: map[*common.File]origin{},
	}
	c, err := l.chart("c")
	if err != nil || c == nil {
		t.Fatal(err, l.rendering.Problems)
	}
	var vendored []*helm.Dependency
	for _, dependency := range c.Metadata.Dependencies {
		for _, sub := range c.Dependencies() {
			if sub.Name() == dependency.Name && helmutil.IsCompatibleRange(dependency.Version, sub.Metadata.Version) {
				vendored = append(vendored, dependency)
			}
		}
	}
	c.Metadata.Dependencies = vendored
	data, err := helmyaml.Marshal(c.Metadata)
	if err != nil {
		t.Fatal(err)
	}
	return treetest.Files{"c/Chart.yaml": string(data)}
}
