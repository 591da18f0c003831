package state

import (
	"context"
	"runtime"
	"sync"

	"github.com/promocheck/promocheck/check/tree"
	"golang.org/x/sync/errgroup"
)

// MostAtOnce bounds the memory that states need which are worked out side by side.
const MostAtOnce = 8

// Together works out several states side by side: that is what takes longest. The files that each reads are read ahead, all at
// once: one by one, as they are built, Git would be asked for each. Those with a large file among them are worked out one
// after the other: the YAML of a manifest of 10 MB is a quarter of a gigabyte.
func Together(ctx context.Context, reads []tree.Files, work func(ctx context.Context, i int) error) error {
	_ = tree.Prefetch(reads...) // a failure comes up again where a file is needed
	states, ctx := errgroup.WithContext(ctx)
	states.SetLimit(min(runtime.GOMAXPROCS(0), MostAtOnce))
	var large sync.Mutex
	for i, files := range reads {
		states.Go(func() error {
			if files.AnyLarge() {
				large.Lock()
				defer large.Unlock()
			}
			return work(ctx, i)
		})
	}
	return states.Wait()
}
