package chart

import (
	"context"
	"errors"
	"testing"
)

func TestWatch(t *testing.T) {
	end := make(chan struct{})
	defer close(end)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b := newBudget("c/templates/a.yaml")
	if err := watched(ctx, b, func() error { <-end; return nil }); !errors.Is(err, context.Canceled) || !errors.Is(b.take(1), context.Canceled) {
		t.Errorf("interrupted, it ends with %v, and %v is left", err, b.failed())
	}
	broken := errors.New("broken")
	if err := watched(t.Context(), newBudget("c"), func() error { return broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
}
