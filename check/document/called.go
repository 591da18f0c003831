package document

import "sigs.k8s.io/kustomize/kyaml/yaml"

// callings are the keys by which the elements of a list may be told apart, the likeliest first. What is called after an environment,
// or a place in one, is called otherwise in the next, and is the same all the same.
var callings = []string{"name", "id", "key", "tenant"}

// CalledBy is the key by which the elements of a list are told apart: their name, or the first that each has with another value.
func CalledBy(items []*yaml.Node) string {
	for _, key := range callings {
		told := map[string]bool{}
		for _, item := range items {
			if text := Text(Get(item, key)); text != "" {
				told[text] = true
			}
		}
		if len(told) > 0 && (key == callings[0] || len(items) > 1 && len(told) == len(items)) {
			return key
		}
	}
	return callings[0]
}
