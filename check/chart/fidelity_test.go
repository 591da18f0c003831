package chart

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/promocheck/promocheck/internal/treetest"
	"golang.org/x/tools/txtar"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	helmloader "helm.sh/helm/v4/pkg/chart/v2/loader"
	helmutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
)

// sample is a chart of testdata, in the directory shop, with the values of two environments.
func sample(t *testing.T, file string) treetest.Files {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	files := treetest.Files{}
	inPacked := map[string][]string{}
	for _, f := range archive.Files {
		if at, inside, ok := strings.Cut(f.Name, ".tgz/"); ok {
			inPacked[at+".tgz"] = append(inPacked[at+".tgz"], inside, string(f.Data))
		} else {
			files[f.Name] = string(f.Data)
		}
	}
	for name, content := range inPacked {
		files[name] = treetest.Packed(t, content...)
	}
	return files
}

// samples are all charts of testdata.
func samples(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(found) < 10 {
		t.Fatal(found, err)
	}
	return found
}

var environments = []string{"dev", "prod"}

func sampleOrder(environment string) Order {
	return Order{Dir: "shop", Release: "shop-" + environment, Namespace: environment, Values: []Values{{File: environment + ".yaml"}}}
}

// TestFidelity compares what charts render to with what Helm's own engine makes of them.
func TestFidelity(t *testing.T) {
	for _, file := range samples(t) {
		for _, environment := range environments {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar")+"/"+environment, func(t *testing.T) {
				files := sample(t, file)
				o := sampleOrder(environment)
				got := render(t, files, o)
				if got.Partial() {
					t.Errorf("%+v %+v %+v", got.LeftOut, got.Elsewhere, got.Problems)
				}
				want, err := byHelm(t, files, o)
				if err != nil || len(want.Objects) == 0 {
					t.Fatal("there is nothing to compare", err)
				}
				if diff := cmp.Diff(objectsOf(t, want), objectsOf(t, got)); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// objectsOf are the objects of a rendering, as texts, in order.
func objectsOf(t *testing.T, r *Rendering) []string {
	t.Helper()
	var all []string
	for _, object := range r.Objects {
		all = append(all, text(t, &Rendering{Objects: []Object{object}}))
	}
	slices.Sort(all)
	return all
}

// byHelm is what Helm's own engine renders of a chart, from a directory. The error is that it refuses the chart.
func byHelm(t *testing.T, files treetest.Files, o Order) (*Rendering, error) {
	t.Helper()
	dir := checkedOut(t, files)
	chart, err := helmloader.Load(filepath.Join(dir, o.Dir))
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]any{}
	for _, values := range o.Values {
		read, err := helmloader.LoadValues(strings.NewReader(files[values.File]))
		if err != nil {
			t.Fatal(err)
		}
		given = helmloader.MergeMaps(given, read)
	}
	if err := helmutil.ProcessDependencies(chart, given); err != nil {
		return nil, err
	}
	l := &loader{budget: newBudget(""), rendering: &Rendering{}}
	capabilities := common.DefaultCapabilities.Copy()
	version, err := common.ParseKubeVersion(KubeVersion)
	if err != nil {
		t.Fatal(err)
	}
	capabilities.KubeVersion = *version
	options := common.ReleaseOptions{Name: o.Release, Namespace: o.Namespace, Revision: 1, IsInstall: true}
	top, err := util.ToRenderValues(chart, given, options, capabilities)
	if err != nil {
		return nil, err
	}
	printed, err := engine.Render(chart, top)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(printed)) {
		if path.Base(name) != "NOTES.txt" {
			l.objects(name, printed[name], o)
		}
	}
	for _, crd := range chart.CRDObjects() {
		l.objects(crd.Filename, string(crd.File.Data), o)
	}
	return l.rendering, nil
}

// checkedOut are files in a directory.
func checkedOut(t *testing.T, files treetest.Files) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
