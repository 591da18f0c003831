package deploy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/promocheck/promocheck/check/deploy"
	. "github.com/promocheck/promocheck/internal/treetest"
)

// words says what the deployers of some files take in, a line each.
func words(t *testing.T, files Files, self deploy.Self) []string {
	t.Helper()
	found, err := deploy.NewReader(deploy.Cache{}, self).Of(New().Tree(t, files))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, d := range found.Deployers {
		for _, source := range d.Sources {
			line := fmt.Sprintf("%s %s %s:%d %s", d.Kind, d.Name, d.File, d.Line, source.Path)
			if len(d.Says) > 0 {
				line += " says " + strings.Join(d.Says, " ")
			}
			if source.Elsewhere != "" {
				line += ", but " + source.Elsewhere
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func selfAt(branch string, addresses ...string) deploy.Self {
	return deploy.Self{Branch: branch, Addresses: func() []string { return addresses }}
}

const flux = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: shop, namespace: flux-system}
spec: {path: %s, sourceRef: {kind: GitRepository, name: here}}
`

func TestHowDeployersAreWritten(t *testing.T) {
	files := Files{
		"shop/d.yaml":    "",
		"one.yaml":       fmt.Sprintf(flux, "./shop"),
		"another.yml":    "# no object\n---\n---\nkind: Namespace\n---\n" + fmt.Sprintf(flux, "/shop/"),
		"quoted.json":    `{"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": {"name": "json"}, "spec": {"path": "shop"}}`,
		"list.yaml":      "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: listed}, spec: {path: shop, sourceRef: {kind: GitRepository}}}\n",
		"missing.yaml":   fmt.Sprintf(flux, "./nothing"),
		"outside.yaml":   fmt.Sprintf(flux, "../shop"),
		"variable.yaml":  fmt.Sprintf(flux, "'./${shop}'"),
		"kustomize.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [shop]\n",
		"text.txt":       fmt.Sprintf(flux, "./shop"),
		"broken.yaml":    fmt.Sprintf(flux, "./shop") + "---\nkind: [\n",
	}
	want := []string{
		"Kustomization shop another.yml:8 shop",
		"Kustomization shop broken.yaml:3 shop",
		"Kustomization listed list.yaml:4 shop",
		"Kustomization shop one.yaml:3 shop",
		"Kustomization json quoted.json:1 shop, but its source is not said",
	}
	if diff := cmp.Diff(want, words(t, files, deploy.Self{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestWhichRepository holds every way to say where a source is against what counts as this repository.
func TestWhichRepository(t *testing.T) {
	source := func(url, ref string) Files {
		return Files{"source.yaml": "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: here}\nspec: {url: '" + url + "', ref: " + ref + "}\n"}
	}
	const ours = "https://github.com/acme/config.git"
	const other, branch = "is none of the addresses", "is not the branch"
	for _, test := range []struct {
		name string
		self deploy.Self
		with Files
		why  string // a part of it
	}{
		{"nowhere", selfAt("main"), nil, ""},
		{"here", selfAt("main", "git@gitlab.com:acme/x", ours), source("ssh://git@github.com/acme/config", "{branch: main}"), ""},
		{"here without a branch", selfAt("main", ours), source(ours, "{}"), ""},
		{"of a remote's branch", selfAt("origin/main", ours), source(ours, "{branch: main}"), ""},
		{"by a full name", selfAt("main", ours), source(ours, "{name: refs/heads/main}"), ""},
		{"a commit that is asked about", selfAt("HEAD^", ours), source(ours, "{branch: master}"), ""},
		{"a commit, and no usual branch", selfAt("0123456789abcdef", ours), source(ours, "{branch: live}"), branch},
		{"another branch", selfAt("main", ours), source(ours, "{branch: live}"), branch},
		{"the usual branch, of another", selfAt("develop", ours), source(ours, "{branch: main}"), branch},
		{"a tag", selfAt("main", ours), source(ours, "{branch: main, tag: v1}"), branch},
		{"another repository", selfAt("main", ours), source("https://github.com/acme/other", "{branch: main}"), other},
		{"no address is known", selfAt("main"), source(ours, "{branch: main}"), other},
		{"another source", selfAt("main", ours), Files{"source.yaml": strings.ReplaceAll(source("https://github.com/acme/other", "{}")["source.yaml"], "name: here", "name: there")}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := words(t, Files{"shop/d.yaml": "", "shop.yaml": fmt.Sprintf(flux, "shop")}.With(test.with), test.self)
			if len(got) != 1 {
				t.Fatalf("got %q", got)
			}
			if _, why, told := strings.Cut(got[0], ", but "); told != (test.why != "") || !strings.Contains(why, test.why) {
				t.Errorf("got %q", got[0])
			}
		})
	}
}

// TestSourceOfItsOwnCluster requires that each cluster's object names the source that lies with it.
func TestSourceOfItsOwnCluster(t *testing.T) {
	files := Files{"shop/d.yaml": ""}
	for cluster, branch := range map[string]string{"prod": "live", "staging": "main"} {
		files["clusters/"+cluster+"/shop.yaml"] = fmt.Sprintf(flux, "shop")
		files["clusters/"+cluster+"/flux/source.yaml"] = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: here, namespace: flux-system}\n" +
			"spec: {url: 'https://github.com/acme/config', ref: {branch: " + branch + "}}\n"
	}
	want := []string{
		"Kustomization shop clusters/prod/shop.yaml:3 shop, but its source is followed at live, which is not the branch that the change goes into",
		"Kustomization shop clusters/staging/shop.yaml:3 shop",
	}
	if diff := cmp.Diff(want, words(t, files, selfAt("main", "https://github.com/acme/config"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestArtifacts(t *testing.T) {
	const generator = `apiVersion: source.extensions.fluxcd.io/v1beta1
kind: ArtifactGenerator
metadata: {name: all}
spec:
  sources:
    - {alias: repo, kind: GitRepository, name: here}
    - {alias: bucket, kind: Bucket, name: there}
  artifacts:
    - name: apps
      copy:
        - {from: "@repo/services/**", to: "@artifact/"}
        - {from: "@repo/fixes/**", to: "@artifact/shop/"}
        - {from: "@repo/tools/", to: "@artifact/more/"}
        - {from: "@bucket/x/**", to: "@artifact/x/"}
    - name: patterns
      copy:
        - {from: "@repo/services/*/d.yaml", to: "@artifact/all/"}
        - {from: "@repo/fixes/d.yaml", to: "@artifact/all/cart/d.yaml"}
`
	there := Files{"services/cart/d.yaml": "", "services/shop/d.yaml": "", "fixes/d.yaml": "", "tools/d.yaml": "", "x/d.yaml": "", "generator.yaml": generator}
	for _, test := range []struct{ path, name, want string }{
		{"./cart", "apps", "services/cart"},
		{"./shop", "apps", "fixes"},
		{"./more/tools", "apps", "tools"},
		{"all", "patterns", "fixes\nKustomization shop shop.yaml:3 services/shop"},
		{"all/shop", "patterns", "services/shop"},
		{"x", "apps", "x, but its source is generated from a Bucket, which is not followed"},
		{"cart", "others", ""}, // nothing of that name is here
		{"x", "others", "x, but its source is an ExternalArtifact others, which nothing here generates"},
	} {
		object := strings.ReplaceAll(fmt.Sprintf(flux, "'"+test.path+"'"), "{kind: GitRepository, name: here}", "{kind: ExternalArtifact, name: "+test.name+"}")
		got := strings.Join(words(t, there.With(Files{"shop.yaml": object}), selfAt("main")), "\n")
		if want := strings.TrimSuffix("Kustomization shop shop.yaml:3 "+test.want, "Kustomization shop shop.yaml:3 "); got != want {
			t.Errorf("%s of %s: got %q, want %q", test.path, test.name, got, want)
		}
	}
}

func TestApplications(t *testing.T) {
	const set = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: all}
spec:
  generators:
    - git: {repoURL: 'https://github.com/acme/config', directories: [{path: 'addons/*'}]}
    - list: {elements: [{path: {basename: other}, env: prod}]}
  template:
    metadata: {name: '{{path.basename}}'}
    spec:
      source: {repoURL: 'https://github.com/acme/config', path: 'addons/{{path.basename}}'}
      destination: {name: '{{env}}', namespace: tools}
`
	application := func(source string) string {
		return "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop-prod}\nspec:\n  " + source + "\n  destination: {name: eu, namespace: shop}\n"
	}
	const repo = "repoURL: 'https://github.com/acme/config'"
	files := Files{
		"addons/a/d.yaml": "", "addons/b/d.yaml": "", "shop/d.yaml": "", "chart/Chart.yaml": "", "chart/values.yaml": "",
		"a.yaml": application("source: {" + repo + ", path: shop}"),
		"b.yaml": application("sources: [{" + repo + ", path: shop}, {" + repo + ", ref: values}, {chart: x, repoURL: 'https://example.com', targetRevision: 1.0.0}, {" + repo + ", path: addons/a, targetRevision: v1}]"),
		"c.yaml": application("source: {" + repo + ", path: chart}"),
		"d.yaml": application("source: {" + repo + ", path: chart, directory: {recurse: true}}"),
		"e.yaml": application("source: {" + repo + ", path: shop, plugin: {name: x}}"),
		"f.yaml": application("sourceHydrator: {drySource: {" + repo + ", path: shop}, syncSource: {targetBranch: env/prod, path: shop}}"),
		"g.yaml": application("source: {repoURL: 'https://github.com/acme/other', path: shop}"),
		"s.yaml": set,
	}
	const says = " says shop-prod eu shop"
	want := []string{
		"Application shop-prod a.yaml:3 shop" + says,
		"Application shop-prod b.yaml:3 shop" + says,
		"Application shop-prod b.yaml:3 addons/a" + says + ", but its source is followed at v1, which is not the branch that the change goes into",
		"Application shop-prod c.yaml:3 chart" + says,
		"Application shop-prod d.yaml:3 chart" + says,
		"Application shop-prod e.yaml:3 shop" + says + ", but a plugin makes what it deploys of that",
		"Application shop-prod f.yaml:3 shop" + says,
		"Application shop-prod g.yaml:3 shop" + says + ", but its source, https://github.com/acme/other, is none of the addresses that this repository is known by",
		"Application a s.yaml:3 addons/a says a tools",
		"Application b s.yaml:3 addons/b says b tools",
	}
	if diff := cmp.Diff(want, words(t, files, selfAt("main", "https://github.com/acme/config"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestAddressesAreAskedForOnlyWhereOneIsNamed keeps repositories without deployers from paying for it.
func TestAddressesAreAskedForOnlyWhereOneIsNamed(t *testing.T) {
	self := deploy.Self{Addresses: func() []string { t.Error("asked"); return nil }}
	words(t, Files{"shop/d.yaml": "kind: Deployment\n", "shop.yaml": fmt.Sprintf(flux, "shop"), "crd.yaml": "# argoproj.io/v1alpha1 fluxcd.io/\n"}, self)
}
