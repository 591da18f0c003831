package config

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/config/strict"
)

// Provided is an object that is made elsewhere: by an operator, or by hand.
type Provided struct {
	Object       string // a glob for its kind and name, with a slash between them
	Key          string // a glob; empty: all
	Apps         []string
	Environments []string // empty: all
	Line         int
}

func (r reader) provided(node *yaml.Node, what string) (p Provided, err error) {
	var object string
	p.Line = node.Line
	if node.Kind == yaml.ScalarNode {
		object, err = r.Glob(node, what)
	} else {
		err = r.Mapping(node, what, strict.Fields{
			"object":       strict.Into(&object, r.Glob),
			"apps":         strict.Into(&p.Apps, r.Globs),
			"environments": strict.Into(&p.Environments, r.Texts),
		})
	}
	p.Object, p.Key, _ = strings.Cut(object, ":")
	if err == nil && !strings.Contains(p.Object, "/") {
		err = r.Errorf(node, "provided is %q: write the object as Kind/name, or one key of it as Kind/name:key", object)
	}
	return p, err
}
