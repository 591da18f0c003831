package setting

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/trait"
)

// reader gathers the settings of one object.
type reader struct {
	called    Called
	container string
	settings  []Setting
}

func (r *reader) add(of, name, text string) {
	r.settings = append(r.settings, Setting{Container: r.container, Of: of, Name: name, Text: text})
}

// workload reads what is said around the pods: how many there are, how they are replaced. What selects them is labels.
func (r *reader) workload(root *yaml.Node, of document.Identity) {
	if of.Kind == "Pod" {
		return
	}
	spec := document.Get(root, "spec")
	if of.Kind == "Deployment" || of.Kind == "StatefulSet" || document.Get(spec, "replicas") != nil {
		replicas := document.Text(document.Get(spec, "replicas"))
		if replicas == "" {
			replicas = "1"
		}
		r.add(Replicas, "replicas", replicas)
	}
	r.allBut(Other, "", spec, "replicas", "selector", "template", "jobTemplate")
	template := document.Get(spec, "template")
	if job := document.Get(spec, "jobTemplate", "spec"); job != nil {
		r.allBut(Other, "", job, "selector", "template")
		template = document.Get(job, "template")
	}
	for _, field := range []string{"labels", "annotations"} {
		r.marks(field, document.Get(template, "metadata", field))
	}
}

// marks reads labels or annotations. Those that say a version, or a digest of something that is compared itself, follow it.
func (r *reader) marks(field string, node *yaml.Node) {
	eachField(node, func(key string, value *yaml.Node) {
		switch {
		case key == "app.kubernetes.io/version", key == "helm.sh/chart", key == "version", strings.Contains(key, "checksum"), strings.HasSuffix(key, "hash"):
		default:
			r.add(Other, field+"."+key, document.Text(value))
		}
	})
}

func (r *reader) pod(pod *yaml.Node, keys *trait.Keys) {
	r.allBut(Other, "", pod, "containers", "initContainers", "volumes")
	volumes := map[string]*yaml.Node{}
	for _, volume := range document.Items(document.Get(pod, "volumes")) {
		volumes[document.Text(document.Get(volume, "name"))] = volume
	}
	for _, field := range []string{"initContainers", "containers"} {
		for _, container := range document.Items(document.Get(pod, field)) {
			r.container = document.Text(document.Get(container, "name"))
			r.read(container, volumes)
			r.refs(keys)
		}
	}
}

// read reads a container.
func (r *reader) read(container *yaml.Node, volumes map[string]*yaml.Node) {
	eachField(container, func(key string, value *yaml.Node) {
		switch key {
		case "name", "env", "envFrom", "command", "args":
		case "image":
			r.add(Image, key, document.Text(value))
		case "volumeMounts":
			for _, mount := range document.Items(value) {
				r.mount(mount, volumes)
			}
		case "resources":
			r.fields(Resource, key, value)
		case "livenessProbe", "readinessProbe", "startupProbe":
			r.fields(Probe, key, value)
		default:
			r.fields(Other, key, value)
		}
	})
	var words []string
	for _, field := range []string{"command", "args"} {
		for _, word := range document.Items(document.Get(container, field)) {
			words = append(words, document.Text(word))
		}
	}
	r.flags(words)
	for _, variable := range document.Items(document.Get(container, "env")) {
		from := document.Get(variable, "valueFrom")
		if document.Get(from, "configMapKeyRef") == nil && document.Get(from, "secretKeyRef") == nil {
			text := document.Text(document.Get(variable, "value"))
			if from != nil {
				text = compact(from)
			}
			r.add(Variable, document.Text(document.Get(variable, "name")), text)
		}
	}
}

// refs are what the container sees that other objects have.
func (r *reader) refs(keys *trait.Keys) {
	if keys == nil {
		return
	}
	for _, c := range keys.Containers {
		for _, ref := range c.Refs {
			if c.Name == r.container && ref.Kind != "" {
				of := Variable
				if ref.As == trait.File {
					of = File
				}
				r.settings = append(r.settings, Setting{Container: r.container, Of: of, Name: ref.Shown, Ref: &ref})
			}
		}
	}
}

// flags reads the words that a container is started with. A word behind a flag that is none itself is taken for its value.
func (r *reader) flags(words []string) {
	values := map[string][]string{}
	var names, rest []string
	for i := 0; i < len(words); i++ {
		name, value, found := strings.Cut(words[i], "=")
		if !strings.HasPrefix(name, "-") || strings.ContainsAny(name, " \n") {
			rest = append(rest, words[i])
			continue
		}
		if !found && i+1 < len(words) && !strings.HasPrefix(words[i+1], "-") {
			i++
			value = words[i]
		}
		if values[name] == nil {
			names = append(names, name)
		}
		values[name] = append(values[name], value)
	}
	for _, name := range names {
		r.add(Flag, name, strings.Join(values[name], ", "))
	}
	if len(rest) > 0 {
		r.add(Flag, "command", strings.Join(rest, " "))
	}
}

// mount reads what is mounted where. What is in a ConfigMap or a Secret is read by its keys.
func (r *reader) mount(mount *yaml.Node, volumes map[string]*yaml.Node) {
	name, at := document.Text(document.Get(mount, "name")), document.Text(document.Get(mount, "mountPath"))
	text := "a claim of its own, " + name
	if volume := volumes[name]; volume != nil {
		text = r.volume(volume)
	}
	eachField(mount, func(key string, value *yaml.Node) {
		if key != "name" && key != "mountPath" && compact(value) != "false" {
			text += ", " + key + ": " + compact(value)
		}
	})
	r.add(Mount, at, text)
}

func (r *reader) volume(volume *yaml.Node) string {
	for _, source := range [][3]string{
		{"configMap", "name", "ConfigMap"}, {"secret", "secretName", "Secret"}, {"persistentVolumeClaim", "claimName", "PersistentVolumeClaim"},
	} {
		if from := document.Get(volume, source[0]); from != nil {
			return source[2] + "/" + r.called(source[2], document.Text(document.Get(from, source[1])))
		}
	}
	var texts []string
	eachField(volume, func(key string, value *yaml.Node) {
		if key != "name" {
			texts = append(texts, strings.TrimSuffix(key+": "+compact(value), ": {}"))
		}
	})
	return strings.Join(texts, ", ")
}
