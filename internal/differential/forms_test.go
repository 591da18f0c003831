package differential

import "strings"

// form is a way in which an environment's files say what it runs.
type form struct {
	name string
	of   func(h held) part
}

// forms are all of them: those of objects, those of kustomizations, and each shape of values by each carrier.
var forms = func() []form {
	all := append(append([]form{}, objectForms...), kustomizeForms...)
	for _, c := range carriers {
		for _, s := range shapes {
			all = append(all, form{c.name + "/" + s.name, func(h held) part { return c.of(s.of(h)) }})
		}
	}
	return all
}()

// often are forms that are tried more often than others: those that take versions out of texts, and those over what is not there.
var often = func() []form {
	var all []form
	for _, f := range forms {
		for _, part := range []string{"inline", "patch-as-json", "replacement", "remote-", "values-from", "transformer"} {
			if strings.Contains(f.name, part) {
				all = append(all, f)
				break
			}
		}
	}
	return all
}()

func objects(of func(h held) object) func(h held) part {
	return func(h held) part { return part{objects: []object{of(h)}} }
}

var objectForms = append([]form{
	{"deployment", objects(func(h held) object { return deployment("shop", h) })},
	{"stateful-set", objects(func(h held) object { return workload("apps/v1", "StatefulSet", "shop", podOf(h)) })},
	{"init-container", objects(func(h held) object {
		return workload("apps/v1", "Deployment", "shop", obj("initContainers", list{obj("name", "init", "image", h.String())},
			"containers", list{obj("name", "web", "image", "ghcr.io/acme/web:v1")}))
	})},
	{"image-volume", objects(func(h held) object {
		return workload("apps/v1", "Deployment", "shop", obj("volumes", list{obj("name", "models", "image", obj("reference", h.String()))},
			"containers", list{obj("name", "web", "image", "ghcr.io/acme/web:v1")}))
	})},
	{"cron-job", objects(func(h held) object {
		return obj("apiVersion", "batch/v1", "kind", "CronJob", "metadata", obj("name", "shop"), "spec", obj("schedule", "@daily",
			"jobTemplate", obj("spec", obj("template", obj("spec", podOf(h))))))
	})},
	{"pod", objects(func(h held) object {
		return obj("apiVersion", "v1", "kind", "Pod", "metadata", obj("name", "shop"), "spec", podOf(h))
	})},
	{"list", objects(func(h held) object {
		return obj("apiVersion", "v1", "kind", "List", "items", list{deployment("shop", h)})
	})},
	{"flag", objects(func(h held) object {
		return workload("apps/v1", "Deployment", "shop", obj("containers", list{obj("name", "web", "image", "ghcr.io/acme/operator:v1",
			"args", list{"--level=info", "--worker-image=" + h.String()})}))
	})},
	{"flag-in-two", objects(func(h held) object {
		return workload("apps/v1", "Deployment", "shop", obj("containers", list{obj("name", "web", "image", "ghcr.io/acme/operator:v1",
			"command", list{"run", "--worker-image", h.String()})}))
	})},
	{"script", objects(func(h held) object {
		return workload("apps/v1", "Deployment", "shop", obj("containers", list{obj("name", "web", "image", "ghcr.io/acme/operator:v1",
			"command", list{"sh", "-c", "exec run --worker-image=" + h.String() + " --level info"})}))
	})},
	{"variable", objects(func(h held) object {
		return workload("apps/v1", "Deployment", "shop", obj("containers", list{obj("name", "web", "image", "ghcr.io/acme/operator:v1",
			"env", list{obj("name", "WORKER_IMAGE", "value", h.String())})}))
	})},
	{"config-map-entry", objects(func(h held) object {
		return obj("apiVersion", "v1", "kind", "ConfigMap", "metadata", obj("name", "shop"), "data", obj("WORKER_IMAGE", h.String()))
	})},
	{"template-in-a-config-map", objects(func(h held) object {
		return obj("apiVersion", "v1", "kind", "ConfigMap", "metadata", obj("name", "shop"), "data", obj("pod.yaml", text(plainly(
			obj("apiVersion", "v1", "kind", "Pod", "metadata", obj("name", "x"), "spec", podOf(h))))))
	})},
	{"workflow", objects(func(h held) object {
		return obj("apiVersion", "argoproj.io/v1alpha1", "kind", "CronWorkflow", "metadata", obj("name", "shop"), "spec", obj("schedule", "@daily",
			"workflowSpec", obj("templates", list{obj("name", "run", "script", obj("image", h.String(), "source", "true"))})))
	})},
	{"rollout", objects(func(h held) object { return workload("argoproj.io/v1alpha1", "Rollout", "shop", podOf(h)) })},
	{"knative", objects(func(h held) object { return workload("serving.knative.dev/v1", "Service", "shop", podOf(h)) })},
	{"prometheus", objects(func(h held) object {
		return obj("apiVersion", "monitoring.coreos.com/v1", "kind", "Prometheus", "metadata", obj("name", "shop"), "spec", obj("image", h.String()))
	})},
	{"tekton-step", objects(func(h held) object {
		return obj("apiVersion", "tekton.dev/v1", "kind", "Task", "metadata", obj("name", "shop"), "spec", obj("steps", list{obj("name", "run", "image", h.String())}))
	})},
	{"crossplane", objects(func(h held) object {
		return obj("apiVersion", "pkg.crossplane.io/v1", "kind", "Provider", "metadata", obj("name", "shop"), "spec", obj("package", h.String()))
	})},
	{"oci-repository", objects(func(h held) object {
		ref := obj("tag", h.tag)
		if h.digest != "" {
			ref = obj("digest", h.digest)
		}
		return obj("apiVersion", "source.toolkit.fluxcd.io/v1", "kind", "OCIRepository", "metadata", obj("name", "shop"), "spec", obj(
			"interval", "1h", "url", "oci://"+h.repository(), "ref", ref))
	})},
	{"chart-version", objects(func(h held) object {
		return obj("apiVersion", "helm.toolkit.fluxcd.io/v2", "kind", "HelmRelease", "metadata", obj("name", "shop"), "spec", obj("interval", "1h",
			"chart", obj("spec", obj("chart", last(h.name), "version", h.tag, "sourceRef", obj("kind", "HelmRepository", "name", "charts")))))
	})},
	{"application-revision", objects(func(h held) object {
		return obj("apiVersion", "argoproj.io/v1alpha1", "kind", "Application", "metadata", obj("name", "shop"), "spec", obj(
			"source", obj("repoURL", "https://github.com/"+h.name, "targetRevision", h.tag, "path", "deploy")))
	})},
	{"application-images", objects(func(h held) object {
		return obj("apiVersion", "argoproj.io/v1alpha1", "kind", "Application", "metadata", obj("name", "shop"), "spec", obj(
			"source", obj("repoURL", "https://github.com/acme/elsewhere", "targetRevision", "v1", "path", "deploy", "kustomize", obj("images", list{h.String()}))))
	})},
	{"application-renamed-images", objects(func(h held) object {
		return obj("apiVersion", "argoproj.io/v1alpha1", "kind", "Application", "metadata", obj("name", "shop"), "spec", obj(
			"source", obj("repoURL", "https://github.com/acme/elsewhere", "targetRevision", "v1", "path", "deploy", "kustomize", obj("images", list{"shop=" + h.String()}))))
	})},
	{"application-parameters", func(h held) part {
		return part{objects: []object{application(obj("parameters", list{
			obj("name", "image.repository", "value", h.repository()), obj("name", "image.tag", "value", h.version())}))}}
	}},
	{"application-patches", objects(func(h held) object {
		return obj("apiVersion", "argoproj.io/v1alpha1", "kind", "Application", "metadata", obj("name", "shop"), "spec", obj(
			"source", obj("repoURL", "https://github.com/acme/elsewhere", "targetRevision", "v1", "path", "deploy", "kustomize", obj("patches", list{
				obj("target", obj("kind", "Deployment"), "patch", text(jsonPatch("replace", h)))}))))
	})},
	{"set-of-applications", objects(func(h held) object {
		return obj("apiVersion", "argoproj.io/v1alpha1", "kind", "ApplicationSet", "metadata", obj("name", "shop"), "spec", obj(
			"generators", list{obj("list", obj("elements", list{obj("name", "shop", "version", h.version())}))},
			"template", obj("metadata", obj("name", "{{name}}"), "spec", obj("source", obj("repoURL", "https://charts.example.com", "chart", "web",
				"targetRevision", "1.0.0", "helm", obj("parameters", list{obj("name", "image.repository", "value", h.repository()), obj("name", "image.tag", "value", "{{version}}")}))))))
	})},
	{"release-post-renderers", func(h held) part {
		entry := obj("name", "ghcr.io/acme/shop", "newName", h.repository(), "newTag", orNil(h.tag), "digest", orNil(h.digest))
		if h.digest != "" {
			entry = obj("name", "ghcr.io/acme/shop", "newName", h.repository(), "digest", h.digest)
		}
		return part{objects: []object{release(obj("postRenderers", list{obj("kustomize", obj("images", list{entry}))}))}}
	}},
	{"release-post-patches", func(h held) part {
		return part{objects: []object{release(obj("postRenderers", list{obj("kustomize", obj("patches", list{
			obj("target", obj("kind", "Deployment"), "patch", text(jsonPatch("replace", h)))}))}))}}
	}},
	{"image-stream", objects(func(h held) object {
		return obj("apiVersion", "image.openshift.io/v1", "kind", "ImageStream", "metadata", obj("name", "shop"), "spec", obj("tags", list{
			obj("name", "current", "from", obj("kind", "DockerImage", "name", h.String()))}))
	})},
}, moreForms...)
