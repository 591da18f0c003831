package differential

import (
	"path"
	"slices"
	"strings"
)

// layout puts what the environments have of an app into the repository.
type layout struct {
	name string
	of   func(l *laying)
}

// laying is an app that is laid out.
type laying struct {
	app           string
	staging, prod string // what the repository calls its environments
	parts         map[string]part
	write         func(environment, path string) *writer
	had           held   // what production ran
	how           string // the trick by which it is overridden where it stands; empty: it is written anew
	kustomizes    object // what a kustomization says that it is
	files         tree
}

// built writes what Kustomize changes as it builds, which does not know keys and texts that are encoded.
func (l *laying) built(environment, path string) *writer {
	w := l.write(environment, path)
	allowed := w.allowed
	w.allowed = func(trick string) bool { return !odd[trick] && allowed(trick) }
	return w
}

func (l *laying) environments() []string { return []string{l.staging, l.prod} }

// put writes what an environment has into a directory.
func (l *laying) put(environment, dir string, bare bool) {
	p := l.parts[environment]
	var resources list
	if len(p.objects) > 0 {
		name := l.app + ".yaml"
		resources = append(resources, name)
		l.objects(environment, path.Join(dir, name), p.objects)
	}
	if len(p.base) > 0 {
		base := path.Join(l.app, "common")
		l.objects("base", path.Join(base, "shared.yaml"), p.base)
		l.files[path.Join(base, "kustomization.yaml")] = "resources: [shared.yaml]\n"
		resources = append(resources, strings.Repeat("../", strings.Count(dir, "/")+1)+base)
	}
	for name, v := range p.values {
		l.values(environment, path.Join(dir, name), func(held) object { return v }, l.had)
	}
	for name, v := range p.files {
		if s, ok := v.(string); ok {
			l.files[path.Join(dir, name)] = s
		} else {
			l.files[path.Join(dir, name)] = l.built(environment, name).values(v)
		}
	}
	if bare && !p.kustomized() {
		return
	}
	k := l.kustomizes
	for _, field := range p.kustomization {
		if field.key == "resources" {
			resources = append(slices.Clone(field.value.(list)), resources...)
		} else {
			k = append(k, field)
		}
	}
	if len(resources) > 0 {
		k = append(object{{key: "resources", value: resources}}, k...)
	}
	l.files[path.Join(dir, "kustomization.yaml")] = l.built(environment, "kustomization.yaml").values(k)
}

func (l *laying) objects(environment, path string, objects []object) {
	documents := make([]any, 0, len(objects))
	for _, o := range objects {
		documents = append(documents, o)
	}
	if w := l.write(environment, path); environment != "base" && !l.parts[environment].kustomized() {
		l.files[path] = w.file(documents...)
	} else {
		l.files[path] = l.built(environment, path).values(documents[0])
	}
}

// values writes a file of values. What production had may stay in it, with another word after it.
func (l *laying) values(environment, path string, of func(held) object, h held) {
	w := l.write(environment, path)
	switch {
	case environment != l.prod || l.how == "" || h == l.had:
		l.files[path] = w.values(of(h))
	case l.how == "document":
		l.files[path] = w.ends(w.document(of(l.had)) + "---\n" + w.document(of(h)))
	default:
		l.files[path] = w.values(overridden(of(l.had), of(h), l.how))
	}
}

// part is what an environment has by a form.
func (l *laying) part(environment string, f form, h held) part {
	p := f.of(h)
	if environment != l.prod || l.how == "" || l.how == "document" || l.how == "merge" || h == l.had {
		return p
	}
	before := f.of(l.had)
	if len(p.objects) == len(before.objects) {
		for i, o := range p.objects {
			p.objects[i] = overridden(before.objects[i], o, l.how).(object)
		}
	}
	for name, o := range p.values {
		p.values[name] = overridden(before.values[name], o, l.how).(object)
	}
	return p
}

// pointer writes an object of a deployer.
func (l *laying) pointer(environment, path string, o object) {
	l.files[path] = l.write(environment, path).values(o)
}

// hidden is a directory whose name says nothing about an environment.
func (l *laying) hidden(environment string) string {
	if environment == l.prod {
		return "deploy/" + l.app + "/b"
	}
	return "deploy/" + l.app + "/a"
}

func each(put func(l *laying, environment string)) func(l *laying) {
	return func(l *laying) {
		for _, environment := range l.environments() {
			put(l, environment)
		}
	}
}

const config = "https://github.com/acme/config"

var layouts = append([]layout{
	{"overlays", each(func(l *laying, e string) { l.put(e, path.Join(l.app, "overlays", e), false) })},
	{"plain", each(func(l *laying, e string) { l.put(e, path.Join("apps", e, l.app), true) })},
	{"envs", each(func(l *laying, e string) { l.put(e, path.Join("services", l.app, "envs", e), true) })},
	{"components", each(func(l *laying, e string) { l.put(e, path.Join("components", l.app, e), false) })},
	{"clusters", each(func(l *laying, e string) { l.put(e, path.Join("clusters", e, l.app), true) })},
	{"environments", each(func(l *laying, e string) { l.put(e, path.Join("environments", e, l.app), true) })},
	{"variant", each(func(l *laying, e string) {
		l.put(e, l.hidden(e), false)
		l.files[path.Join(l.app, "overlays", e, "kustomization.yaml")] = "resources: [../../../" + l.hidden(e) + "]\n"
	})},
	{"component", each(func(l *laying, e string) {
		l.kustomizes = obj("apiVersion", "kustomize.config.k8s.io/v1alpha1", "kind", "Component")
		l.put(e, l.hidden(e), false)
		l.files[path.Join(l.app, "overlays", e, "kustomization.yaml")] = "components: [../../../" + l.hidden(e) + "]\n"
	})},
	{"flux", each(func(l *laying, e string) {
		l.put(e, l.hidden(e), true)
		l.pointer(e, path.Join("clusters", e, l.app+".yaml"), fluxKustomization(l.app, l.hidden(e), nil))
	})},
	{"argo", each(func(l *laying, e string) {
		l.put(e, l.hidden(e), true)
		l.pointer(e, path.Join("argocd", l.app+"-"+e+".yaml"), obj("apiVersion", "argoproj.io/v1alpha1", "kind", "Application",
			"metadata", obj("name", l.app+"-"+e), "spec", obj("source", obj("repoURL", config, "targetRevision", "HEAD", "path", l.hidden(e)))))
	})},
	{"argo-set", func(l *laying) {
		var elements list
		for _, e := range l.environments() {
			l.put(e, l.hidden(e), true)
			elements = append(elements, obj("env", e, "dir", l.hidden(e)))
		}
		l.pointer("base", "argocd/"+l.app+".yaml", obj("apiVersion", "argoproj.io/v1alpha1", "kind", "ApplicationSet", "metadata", obj("name", l.app),
			"spec", obj("generators", list{obj("list", obj("elements", elements))}, "template", obj("metadata", obj("name", l.app+"-{{env}}"),
				"spec", obj("source", obj("repoURL", config, "targetRevision", "HEAD", "path", "{{dir}}"))))))
	}},
}, oddLayouts...)

func fluxKustomization(name, dir string, more object) object {
	spec := obj("interval", "10m", "path", "./"+dir, "prune", true, "sourceRef", obj("kind", "GitRepository", "name", "flux-system"))
	return obj("apiVersion", "kustomize.toolkit.fluxcd.io/v1", "kind", "Kustomization", "metadata", obj("name", name, "namespace", "flux-system"),
		"spec", append(spec, more...))
}

// setting is a way in which a deployer, or a chart's values, set what runs of files that the environments share.
type setting struct {
	name string
	of   func(l *laying, environment string, h held)
}

var settings = func() []setting {
	all := []setting{
		{"flux-images", func(l *laying, e string, h held) {
			l.fluxOver(e, obj("images", list{entry("ghcr.io/acme/shop", h)}), "")
		}},
		{"flux-patches", func(l *laying, e string, h held) {
			l.fluxOver(e, obj("patches", list{obj("patch", text(plainly(patchOf(h))))}), "")
		}},
		{"flux-json-patches", func(l *laying, e string, h held) {
			l.fluxOver(e, obj("patches", list{obj("target", obj("kind", "Deployment"), "patch", text(jsonPatch("replace", h)))}), "")
		}},
		{"flux-variable", func(l *laying, e string, h held) {
			l.fluxOver(e, obj("postBuild", obj("substitute", obj("shop_tag", h.version(), "shop_image", h.repository()))), "${shop_image}:${shop_tag}")
		}},
		{"flux-variable-by-default", func(l *laying, e string, h held) {
			l.fluxOver(e, obj("postBuild", obj("substitute", obj("shop", h.String()))), "${shop:=ghcr.io/acme/shop:v0.0.1}")
		}},
		{"flux-variables-from", func(l *laying, e string, h held) {
			l.fluxOver(e, obj("postBuild", obj("substituteFrom", list{obj("kind", "ConfigMap", "name", "vars")})), "${shop}")
			l.pointer(e, path.Join("clusters", e, "vars.yaml"), obj("apiVersion", "v1", "kind", "ConfigMap", "metadata", obj("name", "vars", "namespace", "flux-system"),
				"data", obj("shop", h.String())))
		}},
		{"flux-components", func(l *laying, e string, h held) {
			l.fluxOver(e, obj("components", list{"../../" + l.hidden(e)}), "")
			l.files[path.Join(l.hidden(e), "kustomization.yaml")] = l.built(e, "kustomization.yaml").values(obj(
				"apiVersion", "kustomize.config.k8s.io/v1alpha1", "kind", "Component", "images", list{entry("ghcr.io/acme/shop", h)}))
		}},
		{"flux-ignored-files", func(l *laying, e string, h held) {
			dir := l.hidden(e)
			now, then := "now.yaml", "then.yaml" // which of two files is passed over
			if e == l.prod && l.had != (held{}) && h != l.had {
				l.files[path.Join(dir, then)] = l.write(e, then).values(deployment("shop", l.had))
			} else {
				now, then = then, now
			}
			l.files[path.Join(dir, now)] = l.write(e, now).values(deployment("shop", h))
			l.files[path.Join(dir, ".sourceignore")] = "/" + path.Join(dir, then) + "\n"
			l.pointer(e, path.Join("clusters", e, l.app+".yaml"), fluxKustomization(l.app, dir, nil))
		}},
		{"argo-images", func(l *laying, e string, h held) {
			l.argoOver(e, obj("kustomize", obj("images", list{"ghcr.io/acme/shop=" + h.String()})))
		}},
		{"argo-patches", func(l *laying, e string, h held) {
			l.argoOver(e, obj("kustomize", obj("patches", list{obj("target", obj("kind", "Deployment"), "patch", text(jsonPatch("replace", h)))})))
		}},
		{"argo-components", func(l *laying, e string, h held) {
			l.argoOver(e, obj("kustomize", obj("components", list{"../../" + l.hidden(e)})))
			l.files[path.Join(l.hidden(e), "kustomization.yaml")] = l.built(e, "kustomization.yaml").values(obj(
				"apiVersion", "kustomize.config.k8s.io/v1alpha1", "kind", "Component", "images", list{entry("ghcr.io/acme/shop", h)}))
		}},
		{"argo-source-file", func(l *laying, e string, h held) {
			l.shared("")
			dir := l.hidden(e)
			l.files[path.Join(dir, "kustomization.yaml")] = "resources: [../../../" + l.app + "/common]\n"
			l.files[path.Join(dir, ".argocd-source.yaml")] = l.write(e, "source").values(obj("kustomize", obj("images", list{"ghcr.io/acme/shop=" + h.String()})))
			l.pointer(e, path.Join("argocd", l.app+"-"+e+".yaml"), obj("apiVersion", "argoproj.io/v1alpha1", "kind", "Application",
				"metadata", obj("name", l.app+"-"+e), "spec", obj("source", obj("repoURL", config, "targetRevision", "HEAD", "path", dir))))
		}},
		{"chart-app-version", func(l *laying, e string, h held) {
			dir := l.hidden(e)
			l.files[path.Join(dir, "Chart.yaml")] = l.write(e, "chart").values(obj("apiVersion", "v2", "name", l.app, "version", "0.1.0", "appVersion", h.tag))
			l.files[path.Join(dir, "values.yaml")] = l.write(e, "values").values(obj("image", obj("repository", h.repository())))
			l.files[path.Join(dir, "templates", "d.yaml")] = strings.ReplaceAll(plainly(deployment("shop", held{host: "IMAGE", name: "x"})),
				"IMAGE/x", `"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"`)
			l.pointer(e, path.Join("argocd", l.app+"-"+e+".yaml"), obj("apiVersion", "argoproj.io/v1alpha1", "kind", "Application",
				"metadata", obj("name", l.app+"-"+e), "spec", obj("source", obj("repoURL", config, "targetRevision", "HEAD", "path", dir))))
		}},
	}
	all = append(append(all, fileSettings...), chartSettings...)
	for _, s := range shapes {
		all = append(all,
			setting{"values-file/" + s.name, func(l *laying, e string, h held) {
				l.files[path.Join(l.app, "Chart.yaml")] = "apiVersion: v2\nname: " + l.app + "\nversion: 0.1.0\ndependencies: [{name: web, version: 1.0.0, repository: 'https://charts.example.com'}]\n"
				l.files[path.Join(l.app, "values.yaml")] = "web: {replicas: 1}\n"
				l.values(e, path.Join(l.app, "values-"+e+".yaml"), func(h held) object { return obj("web", s.of(h)) }, h)
			}},
			setting{"values-of-a-chart-elsewhere/" + s.name, func(l *laying, e string, h held) {
				values := path.Join("values", l.app, e+".yaml")
				l.values(e, values, s.of, h)
				l.pointer(e, path.Join("clusters", e, l.app+".yaml"), obj("apiVersion", "argoproj.io/v1alpha1", "kind", "Application",
					"metadata", obj("name", l.app+"-"+e), "spec", obj("sources", list{
						obj("repoURL", "https://charts.example.com", "chart", "web", "targetRevision", "1.0.0", "helm", obj("valueFiles", list{"$here/" + values})),
						obj("repoURL", config, "targetRevision", "HEAD", "ref", "here")})))
			}})
	}
	return all
}()

// shared writes the deployment that environments share, with an image, as it is without one.
func (l *laying) shared(image string) {
	written := plainly(deployment("shop", shared))
	if image != "" {
		written = strings.ReplaceAll(written, shared.String(), `"`+image+`"`)
	}
	l.files[path.Join(l.app, "common", "d.yaml")] = written
	l.files[path.Join(l.app, "common", "kustomization.yaml")] = "resources: [d.yaml]\n"
}

func (l *laying) fluxOver(environment string, more object, image string) {
	l.shared(image)
	l.pointer(environment, path.Join("clusters", environment, l.app+".yaml"), fluxKustomization(l.app, l.app+"/common", more))
}

func (l *laying) argoOver(environment string, more object) {
	l.shared("")
	source := append(obj("repoURL", config, "targetRevision", "HEAD", "path", l.app+"/common"), more...)
	l.pointer(environment, path.Join("argocd", l.app+"-"+environment+".yaml"), obj("apiVersion", "argoproj.io/v1alpha1", "kind", "Application",
		"metadata", obj("name", l.app+"-"+environment), "spec", obj("source", source)))
}
