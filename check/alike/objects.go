package alike

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

func quoted(text string) string { return strconv.Itoa(len(text)) + ":" + text + "," }

// isPlain reports whether a document says all that it has where it stands, and nothing twice.
func isPlain(node *yaml.Node) bool {
	if node.Kind == yaml.AliasNode || node.Anchor != "" {
		return false
	}
	if node.Kind == yaml.MappingNode {
		seen := map[string]bool{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := node.Content[i]
			if key.Kind != yaml.ScalarNode || key.ShortTag() != yaml.NodeTagString || key.Value == "<<" || seen[key.Value] {
				return false
			}
			seen[key.Value] = true
		}
	}
	return !slices.ContainsFunc(node.Content, func(child *yaml.Node) bool {
		return !isPlain(child) || node.Kind == yaml.SequenceNode && child.ShortTag() == yaml.NodeTagNull
	})
}

// What may be left out of the objects of each kind.
var (
	// amounts are the fields of a container that say how much it gets, and how it is asked whether it is well.
	amounts = map[string]bool{"resources": true, "livenessProbe": true, "readinessProbe": true, "startupProbe": true}
	// workloads are the kinds whose containers are known to be those of pods.
	workloads = map[string]bool{
		"Deployment": true, "StatefulSet": true, "DaemonSet": true, "ReplicaSet": true, "Job": true, "CronJob": true,
		"Pod": true, "DeploymentConfig": true, "Rollout": true,
	}
	// counts are the fields of a workload's spec that say how many, and for how long.
	counts = map[string]bool{
		"replicas": true, "minReadySeconds": true, "progressDeadlineSeconds": true, "revisionHistoryLimit": true,
		"terminationGracePeriodSeconds": true,
	}
	// rules are the kinds that run nothing: what their spec, or the field named here, says moves no version.
	rules = map[string]string{
		"ResourceQuota": "spec", "LimitRange": "spec", "NetworkPolicy": "spec", "PodDisruptionBudget": "spec",
		"HorizontalPodAutoscaler": "spec", "Service": "spec", "Ingress": "spec", "Role": "rules", "ClusterRole": "rules",
	}
	// kept are the keys that say what is meant: Kustomize follows names, and merges lists by these.
	kept = map[string]bool{"name": true, "namespace": true, "kind": true, "apiVersion": true, "apiGroup": true}
)

var (
	validTag    = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
	validDigest = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
)

// object writes down an object, or a patch of one.
func (w *writer) object(root *yaml.Node) {
	versions := w.versions(root)
	configured := len(w.forms.Variables) > 0 // anything may be a variable that names an image
	kind := document.Text(document.Get(root, "kind"))
	w.node(root, func(path []string, node *yaml.Node) bool {
		write, isVersion := versions[node]
		switch {
		case isVersion:
			write()
		case node.Kind == yaml.SequenceNode && w.open && !configured && isVariables(path, node, kind) && !carries(node, versions):
			w.say("variables")
		case node.Kind == yaml.ScalarNode && !configured && isInert(path, kind) && !speaksOfImages(node.Value) && !kept[path[len(path)-1]]:
			w.say("scalar", node.ShortTag())
		default:
			return false
		}
		return true
	})
}

// versions are the scalars that say a version, with what writes them down.
func (w *writer) versions(root *yaml.Node) map[*yaml.Node]func() {
	versions := map[*yaml.Node]func(){}
	carried, _ := form.Object(root, w.forms)
	for _, found := range carried {
		for _, scalar := range found.Scalars {
			versions[scalar] = func() { w.say("version", scalar.ShortTag(), scalar.Value) }
			if found.Problem == "" && found.Artifact.Kind == artifact.Image && scalar.ShortTag() == yaml.NodeTagString {
				versions[scalar] = func() { w.image(scalar.Value, found.Version) }
			}
		}
	}
	return versions
}

// image writes down an image reference, or its tag or digest where a scalar has nothing else.
func (w *writer) image(text string, version artifact.Version) {
	if text == version.Tag || text == version.Digest {
		w.mask(text)
		return
	}
	_, parsed, err := artifact.ParseImage(text)
	if err != nil || parsed != version {
		w.say("version", text)
		return
	}
	name := strings.TrimSuffix(text, "@"+version.Digest)
	w.say("image", strings.TrimSuffix(name, ":"+version.Tag))
	w.mask(version.Tag)
	w.mask(version.Digest)
}

// mask writes down that there is a tag or a digest, and keeps which one to itself.
func (w *writer) mask(text string) {
	algorithm, hex, isDigest := strings.Cut(text, ":")
	switch {
	case isDigest && validDigest.MatchString(text):
		w.say("digest", algorithm)
		w.masked = append(w.masked, hex)
	case validTag.MatchString(text):
		w.say("tag")
		w.masked = append(w.masked, text)
	default:
		w.say("just", text)
	}
}

// isVariables reports whether a list has the variables of a container, each once and with nothing but names
// and values.
func isVariables(path []string, list *yaml.Node, kind string) bool {
	if !workloads[kind] || !inContainer(path) || path[len(path)-1] != "env" {
		return false
	}
	seen := map[string]bool{}
	return !slices.ContainsFunc(list.Content, func(item *yaml.Node) bool {
		name, value := document.Get(item, "name"), document.Get(item, "value")
		again := seen[document.Text(name)]
		seen[document.Text(name)] = true
		return again || item.Kind != yaml.MappingNode || len(item.Content) != 4 || document.Text(name) == "" || value == nil ||
			name.Kind != yaml.ScalarNode || value.Kind != yaml.ScalarNode || speaksOfImages(name.Value) || speaksOfImages(value.Value)
	})
}

// found writes down what an object is, what Kustomize goes by in any object, and the versions that it carries.
func (w *writer) found(root *yaml.Node) {
	carried, _ := form.Object(root, w.forms)
	for _, f := range carried {
		w.say(f.Part, f.Problem, f.Artifact.Kind, f.Artifact.Name, f.Version.Repository)
		if f.Problem != "" {
			for _, scalar := range f.Scalars {
				w.say(scalar.Value)
			}
		}
		if f.Artifact.Kind == artifact.Image {
			w.mask(f.Version.Tag)
			w.mask(f.Version.Digest)
		} else {
			w.say(f.Version.Tag, f.Version.Digest)
		}
	}
	w.identity(root)
}

// whole are the fields that Kustomize reads, or adds to, wherever they are.
var whole = map[string]bool{
	"apiVersion": true, "kind": true, "metadata": true, "labels": true, "selector": true, "matchLabels": true,
	"subjects": true, "roleRef": true, "namespace": true,
}

// members are the lists whose elements have names of their own that nothing else goes by.
var members = map[string]bool{"env": true, "ports": true, "volumeMounts": true, "parameters": true, "arguments": true}

// identity writes down, wherever it stands, what names the object and what it refers to by name.
func (w *writer) identity(node *yaml.Node, path ...string) {
	switch node.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, value := node.Content[i].Value, node.Content[i+1]
			inside := append(path[:len(path):len(path)], key)
			switch isName := key == "name" || strings.HasSuffix(key, "Name"); {
			case whole[key], key == "containers" && value.Kind != yaml.SequenceNode, key == "initContainers" && value.Kind != yaml.SequenceNode:
				w.say(inside...)
				w.node(value, func([]string, *yaml.Node) bool { return false })
			case isName && !(len(path) > 0 && members[path[len(path)-1]]):
				w.say(inside...)
				w.node(value, func([]string, *yaml.Node) bool { return false })
			default:
				w.identity(value, inside...)
			}
		}
	case yaml.SequenceNode:
		for _, child := range node.Content {
			w.identity(child, path...)
		}
	}
}

func carries(node *yaml.Node, versions map[*yaml.Node]func()) bool {
	_, is := versions[node]
	return is || slices.ContainsFunc(node.Content, func(child *yaml.Node) bool { return carries(child, versions) })
}

// inContainer reports whether a path leads to a field of a container.
func inContainer(path []string) bool {
	return len(path) >= 2 && (path[len(path)-2] == "containers" || path[len(path)-2] == "initContainers")
}

// isInert reports whether a scalar of an object moves no version, nor decides what Kustomize does.
func isInert(path []string, kind string) bool {
	if slices.ContainsFunc(path, func(key string) bool { return strings.HasPrefix(key, "$") || speaksOfImages(key) }) {
		return false
	}
	switch {
	case workloads[kind]:
		if len(path) == 2 && path[0] == "spec" || len(path) > 2 && path[len(path)-2] == "spec" {
			return counts[path[len(path)-1]]
		}
		for i := 2; i < len(path); i++ {
			if inContainer(path[:i+1]) && amounts[path[i]] {
				return true
			}
		}
		return false
	case kind == "ConfigMap":
		return len(path) == 2 && path[0] == "data"
	}
	field, known := rules[kind]
	return known && len(path) > 1 && path[0] == field
}

// kustomization writes down a kustomization file.
func (w *writer) kustomization(root *yaml.Node) {
	w.node(root, func(path []string, node *yaml.Node) bool {
		if node.Kind != yaml.ScalarNode || len(path) != 2 {
			return false
		}
		isText := node.ShortTag() == yaml.NodeTagString
		switch field, key := path[0], path[1]; {
		case field == "images" && (key == "newTag" || key == "digest") && isText:
			w.mask(node.Value)
		case field == "replicas" && key == "count":
			w.say("count", node.ShortTag())
		case (field == "configMapGenerator" || field == "secretGenerator") && key == "literals" && isText:
			name, value, given := strings.Cut(node.Value, "=")
			return given && isName.MatchString(name) && !strings.ContainsAny(value, "'\"") && w.entry(name, value)
		default:
			return false
		}
		return true
	})
}

// node writes down a node with all that is below it. Where instead has written something in its place, it
// says so; the path has the keys that lead there.
func (w *writer) node(node *yaml.Node, instead func(path []string, node *yaml.Node) bool, path ...string) {
	if instead(path, node) {
		return
	}
	switch node.Kind {
	case yaml.MappingNode:
		w.text.WriteByte('{')
		for i := 0; i+1 < len(node.Content); i += 2 {
			w.say(node.Content[i].Value)
			w.node(node.Content[i+1], instead, append(path[:len(path):len(path)], node.Content[i].Value)...)
		}
		w.text.WriteByte('}')
	case yaml.SequenceNode:
		w.text.WriteByte('[')
		for _, child := range node.Content {
			w.node(child, instead, path...)
		}
		w.text.WriteByte(']')
	default:
		w.say(node.ShortTag(), node.Value)
	}
}
