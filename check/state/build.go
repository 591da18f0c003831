package state

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"strings"
	"sync"
	"time"

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

// longest is how long one build may take: real ones take seconds at most.
var longest = time.Minute

// stuck is closed once a build has taken too long. It goes on in the background, where it may change what
// Kustomize keeps for the whole process: nothing is built any more.
var (
	stuck    = make(chan struct{})
	getStuck = sync.OnceFunc(func() { close(stuck) })
)

var errTooLong = errors.New("takes longer to build than promocheck waits")

// build renders a directory with Kustomize, with the given files standing in for the tree's own. Builds go on
// side by side.
func build(t *tree.Tree, dir string, standIns map[string][]byte, use schemaUse) ([]*yaml.Node, error) {
	goOffline()
	Prepare() // waits for it, if it goes on
	select {
	case <-stuck:
		return nil, errTooLong
	default:
	}
	type outcome struct {
		objects []*yaml.Node
		err     error
	}
	started, done := make(chan struct{}), make(chan outcome, 1)
	start := sync.OnceFunc(func() { close(started) })
	go func() {
		objects, err := withSchema(use, func() ([]*yaml.Node, error) {
			start()
			return buildNow(t, dir, standIns)
		})
		done <- outcome{objects, err}
	}()
	select {
	case <-started:
	case <-stuck:
		return nil, errTooLong
	}
	select {
	case o := <-done:
		return o.objects, o.err
	case <-time.After(longest):
		getStuck()
		return nil, errTooLong
	}
}

func buildNow(t *tree.Tree, dir string, standIns map[string][]byte) (objects []*yaml.Node, err error) {
	// Kustomize panics on some malformed input; a panic there is a reason like any other.
	defer func() {
		if cause := recover(); cause != nil {
			objects, err = nil, fmt.Errorf("panic in Kustomize: %v", cause)
		}
	}()
	options := krusty.MakeDefaultOptions()
	options.LoadRestrictions = types.LoadRestrictionsNone // the tree is all there is to load from
	files := tree.NewFileSystem(t, standIns)
	bounded := &bounded{FileSystem: files}
	rendered, err := krusty.MakeKustomizer(options).Run(bounded, path.Join(tree.Mount, dir))
	// A file that cannot be read looks like an absent one to Kustomize, which then may do without it.
	if err := cmp.Or(files.Err(), bounded.refused); err != nil {
		return nil, err
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
	refused      error // the first refusal, which Kustomize may hide behind an error of its own
}

var errTooMuch = errors.New("is built from more than promocheck reads for one overlay")

// refusal is a file that is kept from Kustomize.
type refusal struct {
	path    string
	mistake *document.Error
}

func (r *refusal) Error() string { return r.path + ": " + r.mistake.Error() }

func (b *bounded) ReadFile(name string) ([]byte, error) {
	data, err := b.FileSystem.ReadFile(name)
	if err != nil {
		return nil, err
	}
	b.reads++
	b.bytes += len(data)
	if b.reads > mostReads || b.bytes > mostBytes {
		return nil, b.refuse(errTooMuch)
	}
	var mistake *document.Error
	if errors.As(document.Check(data), &mistake) {
		return nil, b.refuse(&refusal{strings.TrimPrefix(name, tree.Mount+"/"), mistake})
	}
	return data, nil
}

func (b *bounded) refuse(err error) error {
	if b.refused == nil {
		b.refused = err
	}
	return err
}
