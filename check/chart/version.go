package chart

import (
	"path"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/tree"
)

// VersionOf is the version that a chart in a tree says it has; empty where there is none.
func VersionOf(t *tree.Tree, dir string) string {
	data, err := t.ReadFile(path.Join(dir, "Chart.yaml"))
	if err != nil {
		return ""
	}
	roots, _ := document.Parse(data)
	if len(roots) == 0 {
		return ""
	}
	return document.Text(document.Get(roots[0], "version"))
}
