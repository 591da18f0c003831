package chart

import (
	"path"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/tree"
)

// NameOf is what a chart in a tree calls itself; empty where there is none.
func NameOf(t *tree.Tree, dir string) string { return saidBy(t, dir, "name") }

// VersionOf is the version that a chart in a tree says it has; empty where there is none.
func VersionOf(t *tree.Tree, dir string) string { return saidBy(t, dir, "version") }

func saidBy(t *tree.Tree, dir, key string) string {
	data, err := t.ReadFile(path.Join(dir, "Chart.yaml"))
	if err != nil {
		return ""
	}
	roots, _ := document.Parse(data)
	if len(roots) == 0 {
		return ""
	}
	return document.Text(document.Get(roots[0], key))
}
