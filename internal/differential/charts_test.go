package differential

import "path"

// charted is a chart of the repository: what its template has for an image, and the values that name one.
type charted struct {
	name   string
	image  string
	values func(h held) object
	more   tree // other files of the chart
}

var chartedForms = []charted{
	{"parts", `"{{ .Values.image.repository }}:{{ .Values.image.tag }}"`, imageOf, nil},
	{"printf", `{{ printf "%s:%s" .Values.image.repository (.Values.image.tag | toString) | quote }}`, imageOf, nil},
	{"helper", `{{ include "image" . | quote }}`, imageOf, tree{
		"templates/_helpers.tpl": `{{- define "image" }}{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ end }}` + "\n"}},
	{"default", `"{{ .Values.image.repository }}:{{ .Values.image.tag | default "v0.0.1" }}"`, imageOf, nil},
	{"with", `{{ with .Values.image }}"{{ .repository }}:{{ .tag }}"{{ end }}`, imageOf, nil},
	{"any-name", `{{ .Values.thing.what | quote }}`, func(h held) object { return obj("thing", obj("what", h.String())) }, nil},
	{"template-in-values", `{{ tpl .Values.ref . | quote }}`, func(h held) object {
		return obj("ref", "{{ .Values.from }}:{{ .Values.what }}", "from", h.repository(), "what", h.version())
	}, nil},
	{"of-a-list", `{{ (index .Values.all 0).ref | quote }}`, func(h held) object { return obj("all", list{obj("ref", h.String())}) }, nil},
	{"of-a-map", `{{ range $name, $ref := .Values.all }}{{ $ref | quote }}{{ end }}`, func(h held) object { return obj("all", obj("web", h.String())) }, nil},
	{"global", `"{{ .Values.global.registry }}/{{ .Values.name }}:{{ .Values.global.version }}"`, func(h held) object {
		return obj("global", obj("registry", h.host, "version", h.version()), "name", h.name)
	}, nil},
	{"condition", `{{ if .Values.pinned }}{{ .Values.pinned | quote }}{{ else }}ghcr.io/acme/shop:v0.0.1{{ end }}`, func(h held) object { return obj("pinned", h.String()) }, nil},
	{"part-of-a-chart", `busybox:v1`, func(h held) object { return obj("sub", obj("what", h.String())) }, tree{
		"charts/sub/Chart.yaml":       "apiVersion: v2\nname: sub\nversion: 0.1.0\n",
		"charts/sub/values.yaml":      "what: ghcr.io/acme/shop:v0.0.1\n",
		"charts/sub/templates/p.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: sub}\nspec: {containers: [{name: sub, image: {{ .Values.what | quote }}}]}\n"}},
	{"whole-pod", `busybox:v1`, func(h held) object { return obj("pod", podOf(h)) }, tree{
		"templates/p.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: whole}\nspec:\n  {{- toYaml .Values.pod | nindent 2 }}\n"}},
}

func imageOf(h held) object {
	return obj("image", obj("repository", h.repository(), "tag", h.version()))
}

func (l *laying) argoChart(e string, helm object) {
	l.argo(e, path.Join("argocd", l.app+"-"+e+".yaml"), l.app+"-"+e, path.Join("charts", l.app), obj("helm", helm))
}

var chartSettings = func() []setting {
	var all []setting
	for _, c := range chartedForms {
		for _, how := range []struct {
			name string
			of   func(l *laying, e string, values object, write func(file string))
		}{
			{"values-beside", func(_ *laying, e string, _ object, write func(string)) { write("values-" + e + ".yaml") }},
			{"argo-value-files", func(l *laying, e string, _ object, write func(string)) {
				write("of-" + e + "/v.yaml")
				l.argoChart(e, obj("valueFiles", list{"of-" + e + "/v.yaml"}))
			}},
			{"argo-values-object", func(l *laying, e string, values object, _ func(string)) { l.argoChart(e, obj("valuesObject", values)) }},
			{"argo-values", func(l *laying, e string, values object, _ func(string)) {
				l.argoChart(e, obj("values", text(plainly(values))))
			}},
			{"argo-parameters", func(l *laying, e string, values object, _ func(string)) {
				l.argoChart(e, obj("parameters", parameters("", values)))
			}},
			{"flux-values", func(l *laying, e string, values object, _ func(string)) { l.fluxChart(e, obj("values", values)) }},
			{"flux-values-files", func(l *laying, e string, _ object, write func(string)) {
				write("of-" + e + "/v.yaml")
				l.fluxChart(e, nil, path.Join("charts", l.app, "values.yaml"), path.Join("charts", l.app, "of-"+e, "v.yaml"))
			}},
			{"kustomize", func(l *laying, e string, _ object, write func(string)) {
				dir := path.Join(l.app, "overlays", e)
				write("../../" + dir + "/v.yaml")
				l.files[path.Join(dir, "kustomization.yaml")] = "helmGlobals: {chartHome: ../../../charts}\nhelmCharts: [{name: " + l.app + ", releaseName: web, valuesFile: v.yaml}]\n"
			}},
		} {
			if c.name == "template-in-values" && how.name == "argo-parameters" {
				continue // Helm takes it for a list, and refuses it
			}
			all = append(all, setting{"chart-of-the-repository/" + c.name + "/" + how.name, func(l *laying, e string, h held) {
				dir := path.Join("charts", l.app)
				l.files[path.Join(dir, "Chart.yaml")] = "apiVersion: v2\nname: " + l.app + "\nversion: 0.1.0\n"
				l.files[path.Join(dir, "values.yaml")] = "image: {repository: ghcr.io/acme/shop, tag: v0.0.1}\nreplicas: 1\n"
				l.files[path.Join(dir, "templates", "d.yaml")] = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: {{ .Release.Name }}}\n" +
					"spec:\n  replicas: {{ .Values.replicas }}\n  template:\n    spec:\n      containers:\n        - name: web\n          image: " + c.image + "\n"
				for name, content := range c.more {
					l.files[path.Join(dir, name)] = content
				}
				how.of(l, e, c.values(h), func(file string) { l.values(e, path.Join(dir, file), c.values, h) })
			}})
		}
	}
	return all
}()

func (l *laying) fluxChart(e string, more object, valuesFiles ...any) {
	chart := obj("chart", "./charts/"+l.app, "reconcileStrategy", "Revision", "sourceRef", obj("kind", "GitRepository", "name", "flux-system", "namespace", "flux-system"))
	if len(valuesFiles) > 0 {
		chart = append(chart, pair{key: "valuesFiles", value: list(valuesFiles)})
	}
	spec := append(obj("interval", "1h", "chart", obj("spec", chart)), more...)
	l.pointer(e, path.Join("clusters", e, l.app+".yaml"), obj("apiVersion", "helm.toolkit.fluxcd.io/v2", "kind", "HelmRelease",
		"metadata", obj("name", l.app, "namespace", "shop"), "spec", spec))
}

// parameters are values as Argo CD's are, one by one.
func parameters(at string, v any) list {
	var all list
	switch v := v.(type) {
	case object:
		for _, p := range v {
			all = append(all, parameters(at+"."+p.key, p.value)...)
		}
	case list:
		for i, item := range v {
			all = append(all, parameters(at+"["+string(rune('0'+i))+"]", item)...)
		}
	case string:
		all = append(all, obj("name", at[1:], "value", v, "forceString", true))
	}
	return all
}
