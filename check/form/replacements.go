package form

import (
	"path"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Replacements finds the versions that replacements of a kustomization put somewhere, in an entry of it, a file of them or a
// plugin's configuration: where they take them from, they say in another object.
func Replacements(root *yaml.Node, s Settings) []Found {
	entries := document.Items(root)
	if all := document.Get(root, "replacements"); all != nil {
		entries = document.Items(all)
	} else if document.Get(root, "targets") != nil {
		entries = []*yaml.Node{root}
	}
	var found []Found
	for _, entry := range entries {
		if at := s.putsAt(entry); at != "" {
			found = append(found, replaced(entry, at))
		}
	}
	return settle(found)
}

// putsAt is the first place of those that a replacement changes at which something says what runs; empty if none does.
func (s Settings) putsAt(entry *yaml.Node) string {
	for _, target := range document.Items(document.Get(entry, "targets")) {
		for _, at := range document.Items(document.Get(target, "fieldPaths")) {
			if s.saysWhatRuns(document.Text(at)) {
				return document.Text(at)
			}
		}
	}
	return ""
}

// replaced is what a replacement puts at a place: an image that it says itself, or what is somewhere else.
func replaced(entry *yaml.Node, at string) Found {
	if value := document.Get(entry, "sourceValue"); value != nil && path.Base(strings.ReplaceAll(at, ".", "/")) == "image" {
		if found := image(value, at); found.Problem == "" {
			return found
		}
	}
	source := document.Get(entry, "source")
	from := strings.Join([]string{document.Text(document.Get(source, "kind")), document.Text(document.Get(source, "name")), document.Text(document.Get(source, "fieldPath"))}, " ")
	found := Found{Part: at, Source: source, Problem: "puts what is at " + quoted(from) + " at " + quoted(at)}
	document.Expanded(entry, func(_ string, scalar *yaml.Node) { found.Scalars = append(found.Scalars, scalars(scalar)...) })
	return found
}

// saysWhatRuns reports whether what stands at a path of a replacement says what runs: an image, a part of one, or a container.
func (s Settings) saysWhatRuns(at string) bool {
	steps := strings.Split(strings.ReplaceAll(at, "/", "."), ".")
	last := steps[len(steps)-1]
	if len(steps) > 1 && podLists[steps[len(steps)-2]] {
		return true
	}
	return podLists[last] || last == "image" || s.namesImage(last) || versionKind(strings.ReplaceAll(at, ".", "/")) != ""
}
