package form

import (
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// crossplane are the kinds of Crossplane that install a package.
func crossplane(groupKind string) reader {
	switch groupKind {
	case "pkg.crossplane.io/Provider", "pkg.crossplane.io/Configuration", "pkg.crossplane.io/Function":
		return crossplanePackage
	}
	return nil
}

// crossplanePackage reads the image that has a package.
func crossplanePackage(root *yaml.Node, s Settings) []Found {
	reference := document.Get(root, "spec", "package")
	if document.Text(reference) == "" {
		return images(root, s)
	}
	return append(images(root, s), image(reference, "/spec/package"))
}
