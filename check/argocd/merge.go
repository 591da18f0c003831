package argocd

import (
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// merged are the sets of the first generator with those of the others on top that agree with them in the
// keys. Where that cannot be told, both are taken for sets of their own; and what a generator that only
// Argo CD can ask may override is not known any more.
func (g *generating) merged(generators, keys []*yaml.Node) []set {
	if len(generators) == 0 {
		return nil
	}
	sets := g.sets(generators[0])
	for _, generator := range generators[1:] {
		for _, above := range g.sets(generator) {
			var alone bool
			sets, alone = mergedInto(sets, above, keys)
			if alone && len(sets) < mostSets {
				sets = append(sets, above)
			}
		}
	}
	return sets
}

// mergedInto puts one set on top of those that it belongs to. It reports true if it may belong to some
// that are not known.
func mergedInto(sets []set, above set, keys []*yaml.Node) (all []set, alone bool) {
	identity, known := keyed(above.values, keys)
	for _, below := range sets {
		own, ownKnown := keyed(below.values, keys)
		switch {
		case !known:
			below = set{own, above.why}
		case !ownKnown:
			alone = true
		case equal(identity, own):
			below = above.over(below)
		}
		all = append(all, below)
	}
	return all, alone && known
}

// keyed is what a set has at the keys; false if it lacks one.
func keyed(values *yaml.Node, keys []*yaml.Node) (*yaml.Node, bool) {
	has, all := &yaml.Node{Kind: yaml.MappingNode}, true
	for _, key := range keys {
		value := lookUp(values, document.Text(key))
		if document.Text(value) == "" {
			all = false
			continue
		}
		has = document.Merge(has, document.Below(strings.Split(document.Text(key), "."), value))
	}
	return has, all
}

// equal reports whether two sets of parameters have the same texts, in one order.
func equal(a, b *yaml.Node) bool {
	var texts [2][]string
	for i, node := range []*yaml.Node{a, b} {
		document.Expanded(node, func(_ string, scalar *yaml.Node) { texts[i] = append(texts[i], scalar.Value) })
	}
	return strings.Join(texts[0], "\x00") == strings.Join(texts[1], "\x00")
}

// selects reports whether a selector may take a set: it compares parameters with labels.
func selects(selector *yaml.Node, s set) bool {
	takes := func(key, operator string, values ...string) bool {
		value := lookUp(s.values, key)
		if value == nil && s.why != "" {
			return true // it may have it
		}
		switch in := value != nil && slices.Contains(values, document.Text(value)); operator {
		case "In":
			return in
		case "NotIn":
			return !in
		case "Exists":
			return value != nil
		case "DoesNotExist":
			return value == nil
		}
		return true
	}
	labels := document.Get(selector, "matchLabels")
	for i := 0; document.IsMapping(labels) && i+1 < len(labels.Content); i += 2 {
		if !takes(labels.Content[i].Value, "In", document.Text(labels.Content[i+1])) {
			return false
		}
	}
	for _, expression := range document.Items(document.Get(selector, "matchExpressions")) {
		var values []string
		for _, value := range document.Items(document.Get(expression, "values")) {
			values = append(values, document.Text(value))
		}
		if !takes(document.Text(document.Get(expression, "key")), document.Text(document.Get(expression, "operator")), values...) {
			return false
		}
	}
	return true
}
