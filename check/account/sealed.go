package account

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/tree"
)

// ofSealed tells the fate of a file that SOPS encrypts, where nothing of it differs but what is encrypted: who may read it, or
// what nobody here can.
func (c Change) ofSealed(changed tree.Change) (Fate, string, bool) {
	before, after := textOf(c.Before, changed.Path), textOf(c.After, changed.Path)
	if !strings.Contains(before, "ENC[") || !strings.Contains(after, "ENC[") {
		return "", "", false
	}
	was, is := sealed(before), sealed(after)
	if was == nil || is == nil {
		return "", "", false
	}
	alike := func() bool { return document.Equal(was, is) && document.Equal(is, was) }
	if alike() {
		return Inert, "it is encrypted by SOPS, and nothing of it changes but for whom", true
	}
	mask(was)
	mask(is)
	if alike() {
		return Unread, "it is encrypted by SOPS, and nobody here can read what of it changes", true
	}
	return "", "", false
}

// sealed is a file that SOPS encrypts, without what SOPS notes of that; nil: it is none.
func sealed(text string) *yaml.Node {
	documents, err := document.Parse([]byte(text))
	if err != nil || len(documents) != 1 || document.Text(document.Get(documents[0], "sops", "mac")) == "" {
		return nil
	}
	root := documents[0]
	at := slices.IndexFunc(root.Content, func(key *yaml.Node) bool { return key.Value == "sops" })
	root.Content = slices.Delete(root.Content, at, at+2)
	return root
}

// mask puts one text in the place of all that is encrypted.
func mask(root *yaml.Node) {
	document.Scalars(root, func(_ string, scalar *yaml.Node) bool {
		if strings.HasPrefix(scalar.Value, "ENC[") {
			scalar.Value = "ENC"
		}
		return true
	})
}
