package deploy

import (
	"bytes"
	"path"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/flux"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
)

// wantedIn are the ConfigMaps and Secrets that the releases of Flux in a file take values from.
func wantedIn(data []byte) []flux.Ref {
	if !bytes.Contains(data, []byte("valuesFrom")) || !bytes.Contains(data, []byte("HelmRelease")) {
		return nil
	}
	var wanted []flux.Ref
	for _, root := range everyObject(data) {
		if kindOf(root) != "helm.toolkit.fluxcd.io/HelmRelease" {
			continue
		}
		for _, reference := range document.Items(document.Get(root, "spec", "valuesFrom")) {
			wanted = append(wanted, flux.Ref{
				Kind: document.Text(document.Get(reference, "kind")), Namespace: document.Text(document.Get(root, "metadata", "namespace")),
				Name: document.Text(document.Get(reference, "name")),
			})
		}
	}
	return wanted
}

// everyObject are the objects of a file, as far as it can be read.
func everyObject(data []byte) []*yaml.Node {
	var all []*yaml.Node
	roots, _ := document.Parse(data)
	for _, root := range roots {
		all = append(all, itemsOf(root)...)
	}
	return all
}

// bringing are the words of a file that brings a ConfigMap or a Secret.
var bringing = [][]byte{[]byte("ConfigMap"), []byte("Secret"), []byte("configMapGenerator"), []byte("secretGenerator")}

func mayBring(data []byte) bool {
	return slices.ContainsFunc(bringing, func(word []byte) bool { return bytes.Contains(data, word) })
}

// Brought are the names of the ConfigMaps and Secrets that the files of a tree bring, with those files. Where Kustomize gives
// names another beginning or end, they are the names before. The error is about a tree that cannot be read.
func (r *Reader) Brought(t *tree.Tree) (map[string][]string, error) {
	brought := map[string][]string{}
	err := t.Walk(".", func(file string, entry tree.Entry) error {
		of := r.cache[entry.OID]
		if !of.brings || !mayHave(file) {
			return nil
		}
		if of.brought == nil {
			// What is wrong with one that cannot be read shows where it is deployed.
			if data, err := t.Content(file, entry); err == nil {
				of.brought = broughtIn(file, data)
				r.cache[entry.OID] = of
			}
		}
		for _, name := range of.brought {
			brought[name] = append(brought[name], file)
		}
		return nil
	})
	return brought, err
}

// broughtIn are the names of those that a file brings.
func broughtIn(file string, data []byte) []string {
	names := []string{}
	for _, root := range everyObject(data) {
		if config := flux.ConfigOf(root); config != nil {
			names = append(names, config.Name)
		}
		if !slices.Contains(kustomization.Names, path.Base(file)) {
			continue
		}
		for _, field := range []kustomization.Field{kustomization.ConfigMaps, kustomization.Secrets} {
			for _, generated := range document.Items(document.Get(root, string(field))) {
				names = append(names, document.Text(document.Get(generated, "name")))
			}
		}
	}
	return names
}
