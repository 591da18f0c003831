package differential

import (
	"path"
	"strings"
)

// oddLayouts are places that hardly look like an environment's, or of which something else decides what they are.
var oddLayouts = []layout{
	{"numbered", each(func(l *laying, e string) { l.put(e, path.Join(l.app, "overlays", l.called(e, "2")), false) })},
	{"upper-case", each(func(l *laying, e string) {
		if e == l.prod {
			e, l.parts = "PRODUCTION1", map[string]part{"PRODUCTION1": l.parts[e]}
		}
		l.put(e, path.Join(l.app, "overlays", e), false)
	})},
	{"glued", each(func(l *laying, e string) { l.put(e, path.Join(l.app, "overlays", l.called(e, "eu")), false) })},
	{"region", each(func(l *laying, e string) { l.put(e, path.Join(l.app, "overlays", l.called(e, "-eu")), false) })},
	{"target", each(func(l *laying, e string) { l.put(e, path.Join(l.app, "overlays", e, "eu"), false) })},
	{"beside-a-decoy", each(func(l *laying, e string) {
		l.put(e, path.Join(e, l.app), true)
		decoy := path.Join(e, "x", "overlays", l.staging)
		l.files[path.Join(decoy, "kustomization.yaml")] = "resources: [c.yaml]\n"
		l.files[path.Join(decoy, "c.yaml")] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"
	})},
	{"overlay-that-is-a-component", each(func(l *laying, e string) {
		if e == l.prod {
			l.kustomizes = obj("apiVersion", "kustomize.config.k8s.io/v1alpha1", "kind", "Component")
		}
		l.put(e, path.Join(l.app, "overlays", e), false)
	})},
	{"base-in-a-plain-environment", each(func(l *laying, e string) { l.put(e, path.Join("clusters", e, "base"), true) })},
	{"below-a-plain-environment", each(func(l *laying, e string) { l.put(e, path.Join("clusters", e, "x", "common", l.app), true) })},
	{"linked-directory", each(func(l *laying, e string) {
		l.put(e, l.hidden(e), false)
		l.files[path.Join(l.app, "overlays", e)] = link("../../" + l.hidden(e))
	})},
	{"linked-twice", each(func(l *laying, e string) {
		l.put(e, l.hidden(e), false)
		l.files[path.Join("links", l.app, e)] = link("../../" + l.hidden(e))
		l.files[path.Join(l.app, "overlays", e)] = link("../../links/" + l.app + "/" + e)
	})},
	{"linked-files", each(func(l *laying, e string) {
		dir := path.Join(l.app, "overlays", e)
		l.put(e, dir, false)
		for name, content := range l.files {
			if strings.HasPrefix(name, dir+"/") && path.Dir(name) == dir && path.Base(name) != "kustomization.yaml" {
				kept := path.Join("kept", l.app, e, path.Base(name))
				l.files[kept], l.files[name] = content, link("../../../"+kept)
			}
		}
	})},
	{"link-in-a-linked-directory", each(func(l *laying, e string) {
		l.put(e, l.hidden(e), true)
		l.files[path.Join("clusters", e, "apps")] = link("../../groups/" + e)
		l.files[path.Join("groups", e, l.app)] = link("../../" + l.hidden(e))
	})},
	{"flux-in-a-group", each(func(l *laying, e string) {
		l.put(e, l.hidden(e), true)
		l.pointer(e, path.Join("groups", l.app, e, "app.yaml"), fluxKustomization(l.app, l.hidden(e), nil))
		l.pointer(e, path.Join("clusters", e, l.app+".yaml"), fluxKustomization(l.app+"-group", path.Join("groups", l.app, e), nil))
	})},
	{"argo-application-of-applications", each(func(l *laying, e string) {
		l.put(e, l.hidden(e), true)
		l.argo(e, path.Join("groups", l.app, e, "app.yaml"), "inner", l.hidden(e), nil)
		l.argo(e, path.Join("argocd", l.app+"-"+e+".yaml"), l.app+"-"+e, path.Join("groups", l.app, e), nil)
	})},
	{"argo-set-of-directories", func(l *laying) {
		for _, e := range l.environments() {
			l.put(e, path.Join("sets", l.app, e), true)
		}
		l.set(obj("git", obj("repoURL", config, "revision", "HEAD", "directories", list{obj("path", "sets/"+l.app+"/*")})), "{{path.basename}}", "{{path}}")
	}},
	{"argo-set-of-files", func(l *laying) {
		for _, e := range l.environments() {
			l.put(e, l.hidden(e), true)
			l.files[path.Join("sets", l.app, e+".json")] = `{"env": "` + e + `", "dir": "` + l.hidden(e) + `"}` + "\n"
		}
		l.set(obj("git", obj("repoURL", config, "revision", "HEAD", "files", list{obj("path", "sets/"+l.app+"/*.json")})), "{{env}}", "{{dir}}")
	}},
	{"argo-set-of-a-matrix", func(l *laying) {
		var elements list
		for _, e := range l.environments() {
			l.put(e, l.hidden(e), true)
			elements = append(elements, obj("env", e, "dir", path.Base(l.hidden(e))))
		}
		l.set(obj("matrix", obj("generators", list{obj("list", obj("elements", elements)), obj("list", obj("elements", list{obj("app", l.app)}))})),
			"{{env}}", "deploy/{{app}}/{{dir}}")
	}},
	{"jsonnet", each(func(l *laying, e string) {
		p, dir := l.parts[e], l.hidden(e)
		l.argo(e, path.Join("argocd", l.app+"-"+e+".yaml"), l.app+"-"+e, dir, nil)
		if p.kustomized() || len(p.objects) == 0 {
			l.put(e, dir, true)
			return
		}
		l.files[path.Join(dir, "app.jsonnet")] = (&writer{r: l.write(e, "jsonnet").r, allowed: func(string) bool { return false }}).node(p.objects[0], "", true) + "\n"
	})},
}

// hardlySeen are layouts in which nobody may know production for one: whatever changes there is a finding.
var hardlySeen = map[string]bool{"numbered": true, "upper-case": true, "glued": true, "region": true, "beside-a-decoy": true, "jsonnet": true, "overlay-that-is-a-component": true, "base-in-a-plain-environment": true}

// called is what production's directory is called where it has more than the word in its name.
func (l *laying) called(environment, more string) string {
	if environment != l.prod {
		return environment
	}
	return environment + more
}

// argo writes an application that deploys a directory of the repository.
func (l *laying) argo(environment, file, name, dir string, more object) {
	source := append(obj("repoURL", config, "targetRevision", "HEAD", "path", dir), more...)
	l.pointer(environment, file, obj("apiVersion", "argoproj.io/v1alpha1", "kind", "Application", "metadata", obj("name", name), "spec", obj("source", source)))
}

// set writes a set of applications.
func (l *laying) set(generator object, name, dir string) {
	l.pointer("base", "argocd/"+l.app+".yaml", obj("apiVersion", "argoproj.io/v1alpha1", "kind", "ApplicationSet", "metadata", obj("name", l.app),
		"spec", obj("generators", list{generator}, "template", obj("metadata", obj("name", l.app+"-"+name),
			"spec", obj("source", obj("repoURL", config, "targetRevision", "HEAD", "path", dir))))))
}

// link is the content of a symbolic link.
func link(target string) string { return "\x00" + target }
