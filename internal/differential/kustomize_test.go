package differential

const imagePath = "/spec/template/spec/containers/0/image"

func jsonPatch(op string, h held) string {
	return "- op: " + op + "\n  path: " + imagePath + "\n  value: " + h.String() + "\n"
}

// shared is what the base runs before an environment says otherwise.
var shared = held{host: "ghcr.io", name: "acme/shop", tag: "v0.0.1"}

func over(kustomization object) part {
	return part{base: []object{deployment("shop", shared)}, kustomization: kustomization}
}

func entry(name string, h held) object {
	e := obj("name", name)
	if h.repository() != name {
		e = append(e, pair{key: "newName", value: h.repository()})
	}
	if h.digest != "" {
		return append(e, pair{key: "digest", value: h.digest})
	}
	return append(e, pair{key: "newTag", value: h.tag})
}

const remote = "https://github.com/acme/deploy//base?ref=v1.0.0"

var kustomizeForms = []form{
	{"images", func(h held) part { return over(obj("images", list{entry("ghcr.io/acme/shop", h)})) }},
	{"images-of-a-placeholder", func(h held) part {
		p := over(obj("images", list{entry("shop", h)}))
		p.base = []object{workload("apps/v1", "Deployment", "shop", obj("containers", list{obj("name", "web", "image", "shop")}))}
		return p
	}},
	{"images-suffix", func(h held) part {
		p := over(obj("images", list{obj("name", "ghcr.io/acme/shop", "newName", h.repository(), "tagSuffix", "-"+h.version())}))
		return p
	}},
	{"patch-file", func(h held) part {
		p := over(obj("patches", list{obj("path", "patch.yaml")}))
		p.files = map[string]any{"patch.yaml": patchOf(h)}
		return p
	}},
	{"patches-strategic-merge", func(h held) part {
		p := over(obj("patchesStrategicMerge", list{"patch.yaml"}))
		p.files = map[string]any{"patch.yaml": patchOf(h)}
		return p
	}},
	{"patch-inline", func(h held) part { return over(obj("patches", list{obj("patch", text(plainly(patchOf(h))))})) }},
	{"json-patch-inline", func(h held) part {
		return over(obj("patches", list{obj("target", obj("kind", "Deployment", "name", "shop"), "patch", text(jsonPatch("replace", h)))}))
	}},
	{"json-patch-add", func(h held) part {
		return over(obj("patches", list{obj("target", obj("kind", "Deployment"), "patch", text(jsonPatch("add", h)))}))
	}},
	{"json-patch-as-json", func(h held) part {
		return over(obj("patches", list{obj("target", obj("kind", "Deployment"), "patch",
			`[{"op": "replace", "path": "`+imagePath+`", "value": "`+h.String()+`"}]`)}))
	}},
	{"json-patch-file", func(h held) part {
		p := over(obj("patches", list{obj("target", obj("kind", "Deployment"), "path", "patch.yaml")}))
		p.files = map[string]any{"patch.yaml": jsonPatch("replace", h)}
		return p
	}},
	{"json-patch-of-containers", func(h held) part {
		return over(obj("patches", list{obj("target", obj("kind", "Deployment"), "patch",
			text("- op: replace\n  path: /spec/template/spec/containers\n  value: [{name: web, image: '"+h.String()+"'}]\n"))}))
	}},
	{"json-patch-copy", func(h held) part {
		p := over(obj("patches", list{obj("target", obj("kind", "Deployment"), "patch",
			text("- op: copy\n  from: /metadata/annotations/wanted\n  path: "+imagePath+"\n"))}, "commonAnnotations", obj("wanted", h.String())))
		// Annotations come after patches, so that the wanted one is the object's own.
		d := deployment("shop", shared)
		d[2].value = obj("name", "shop", "annotations", obj("wanted", h.String()))
		p.base, p.kustomization = nil, obj("patches", list{obj("target", obj("kind", "Deployment"), "patch",
			text("- op: copy\n  from: /metadata/annotations/wanted\n  path: "+imagePath+"\n"))})
		p.objects = []object{d}
		return p
	}},
	{"component", func(h held) part {
		p := over(obj("components", list{"./extra"}))
		p.files = map[string]any{"extra/kustomization.yaml": obj("apiVersion", "kustomize.config.k8s.io/v1alpha1", "kind", "Component",
			"images", list{entry("ghcr.io/acme/shop", h)})}
		return p
	}},
	{"transformer-file", func(h held) part {
		p := over(obj("transformers", list{"images.yaml"}))
		e := entry("ghcr.io/acme/shop", h)
		p.files = map[string]any{"images.yaml": obj("apiVersion", "builtin", "kind", "ImageTagTransformer", "metadata", obj("name", "x"), "imageTag", e)}
		return p
	}},
	{"patch-transformer-file", func(h held) part {
		p := over(obj("transformers", list{"patch.yaml"}))
		p.files = map[string]any{"patch.yaml": obj("apiVersion", "builtin", "kind", "PatchTransformer", "metadata", obj("name", "x"),
			"target", obj("kind", "Deployment"), "patch", text(jsonPatch("replace", h)))}
		return p
	}},
	{"generator-file", func(h held) part {
		return part{kustomization: obj("generators", list{"generated.yaml"}), files: map[string]any{"generated.yaml": obj("apiVersion", "builtin",
			"kind", "ConfigMapGenerator", "metadata", obj("name", "shop"), "literals", list{"WORKER_IMAGE=" + h.String()})}}
	}},
	{"replacement", func(h held) part {
		return over(obj("configMapGenerator", list{obj("name", "wanted", "literals", list{"image=" + h.String()})},
			"replacements", list{replacement("ConfigMap", "wanted", "data.image", nil)}))
	}},
	{"replacement-of-the-tag", func(h held) part {
		p := over(obj("configMapGenerator", list{obj("name", "wanted", "envs", list{"wanted.env"})},
			"replacements", list{replacement("ConfigMap", "wanted", "data.TAG", obj("delimiter", ":", "index", 1))}))
		p.files = map[string]any{"wanted.env": "# what runs\nTAG=" + h.tag + "\n"}
		return p
	}},
	{"replacement-file", func(h held) part {
		p := over(obj("configMapGenerator", list{obj("name", "wanted", "literals", list{"image=" + h.String()})}, "replacements", list{obj("path", "replace.yaml")}))
		p.files = map[string]any{"replace.yaml": list{replacement("ConfigMap", "wanted", "data.image", nil)}}
		return p
	}},
	{"replacement-by-value", func(h held) part {
		return over(obj("replacements", list{obj("sourceValue", h.String(), "targets", replacement("", "", "", nil)[1].value)}))
	}},
	{"env-file", func(h held) part {
		return part{kustomization: obj("configMapGenerator", list{obj("name", "shop", "envs", list{"shop.env"})}),
			files: map[string]any{"shop.env": "LEVEL=info\nWORKER_IMAGE=" + h.String() + "\n"}}
	}},
	{"tag-file", func(h held) part {
		return part{kustomization: obj("configMapGenerator", list{obj("name", "shop", "files", list{"IMAGE"})}),
			files: map[string]any{"IMAGE": h.String() + "\n"}}
	}},
	{"literal", func(h held) part {
		return part{kustomization: obj("configMapGenerator", list{obj("name", "shop", "literals", list{"WORKER_IMAGE=" + h.String()})})}
	}},
	{"remote-base", func(h held) part {
		return part{kustomization: obj("resources", list{"https://github.com/" + h.name + "//deploy?ref=" + h.tag})}
	}},
	{"remote-images", func(h held) part {
		return part{kustomization: obj("resources", list{remote}, "images", list{entry("ghcr.io/acme/shop", h)})}
	}},
	{"remote-patch", func(h held) part {
		return part{kustomization: obj("resources", list{remote}, "patches", list{obj("patch", text(plainly(patchOf(h))))})}
	}},
	{"remote-patch-file", func(h held) part {
		return part{kustomization: obj("resources", list{remote}, "patches", list{obj("path", "patch.yaml")}), files: map[string]any{"patch.yaml": patchOf(h)}}
	}},
	{"remote-json-patch", func(h held) part {
		return part{kustomization: obj("resources", list{remote}, "patches", list{obj("target", obj("kind", "Deployment"), "patch", text(jsonPatch("replace", h)))})}
	}},
	{"remote-json-patch-file", func(h held) part {
		return part{kustomization: obj("resources", list{remote}, "patches", list{obj("target", obj("kind", "Deployment"), "path", "patch.yaml")}),
			files: map[string]any{"patch.yaml": jsonPatch("replace", h)}}
	}},
	{"remote-replacement", func(h held) part {
		return part{kustomization: obj("resources", list{remote}, "configMapGenerator", list{obj("name", "wanted", "literals", list{"image=" + h.String()})},
			"replacements", list{replacement("ConfigMap", "wanted", "data.image", nil)})}
	}},
	{"remote-transformer", func(h held) part {
		return part{kustomization: obj("resources", list{remote}, "transformers", list{"images.yaml"}), files: map[string]any{
			"images.yaml": obj("apiVersion", "builtin", "kind", "ImageTagTransformer", "metadata", obj("name", "x"), "imageTag", entry("ghcr.io/acme/shop", h))}}
	}},
	{"function", func(h held) part {
		p := over(obj("transformers", list{"fn.yaml"}))
		p.files = map[string]any{"fn.yaml": obj("apiVersion", "acme.example.com/v1", "kind", "SetImage", "metadata", obj("name", "x",
			"annotations", obj("config.kubernetes.io/function", text("container:\n  image: ghcr.io/acme/fn:v1\n"))), "spec", obj("image", h.String()))}
		return p
	}},
	{"replacement-transformer-file", func(h held) part {
		p := over(obj("configMapGenerator", list{obj("name", "wanted", "literals", list{"image=" + h.String()})}, "transformers", list{"replace.yaml"}))
		p.files = map[string]any{"replace.yaml": obj("apiVersion", "builtin", "kind", "ReplacementTransformer", "metadata", obj("name", "x"),
			"replacements", list{replacement("ConfigMap", "wanted", "data.image", nil)})}
		return p
	}},
	{"json-patch-transformer-file", func(h held) part {
		p := over(obj("transformers", list{"patch.yaml"}))
		p.files = map[string]any{"patch.yaml": obj("apiVersion", "builtin", "kind", "PatchJson6902Transformer", "metadata", obj("name", "x"),
			"target", obj("group", "apps", "version", "v1", "kind", "Deployment", "name", "shop"), "jsonOp", text(jsonPatch("replace", h)))}
		return p
	}},
	{"strategic-merge-transformer-file", func(h held) part {
		p := over(obj("transformers", list{"patch.yaml"}))
		p.files = map[string]any{"patch.yaml": obj("apiVersion", "builtin", "kind", "PatchStrategicMergeTransformer", "metadata", obj("name", "x"),
			"patches", text(plainly(patchOf(h))))}
		return p
	}},
	{"transformer-inline", func(h held) part {
		return over(obj("transformers", list{text(plainly(obj("apiVersion", "builtin", "kind", "ImageTagTransformer", "metadata", obj("name", "x"), "imageTag", entry("ghcr.io/acme/shop", h))))}))
	}},
	{"transformer-directory", func(h held) part {
		p := over(obj("transformers", list{"./all"}))
		p.files = map[string]any{"all/kustomization.yaml": "resources: [images.yaml]\n", "all/images.yaml": obj("apiVersion", "builtin", "kind", "ImageTagTransformer",
			"metadata", obj("name", "x"), "imageTag", entry("ghcr.io/acme/shop", h))}
		return p
	}},
	{"secret-generator-file", func(h held) part {
		return part{kustomization: obj("generators", list{"generated.yaml"}), files: map[string]any{"generated.yaml": obj("apiVersion", "builtin",
			"kind", "SecretGenerator", "metadata", obj("name", "shop"), "envs", list{"shop.env"}), "shop.env": "WORKER_IMAGE=" + h.String() + "\n"}}
	}},
	{"chart-generator-file", func(h held) part {
		return part{kustomization: obj("generators", list{"chart.yaml"}), files: map[string]any{"chart.yaml": obj("apiVersion", "builtin",
			"kind", "HelmChartInflationGenerator", "metadata", obj("name", "web"), "name", "web", "repo", "https://charts.example.com", "version", "1.0.0",
			"valuesInline", imageOf(h))}}
	}},
	{"configured-images", func(h held) part {
		p := over(obj("configurations", list{"fields.yaml"}, "images", list{entry("ghcr.io/acme/shop", h)}))
		p.base = []object{resource("acme.example.com/v1", "Shop", obj("what", shared.String()))}
		p.files = map[string]any{"fields.yaml": "images: [{path: spec/what, kind: Shop}]\n"}
		return p
	}},
	{"vars", func(h held) part {
		p := over(obj("configMapGenerator", list{obj("name", "wanted", "literals", list{"image=" + h.String()})}, "configurations", list{"fields.yaml"},
			"vars", list{obj("name", "IMAGE", "objref", obj("kind", "ConfigMap", "name", "wanted", "apiVersion", "v1"), "fieldref", obj("fieldpath", "data.image"))}))
		p.base = []object{workload("apps/v1", "Deployment", "shop", obj("containers", list{obj("name", "web", "image", "$(IMAGE)")}))}
		p.files = map[string]any{"fields.yaml": "varReference: [{path: spec/template/spec/containers/image, kind: Deployment}]\n"}
		return p
	}},
	{"remote-file", func(h held) part {
		return part{kustomization: obj("resources", list{"https://raw.githubusercontent.com/" + h.name + "/" + h.tag + "/d.yaml"})}
	}},
	{"remote-generator-merge", func(h held) part {
		return part{kustomization: obj("resources", list{remote}, "configMapGenerator", list{obj("name", "shop", "behavior", "merge", "literals", list{"WORKER_IMAGE=" + h.String()})})}
	}},
	{"remote-patch-transformer", func(h held) part {
		return part{kustomization: obj("resources", list{remote}, "transformers", list{"patch.yaml"}), files: map[string]any{"patch.yaml": obj("apiVersion", "builtin",
			"kind", "PatchTransformer", "metadata", obj("name", "x"), "target", obj("kind", "Deployment"), "patch", text(jsonPatch("replace", h)))}}
	}},
	{"remote-component", func(h held) part {
		return part{kustomization: obj("resources", list{remote}, "components", list{"./extra"}), files: map[string]any{
			"extra/kustomization.yaml": obj("apiVersion", "kustomize.config.k8s.io/v1alpha1", "kind", "Component", "images", list{entry("ghcr.io/acme/shop", h)})}}
	}},
	{"chart-version", func(h held) part {
		return part{kustomization: obj("helmCharts", list{obj("name", last(h.name), "repo", "https://charts.example.com", "version", h.tag, "releaseName", "web")})}
	}},
}

func patchOf(h held) object {
	return obj("apiVersion", "apps/v1", "kind", "Deployment", "metadata", obj("name", "shop"), "spec", obj("template", obj("spec", podOf(h))))
}

func replacement(kind, name, path string, options any) object {
	return obj("source", obj("kind", kind, "name", name, "fieldPath", path), "targets", list{obj(
		"select", obj("kind", "Deployment"), "fieldPaths", list{"spec.template.spec.containers.[name=web].image"}, "options", options)})
}
