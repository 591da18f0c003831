package state

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/argocd"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// prints tell whether an object is the same as another.
type prints struct {
	content fingerprint // of all of it
	beside  fingerprint // of all of it but its versions
}

// readPrints keeps the fingerprints of an object.
func (c *collector) readPrints(o *observed) {
	taken := o.taken()
	if c.followsAll(o) {
		taken.Content = nil // what it gives a chart is seen in what that makes of it
	}
	taken.Content = slices.Concat(taken.Content, c.given(o))
	o.kept.prints = printsOf(o.root, taken, o.versions)
}

// followsAll reports whether all that an application deploys is followed.
func (c *collector) followsAll(o *observed) bool {
	return o.kept.Kind == "Application" && o.deployed != nil && c.settings.Follows != nil &&
		!slices.ContainsFunc(o.deployed.Applications[0].Sources, func(s argocd.Source) bool { return !c.settings.Follows(o.root, s.Node) })
}

// printsOf are those of an object and of what it takes from other files.
func printsOf(root *yaml.Node, taken argocd.Taken, versions map[*yaml.Node]string) prints {
	all := root
	if len(taken.Content)+len(taken.Directories) > 0 {
		all = &yaml.Node{Kind: yaml.SequenceNode, Content: append([]*yaml.Node{root}, taken.Content...)}
		for _, directory := range taken.Directories {
			all.Content = append(all.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: directory})
		}
	}
	return prints{fingerprintOf(all, nil), fingerprintOf(all, versions)}
}

// fingerprint tells whether two YAML trees mean the same: keys in any order, any quoting, no comments.
type fingerprint [sha256.Size]byte

// fingerprintOf reads node; scalars in replaced count as the text given there.
func fingerprintOf(node *yaml.Node, replaced map[*yaml.Node]string) fingerprint {
	h := sha256.New()
	writeNode(h, node, replaced)
	return fingerprint(h.Sum(nil))
}

func writeNode(h hash.Hash, node *yaml.Node, replaced map[*yaml.Node]string) {
	switch node.Kind {
	case yaml.AliasNode:
		writeNode(h, node.Alias, replaced)
	case yaml.MappingNode:
		writeMapping(h, node, replaced)
	case yaml.SequenceNode, yaml.DocumentNode:
		writeText(h, "[")
		for _, child := range node.Content {
			writeNode(h, child, replaced)
		}
		writeText(h, "]")
	case yaml.ScalarNode:
		if text, ok := replaced[node]; ok {
			writeText(h, "version")
			writeText(h, text)
			return
		}
		writeText(h, node.ShortTag())
		writeText(h, node.Value)
	}
}

func writeMapping(h hash.Hash, node *yaml.Node, replaced map[*yaml.Node]string) {
	type pair struct{ key, value *yaml.Node }
	pairs := make([]pair, 0, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		pairs = append(pairs, pair{node.Content[i], node.Content[i+1]})
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return strings.Compare(a.key.Value, b.key.Value) })
	writeText(h, "{")
	for _, p := range pairs {
		writeNode(h, p.key, nil)
		writeNode(h, p.value, replaced)
	}
	writeText(h, "}")
}

// writeText writes a text with its length, so that no two sequences of texts run together.
func writeText(h hash.Hash, text string) {
	var length [8]byte
	binary.LittleEndian.PutUint64(length[:], uint64(len(text)))
	h.Write(length[:])
	h.Write([]byte(text))
}

// textFingerprint is that of plain texts.
func textFingerprint(texts ...string) fingerprint {
	h := sha256.New()
	for _, text := range texts {
		writeText(h, text)
	}
	return fingerprint(h.Sum(nil))
}
