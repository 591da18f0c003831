package chart

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/promocheck/promocheck/internal/treetest"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

func render(t *testing.T, files treetest.Files, o Order) *Rendering {
	t.Helper()
	r, err := Render(t.Context(), treetest.New().Tree(t, files), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// text is all objects of a rendering.
func text(t *testing.T, r *Rendering) string {
	t.Helper()
	var all []string
	for _, object := range r.Objects {
		text, err := yaml.String(object.Node)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	return strings.Join(all, "---\n")
}

var shop = treetest.Files{
	"charts/shop/Chart.yaml":  "apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: 1.10\n",
	"charts/shop/values.yaml": "image:\n  repository: example.com/shop\n  tag: 1.10\nreplicas: 2\n",
	"charts/shop/templates/_helpers.tpl": `{{- define "shop.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}`,
	"charts/shop/templates/deployment.yaml": `kind: Deployment
apiVersion: apps/v1
metadata: {name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }}}
spec: {template: {spec: {containers: [{name: shop, image: {{ include "shop.image" . | quote }}}]}}}
`,
	"envs/prod.yaml": "image: {tag: v2}\n",
}

func TestRender(t *testing.T) {
	r := render(t, shop, Order{Dir: "charts/shop", Release: "shop", Namespace: "prod", Values: []Values{{File: "envs/prod.yaml"}}})
	want := `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  namespace: prod
spec:
  template:
    spec:
      containers:
      - image: "example.com/shop:v2"
        name: shop
`
	if got := strings.ReplaceAll(text(t, r), `"`, ""); got != strings.ReplaceAll(want, `"`, "") {
		t.Error(cmp.Diff(want, got))
	}
	var rewritten []string
	for _, r := range r.Rewritten {
		rewritten = append(rewritten, r.File+" "+r.Path+" "+r.Written+" "+r.Printed)
	}
	if want := []string{"charts/shop/Chart.yaml appVersion 1.10 1.1", "charts/shop/values.yaml image.tag 1.10 1.1"}; !cmp.Equal(rewritten, want) {
		t.Error(rewritten)
	}
}
