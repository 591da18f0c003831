package kustomization

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/internal/treetest"
)

const (
	resource  = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
	component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
)

// TestClosure requires of each way to name something that the closure reaches what decides what is built, no
// more, and says what is wrong. What is built is the directory "prod".
func TestClosure(t *testing.T) {
	for _, test := range []struct {
		name     string
		files    treetest.Files
		reaches  string // beside prod's own three possible kustomization files
		not      string
		built    string
		remotes  string
		problems string
	}{
		{
			name:    "a resource",
			files:   treetest.Files{"prod/kustomization.yaml": "resources: [a.yaml]\n", "prod/a.yaml": resource, "prod/b.yaml": resource},
			reaches: "prod/a.yaml", not: "prod/b.yaml prod/a a.yaml",
		},
		{
			name:    "another name of the file",
			files:   treetest.Files{"prod/kustomization.yml": "resources: [a.yaml]\n", "prod/a.yaml": resource},
			reaches: "prod/a.yaml prod/kustomization.yaml prod/Kustomization", not: "kustomization.yaml",
		},
		{
			name:     "two of them",
			files:    treetest.Files{"prod/kustomization.yaml": "", "prod/Kustomization": ""},
			problems: "prod/kustomization.yaml:0 stands beside Kustomization: Kustomize refuses more than one kustomization file",
		},
		{
			name:  "none",
			files: treetest.Files{"prod/a.yaml": resource}, not: "prod/a.yaml",
			problems: "prod:0 has no kustomization file",
		},
		{
			name: "no YAML", files: treetest.Files{"prod/kustomization.yaml": "resources: [\n"},
			problems: "prod/kustomization.yaml:1 is not valid YAML: did not find expected node content",
		},
		{
			name: "a base of a base",
			files: treetest.Files{
				"prod/kustomization.yaml": "resources: [../one]\n", "one/kustomization.yaml": "resources: [../two]\n",
				"two/kustomization.yaml": "resources: [a.yaml]\n", "two/a.yaml": resource, "three/kustomization.yaml": "",
			},
			reaches: "one two one/kustomization.yaml one/Kustomization two/kustomization.yaml two/a.yaml", not: "three three/kustomization.yaml one/a.yaml",
			built: "one two",
		},
		{
			name: "a base by two ways",
			files: treetest.Files{
				"prod/kustomization.yaml": "resources: [../one, ../two]\n", "one/kustomization.yaml": "resources: [../three]\n",
				"two/kustomization.yaml": "resources: [../three]\n", "three/kustomization.yaml": "resources: []\n",
			},
			reaches: "three/kustomization.yaml", built: "one three two",
		},
		{
			name: "a component of a component",
			files: treetest.Files{
				"prod/kustomization.yaml": "components: [../one]\n", "one/kustomization.yaml": component + "components: [../two]\n",
				"two/kustomization.yaml": component + "patches: [{path: p.yaml}]\n", "two/p.yaml": resource,
			},
			reaches: "two/p.yaml", built: "one two",
		},
		{
			name:     "a cycle",
			files:    treetest.Files{"prod/kustomization.yaml": "resources: [../one]\n", "one/kustomization.yaml": "resources:\n- ../prod\n"},
			reaches:  "one/kustomization.yaml",
			built:    "one",
			problems: `one/kustomization.yaml:2 resources names "../prod", which is built from this very directory: a cycle`,
		},
		{
			name:     "itself",
			files:    treetest.Files{"prod/kustomization.yaml": "resources: [.]\n"},
			problems: `prod/kustomization.yaml:1 resources names ".", which is built from this very directory: a cycle`,
		},
		{
			name:     "what is not there",
			files:    treetest.Files{"prod/kustomization.yaml": "resources: [a.yaml]\n"},
			reaches:  "prod/a.yaml",
			problems: `prod/kustomization.yaml:1 resources names "a.yaml", which does not exist`,
		},
		{
			name:     "outside",
			files:    treetest.Files{"prod/kustomization.yaml": "resources: [../../a]\n"},
			problems: `prod/kustomization.yaml:1 resources names "../../a", which lies outside the repository`,
		},
		{
			name:     "a submodule",
			files:    treetest.Files{"prod/kustomization.yaml": "resources: [../one/a.yaml]\n", "one": treetest.Submodule("x")},
			reaches:  "one/a.yaml",
			problems: `prod/kustomization.yaml:1 resources names "../one/a.yaml", which cannot be read: is in a submodule, whose content is not in the repository`,
		},
		{
			name: "symbolic links",
			files: treetest.Files{
				"prod/kustomization.yaml": "resources: [a.yaml, ../link]\n", "prod/a.yaml": treetest.Link("../shared/a.yaml"), "shared/a.yaml": resource,
				"link": treetest.Link("one"), "one/kustomization.yaml": treetest.Link("../shared/k.yaml"), "shared/k.yaml": "resources: []\n",
			},
			reaches: "prod/a.yaml shared/a.yaml link one one/kustomization.yaml shared/k.yaml", not: "shared shared/b.yaml",
			built: "one",
		},
		{
			name:    "a symbolic link on the way",
			files:   treetest.Files{"prod/kustomization.yaml": "resources: [../link/a.yaml]\n", "link": treetest.Link("one"), "one/a.yaml": resource},
			reaches: "link one/a.yaml", not: "link/b.yaml",
		},
		{
			name:     "a symbolic link that leads nowhere",
			files:    treetest.Files{"prod/kustomization.yaml": "resources: [a.yaml]\n", "prod/a.yaml": treetest.Link("../one/a.yaml")},
			reaches:  "prod/a.yaml one",
			problems: `prod/kustomization.yaml:1 resources names "a.yaml", which does not exist`,
		},
		{
			name: "remotes",
			files: treetest.Files{"prod/kustomization.yaml": "resources: ['https://github.com/org/repo//base?ref=v1', 'github.com/org/local']\npatches: [{path: 'https://example.com/p.yaml'}]\n" +
				"generators: ['{apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: c}, files: [\"k=https://example.com/f\"]}']\n"},
			reaches: "prod/github.com/org/local",
			remotes: "resources github.com/org/repo v1, resources github.com/org/local , generators example.com/f , patches example.com/p.yaml ",
		},
		{
			name:    "a local directory that looks remote",
			files:   treetest.Files{"prod/kustomization.yaml": "resources: ['github.com/org/local']\n", "prod/github.com/org/local": resource},
			reaches: "prod/github.com/org/local",
		},
		{
			name: "files of every field",
			files: treetest.Files{
				"prod/kustomization.yaml": "configurations: [c.yaml]\ncrds: [d.yaml]\nconfigMapGenerator: [{name: c, files: [k=e, f], envs: [g]}]\nsecretGenerator: [{name: s, env: h}]\n" +
					"patches: [{path: i.yaml}]\npatchesStrategicMerge: [j.yaml]\npatchesJson6902: [{path: k.yaml, target: {kind: A}}]\nreplacements: [{path: l.yaml}]\nopenapi: {path: m.json}\n",
				"prod/c.yaml": "", "prod/d.yaml": "", "prod/e": "", "prod/f": "", "prod/g": "", "prod/h": "",
				"prod/i.yaml": "", "prod/j.yaml": "", "prod/k.yaml": "", "prod/l.yaml": "", "prod/m.json": "", "prod/n": "",
			},
			reaches: "prod/c.yaml prod/d.yaml prod/e prod/f prod/g prod/h prod/i.yaml prod/j.yaml prod/k.yaml prod/l.yaml prod/m.json", not: "prod/n",
		},
		{
			name:    "an inline patch",
			files:   treetest.Files{"prod/kustomization.yaml": "patchesStrategicMerge: ['{kind: A}']\n"},
			reaches: "",
		},
		{
			name: "a chart",
			files: treetest.Files{
				"prod/kustomization.yaml": "helmCharts: [{name: c, valuesFile: v.yaml}]\n", "prod/charts/c/templates/a.yaml": "", "prod/v.yaml": "", "prod/charts/d/a.yaml": "",
			},
			reaches: "prod/charts/c/templates/a.yaml prod/charts/c/new.yaml prod/v.yaml", not: "prod/charts/d/a.yaml prod/charts",
		},
		{
			name:    "a chart that is fetched",
			files:   treetest.Files{"prod/kustomization.yaml": "helmGlobals: {chartHome: ../home}\nhelmCharts: [{name: c, repo: 'https://example.com', version: v1}]\n"},
			reaches: "home/c/Chart.yaml", not: "prod/charts/c/Chart.yaml",
		},
		{
			name: "a plugin's files, and what may be one",
			files: treetest.Files{
				"prod/kustomization.yaml": "transformers: [t.yaml]\n", "prod/p.yaml": resource, "prod/x": "",
				"prod/t.yaml": "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\npath: p.yaml\nother: [x, absent, 'key=keyed']\n",
			},
			reaches: "prod/t.yaml prod/p.yaml prod/x prod/absent prod/keyed", not: "prod/y",
		},
		{
			name: "plugins in a directory name files from where they are used",
			files: treetest.Files{
				"prod/kustomization.yaml": "transformers: [../plugins]\n", "prod/p.yaml": resource, "plugins/kustomization.yaml": "resources: [t.yaml]\n",
				"plugins/t.yaml": "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\npath: p.yaml\n", "plugins/p.yaml": resource,
			},
			reaches: "plugins/kustomization.yaml plugins/t.yaml prod/p.yaml", not: "plugins/p.yaml", built: "plugins",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := closureOf(t, test.files)
			for _, path := range append(strings.Fields(test.reaches), "prod/kustomization.yaml") {
				if !c.Reaches(path) || !c.Builds(path) {
					t.Errorf("does not reach %s", path)
				}
			}
			for _, path := range strings.Fields(test.not) {
				if c.Reaches(path) {
					t.Errorf("reaches %s", path)
				}
			}
			var remotes, problems []string
			for _, remote := range c.Remotes {
				remotes = append(remotes, fmt.Sprintf("%s %s %s", remote.Field, remote.Remote.Version.Repository, remote.Remote.Version.Tag))
			}
			for _, problem := range c.Problems {
				problems = append(problems, fmt.Sprintf("%s:%d %s", problem.Path, problem.Line, problem.Reason))
			}
			for what, is := range map[string][2]string{
				"built":    {strings.Join(c.Built, " "), test.built},
				"remotes":  {strings.Join(remotes, ", "), test.remotes},
				"problems": {strings.Join(problems, "\n"), test.problems},
			} {
				if is[0] != is[1] {
					t.Errorf("%s: %q, want %q", what, is[0], is[1])
				}
			}
		})
	}
}

func closureOf(t *testing.T, files treetest.Files) *Closure {
	t.Helper()
	return NewReader(treetest.New().Tree(t, files), Cache{}).Closure("prod")
}

// TestTakeIn is about what deployed objects take from elsewhere: it is reached, and builds nothing.
func TestTakeIn(t *testing.T) {
	c := closureOf(t, treetest.Files{"prod/kustomization.yaml": "resources: []\n"})
	c.TakeIn([]string{"values.yaml"}, []string{"apps"})
	for path, reached := range map[string]bool{"values.yaml": true, "apps": true, "apps/new/x.yaml": true, "applications": false, "other.yaml": false} {
		if c.Reaches(path) != reached || c.Builds(path) {
			t.Errorf("%s: reached %v, builds %v", path, c.Reaches(path), c.Builds(path))
		}
	}
}

// TestBelow tells whether a closure takes in anything of a directory.
func TestBelow(t *testing.T) {
	c := closureOf(t, treetest.Files{
		"prod/kustomization.yaml": "resources: [../one/two]\nhelmCharts: [{name: c}]\n", "one/two/kustomization.yaml": "", "prod/charts/c/Chart.yaml": "",
	})
	for dir, below := range map[string]bool{".": true, "one": true, "one/two": true, "one/three": false, "on": false, "prod/charts/c/templates": true, "other": false} {
		if c.Below(dir) != below {
			t.Errorf("%s: %v", dir, !below)
		}
	}
}

// TestApplied lists the files whose transformers apply to what one of them brings in.
func TestApplied(t *testing.T) {
	c := closureOf(t, treetest.Files{
		"prod/kustomization.yaml": "resources: [../one, ../two]\ncomponents: [../part]\n", "one/kustomization.yaml": "resources: [../base]\n",
		"two/kustomization.yaml": "components: [../inner]\n", "base/kustomization.yaml": "resources: []\n",
		"part/kustomization.yaml": component, "inner/kustomization.yaml": component,
	})
	for dir, want := range map[string]string{
		"prod": "prod part", "base": "prod one base part", "one": "prod one part", "two": "prod two inner part", "part": "prod part", "inner": "prod two inner part",
	} {
		at := slices.IndexFunc(c.Files, func(f *File) bool { return f.Dir == dir })
		var got []string
		for _, file := range c.Applied(c.Files[at]) {
			got = append(got, file.Dir)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", dir, got, want)
		}
	}
}

// TestKey requires that closures have the same key where they are built from the same, and only there.
func TestKey(t *testing.T) {
	files := treetest.Files{
		"prod/kustomization.yaml": "resources: [a.yaml, link.yaml]\nhelmCharts: [{name: c}]\ntransformers: [t.yaml]\n",
		"prod/a.yaml":             resource, "prod/link.yaml": treetest.Link("b.yaml"), "prod/b.yaml": resource, "prod/charts/c/Chart.yaml": "name: c\n",
		"prod/t.yaml": "apiVersion: x/v1\nkind: X\nmetadata: {name: p}\nother: hint\n", "elsewhere": "a\n",
	}
	keyOf := func(files treetest.Files) Key {
		at := treetest.New().Tree(t, files)
		c := NewReader(at, Cache{}).Closure("prod")
		c.TakeIn([]string{"values.yaml"}, []string{"apps"})
		return c.Key(at)
	}
	was := keyOf(files)
	for name, test := range map[string]struct {
		change treetest.Files
		same   bool
	}{
		"nothing":                 {treetest.Files{}, true},
		"a file elsewhere":        {treetest.Files{"elsewhere": "b\n"}, true},
		"the kustomization":       {treetest.Files{"prod/kustomization.yaml": files["prod/kustomization.yaml"] + "namePrefix: a\n"}, false},
		"a resource":              {treetest.Files{"prod/a.yaml": resource + "data: {}\n"}, false},
		"what a link leads to":    {treetest.Files{"prod/b.yaml": resource + "data: {}\n"}, false},
		"a link in place of it":   {treetest.Files{"prod/a.yaml": treetest.Link("b.yaml")}, false},
		"a chart":                 {treetest.Files{"prod/charts/c/values.yaml": "a: b\n"}, false},
		"what may be a file":      {treetest.Files{"prod/hint": "a\n"}, false},
		"a second kustomization":  {treetest.Files{"prod/Kustomization": "a\n"}, false},
		"what is taken":           {treetest.Files{"values.yaml": "a: b\n"}, false},
		"what is taken from, too": {treetest.Files{"apps/x/y.yaml": "a: b\n"}, false},
	} {
		if same := keyOf(files.With(test.change)) == was; same != test.same {
			t.Errorf("%s: the key is the same: %v", name, same)
		}
	}
}

// TestTexts lists what the directory is built from, by content: in the order of paths, each once.
func TestTexts(t *testing.T) {
	at := treetest.New().Tree(t, treetest.Files{
		"prod/kustomization.yaml": "resources: [a.yaml, b.yaml]\nhelmCharts: [{name: c}]\n", "prod/a.yaml": resource, "prod/b.yaml": resource,
		"prod/charts/c/Chart.yaml": "name: c\n", "prod/other.yaml": "other\n",
	})
	var got []string
	for _, entry := range NewReader(at, Cache{}).Closure("prod").Texts(at) {
		data, err := at.Content("", entry)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(data))
	}
	want := []string{resource, "name: c\n", "resources: [a.yaml, b.yaml]\nhelmCharts: [{name: c}]\n"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestComposes tells what may put an image together from pieces.
func TestComposes(t *testing.T) {
	for text, want := range map[string]bool{
		"resources: []\n": false,
		"vars: [{name: A, objref: {kind: A, name: a, apiVersion: v1}}]\n":                                                                                     false,
		"vars: [{name: A, objref: {kind: A, name: a, apiVersion: v1}}]\nconfigurations: [c.yaml]\n":                                                           true,
		"replacements: [{source: {kind: A}, targets: [{select: {kind: B}, fieldPaths: [a]}]}]\n":                                                              false,
		"replacements: [{path: r.yaml}]\n":                                                                                                                    true,
		"replacements: [{source: {kind: A, options: {delimiter: ':'}}, targets: [{select: {kind: B}, fieldPaths: [a]}]}]\n":                                   true,
		"replacements: [{source: {kind: A}, targets: [{select: {kind: B}, fieldPaths: [a], options: {delimiter: ':'}}]}]\n":                                   true,
		"replacements: [{source: {kind: A}, targets: [{select: {kind: B}, fieldPaths: [a], options: {create: true}}]}]\nvars: []\nconfigurations: [c.yaml]\n": false,
	} {
		if got := closureOf(t, treetest.Files{"prod/kustomization.yaml": text}).Composes(); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// TestChart requires that the closure of a chart reaches what Helm reads of it, through symbolic links, too.
func TestChart(t *testing.T) {
	const metadata = "{apiVersion: v2, name: c, version: 1.0.0}"
	for name, test := range map[string]struct {
		files        treetest.Files
		reaches, not string
	}{
		"its own parts":           {treetest.Files{"c/templates/a.yaml": "a", "c/file": ""}, "c/templates/a.yaml c/templates/b.yaml c/values.yaml c/crds/a.yaml", "c/file other"},
		"a template elsewhere":    {treetest.Files{"c/templates/a.tpl": treetest.Link("../../other/a.tpl"), "other/a.tpl": "a"}, "c/templates/a.tpl other/a.tpl", "other/b.tpl"},
		"templates elsewhere":     {treetest.Files{"c/templates": treetest.Link("../other"), "other/a.tpl": "a"}, "c/templates other/a.tpl other/b.tpl", "c/file"},
		"a link to a link":        {treetest.Files{"c/charts/s": treetest.Link("../../two"), "two": treetest.Link("three"), "three/templates/a": treetest.Link("../../four"), "four": "a"}, "two three/Chart.yaml four", "five"},
		"a link to nothing":       {treetest.Files{"c/templates/a": treetest.Link("../../other"), "b": ""}, "other", "b"},
		"a link in a circle":      {treetest.Files{"c/templates/a": treetest.Link("."), "b": ""}, "c/templates/a", "b"},
		"a chart that is a link":  {treetest.Files{"c": treetest.Link("real"), "real/Chart.yaml": metadata, "real/templates": treetest.Link("../shared"), "shared/a": ".Files.Get", "real/file": treetest.Link("../other/file"), "other/file": ""}, "c real/file other/file real/any shared/b", "other/b"},
		"files":                   {treetest.Files{"c/templates/a.tpl": "{{ .Files.Get }}", "c/file": treetest.Link("../other"), "other": ""}, "c/file other c/any", "any"},
		"files by its values":     {treetest.Files{"c/values.yaml": "a: '{{ .Files.Get }}'"}, "c/any", "any"},
		"files by a linked part":  {treetest.Files{"c/templates": treetest.Link("../other"), "other/a.tpl": "{{ .Files.Get }}"}, "c/any", "any"},
		"files by other values":   {treetest.Files{"v.yaml": "a: '{{ .Files.Get }}'"}, "v.yaml c/any", "any"},
		"files by nobody's value": {treetest.Files{"w.yaml": "a: '{{ .Files.Get }}'"}, "v.yaml", "c/any w.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			files := treetest.Files{}
			if _, isLink := test.files["c"]; !isLink {
				files["c/Chart.yaml"] = metadata
			}
			closure := NewReader(treetest.New().Tree(t, files.With(test.files)), Cache{}).Chart("c", []string{"v.yaml"})
			for want, paths := range map[bool]string{true: test.reaches, false: test.not} {
				for path := range strings.FieldsSeq(paths) {
					if closure.Reaches(path) != want {
						t.Errorf("reaches %s: %v", path, !want)
					}
				}
			}
		})
	}
}

// TestChartAsks requires that values ask for files wherever they stand.
func TestChartAsks(t *testing.T) {
	in := treetest.New().Tree(t, treetest.Files{"c/Chart.yaml": "{apiVersion: v2, name: c, version: 1.0.0}"})
	for text, want := range map[string]bool{"{{ .Files.Get `a` }}": true, "Files": false} {
		if NewReader(in, Cache{}).Chart("c", nil, "other", text).Reaches("c/a") != want {
			t.Errorf("%s: reaches a file: %v", text, !want)
		}
	}
}
