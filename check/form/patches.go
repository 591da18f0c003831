package form

import (
	"fmt"
	"path"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// patches reads the versions in patches that an object has for what is built from it elsewhere: each is
// text, or stands there as YAML, with the target beside it or as the whole entry.
func patches(list *yaml.Node, part string, s Settings) []Found {
	var found []Found
	for i, entry := range document.Items(list) {
		text := document.Get(entry, "patch")
		if text == nil {
			text = document.Get(entry)
		}
		roots, written := []*yaml.Node{text}, document.Origins{}
		if text.Kind == yaml.ScalarNode {
			var err error
			if roots, err = document.Parse([]byte(text.Value)); err != nil {
				found = append(found, Found{Part: fmt.Sprintf("%s/%d", part, i), Scalars: scalars(text), Problem: "has a patch that is no YAML: " + err.Error()})
				continue
			}
			for _, root := range roots {
				written.Add(root, text)
			}
		}
		target := document.Text(document.Get(entry, "target", "name"))
		for _, root := range roots {
			one := within(part+"/", restore(written, patch(root, target, s)))
			for j := range one {
				one[j].Target = document.Get(entry, "target")
			}
			found = append(found, one...)
		}
	}
	return found
}

// patch reads a patch, of one kind or the other.
func patch(root *yaml.Node, target string, s Settings) []Found {
	if root.Kind == yaml.SequenceNode {
		return operations(root, target, s)
	}
	name := document.Get(root, "metadata", "name")
	inChart := []string{"spec", "chart", "spec"}
	if kind := document.Text(document.Get(root, "kind")); kind == "HelmRelease" && name != nil && document.Get(root, inChart...) != nil {
		root = document.Merge(document.Below(append(inChart, "chart"), name), root) // a patch need not say what is patched
	}
	part := document.Text(document.Get(root, "kind")) + "/" + document.Text(name) + "/"
	found, _ := Object(root, s)
	return within(part, found)
}

// Operations finds the versions that a JSON patch puts somewhere: the values at an image, a tag and the
// like, and the images within larger values.
func Operations(root *yaml.Node, s Settings) []Found { return operations(root, "", s) }

func operations(root *yaml.Node, target string, s Settings) []Found {
	var found []Found
	for i, operation := range document.Items(root) {
		at, value := document.Text(document.Get(operation, "path")), document.Get(operation, "value")
		part, field := fmt.Sprintf("%s#%d", at, i), path.Base(at)
		switch document.Text(document.Get(operation, "op")) {
		case "copy", "move":
			from := document.Get(operation, "from")
			if !strings.HasPrefix(at, "/metadata/") {
				found = append(found, Found{
					Part: part, Scalars: scalars(from, document.Get(operation, "path")),
					Problem: "puts what is at " + quoted(document.Text(from)) + " at " + quoted(at),
				})
			}
			continue
		case "remove":
			if field == "image" || s.namesImage(field) || versionKind(at) != "" || podLists[field] || podLists[path.Base(path.Dir(at))] {
				found = append(found, Found{Part: part, Scalars: scalars(document.Get(operation, "path")), Problem: "takes away " + quoted(at)})
			}
			continue
		}
		if value == nil {
			continue
		}
		if value.Kind != yaml.ScalarNode {
			finder := imageFinder{Settings: s}
			finder.look(value, "", placeAt(at))
			found = append(found, within(part, finder.found)...)
			continue
		}
		if field == "image" {
			found = append(found, image(value, part))
		} else if one := image(value, part); s.namesImage(field) && one.Problem == "" && named(one.Version) {
			one.Mention = mentionAt(at)
			found = append(found, one)
		} else if kind := versionKind(at); kind != "" && document.Text(value) != "" {
			found = append(found, Found{
				Artifact: artifact.Artifact{Kind: kind, Name: valuesName(target, path.Dir(at))},
				Version:  artifact.Version{Tag: document.Text(value)},
				Part:     part, Scalars: scalars(value),
			})
		}
	}
	return settle(found)
}

// placeAt is how sure it is that the image of what a JSON patch puts at a path is run.
func placeAt(at string) place {
	if podLists[path.Base(path.Dir(at))] {
		return pod
	}
	return anything
}
