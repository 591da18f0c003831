package render

import (
	"context"

	"golang.org/x/sync/semaphore"
)

// share is how much of Kustomize's process-wide state a build has: beside others, or all of it.
type share int64

const (
	beside share = 1
	alone  share = 1 << 30
)

// turns lets builds in that have a part of the schema beside each other, or all of it alone.
var turns = semaphore.NewWeighted(int64(alone))

// turn is the time during which a build may use the schema.
type turn struct{ share share }

// take waits for a turn.
func take(ctx context.Context, s share) (*turn, error) {
	if err := turns.Acquire(ctx, int64(s)); err != nil {
		return nil, context.Cause(ctx)
	}
	return &turn{s}, nil
}

// end gives the turn back.
func (t *turn) end() { turns.Release(int64(t.share)) }
