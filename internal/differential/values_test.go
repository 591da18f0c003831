package differential

import "strings"

// shape is a way in which values of a chart, or a custom resource, name an image.
type shape struct {
	name string
	of   func(h held) object
}

var shapes = []shape{
	{"image-in-one", func(h held) object { return obj("image", h.String()) }},
	{"image-in-parts", func(h held) object {
		return obj("image", obj("repository", h.repository(), "tag", h.version()))
	}},
	{"image-with-registry", func(h held) object {
		return obj("image", obj("registry", h.host, "repository", h.name, "tag", h.tag, "digest", orNil(h.digest)))
	}},
	{"image-name-and-tag", func(h held) object {
		return obj("image", obj("name", h.repository(), "tag", h.version()))
	}},
	{"global-registry", func(h held) object {
		return obj("global", obj("imageRegistry", h.host), "image", obj("repository", h.name, "tag", h.version()))
	}},
	{"image-beside-tag", func(h held) object { return obj("image", h.repository(), "tag", h.version()) }},
	{"container", func(h held) object {
		return obj("container", obj("image", h.repository(), "tag", h.version()))
	}},
	{"containers", func(h held) object {
		return obj("containers", obj("main", obj("image", obj("repository", h.repository(), "tag", h.version()))))
	}},
	{"controllers", func(h held) object {
		return obj("controllers", obj("main", obj("containers", obj("app", obj("image", obj("repository", h.repository(), "tag", h.version()))))))
	}},
	{"sidecars", func(h held) object {
		return obj("sidecars", list{obj("name", "proxy", "image", h.String())})
	}},
	{"sidecars-in-parts", func(h held) object {
		return obj("sidecars", list{obj("name", "proxy", "image", h.repository(), "tag", h.version())})
	}},
	{"steps", func(h held) object {
		return obj("steps", list{obj("name", "build", "image", h.String())})
	}},
	{"script", func(h held) object { return obj("script", obj("image", h.repository(), "tag", h.version())) }},
	{"image-version", func(h held) object {
		return obj("image", h.repository(), "imageVersion", h.version())
	}},
	{"image-tag", func(h held) object { return obj("imageName", h.repository(), "imageTag", h.version()) }},
	{"version-beside-image", func(h held) object { return obj("baseImage", h.repository(), "version", h.version()) }},
	{"tag-override", func(h held) object {
		return obj("image", obj("repository", h.repository()), "tagOverride", h.version())
	}},
	{"image-tags", func(h held) object {
		return obj("image", obj("repository", h.repository()), "imageTags", obj("web", h.version()))
	}},
	{"images", func(h held) object { return obj("images", obj("web", h.String())) }},
	{"images-in-parts", func(h held) object {
		return obj("images", obj("web", obj("repository", h.repository(), "tag", h.version())))
	}},
	{"images-list", func(h held) object { return obj("images", list{h.String()}) }},
	{"named-image", func(h held) object { return obj("proxyImage", h.String()) }},
	{"joined-in-a-component", func(h held) object {
		return obj("worker", obj("enabled", true, "image", h.repository(), "tag", h.version()))
	}},
	{"flag", func(h held) object { return obj("extraArgs", list{"--worker-image=" + h.String()}) }},
	{"flag-in-two", func(h held) object { return obj("args", list{"--proxy-image", h.String()}) }},
	{"variable", func(h held) object {
		return obj("env", list{obj("name", "RELATED_IMAGE_WORKER", "value", h.String())})
	}},
	{"variable-by-name", func(h held) object { return obj("env", obj("WORKER_IMAGE", h.String())) }},
	{"oci", func(h held) object { return obj("source", "oci://"+h.String()) }},
	{"package", func(h held) object { return obj("package", h.String()) }},
	{"bundle", func(h held) object { return obj("taskRef", obj("name", "t", "bundle", h.String())) }},
	{"under-any-name", func(h held) object { return obj("thing", obj("what", h.String())) }},
	{"extra-objects", func(h held) object {
		return obj("extraObjects", list{deployment("extra", h)})
	}},
	{"object-as-text", func(h held) object {
		return obj("extra", text("containers:\n  - name: web\n    image: "+h.String()+"\n"))
	}},
}

// carrier takes values to what deploys them.
type carrier struct {
	name string
	of   func(values object) part
}

// part is what an environment has of an app: objects, and what a kustomization makes of them.
type part struct {
	objects       []object
	kustomization object            // beside resources; nil: there is none
	files         map[string]any    // beside the objects: a string as it is, else written as YAML
	base          []object          // objects that all environments share
	values        map[string]object // files of values
}

func (p part) kustomized() bool { return p.kustomization != nil || len(p.base) > 0 }

var carriers = []carrier{
	{"custom-resource", func(v object) part {
		return part{objects: []object{custom("Shop", v)}}
	}},
	{"helm-release", func(v object) part {
		return part{objects: []object{release(obj("values", v))}}
	}},
	{"helm-release-values-from", func(v object) part {
		return part{
			objects:       []object{release(obj("valuesFrom", list{obj("kind", "ConfigMap", "name", "shop-values")}))},
			kustomization: obj("configMapGenerator", list{obj("name", "shop-values", "files", list{"values.yaml"})}, "generatorOptions", obj("disableNameSuffixHash", true)),
			values:        map[string]object{"values.yaml": v},
		}
	}},
	{"application-values-object", func(v object) part {
		return part{objects: []object{application(obj("valuesObject", v))}}
	}},
	{"application-values", func(v object) part {
		return part{objects: []object{application(obj("values", text(plainly(v))))}}
	}},
	{"kustomize-chart-inline", func(v object) part {
		return part{kustomization: obj("helmCharts", list{obj("name", "web", "repo", "https://charts.example.com", "version", "1.0.0", "releaseName", "web", "valuesInline", v)})}
	}},
	{"kustomize-chart-file", func(v object) part {
		return part{
			kustomization: obj("helmCharts", list{obj("name", "web", "repo", "https://charts.example.com", "version", "1.0.0", "releaseName", "web", "valuesFile", "values.yaml")}),
			values:        map[string]object{"values.yaml": v},
		}
	}},
	{"k3s-chart", func(v object) part {
		return part{objects: []object{obj("apiVersion", "helm.cattle.io/v1", "kind", "HelmChart", "metadata", obj("name", "shop"),
			"spec", obj("chart", "web", "repo", "https://charts.example.com", "version", "1.0.0", "valuesContent", text(plainly(v))))}}
	}},
	{"config-map", func(v object) part {
		return part{objects: []object{obj("apiVersion", "v1", "kind", "ConfigMap", "metadata", obj("name", "shop"), "data", obj("config.yaml", text(plainly(v))))}}
	}},
}

func plainly(v object) string {
	return (&writer{r: choices{}.rand("plain"), allowed: func(string) bool { return false }}).document(v)
}

func custom(kind string, spec object) object {
	return obj("apiVersion", "acme.example.com/v1", "kind", kind, "metadata", obj("name", "shop"), "spec", spec)
}

func release(more object) object {
	spec := obj("interval", "1h", "chart", obj("spec", obj("chart", "web", "version", "1.0.0", "sourceRef", obj("kind", "HelmRepository", "name", "charts"))))
	return obj("apiVersion", "helm.toolkit.fluxcd.io/v2", "kind", "HelmRelease", "metadata", obj("name", "shop"), "spec", append(spec, more...))
}

func application(helm object) object {
	return obj("apiVersion", "argoproj.io/v1alpha1", "kind", "Application", "metadata", obj("name", "shop"), "spec", obj(
		"source", obj("repoURL", "https://charts.example.com", "chart", "web", "targetRevision", "1.0.0", "helm", helm)))
}

func deployment(name string, h held) object {
	return workload("apps/v1", "Deployment", name, podOf(h))
}

func podOf(h held) object { return obj("containers", list{obj("name", "web", "image", h.String())}) }

func workload(version, kind, name string, pod object, more ...pair) object {
	return obj("apiVersion", version, "kind", kind, "metadata", obj("name", name), "spec", obj(
		"replicas", 1, "selector", obj("matchLabels", obj("app", name)),
		"template", obj("metadata", append(obj("labels", obj("app", name)), more...), "spec", pod)))
}

// last is the last segment of a name.
func last(name string) string { return name[strings.LastIndex(name, "/")+1:] }
