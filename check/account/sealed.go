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
	alike := func(mask bool) bool {
		was, is := sealed(before, mask), sealed(after, mask)
		return was != nil && is != nil && document.Equal(was, is) && document.Equal(is, was)
	}
	switch {
	case alike(false):
		return Inert, "it is encrypted by SOPS, and nothing of it changes but for whom", true
	case alike(true):
		return Unread, "it is encrypted by SOPS, and nobody here can read what of it changes", true
	}
	return "", "", false
}

// sealed is a file that SOPS encrypts, without what SOPS notes of that, and with one text for all that is encrypted if mask is set;
// nil: it is none.
func sealed(text string, mask bool) *yaml.Node {
	documents, err := document.Parse([]byte(text))
	if err != nil || len(documents) != 1 || document.Text(document.Get(documents[0], "sops", "mac")) == "" {
		return nil
	}
	root := documents[0]
	at := slices.IndexFunc(root.Content, func(key *yaml.Node) bool { return key.Value == "sops" })
	root.Content = slices.Delete(root.Content, at, at+2)
	document.Scalars(root, func(_ string, scalar *yaml.Node) bool {
		if mask && strings.HasPrefix(scalar.Value, "ENC[") {
			scalar.Value = "ENC"
		}
		return true
	})
	return root
}
