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
	m := merging{generating: g, keys: keys, at: map[string][]int{}}
	for _, below := range g.sets(generators[0]) {
		m.add(below)
	}
	for _, generator := range generators[1:] {
		m.met = map[int]bool{}
		for _, above := range g.sets(generator) {
			if m.put(above); g.left < 0 {
				return []set{open(onlyArgo)}
			}
		}
	}
	return m.sets
}

// merging are the sets of which others are put on top, by what they have at the keys: a set is found without looking at
// all others.
type merging struct {
	*generating
	keys   []*yaml.Node
	sets   []set
	own    []*yaml.Node     // what each has at the keys
	at     map[string][]int // those that have all of them, by that
	open   *set             // one that lacks some
	met    map[int]bool     // those that the generator at hand put something on top of
	forgot *string          // nothing is known of any but what it has at the keys, and why; nil: more is
}

func (m *merging) add(s set) {
	own, known := keyed(s.values, m.keys)
	if identity := textsOf(own); known {
		m.at[identity] = append(m.at[identity], len(m.sets))
	} else {
		m.open = &s
	}
	m.sets, m.own, m.forgot = append(m.sets, s), append(m.own, own), nil
}

// put puts a set on top of those that it belongs to, each of which has keys of its own. If there is none and it may belong to some
// that are not known, it is put on one of these.
func (m *merging) put(above set) {
	identity, known := keyed(above.values, m.keys)
	if !known {
		m.forget(above)
		return
	}
	belongs := m.at[textsOf(identity)]
	for _, i := range belongs {
		m.left -= 1 + len(above.values.Content)
		m.sets[i], m.met[i], m.forgot = above.over(m.sets[i]), true, nil
	}
	if len(belongs) == 0 && m.open != nil && len(m.sets) < mostSets {
		m.add(above.over(*m.open))
	}
}

// forget has nothing be known of any set but what it has at the keys. What stands for others than those that are known leaves
// alone what these were put on.
func (m *merging) forget(above set) {
	if m.forgot != nil && *m.forgot == above.why {
		return
	}
	for i := range m.sets {
		m.left--
		if !above.others || !m.met[i] {
			m.sets[i] = set{values: m.own[i], why: above.why, others: m.sets[i].others}
		}
	}
	m.forgot = &above.why
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

// textsOf are the texts of a set of parameters in one order: two that have the same are equal.
func textsOf(values *yaml.Node) string {
	var texts []string
	document.Expanded(values, func(_ string, scalar *yaml.Node) { texts = append(texts, scalar.Value) })
	return strings.Join(texts, "\x00")
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
