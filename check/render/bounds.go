package render

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// What one overlay may be built from, each file counted as often as it is read. Real ones stay far below;
// kustomizations that fan out exponentially read the same files over and over. These bounds count work, so that
// what is too much does not depend on the machine.
const (
	mostReads = 200_000
	mostBytes = 1 << 30
	mostAgain = 2_000 // documents in files that the same build has read before
)

var errTooMuch = errors.New("is built from more than promocheck reads for one overlay")

// budget is what is left of it for one overlay, however often its build is tried again.
type budget struct {
	reads, bytes int
	again        int // for each build
}

func newBudget() *budget {
	return &budget{reads: mostReads, bytes: mostBytes, again: mostAgain}
}

// bounded limits what a build reads, and keeps files from it that would blow up. It is used by one build at a
// time, which knows of one goroutine.
type bounded struct {
	filesys.FileSystem
	ctx     context.Context // once it is done, nothing can be read any more
	left    *budget
	seen    map[string]bool
	again   int   // documents that were read before
	refused error // the first refusal, which Kustomize may hide behind an error of its own
}

// refusal is a file that is kept from Kustomize.
type refusal struct {
	path    string
	mistake *mistake.Error
}

func (r *refusal) Error() string { return r.path + ": " + r.mistake.Error() }

func (b *bounded) ReadFile(name string) ([]byte, error) {
	if b.ctx.Err() != nil {
		return nil, b.refuse(context.Cause(b.ctx))
	}
	data, err := b.FileSystem.ReadFile(name)
	if err != nil {
		return nil, err
	}
	b.left.reads--
	b.left.bytes -= len(data)
	if b.seen[name] {
		b.again += 1 + bytes.Count(data, []byte("\n---"))
	}
	b.seen[name] = true
	if b.left.reads < 0 || b.left.bytes < 0 || b.again > b.left.again {
		return nil, b.refuse(errTooMuch)
	}
	var wrong *mistake.Error
	if errors.As(document.Check(data), &wrong) {
		return nil, b.refuse(&refusal{strings.TrimPrefix(name, tree.Mount+"/"), wrong})
	}
	return data, nil
}

func (b *bounded) refuse(err error) error {
	if b.refused == nil {
		b.refused = err
	}
	return err
}
