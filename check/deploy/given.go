package deploy

import (
	"path"
	"strings"
	"unicode/utf8"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/tree"
)

// Given are all that a chart is given, as one, with the file that each text stands in.
type Given struct {
	Root    *yaml.Node
	Origins map[*yaml.Node]string
	Main    string   // the file that a person looks for them in first
	Unclear []string // files of several documents, which two versions of Helm read differently
	Layers  []Layer
}

// Layer is one of those that values are put together from.
type Layer struct {
	File  string
	Roots []*yaml.Node
}

// Given reads what a release gives its chart, from the chart's own to those that go over all others. What cannot be read, Helm's
// engine tells.
func (r *Release) Given(t *tree.Tree) *Given {
	g := &Given{Origins: map[*yaml.Node]string{}, Main: path.Join(r.Chart, "values.yaml")}
	if !r.Instead {
		g.addFile(t, g.Main)
	}
	for _, given := range r.Values {
		switch {
		case given.Root == nil:
			g.addFile(t, given.File)
		case given.Root.Kind == yaml.ScalarNode:
			roots, _ := document.ParseAsJSON([]byte(given.Root.Value))
			g.add(given.File, inBlock(t, given.File, given.Root, roots))
		default:
			g.add(given.File, []*yaml.Node{given.Root})
		}
	}
	main := g.Main
	for _, p := range r.Parameters {
		if p.At != nil && p.File == "" && !strings.Contains(p.Name, "[") {
			g.add(p.Stands, []*yaml.Node{document.Below(argocd.ParameterKeys(p.Name), p.At)})
		}
	}
	g.Main = main
	return g
}

func (g *Given) addFile(t *tree.Tree, file string) {
	data, err := t.ReadFile(file)
	if err != nil {
		return
	}
	roots, _ := document.ParseAsJSON(data)
	if document.Differ(roots) {
		g.Unclear = append(g.Unclear, file)
	}
	g.add(file, roots)
}

func (g *Given) add(file string, roots []*yaml.Node) {
	g.Layers = append(g.Layers, Layer{file, roots})
	for _, root := range roots {
		document.Expanded(root, func(_ string, scalar *yaml.Node) { g.Origins[scalar] = file })
		if g.Root == nil {
			g.Root = root
		} else {
			g.Root = document.Merge(g.Root, root)
		}
		g.Main = file
	}
}

// inBlock gives what was read from a text that stands in a file the places that it has there.
func inBlock(t *tree.Tree, file string, block *yaml.Node, roots []*yaml.Node) []*yaml.Node {
	data, _ := t.ReadFile(file) // what cannot be read has no lines
	lines := strings.Split(string(data), "\n")
	for _, root := range roots {
		document.Scalars(root, func(_ string, scalar *yaml.Node) bool {
			scalar.Line += block.Line
			scalar.Column = 1
			if scalar.Line <= len(lines) {
				if before, _, found := strings.Cut(lines[scalar.Line-1], scalar.Value); found {
					scalar.Column = utf8.RuneCountInString(strings.TrimRight(before, `"'`)) + 1
				}
			}
			return true
		})
	}
	return roots
}
