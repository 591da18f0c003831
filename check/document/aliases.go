package document

import (
	"bytes"
	"errors"

	"github.com/promocheck/promocheck/check/mistake"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// maxNodes bounds a document with its aliases expanded. A 10 MB manifest has about a million nodes.
const maxNodes = 4_000_000

// What of an expanded document may come from aliases is what the YAML library that deployers read with allows when it
// decodes: nearly all of what is small, a tenth of what is large, and a share between for what is between. So reading
// takes time by what is written, and nothing that a cluster takes is refused.
const (
	small, large           = 400_000, maxNodes
	shareSmall, shareLarge = 0.99, 0.10
	fewAliased, fewNodes   = 100, 1_000 // any share of less than this is allowed
)

// blowsUp reports whether a document is more with its aliases expanded than may be read.
func blowsUp(root *yaml.Node) bool {
	total := expanded(root, map[*yaml.Node]int{})
	if total > maxNodes {
		return true
	}
	aliased := total - written(root)
	share := shareSmall
	if total > small {
		share -= (shareSmall - shareLarge) * float64(total-small) / (large - small)
	}
	return aliased > fewAliased && total > fewNodes && float64(aliased) > share*float64(total)
}

// written counts the nodes below and including node as they are written.
func written(node *yaml.Node) int {
	total := 1
	for _, child := range node.Content {
		total += written(child)
	}
	return total
}

const tooMuch = "aliases expand to more than this reader takes"

// mostNested is how deep YAML is looked for in the text of YAML. Kustomize reads a kustomization, in it a
// plugin's configuration, and in that a patch.
const mostNested = 4

// Check reports aliases that Parse would refuse, without parsing where that is safe. Text within data
// that may be YAML of its own, as inline patches are, is checked as well: a reader of that would blow up
// just so.
func Check(data []byte) error { return check(data, mostNested) }

func check(data []byte, nested int) error {
	if nested == 0 || !mayHaveAliases(data) {
		return nil
	}
	documents, err := Parse(data)
	var wrong *mistake.Error
	if errors.As(err, &wrong) && wrong.Problem == tooMuch {
		return wrong
	}
	for _, root := range documents {
		if root.Kind == yaml.ScalarNode {
			continue // just text
		}
		if err := checkWithin(root, nested-1); err != nil {
			return err
		}
	}
	return nil
}

func checkWithin(root *yaml.Node, nested int) (err error) {
	Scalars(root, func(_ string, scalar *yaml.Node) bool {
		if check([]byte(scalar.Value), nested) != nil {
			err = &mistake.Error{Line: scalar.Line, Problem: tooMuch}
		}
		return err == nil
	})
	return err
}

// mayHaveAliases reports whether data, or text within it, can have anchors and aliases: it has their
// characters, or a way to write them as something else.
func mayHaveAliases(data []byte) bool {
	for _, escape := range []string{`\x`, `\u`, `\U`, "binary"} {
		if bytes.Contains(data, []byte(escape)) {
			return true
		}
	}
	return bytes.ContainsRune(data, '&') && bytes.ContainsRune(data, '*')
}

// ToTheLetter reports whether every word that data says stands in it letter by letter: it has no way to write one as something
// else.
func ToTheLetter(data []byte) bool {
	for _, other := range []string{`\x`, `\u`, `\U`, "\\\n", "\\\r", "binary"} {
		if bytes.Contains(data, []byte(other)) {
			return false
		}
	}
	return true
}

// expanded counts the nodes below and including node, every alias counted as what it stands for. It
// stops counting past the bound; sizes remembers anchors.
func expanded(node *yaml.Node, sizes map[*yaml.Node]int) int {
	if node.Kind == yaml.AliasNode {
		size, known := sizes[node.Alias]
		if !known {
			sizes[node.Alias] = maxNodes + 1 // an anchor that contains itself
			size = expanded(node.Alias, sizes)
			sizes[node.Alias] = size
		}
		return size
	}
	total := 1
	for _, child := range node.Content {
		total += expanded(child, sizes)
		if total > maxNodes {
			return total
		}
	}
	return total
}

// Plain is a node with what its aliases stand for in their place.
func Plain(node *yaml.Node) *yaml.Node {
	node = follow(node)
	if node == nil || len(node.Content) == 0 && node.Anchor == "" {
		return node
	}
	plain := *node
	plain.Anchor = ""
	plain.Content = make([]*yaml.Node, len(node.Content))
	for i, child := range node.Content {
		plain.Content[i] = Plain(child)
	}
	return &plain
}
