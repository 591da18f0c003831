// Package flux knows what Flux makes of its objects in a cluster: the variables that a Kustomization puts into what it
// builds, and the values that a HelmRelease merges. Both come from ConfigMaps and Secrets of the same cluster, too.
package flux

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

// Ref names a ConfigMap or a Secret of a cluster.
type Ref struct{ Kind, Namespace, Name string }

// Config is a ConfigMap or a Secret, as far as others take something from it.
type Config struct {
	Ref
	// Entries are what its keys have: texts, and of a Secret what stands for them. Those are never read, but they
	// tell whether the value behind is another than before.
	Entries map[string]*yaml.Node
	// Open is set where it may have keys that are not known here.
	Open bool
}

// IsSecret reports whether its values are not to be known.
func (c *Config) IsSecret() bool { return c.Kind == "Secret" }

// Configs finds a ConfigMap or Secret of a cluster; nil if nothing here brings it.
type Configs func(Ref) *Config

// configs say by group and kind what an object is to those that take configuration from it.
var configs = map[string]func(root *yaml.Node) *Config{
	"/ConfigMap":                         configMap,
	"/Secret":                            secret,
	"bitnami.com/SealedSecret":           sealed,
	"external-secrets.io/ExternalSecret": external,
}

// ConfigOf reads an object as one that others take configuration from; nil if it is none.
func ConfigOf(root *yaml.Node) *Config {
	object := document.Identify(root, "")
	if read := configs[object.Group+"/"+object.Kind]; read != nil {
		return read(root)
	}
	return nil
}

func configMap(root *yaml.Node) *Config {
	return &Config{Ref: refOf(root, "ConfigMap"), Entries: entries(nil, document.Get(root, "data"))}
}

func secret(root *yaml.Node) *Config {
	all := entries(nil, document.Get(root, "data"))
	return &Config{Ref: refOf(root, "Secret"), Entries: entries(all, document.Get(root, "stringData"))}
}

// sealed is the Secret that a SealedSecret is opened to.
func sealed(root *yaml.Node) *Config {
	template := document.Get(root, "spec", "template")
	all := entries(nil, document.Get(template, "data"))
	c := &Config{Ref: refOf(root, "Secret"), Entries: entries(all, document.Get(root, "spec", "encryptedData"))}
	if name := document.Text(document.Get(template, "metadata", "name")); name != "" {
		c.Name = name
	}
	return c
}

// external is the Secret that an ExternalSecret fetches. What it makes of what it fetches may be a template.
func external(root *yaml.Node) *Config {
	target := document.Get(root, "spec", "target")
	c := &Config{Ref: refOf(root, "Secret"), Entries: map[string]*yaml.Node{}}
	if name := document.Text(document.Get(target, "name")); name != "" {
		c.Name = name
	}
	template := document.Get(target, "template")
	entries(c.Entries, document.Get(template, "data"))
	fetched := document.Items(document.Get(root, "spec", "data"))
	replaces := len(c.Entries) > 0 && document.Text(document.Get(template, "mergePolicy")) != "Merge"
	c.Open = len(document.Items(document.Get(root, "spec", "dataFrom"))) > 0 && !replaces || document.Get(template, "templateFrom") != nil
	for key, made := range c.Entries {
		c.Entries[key] = &yaml.Node{Kind: yaml.SequenceNode, Content: append([]*yaml.Node{made}, fetched...)}
	}
	for _, one := range fetched {
		if key := document.Text(document.Get(one, "secretKey")); key != "" && !replaces && c.Entries[key] == nil {
			c.Entries[key] = one
		}
	}
	return c
}

func refOf(root *yaml.Node, kind string) Ref {
	object := document.Identify(root, "")
	return Ref{kind, object.Namespace, object.Name}
}

// entries adds what a mapping has to what is there already.
func entries(all map[string]*yaml.Node, mapping *yaml.Node) map[string]*yaml.Node {
	if all == nil {
		all = map[string]*yaml.Node{}
	}
	for i := 0; document.IsMapping(mapping) && i+1 < len(mapping.Content); i += 2 {
		key := mapping.Content[i].Value
		all[key] = document.Get(mapping, key)
	}
	return all
}

// Among finds an object among several. Where a namespace is not written, something that is deployed with the object says
// it, so one that says the same goes before one that says none.
func Among(all []*Config, asked Ref) *Config {
	var found []*Config
	for _, c := range all {
		isThere := c.Namespace == asked.Namespace || c.Namespace == "" || asked.Namespace == ""
		if c.Kind == asked.Kind && c.Name == asked.Name && isThere {
			found = append(found, c)
		}
	}
	if len(found) == 0 {
		return nil
	}
	slices.SortStableFunc(found, func(a, b *Config) int {
		return strings.Compare(distance(a, asked), distance(b, asked))
	})
	return found[0]
}

func distance(c *Config, asked Ref) string {
	if c.Namespace == asked.Namespace {
		return ""
	}
	return "another"
}
