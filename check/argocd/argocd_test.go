package argocd_test

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// files are those of a repo, by path.
type files map[string]string

func (f files) ReadFile(name string) ([]byte, error) {
	text, ok := f[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return []byte(text), nil
}

func (f files) Walk(_ string, visit func(path string, entry tree.Entry) error) error {
	directories := map[string]bool{}
	for name := range f {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			directories[dir] = true
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(directories)) {
		if err := visit(dir, tree.Entry{Mode: git.ModeDir}); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if err := visit(name, tree.Entry{Mode: git.Mode(0o100644)}); err != nil {
			return err
		}
	}
	return nil
}

// read reads an object of a repo that Argo CD finds on GitHub.
func read(t *testing.T, repo files, object string) *argocd.Deployed {
	t.Helper()
	return argocd.Read(parse(t, object), &argocd.Repo{Addresses: func() []string { return []string{"https://github.com/acme/config.git"} }, Files: repo})
}

func parse(t *testing.T, text string) *yaml.Node {
	t.Helper()
	documents, err := document.Parse([]byte(text))
	if err != nil || len(documents) != 1 {
		t.Fatalf("%d documents: %v", len(documents), err)
	}
	return documents[0]
}

// revision is that of an application's only source, or why it may say none.
func revision(application argocd.Application) string {
	text := document.Text(document.Get(application.Sources[0].Node, "targetRevision"))
	if strings.Contains(text, "{{") {
		return application.Unfilled
	}
	return text
}

// TestGitGenerators reads sets that are generated from the repo itself.
func TestGitGenerators(t *testing.T) {
	repo := files{
		"apps/shop/v1/a": "", "apps/shop/v2/a": "", "apps/Web_UI/v3/a": "", "apps/.hidden/v4/a": "", "README": "",
		"eu/one.json":   `[{"name": "a", "chart": {"version": "1.10"}}, {"name": "b", "chart": {"version": 1.10}}]`,
		"eu/two.yaml":   "name: c\nchart: {version: v9}\ntags: [x, y]\n",
		"eu/deep/x.ini": "", "us/empty.yaml": "", "us/two.yaml": "a: 1\n---\nb: 2\n",
	}
	const location = "repoURL: 'git@github.com:acme/config'"
	set := func(head, generator, revision string) string {
		return "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec:\n" + head + "  generators:\n  - " + generator +
			"\n  template: {metadata: {name: x}, spec: {source: {repoURL: 'https://github.com/acme/x', targetRevision: '" + revision + "'}}}\n"
	}
	const goTemplate = "  goTemplate: true\n"
	const elsewhere = "takes its version from what a Git repository holds; if that is this one, and its default branch, `repository` in .promocheck.yaml says so"
	const notGiven = "takes its version from a parameter that its generator does not give, or gives as a number that comes out differently"
	const ambiguous = "takes its version from files of which its patterns find more or fewer, as Argo CD is set up"
	for _, test := range []struct {
		name, set string
		want      []string // revisions, or why there is none
	}{
		{"directories", set("", "git: {"+location+", directories: [{path: 'apps/*/*'}]}", "{{path[1]}}-{{path.basename}}"), []string{"Web_UI-v3", "shop-v1", "shop-v2"}},
		{"left out", set("", "git: {"+location+", revision: HEAD, directories: [{path: 'apps/*/*'}, {path: 'apps/shop/*', exclude: true}]}", "{{path.basename}}"), []string{"v3"}},
		{"normalized", set("", "git: {"+location+", directories: [{path: 'apps/*'}]}", "{{path.basenameNormalized}}"), []string{"web-ui", "shop"}},
		{"prefix", set("", "git: {"+location+", pathParamPrefix: p, directories: [{path: 'apps/shop/*'}]}", "{{p.path}}+{{p.path[2]}}"), []string{"apps/shop/v1+v1", "apps/shop/v2+v2"}},
		{"Go template", set(goTemplate, "git: {"+location+", directories: [{path: 'apps/shop/*'}]}", "{{ index .path.segments 2 }}{{.path.basename}}"), []string{"v1v1", "v2v2"}},
		{"prefix in a Go template", set(goTemplate, "git: {"+location+", pathParamPrefix: p, directories: [{path: 'apps/shop/v1'}]}", "{{.p.path.path}}"), []string{"apps/shop/v1"}},
		{"a function", set(goTemplate, "git: {"+location+", directories: [{path: 'apps/shop/v1'}]}", "{{.path.basename | upper}}"), []string{"V1"}},
		{"a condition", set(goTemplate, "git: {"+location+", directories: [{path: 'apps/shop/*'}]}", "{{if eq .path.basename `v1`}}one{{else}}{{.path.basename}}{{end}}"), []string{"one", "v2"}},
		{"a function that nobody has", set(goTemplate, "git: {"+location+", directories: [{path: 'apps/shop/v1'}]}", "{{.path.basename | up}}"), []string{notGiven}},
		{"a function of what is not given", set(goTemplate, "git: {"+location+", directories: [{path: 'apps/shop/v1'}]}", "{{.nothing | print}}"), []string{notGiven}},
		{"elements in a text", set(goTemplate, "matrix: {generators: [{git: {"+location+", files: [{path: eu/two.yaml}]}}, {list: {elements: [{version: v8}], elementsYaml: '[{{ .chart | toJson }}]'}}]}", "{{.version}}-{{.name}}"), []string{"v8-c", "v9-c"}},
		{"without end", set(goTemplate, "git: {"+location+", directories: [{path: 'apps/shop/v1'}]}", "{{range until 2000000000}}{{end}}v1"), []string{notGiven}},
		{"the other kind of template", set("", "git: {"+location+", directories: [{path: 'apps/shop/v1'}]}", "{{.path.basename}}"), []string{notGiven}},
		{"a place that is not there", set(goTemplate, "git: {"+location+", directories: [{path: 'apps/shop/v1'}]}", "{{index .path.segments 7}}"), []string{notGiven}},
		{"values", set("", "git: {"+location+", directories: [{path: 'apps/shop/*'}], values: {v: 'r-{{path.basename}}'}}", "{{values.v}}"), []string{"r-v1", "r-v2"}},
		{"none", set("", "git: {"+location+", directories: [{path: 'nothing/*'}]}", "{{path.basename}}"), nil},
		{"files", set("", "git: {"+location+", files: [{path: 'eu/*.json'}, {path: eu/two.yaml}]}", "{{chart.version}}"), []string{"1.10", notGiven, "v9"}},
		{"a list in a file", set("", "git: {"+location+", files: [{path: eu/two.yaml}]}", "{{tags.1}}-{{path}}-{{path.filename}}"), []string{"y-eu-two.yaml"}},
		{"files in a Go template", set(goTemplate, "git: {"+location+", files: [{path: 'eu/*.json'}]}", "{{.chart.version}}-{{.path.filename}}"), []string{"1.10-one.json", notGiven}},
		{"an empty file", set("", "git: {"+location+", files: [{path: us/empty.yaml}]}", "{{path.filename}}"), []string{"empty.yaml"}},
		{"two documents", set("", "git: {"+location+", files: [{path: us/two.yaml}]}", "{{a}}"), []string{"us/two.yaml is not one YAML document, and takes its version from a generator that only Argo CD can ask"}},
		{"an asterisk for several segments", set("", "git: {"+location+", files: [{path: 'eu/*'}]}", "{{name}}"), []string{ambiguous}},
		{"selected", set("", "{git: {"+location+", files: [{path: 'eu/*.json'}, {path: eu/two.yaml}]}, selector: {matchLabels: {name: c}}}", "{{chart.version}}"), []string{"v9"}},
		{"selected by expression", set("", "{git: {"+location+", files: [{path: 'eu/*.json'}, {path: eu/two.yaml}]}, selector: {matchExpressions: [{key: name, operator: NotIn, values: [a, b]}, {key: tags, operator: Exists}]}}", "{{chart.version}}"), []string{"v9"}},
		{"each of another's", set("", "matrix: {generators: [{list: {elements: [{app: shop}]}}, {git: {"+location+", directories: [{path: 'apps/{{app}}/*'}]}}]}", "{{path.basename}}"), []string{"v1", "v2"}},
		{"another repository", set("", "git: {repoURL: 'https://github.com/acme/other', directories: [{path: 'apps/*'}]}", "{{path.basename}}"), []string{elsewhere}},
		{"another host", set("", "git: {repoURL: 'https://gitlab.com/acme/config', directories: [{path: 'apps/*'}]}", "{{path.basename}}"), []string{elsewhere}},
		{"another revision", set("", "git: {"+location+", revision: v1, directories: [{path: 'apps/*'}]}", "{{path.basename}}"), []string{elsewhere}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, application := range read(t, repo, test.set).Applications {
				got = append(got, revision(application))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestApplicationSetBounds requires that generators that multiply to a great many end in a problem, and
// soon.
func TestApplicationSetBounds(t *testing.T) {
	elements := "list: {elements: [" + strings.Repeat("{a: b}, ", 90) + "]}"
	nested := "{matrix: {generators: [{" + elements + "}, {" + elements + "}]}}"
	set := func(generators string) *yaml.Node {
		return parse(t, "{apiVersion: argoproj.io/v1alpha1, kind: ApplicationSet, metadata: {name: shops}, spec: {generators: ["+generators+
			"], template: {spec: {source: {repoURL: 'https://github.com/acme/shop', targetRevision: '{{a}}'}}}}}")
	}
	deployed := argocd.Read(set(strings.Repeat(nested+", ", 20)), nil)
	if len(deployed.Problems) != 1 || deployed.Problems[0].Reason != "generates more than promocheck reads" {
		t.Errorf("problems: %v", deployed.Problems)
	}
	deployed = argocd.Read(set("{matrix: {generators: ["+nested+", "+nested+"]}}"), nil)
	if len(deployed.Applications) != 1 || revision(deployed.Applications[0]) != "takes its version from a generator that only Argo CD can ask" {
		t.Errorf("%d applications", len(deployed.Applications))
	}
}

// TestManySetsAreMerged puts many sets on top of as many: each is found by its keys, and not by looking at all others. Where
// many share one identity, it ends in a problem.
func TestManySetsAreMerged(t *testing.T) {
	list := func(n int, element string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString("{" + strings.ReplaceAll(element, "N", strconv.Itoa(i)) + "}, ")
		}
		return "{list: {elements: [" + b.String() + "]}}"
	}
	const n = 3000
	merged := func(below, above string) *argocd.Deployed {
		return argocd.Read(parse(t, "{apiVersion: argoproj.io/v1alpha1, kind: ApplicationSet, metadata: {name: shops}, spec: {generators: [{merge: {mergeKeys: [k], generators: ["+
			list(n, below)+", "+list(n, above)+"]}}], template: {spec: {source: {repoURL: 'https://github.com/acme/shop', targetRevision: '{{a}}'}}}}}"), nil)
	}
	deployed := merged("k: kN, a: old", "k: kN, a: vN")
	if len(deployed.Applications) != n || revision(deployed.Applications[n-1]) != "v2999" {
		t.Errorf("%d applications, %v", len(deployed.Applications), deployed.Problems)
	}
	deployed = merged("k: k, a: old", "k: k, a: vN")
	if len(deployed.Problems) != 1 || deployed.Problems[0].Reason != "generates more than promocheck reads" {
		t.Errorf("%d applications, %v", len(deployed.Applications), deployed.Problems)
	}
	deployed = merged("k: kN, a: old", "a: vN")
	if len(deployed.Applications) != n {
		t.Errorf("%d applications, %v", len(deployed.Applications), deployed.Problems)
	}
}

// TestValueFiles reads values from files of the repo, and says where each version is from.
func TestValueFiles(t *testing.T) {
	repo := files{
		"chart/Chart.yaml": "name: shop\n", "chart/values.yaml": "image: {repository: acme/shop, tag: v1}\nproxy: {image: {repository: acme/proxy, tag: v1}}\n",
		"chart/live.yaml": "image: {tag: v2}\n", "top.yaml": "image: {tag: v3}\n", "broken.yaml": "image: [",
	}
	for _, test := range []struct{ name, spec, want string }{
		{"the chart's own", "source: {repoURL: 'https://github.com/acme/config', path: chart}", "shop:v1 chart/values.yaml, proxy:v1 chart/values.yaml"},
		{"over the chart's", "source: {repoURL: 'https://github.com/acme/config', path: chart, helm: {valueFiles: [live.yaml, /top.yaml]}}", "shop:v3 top.yaml, proxy:v1 chart/values.yaml"},
		{"under what is given", "source: {repoURL: 'https://github.com/acme/config', path: chart, helm: {valueFiles: [live.yaml], valuesObject: {image: {tag: v4}}}}", "shop:v4 , proxy:v1 chart/values.yaml"},
		{"by reference", "sources: [{repoURL: 'https://charts.example.com', chart: shop, targetRevision: v9, helm: {valueFiles: [$c/chart/values.yaml, $d/top.yaml]}}, {repoURL: 'https://github.com/acme/config', ref: c}]", "shop:v1 chart/values.yaml, proxy:v1 chart/values.yaml"},
		{"at another revision", "source: {repoURL: 'https://github.com/acme/config', path: chart, targetRevision: v9, helm: {valueFiles: [live.yaml]}}", ""},
		{"missing", "source: {repoURL: 'https://github.com/acme/config', path: '.', helm: {valueFiles: [gone.yaml]}}", "takes values from gone.yaml, which is not there"},
		{"allowed to miss", "source: {repoURL: 'https://github.com/acme/config', path: '.', helm: {ignoreMissingValueFiles: true, valueFiles: [gone.yaml]}}", ""},
		{"broken", "source: {repoURL: 'https://github.com/acme/config', path: '.', helm: {valueFiles: [broken.yaml]}}", "takes values from broken.yaml, which cannot be read: line 1: did not find expected node content"},
		{"of no place here", "source: {repoURL: 'https://github.com/acme/config', path: '.', helm: {valueFiles: ['https://example.com/a.yaml', 'values-{{x}}.yaml']}}", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			deployed := read(t, repo, "{apiVersion: argoproj.io/v1alpha1, kind: Application, spec: {"+test.spec+"}}")
			var got []string
			for _, source := range deployed.Applications[0].Sources {
				for _, problem := range source.Problems {
					got = append(got, problem.Reason)
				}
				for _, values := range source.Helm {
					for _, keys := range [][]string{{"image"}, {"proxy", "image"}} {
						image := document.Get(values, keys...)
						if tag := document.Get(image, "tag"); tag != nil {
							got = append(got, path.Base(document.Text(document.Get(image, "repository")))+":"+tag.Value+" "+deployed.Taken.FileOf(tag))
						}
					}
				}
			}
			if strings.Join(got, ", ") != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// TestTaken requires that all that decides is named, also what is not there.
func TestTaken(t *testing.T) {
	deployed := read(t, files{"a/x.yaml": "v: v1", "a/b/x.yaml": "v: v2"}, `{apiVersion: argoproj.io/v1alpha1, kind: ApplicationSet, spec: {
  generators: [{git: {repoURL: 'https://github.com/acme/config', files: [{path: a/*.yaml}]}}, {git: {repoURL: 'https://github.com/acme/config', directories: [{path: 'a/*'}]}}],
  template: {spec: {source: {repoURL: 'https://github.com/acme/config', path: c, helm: {valueFiles: [gone.yaml]}}}}}}`)
	got := deployed.Taken
	slices.Sort(got.Files)
	want := argocd.Taken{Files: []string{"a/b/x.yaml", "c/.argocd-source.yaml", "c/gone.yaml"}, Directories: []string{"a/b"}, Under: []string{"a", "a"}}
	got.Files = slices.Compact(got.Files)
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(argocd.Taken{}, "Content"), cmpopts.IgnoreUnexported(argocd.Taken{})); diff != "" {
		t.Error(diff)
	}
}

// FuzzRead requires that whatever an object says, and the file that it may take something from, is read to
// the end, and that what it takes is named.
func FuzzRead(f *testing.F) {
	const set = "{apiVersion: argoproj.io/v1alpha1, kind: ApplicationSet, spec: {generators: [%], template: {spec: {source: {repoURL: '{{a}}', helm: {valueFiles: [a.yaml]}}}}}}"
	const git = "{git: {repoURL: 'https://github.com/acme/config', files: [{path: '**/*.yaml'}]}}"
	for _, generators := range []string{git, "{matrix: {generators: [" + git + ", {list: {elements: [{a: b}]}}]}}", "{merge: {mergeKeys: [a], generators: [" + git + ", " + git + "]}}"} {
		f.Add([]byte(strings.ReplaceAll(set, "%", generators)), []byte("a: b\nc: [d]\n"))
	}
	f.Fuzz(func(t *testing.T, object, file []byte) {
		documents, _ := document.Parse(object)
		for _, root := range documents {
			deployed := argocd.Read(root, &argocd.Repo{Addresses: func() []string { return []string{"https://github.com/acme/config"} }, Files: files{"a.yaml": string(file)}, AnyRevision: true})
			if deployed == nil {
				continue
			}
			for _, content := range deployed.Taken.Content {
				document.Scalars(content, func(_ string, scalar *yaml.Node) bool {
					if name := deployed.Taken.FileOf(scalar); !slices.Contains(deployed.Taken.Files, name) {
						t.Errorf("%q is from %q, which nobody was told of", scalar.Value, name)
					}
					return true
				})
			}
		}
	})
}
