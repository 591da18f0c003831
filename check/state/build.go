package state

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// What one overlay may read while it is built. Real ones stay far below; kustomizations that fan out
// exponentially do not.
const (
	mostReads = 50_000
	mostBytes = 256 << 20
)

// build renders a directory with Kustomize, with the given files standing in for the tree's own.
func build(t *tree.Tree, dir string, standIns map[string][]byte) (objects []*yaml.Node, err error) {
	goOffline()
	// Kustomize panics on some malformed input; a panic there is a reason like any other.
	defer func() {
		if cause := recover(); cause != nil {
			objects, err = nil, fmt.Errorf("Kustomize panics: %v", cause)
		}
	}()
	options := krusty.MakeDefaultOptions()
	options.LoadRestrictions = types.LoadRestrictionsNone // the tree is all there is to load from
	files := tree.NewFileSystem(t, standIns)
	rendered, err := krusty.MakeKustomizer(options).Run(&bounded{FileSystem: files}, path.Join(tree.Mount, dir))
	// A file that the clone lacks looks like an absent one to Kustomize, which then may do without it.
	if storageErr := files.Err(); storageErr != nil {
		return nil, storageErr
	}
	if err != nil {
		return nil, err
	}
	return nodes(rendered), nil
}

func nodes(rendered resmap.ResMap) []*yaml.Node {
	var found []*yaml.Node
	for _, resource := range rendered.Resources() {
		found = append(found, resource.YNode())
	}
	return found
}

// plainError is an error of Kustomize as a person can read it: on one line, the innermost cause, and
// with paths as the repo has them.
func plainError(err error) string {
	message := strings.ReplaceAll(err.Error(), tree.Mount+"/", "")
	message = strings.Join(strings.Fields(message), " ")
	for _, wrapper := range []string{"': ", "accumulating resources: "} {
		if _, cause, found := cutLast(message, wrapper); found && cause != "" {
			message = cause
		}
	}
	return message
}

func cutLast(text, separator string) (before, after string, found bool) {
	if at := strings.LastIndex(text, separator); at >= 0 {
		return text[:at], text[at+len(separator):], true
	}
	return text, "", false
}

// bounded limits what a build reads, and keeps files from it that would blow up.
type bounded struct {
	filesys.FileSystem
	reads, bytes int
}

var errTooMuch = errors.New("is built from more than promocheck reads for one overlay")

func (b *bounded) ReadFile(name string) ([]byte, error) {
	data, err := b.FileSystem.ReadFile(name)
	if err != nil {
		return nil, err
	}
	b.reads++
	b.bytes += len(data)
	if b.reads > mostReads || b.bytes > mostBytes {
		return nil, errTooMuch
	}
	if err := document.Check(data); err != nil {
		return nil, fmt.Errorf("%s: %w", strings.TrimPrefix(name, tree.Mount+"/"), err)
	}
	return data, nil
}
