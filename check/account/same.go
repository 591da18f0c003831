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

// filled is what is filled in before a text is YAML, wherever it stands: in a comment, too.
var filled = regexp.MustCompile(`\{\{|\{%|<%|\$\{`)

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
	if !document.ToldAlike(document.Told(before), document.Told(after)) || slices.ContainsFunc(differing(before, after), filled.MatchString) {
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
