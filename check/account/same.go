package account

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/tree"
)

// told is what tools take for more than a comment: what is written for ytt, kpt or Flux's image automation, and what is filled in
// before the text is YAML, wherever it stands.
var told = regexp.MustCompile(`#\s*(?:[@!]|kpt-set:|\{\s*"\$)|\{\{|\{%|<%|\$\{`)

// saysTheSame reports whether a file has another form than before, and means the same: other comments, quotes, or another order
// of keys.
func (c Change) saysTheSame(changed tree.Change) bool {
	switch strings.ToLower(path.Ext(changed.Path)) {
	case ".yaml", ".yml", ".json":
	default:
		return false
	}
	if !changed.Before.Mode.IsFile() || !changed.After.Mode.IsFile() {
		return false
	}
	before, after := textOf(c.Before, changed.Path), textOf(c.After, changed.Path)
	if slices.ContainsFunc(differing(before, after), told.MatchString) {
		return false
	}
	for _, parse := range []func([]byte) ([]*yaml.Node, error){document.Parse, document.ParseAsJSON} {
		was, err := parse([]byte(before))
		if err != nil {
			return false
		}
		is, err := parse([]byte(after))
		if err != nil || !slices.EqualFunc(was, is, document.Equal) || !slices.EqualFunc(is, was, document.Equal) {
			return false
		}
	}
	return true
}
