package differential

func resource(version, kind string, spec object) object {
	return obj("apiVersion", version, "kind", kind, "metadata", obj("name", "shop"), "spec", spec)
}

// moreForms are objects of operators, of OpenShift, and of whoever else runs an image.
var moreForms = []form{
	{"daemon-set", objects(func(h held) object { return workload("apps/v1", "DaemonSet", "shop", podOf(h)) })},
	{"job", objects(func(h held) object {
		return resource("batch/v1", "Job", obj("template", obj("spec", podOf(h))))
	})},
	{"ephemeral-containers", objects(func(h held) object {
		return resource("v1", "Pod", obj("containers", list{obj("name", "web", "image", "ghcr.io/acme/web:v1")}, "ephemeralContainers", list{obj("name", "debug", "image", h.String())}))
	})},
	{"pod-template", objects(func(h held) object {
		return obj("apiVersion", "v1", "kind", "PodTemplate", "metadata", obj("name", "shop"), "template", obj("spec", podOf(h)))
	})},
	{"secret", objects(func(h held) object {
		return obj("apiVersion", "v1", "kind", "Secret", "metadata", obj("name", "shop"), "stringData", obj("WORKER_IMAGE", h.String()))
	})},
	{"sidecar-annotation", objects(func(h held) object {
		return workload("apps/v1", "Deployment", "shop", obj("containers", list{obj("name", "web", "image", "ghcr.io/acme/web:v1")}),
			pair{key: "annotations", value: obj("sidecar.istio.io/proxyImage", h.String())})
	})},
	{"deployment-config", objects(func(h held) object { return workload("apps.openshift.io/v1", "DeploymentConfig", "shop", podOf(h)) })},
	{"stream-and-trigger", func(h held) part {
		config := workload("apps.openshift.io/v1", "DeploymentConfig", "shop", obj("containers", list{obj("name", "web", "image", " ")}))
		spec := config[len(config)-1].value.(object)
		config[len(config)-1].value = append(spec, pair{key: "triggers", value: list{obj("type", "ImageChange", "imageChangeParams", obj(
			"automatic", true, "containerNames", list{"web"}, "from", obj("kind", "ImageStreamTag", "name", "shop:current")))}})
		return part{objects: []object{config, obj("apiVersion", "image.openshift.io/v1", "kind", "ImageStream", "metadata", obj("name", "shop"), "spec", obj(
			"tags", list{obj("name", "current", "from", obj("kind", "DockerImage", "name", h.String()))}))}}
	}},
	{"image-stream-tag", objects(func(h held) object {
		return obj("apiVersion", "image.openshift.io/v1", "kind", "ImageStreamTag", "metadata", obj("name", "shop:current"),
			"tag", obj("name", "current", "from", obj("kind", "DockerImage", "name", h.String())))
	})},
	{"template-of-openshift", objects(func(h held) object {
		return obj("apiVersion", "template.openshift.io/v1", "kind", "Template", "metadata", obj("name", "shop"),
			"parameters", list{obj("name", "SHOP", "value", h.repository()), obj("name", "SHOP_VERSION", "value", h.version())},
			"objects", list{workload("apps/v1", "Deployment", "shop", obj("containers", list{obj("name", "web", "image", "${SHOP}:${SHOP_VERSION}")}))})
	})},
	{"build-config", objects(func(h held) object {
		return resource("build.openshift.io/v1", "BuildConfig", obj("strategy", obj("dockerStrategy", obj("from", obj("kind", "DockerImage", "name", h.String())))))
	})},
	{"tekton-pipeline", objects(func(h held) object {
		return resource("tekton.dev/v1", "Pipeline", obj("tasks", list{obj("name", "run", "taskSpec", obj("steps", list{obj("name", "run", "image", h.String())}))}))
	})},
	{"tekton-bundle", objects(func(h held) object {
		return resource("tekton.dev/v1", "PipelineRun", obj("pipelineRef", obj("resolver", "bundles", "params", list{obj("name", "bundle", "value", h.String())})))
	})},
	{"keda", objects(func(h held) object {
		return resource("keda.sh/v1alpha1", "ScaledJob", obj("jobTargetRef", obj("template", obj("spec", podOf(h)))))
	})},
	{"crossplane-function", objects(func(h held) object {
		return resource("pkg.crossplane.io/v1beta1", "Function", obj("package", h.String()))
	})},
	{"strimzi-version", objects(func(h held) object {
		return resource("kafka.strimzi.io/v1beta2", "Kafka", obj("kafka", obj("version", "3.6.0", "image", h.String())))
	})},
	{"operator-of-parts", objects(func(h held) object {
		return resource("acme.example.com/v1", "Shop", obj("web", obj("repository", h.repository(), "tag", h.version())))
	})},
	{"operator-base-image", objects(func(h held) object {
		return resource("acme.example.com/v1", "Shop", obj("baseImage", h.repository(), "version", h.version()))
	})},
	{"oci-source", objects(func(h held) object { return resource("acme.example.com/v1", "Shop", obj("url", "oci://"+h.String())) })},
	{"image-policy", objects(func(h held) object {
		return resource("acme.example.com/v1", "Shop", obj("steps", list{obj("uses", "docker://"+h.String())}))
	})},
	{"workflow-template", objects(func(h held) object {
		return resource("argoproj.io/v1alpha1", "ClusterWorkflowTemplate", obj("templates", list{obj("name", "run", "container", obj("image", h.String(), "command", list{"true"})),
			obj("name", "more", "sidecars", list{obj("name", "s", "image", "busybox:v1")})}))
	})},
	{"knative-revision", objects(func(h held) object {
		return resource("serving.knative.dev/v1", "Configuration", obj("template", obj("spec", podOf(h))))
	})},
	{"policy-with-an-image", objects(func(h held) object {
		return resource("kyverno.io/v1", "ClusterPolicy", obj("rules", list{obj("name", "inject", "mutate", obj("patchStrategicMerge", obj("spec", podOf(h))))}))
	})},
}
