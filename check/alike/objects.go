package alike

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/idle"
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

var (
	validTag    = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
	validDigest = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
)

// object writes down an object, or a patch of one: the versions that it carries, what it is and refers to by name,
// and how it is made where a patch counts on that.
func (w *writer) object(root *yaml.Node) {
	written := w.carried(root)
	w.instead = func(_ []string, node *yaml.Node) bool { return written[node] }
	kind := document.Text(document.Get(root, "kind"))
	w.foreign = kind != "" && !own[kind] && !referring[kind]
	w.frame(root, true)
}

// carried writes down the versions that an object carries, and returns what was written.
func (w *writer) carried(root *yaml.Node) map[*yaml.Node]bool {
	carried, _ := form.Object(root, w.forms)
	written := map[*yaml.Node]bool{}
	for _, f := range carried {
		w.say(f.Part, f.Problem, f.Artifact.Kind, f.Artifact.Name, f.Version.Repository)
		for _, scalar := range f.Scalars {
			if f.Problem == "" && f.Artifact.Kind == artifact.Image && scalar.ShortTag() == yaml.NodeTagString {
				w.image(scalar.Value, f)
			} else {
				w.say(scalar.ShortTag(), scalar.Value)
			}
			written[scalar] = true
		}
	}
	return written
}

// sealed writes down what SOPS has encrypted: a Secret or a ConfigMap, or a list of such. False if it is something else. None of
// it is built, so that nothing counts but the versions.
func (w *writer) sealed(root *yaml.Node) bool {
	objects := []*yaml.Node{root}
	if document.Text(document.Get(root, "kind")) == "List" {
		objects = document.Items(document.Get(root, "items"))
	}
	for _, object := range objects {
		if kind := document.Text(document.Get(object, "kind")); kind != "Secret" && kind != "ConfigMap" {
			return false
		}
		w.carried(object)
	}
	return document.Get(root, "sops", "mac") != nil
}

// image writes down an image reference, or its tag or digest where a scalar has nothing else.
func (w *writer) image(text string, f form.Found) {
	version := f.Version
	if text == version.Tag || text == version.Digest {
		w.mask(text, "")
		return
	}
	_, parsed, err := artifact.ParseImage(text)
	if err != nil || parsed != version {
		w.say("version", text)
		return
	}
	name := strings.TrimSuffix(text, "@"+version.Digest)
	w.say("image", strings.TrimSuffix(name, ":"+version.Tag))
	w.mask(version.Tag, f.Artifact.Name)
	w.mask(version.Digest, f.Artifact.Name)
}

// mask writes down that there is a tag or a digest, and keeps to itself which one, and of which artifact if that is known.
func (w *writer) mask(text, name string) {
	algorithm, hex, isDigest := strings.Cut(text, ":")
	switch {
	case isDigest && validDigest.MatchString(text):
		w.say("digest", algorithm)
		w.masked = append(w.masked, hex+" "+name)
	case validTag.MatchString(text):
		w.say("tag")
		w.masked = append(w.masked, text+" "+name)
	default:
		w.say("just", text)
	}
}

// whole are the fields that Kustomize reads, or adds to, wherever they are.
var whole = map[string]bool{
	"apiVersion": true, "kind": true, "metadata": true, "labels": true, "selector": true, "matchLabels": true,
	"subjects": true, "roleRef": true, "namespace": true,
}

// members are the lists whose elements have names of their own that nothing else goes by.
var members = map[string]bool{"env": true, "ports": true, "volumeMounts": true, "parameters": true, "arguments": true}

// frame writes down, of what is at and below a node, what names the object and what it refers to by name; where
// patches may lead there, also what there is, of which kind, but not the texts.
func (w *writer) frame(node *yaml.Node, led bool, path ...string) {
	if led {
		w.say(strconv.Itoa(int(node.Kind)), node.ShortTag())
	}
	switch node.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			w.field(node.Content[i].Value, node.Content[i+1], led, path)
		}
	case yaml.SequenceNode:
		if led {
			w.say(strconv.Itoa(len(node.Content)))
		}
		for _, child := range node.Content {
			w.frame(child, led, path...)
		}
	}
}

func (w *writer) field(key string, value *yaml.Node, led bool, path []string) {
	inside := slices.Concat(path, []string{key})
	isForeign := w.foreign && len(path) > 0 // which takes in what the metadata has, whole
	isName := (key == "name" || strings.HasSuffix(key, "Name")) && (len(path) == 0 || !members[path[len(path)-1]] || led)
	led = led && w.mentioned.has(key)
	if isIdle, decides := idle.Fields[key]; decides && isIdle(value) {
		w.say("idle", key) // how many replicas there are is the same to a version, unless there are none
	}
	switch {
	case whole[key] && !isForeign || isName && (led || !isForeign) || strings.HasPrefix(key, "$"):
		w.say(inside...)
		w.node(value, inside...)
	case led && key == "env" && !w.mentioned.byPlace && isVariables(value):
		// merged by names that nothing else goes by
	case led:
		w.say(inside...)
		w.frame(value, true, inside...)
	default:
		w.frame(value, false, inside...)
	}
}

// own are the kinds of objects that Kustomize knows its way through: where it meets something else than it expects,
// it does not build.
var own = map[string]bool{
	"Deployment": true, "StatefulSet": true, "DaemonSet": true, "ReplicaSet": true, "ReplicationController": true, "Job": true,
	"CronJob": true, "Pod": true, "PodTemplate": true, "Service": true, "NetworkPolicy": true, "PodDisruptionBudget": true,
	"Ingress": true, "HorizontalPodAutoscaler": true, "ServiceAccount": true, "Role": true, "ClusterRole": true,
	"RoleBinding": true, "ClusterRoleBinding": true, "PersistentVolumeClaim": true, "PersistentVolume": true,
	"ConfigMap": true, "Secret": true,
}

// referring are other kinds in which Kustomize follows names, or to which it adds labels. In all that are left it does so
// nowhere but in their metadata.
var referring = map[string]bool{
	"APIService": true, "CustomResourceDefinition": true, "IngressClass": true, "MutatingWebhookConfiguration": true, "Namespace": true,
	"Node": true, "PriorityClass": true, "StorageClass": true, "ValidatingAdmissionPolicy": true,
	"ValidatingAdmissionPolicyBinding": true, "ValidatingWebhookConfiguration": true,
}

// expected is what there is under a key on those ways.
var expected = func() map[string]yaml.Kind {
	kinds := map[string]yaml.Kind{}
	for key := range strings.FieldsSeq("metadata spec template jobTemplate labels annotations matchLabels podSelector namespaceSelector " +
		"affinity podAffinity podAntiAffinity labelSelector podAffinityTerm configMap secret persistentVolumeClaim projected valueFrom " +
		"configMapRef secretRef configMapKeyRef secretKeyRef scaleTargetRef http backend service defaultBackend roleRef " +
		"data stringData binaryData azureFile cephfs rbd csi") {
		kinds[key] = yaml.MappingNode
	}
	for key := range strings.FieldsSeq("containers initContainers ephemeralContainers env envFrom volumes volumeClaimTemplates " +
		"ingress egress from to topologySpreadConstraints preferredDuringSchedulingIgnoredDuringExecution " +
		"requiredDuringSchedulingIgnoredDuringExecution imagePullSecrets secrets subjects rules paths tls sources") {
		kinds[key] = yaml.SequenceNode
	}
	return kinds
}()

// isAsExpected reports whether Kustomize finds its way through an object.
func isAsExpected(node *yaml.Node) bool {
	if node.Kind == yaml.SequenceNode {
		return !slices.ContainsFunc(node.Content, func(child *yaml.Node) bool { return !isAsExpected(child) })
	}
	for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i].Value, node.Content[i+1]
		kind, known := expected[key]
		if known && kind != value.Kind {
			return false
		}
		if isText := key == "data" || key == "stringData" || key == "labels" || key == "annotations"; !isText && !isAsExpected(value) {
			return false
		}
	}
	return true
}

// isVariables reports whether a list has variables, each once and with nothing but its name and value.
func isVariables(list *yaml.Node) bool {
	seen := map[string]bool{}
	return list.Kind == yaml.SequenceNode && !slices.ContainsFunc(list.Content, func(item *yaml.Node) bool {
		name, value := document.Get(item, "name"), document.Get(item, "value")
		again := seen[document.Text(name)]
		seen[document.Text(name)] = true
		return again || item.Kind != yaml.MappingNode || len(item.Content) != 4 || document.Text(name) == "" || value == nil ||
			name.Kind != yaml.ScalarNode || value.Kind != yaml.ScalarNode
	})
}

// kustomization writes down a kustomization file.
func (w *writer) kustomization(root *yaml.Node) {
	w.instead = func(path []string, node *yaml.Node) bool {
		if node.Kind != yaml.ScalarNode || len(path) != 2 {
			return false
		}
		isText := node.ShortTag() == yaml.NodeTagString
		switch field, key := path[0], path[1]; {
		case field == "images" && (key == "newTag" || key == "digest") && isText:
			w.mask(node.Value, "")
		case field == "replicas" && key == "count":
			w.say("count", node.ShortTag(), strconv.FormatBool(idle.Fields[field](node)))
		case (field == "configMapGenerator" || field == "secretGenerator") && key == "literals" && isText:
			name, value, given := strings.Cut(node.Value, "=")
			return given && isName.MatchString(name) && !strings.ContainsAny(value, "'\"") && w.entry(name, value)
		default:
			return false
		}
		return true
	}
	w.node(root)
}

// node writes down a node with all that is below it, but for what something else is written instead of. The path
// has the keys that lead there.
func (w *writer) node(node *yaml.Node, path ...string) {
	if w.instead(path, node) {
		return
	}
	switch node.Kind {
	case yaml.MappingNode:
		w.text.WriteByte('{')
		for i := 0; i+1 < len(node.Content); i += 2 {
			w.say(node.Content[i].Value)
			w.node(node.Content[i+1], append(path[:len(path):len(path)], node.Content[i].Value)...)
		}
		w.text.WriteByte('}')
	case yaml.SequenceNode:
		w.text.WriteByte('[')
		for _, child := range node.Content {
			w.node(child, path...)
		}
		w.text.WriteByte(']')
	default:
		w.say(node.ShortTag(), node.Value)
	}
}
