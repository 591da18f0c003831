package form

import (
	"slices"
	"strconv"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// images finds the images of an object: those of containers and image volumes, and whatever else an
// object of any kind has under a name that speaks of an image, since workflows, builds and operators'
// resources run those too. Parts are named by container, not by place in a list, so that a container
// that moves stays the same part.
func images(root *yaml.Node, s Settings) []Found {
	kind, name := document.Text(document.Get(root, "kind")), document.Text(document.Get(root, "metadata", "name"))
	f := imageFinder{Settings: s, owner: strings.Trim(kind+"/"+name, "/")}
	if kind == "ConfigMap" || kind == "Secret" {
		return f.configuration(root)
	}
	f.look(root, "", anything)
	if describes(root) {
		return slices.DeleteFunc(f.found, isPattern)
	}
	return f.found
}

// place says how sure it is that a field called image, or by a name like that, means one that is run.
type place int

const (
	anything place = iota // it may be a picture: it counts if it reads like a reference with a tag or digest
	step                  // of a workflow or pipeline: it counts if it reads like a reference, since whoever starts a run may give it
	pod                   // it counts, and is a problem if it does not read like a reference
)

// podLists and stepLists are the lists whose elements have images, stepParts the mappings.
var (
	podLists  = map[string]bool{"containers": true, "initContainers": true, "ephemeralContainers": true, "volumes": true}
	stepLists = map[string]bool{"steps": true, "sidecars": true}
	stepParts = map[string]bool{"container": true, "script": true, "stepTemplate": true}
)

// imageFinder collects the images below a node.
type imageFinder struct {
	Settings
	found    []Found
	isValues bool   // of a Helm chart, or variables, where a tag needs no more than its name
	forChart bool   // they are given to a Helm chart
	owner    string // what an image is named after that is known by its place only
}

// look searches a node, which is at a path within the object.
func (f *imageFinder) look(node *yaml.Node, at string, in place) {
	switch node.Kind {
	case yaml.AliasNode:
		f.look(node.Alias, at, in)
	case yaml.MappingNode:
		before := len(f.found)
		if in != pod || f.isValues {
			f.inParts(node, at)
			f.variable(node, at)
		}
		parts := f.found[before:]
		for i := 0; i+1 < len(node.Content); i += 2 {
			if value := document.Get(node.Content[i+1]); !isPart(value, parts) {
				f.field(node.Content[i].Value, value, at, in)
			}
		}
	case yaml.SequenceNode:
		f.list(node, at, anything)
	}
}

// isPart reports whether a field is a part of an image that was found already: it is none by itself.
func isPart(value *yaml.Node, found []Found) bool {
	return slices.ContainsFunc(found, func(f Found) bool { return slices.Contains(f.Scalars, value) })
}

// field searches a field of a mapping.
func (f *imageFinder) field(key string, value *yaml.Node, at string, in place) {
	inside := at + "/" + key
	switch {
	case key == "labels" || key == "matchLabels":
		// text that runs nothing
	case strings.HasSuffix(strings.ToLower(key), "annotations"):
		f.annotations(value, inside)
	case (key == "image" || f.namesImage(key)) && value.Kind == yaml.MappingNode:
		f.mapping(value, inside, in)
	case key == "image":
		f.image(value, at, in)
	case f.namesImage(key):
		f.image(value, inside, anything)
	case tagsName.MatchString(key) && value.Kind == yaml.MappingNode:
		f.tags(value, inside)
	case key == "bundle": // of Tekton
		f.image(value, inside, anything)
	case imagesName.MatchString(key):
		f.several(value, inside)
	case podLists[key] && document.Items(value) != nil:
		f.pod(key, value, inside)
	case stepLists[key]:
		f.list(value, inside, step)
	case stepParts[key]:
		f.look(value, inside, step)
	case key == "args" || key == "command":
		f.mentioned(Variable, func() { f.arguments(value, inside) })
	default:
		f.look(value, inside, anything)
	}
}

// list searches the elements of a list.
func (f *imageFinder) list(node *yaml.Node, at string, in place) {
	items := document.Items(node)
	called := document.CalledBy(items)
	for i, item := range items {
		f.look(item, at+"/"+itemName(item, called, i), in)
	}
}

// pod searches a list of a pod, and notes of what is found which container of it that is.
func (f *imageFinder) pod(role string, node *yaml.Node, at string) {
	for i, item := range document.Items(node) {
		name, before := itemName(item, "name", i), len(f.found)
		f.look(item, at+"/"+name, pod)
		is := Container{role, name}
		if role == "initContainers" && document.Text(document.Get(item, "restartPolicy")) == "Always" {
			is.Role = "containers" // it goes on beside them
		}
		for j := range f.found[before:] {
			f.found[before+j].Container = is
		}
	}
}

// several reads a list of images, or a mapping of them by names of their own.
func (f *imageFinder) several(node *yaml.Node, at string) {
	one := func(value *yaml.Node, inside string) {
		switch value = document.Get(value); value.Kind {
		case yaml.ScalarNode:
			f.image(value, inside, anything)
		case yaml.MappingNode:
			if entry, ok := imagesEntry(value, inside); ok {
				f.found = append(f.found, entry)
				return
			}
			f.mapping(value, inside, anything)
		default:
			f.look(value, inside, anything)
		}
	}
	items := document.Items(node)
	called := document.CalledBy(items)
	for i, item := range items {
		one(item, at+"/"+itemName(item, called, i))
	}
	if found, ok := f.joined(partsOf(node), at); ok && found.Problem == "" && found.Version.Repository != "" {
		f.found = append(f.found, found) // a single one, for all that
		return
	}
	if node.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(node.Content); i += 2 {
			one(node.Content[i+1], at+"/"+node.Content[i].Value)
		}
	}
}

// tags reads a mapping of tags by what they are the tags of.
func (f *imageFinder) tags(node *yaml.Node, at string) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		value := document.Get(node.Content[i+1])
		if found, ok := f.joined(parts{tag: value}, at+"/"+node.Content[i].Value); ok && validTag.MatchString(document.Text(value)) {
			f.found = append(f.found, found)
		}
	}
}

// image adds a reference.
func (f *imageFinder) image(node *yaml.Node, at string, in place) {
	// An empty image is for something else to fill in: an OpenShift trigger, a sidecar injector.
	if strings.TrimSpace(document.Text(node)) == "" {
		return
	}
	found := image(node, at)
	if in == pod || found.Problem == "" && (in == step || named(found.Version)) {
		f.found = append(f.found, found)
	}
}

// mapping reads a mapping that stands for an image: an image volume's, or the parts of a reference.
func (f *imageFinder) mapping(node *yaml.Node, at string, in place) {
	if reference := document.Get(node, "reference"); in == pod && reference != nil {
		f.image(reference, strings.TrimSuffix(at, "/image"), pod)
		return
	}
	if f.anyByTags(node, at) {
		f.look(node, at, anything)
		return
	}
	if found, ok := f.joined(partsOf(node), at); ok {
		f.found = append(f.found, found)
		return
	}
	f.look(node, at, anything)
}

// annotations reads what injectors are told to run: their annotations have a prefix. The others are
// notes.
func (f *imageFinder) annotations(node *yaml.Node, at string) {
	if !document.IsMapping(node) {
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i].Value
		if _, name, prefixed := strings.Cut(key, "/"); prefixed && f.namesImage(name) {
			f.mentioned(annotation(key), func() { f.image(document.Get(node.Content[i+1]), at+"/"+key, anything) })
		}
	}
}

// arguments reads what a program is told to run by a flag that is named after an image.
func (f *imageFinder) arguments(node *yaml.Node, at string) {
	items := document.Items(node)
	for i, item := range items {
		flag, value, given := strings.Cut(document.Text(item), "=")
		name := strings.TrimLeft(flag, "-")
		switch {
		case name == flag:
		case !f.namesImage(name): // any flag may name one, if that can be nothing else
			if given && hasHost(value) {
				f.add(value, item, at+"/"+flag)
			} else if !given && i+1 < len(items) && hasHost(document.Text(items[i+1])) {
				f.image(items[i+1], at+"/"+flag, anything)
			}
		case given:
			f.add(value, item, at+"/"+flag)
		case i+1 < len(items):
			f.image(items[i+1], at+"/"+flag, anything)
		}
	}
}

// add adds a reference that is a part of a scalar, if it is one with a tag or digest.
func (f *imageFinder) add(reference string, scalar *yaml.Node, at string) {
	if a, version, err := artifact.ParseImage(reference); err == nil && named(version) {
		f.found = append(f.found, Found{Artifact: a, Version: version, Part: at, Scalars: scalars(scalar)})
	}
}

// hasHost reports whether a reference begins with a registry's host, and has a path with a tag or digest behind it.
func hasHost(reference string) bool {
	host, path, found := strings.Cut(reference, "/")
	return found && strings.Contains(host, ".") && strings.ContainsAny(path, ":@") && !strings.Contains(reference, "://")
}

// variable reads a name with a value: an environment variable or a parameter that names an image, or the
// tag of one, for a program to run.
func (f *imageFinder) variable(node *yaml.Node, at string) {
	name := document.Text(document.Get(node, "name"))
	for _, key := range []string{"value", "default", "string"} {
		value := document.Get(node, key)
		if document.Text(value) == "" {
			continue
		}
		if f.namesImage(name) || name == "bundle" {
			f.mentioned(Variable, func() { f.image(value, at, anything) })
		} else if namesTag(name) {
			f.found = append(f.found, tagOf(name, value, at))
		}
	}
}

// tagOf is the tag of an image that is known by a variable's name only.
func tagOf(variable string, value *yaml.Node, at string) Found {
	return Found{
		Artifact: artifact.Artifact{Kind: artifact.Image, Name: variable},
		Version:  artifact.Version{Tag: document.Text(value)},
		Part:     at, Scalars: scalars(value), Mention: Variable,
	}
}

// itemName names a list's element by what it is called, else by its place.
func itemName(item *yaml.Node, called string, place int) string {
	if name := document.Text(document.Get(item, called)); name != "" {
		return name
	}
	return strconv.Itoa(place)
}
