package render

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"
)

// share is how much of Kustomize's process-wide state a build has: beside others, or all of it.
type share int64

const (
	beside share = 1
	alone  share = 1 << 30
)

// turns lets builds in that have a part of the schema beside each other, or all of it alone.
var turns = struct {
	*semaphore.Weighted

	mu   sync.Mutex
	lost int           // turns of builds that were given up and go on all the same
	some chan struct{} // closed while there are such
}{Weighted: semaphore.NewWeighted(int64(alone)), some: make(chan struct{})}

// turn is the time during which a build may use the schema.
type turn struct {
	share share
	ended bool
	lost  bool // the build was given up
}

// take waits for a turn. It does not wait while a build that was given up keeps its own, for no one knows how
// long: whatever that one is in the way of cannot be built then.
func take(ctx context.Context, s share) (*turn, error) {
	if turns.TryAcquire(int64(s)) {
		return &turn{share: s}, nil
	}
	turns.mu.Lock()
	lost := turns.some
	turns.mu.Unlock()
	waiting, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-lost:
			cancel(errTooLong)
		case <-waiting.Done():
		}
	}()
	if turns.Acquire(waiting, int64(s)) != nil {
		return nil, context.Cause(waiting)
	}
	return &turn{share: s}, nil
}

// lose notes that a build keeps its turn though it was given up. It may end at any time all the same.
func (t *turn) lose() {
	turns.mu.Lock()
	defer turns.mu.Unlock()
	if t.ended {
		return
	}
	t.lost = true
	if turns.lost++; turns.lost == 1 {
		close(turns.some)
	}
}

// end gives the turn back.
func (t *turn) end() {
	turns.Release(int64(t.share))
	turns.mu.Lock()
	defer turns.mu.Unlock()
	t.ended = true
	if !t.lost {
		return
	}
	if turns.lost--; turns.lost == 0 {
		turns.some = make(chan struct{})
	}
}
