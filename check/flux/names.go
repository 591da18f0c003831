package flux

import (
	"maps"
	"slices"

	"github.com/fluxcd/pkg/envsubst/parse"
)

// variablesIn are the names of the variables that a text asks for, sorted.
func variablesIn(text string) []string {
	root, err := parsed(text)
	if err != nil {
		return nil
	}
	names := map[string]bool{}
	var visit func(parse.Node)
	visit = func(node parse.Node) {
		switch n := node.(type) {
		case *parse.ListNode:
			for _, one := range n.Nodes {
				visit(one)
			}
		case *parse.FuncNode:
			names[n.Param] = true
			for _, arg := range n.Args {
				visit(arg)
			}
		}
	}
	visit(root)
	return sorted(names)
}

func sorted(names map[string]bool) []string { return slices.Sorted(maps.Keys(names)) }
