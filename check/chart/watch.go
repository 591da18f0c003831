package chart

import "context"

// watched runs what a budget is for, until the context is done: what is stopped ends at the next thing that it would have
// to pay for, and nobody waits for that. What a chart does is counted; time and memory are bounded for the whole run.
func watched(ctx context.Context, b *budget, run func() error) error {
	done := make(chan error, 1)
	go func() { done <- run() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		b.stop(context.Cause(ctx))
		return context.Cause(ctx)
	}
}
