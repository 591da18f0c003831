package render

import (
	"fmt"
	"math/rand/v2"
	"path"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/tree"
	"github.com/promocheck/promocheck/internal/treetest"
)

// manyObjects is a file of pods, each with a name and an image of its own.
func manyObjects(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p%d}\nspec: {containers: [{name: c, image: ghcr.io/acme/i%d}]}\n", i, i)
	}
	return text.String()
}

// maker makes kustomizations that have nothing of which objects depend on each other.
type maker struct {
	*rand.Rand
	files   treetest.Files
	objects int
}

func (m *maker) one(of ...string) string { return of[m.IntN(len(of))] }

func (m *maker) image() string {
	name := m.one("ghcr.io/acme/", "ghcrxio/acme/", "localhost:5000/", "", "acme/") + m.one("shop", "shop-api", "node.js", "nodexjs", "a", "b", "c")
	return name + m.one("", ":v1", ":v1.2", "@sha256:abc", ":v1@sha256:abc")
}

func (m *maker) entry() string {
	name, _, _ := strings.Cut(m.image(), "@")
	return fmt.Sprintf("  - {name: %q, %s}\n", m.one(name, name, name, "[a-c]", "a|b", "(", "acme/.*"),
		m.one("newTag: v2", "newName: "+m.one("a", "b", "ghcr.io/acme/shop", "r.io/x/node.js"), "digest: 'sha256:def'", "newName: c, newTag: v3"))
}

// object is a document in one of the ways to write one.
func (m *maker) object() string {
	m.objects++
	name := fmt.Sprintf("o%d", m.objects)
	image := m.one("%s", "%q", "'%s'", "&i %q")
	image = fmt.Sprintf(image, m.image())
	switch m.IntN(8) {
	case 0:
		return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\ndata:\n  image: " + image + "\n  text: |+\n    says\n\n"
	case 2:
		return fmt.Sprintf(`{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": %q, "labels": {"app": "x"}}, "spec": {"containers": [{"name": "c", "image": %q}]}}`, name, m.image())
	case 3:
		return "# nothing but words"
	default:
		return fmt.Sprintf("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: %s\n  namespace: %s\nspec:\n  template:\n    spec:\n      containers:\n      - name: c\n        image: %s\n",
			name, m.one("default", "one", "''"), image)
	}
}

func (m *maker) file(name string) {
	if m.IntN(8) == 0 {
		m.objects++
		m.files[name] = fmt.Sprintf("apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: o%d}, spec: {containers: [{name: c, image: %q}]}}\n", m.objects, m.image())
		return
	}
	text := m.one("", "---\n", "# first\n---\n")
	for i := range 3 + m.IntN(6) {
		if i > 0 {
			text += m.one("\n---\n", "\n--- # next\n", "\n---  \n", "\n---\n\n---\n")
		}
		text += m.object()
	}
	if m.IntN(4) == 0 {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	m.files[name] = text + m.one("", "\n", "\n---\n")
}

// directory makes a kustomization, which others are built into as deep as is said.
func (m *maker) directory(dir, kind string, deep int) {
	text := ""
	if kind != "" {
		text = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: " + kind + "\n"
	}
	var resources, components []string
	for i := range m.IntN(3) {
		name := fmt.Sprintf("objects%d.yaml", i)
		m.file(path.Join(dir, name))
		resources = append(resources, name)
	}
	for i := range min(deep, 2) {
		below := fmt.Sprintf("below%d", i)
		if m.IntN(3) == 0 {
			m.directory(path.Join(dir, below), "Component", deep-1)
			components = append(components, below)
			continue
		}
		m.directory(path.Join(dir, below), "", deep-1)
		resources = append(resources, below)
	}
	text += "resources: [" + strings.Join(resources, ", ") + "]\ncomponents: [" + strings.Join(components, ", ") + "]\n"
	text += m.one("", "namespace: two\n", "commonLabels: {app: shop}\n", "labels: [{pairs: {team: red}, includeTemplates: true}]\n", "commonAnnotations: {by: us}\n")
	text += "images:\n"
	for range 1 + m.IntN(6) {
		text += m.entry()
	}
	m.files[path.Join(dir, "kustomization.yaml")] = text
}

// TestParts requires that what is built in parts is what Kustomize builds of the whole.
func TestParts(t *testing.T) {
	inParts := 0
	for seed := range uint64(16) {
		m := &maker{Rand: rand.New(rand.NewPCG(seed, 1)), files: treetest.Files{}}
		m.directory(prod, "", 2)
		at, closure := prodOf(t, m.files)
		b := newBuilder(at, closure)
		apart, ok := b.apart()
		if !ok {
			continue
		}
		objects, ok := b.buildEach(t.Context(), b.schemaUse(), prod, apart, 2+m.IntN(8))
		if !ok {
			continue
		}
		inParts++
		whole, err := buildNow(t.Context(), newBudget(), tree.NewFileSystem(at, nil), path.Join(tree.Mount, prod))
		if err != nil {
			t.Fatalf("seed %d: Kustomize refuses: %v", seed, err)
		}
		if got, want := written(t, &Rendering{Objects: objects}), written(t, &Rendering{Objects: whole}); got != want {
			t.Fatalf("seed %d: in parts\n%s\nand as a whole\n%s\nof %v", seed, got, want, m.files)
		}
	}
	if inParts < 8 {
		t.Errorf("only %d were built in parts", inParts)
	}
}

// TestTogether requires that what may depend on other objects is built together with them.
func TestTogether(t *testing.T) {
	many := manyObjects(2 * mostInPart)
	const account = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: shop}\n"
	const binding = "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: shop}\n" +
		"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: shop}\nsubjects: [{kind: ServiceAccount, name: shop}]\n"
	for name, test := range map[string]struct{ kustomization, objects string }{
		"prefix":            {"namePrefix: x-\n", many},
		"suffix":            {"nameSuffix: -x\n", many},
		"patch":             {"patches: [{target: {name: p1}, patch: '[{op: remove, path: /spec}]'}]\n", many},
		"replicas":          {"replicas: [{name: p1, count: 2}]\n", many},
		"generator":         {"configMapGenerator: [{name: shop, literals: [a=b]}]\n", many},
		"variables":         {"vars: [{name: A, objref: {kind: Pod, name: p1, apiVersion: v1}}]\n", many},
		"the same twice":    {"", many + manyObjects(1)},
		"a hash":            {"", many + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, annotations: {kustomize.config.k8s.io/needs-hash: enabled}}\n"},
		"a former name":     {"", many + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, annotations: {internal.config.kubernetes.io/previousNames: d}}\n"},
		"a bound account":   {"namespace: shop\n", account + many + binding},
		"escaped":           {"", many + "---\napiVersion: v1\nkind: Pod\nmetadata: {name: e}\nspec: {containers: [{name: c, image: \"ghcr.io/acme/\\x69\"}]}\n"},
		"a list":            {"", many + "---\napiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod, metadata: {name: l}}]\n"},
		"a bad separator":   {"", many + "\n--- oops\n"},
		"a file of its own": {"configurations: [config.yaml]\n", many},
	} {
		files := treetest.Files{prod + "/kustomization.yaml": "resources: [objects.yaml]\n" + test.kustomization, prod + "/objects.yaml": test.objects, prod + "/config.yaml": "images: []\n"}
		at, closure := prodOf(t, files)
		b := newBuilder(at, closure)
		if _, ok := b.buildInParts(t.Context(), b.schemaUse(), prod); ok {
			t.Errorf("%s: is built in parts", name)
		}
	}
}

// TestManyObjects requires that a large manifest and many images entries take time by what they are, and not by its square.
func TestManyObjects(t *testing.T) {
	const n = 400
	images := "images:\n"
	for i := range n {
		images += fmt.Sprintf("  - {name: ghcr.io/acme/i%d, newTag: v%d}\n", i, i)
	}
	r := renderProd(t, treetest.Files{
		prod + "/kustomization.yaml": "resources: [objects.yaml]\n" + images, prod + "/objects.yaml": manyObjects(n),
	})
	if r.Problem != nil || len(r.Objects) != n {
		t.Fatalf("%d objects, %+v", len(r.Objects), r.Problem)
	}
	if text := written(t, &Rendering{Objects: r.Objects[n-1:]}); !strings.Contains(text, fmt.Sprintf("ghcr.io/acme/i%d:v%d", n-1, n-1)) {
		t.Error(text)
	}
}
