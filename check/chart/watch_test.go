package chart

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestWatch requires that what pays for nothing is given up all the same, and that it is said what it was.
func TestWatch(t *testing.T) {
	defer func(time time.Duration, memory uint64) { longest, mostMemory = time, memory }(longest, mostMemory)
	end := make(chan struct{})
	defer close(end)
	wait := func() error { <-end; return nil }
	for name, test := range map[string]struct {
		longest time.Duration
		memory  uint64
		run     func() error
		err     error
	}{
		"long":  {time.Millisecond, 1 << 40, wait, errTooLong},
		"large": {time.Hour, 8 << 20, func() error { all := make([]byte, 64<<20); err := wait(); _ = all[0]; return err }, errTooLarge},
	} {
		longest, mostMemory = test.longest, test.memory
		runtime.GC() // what other tests left would be in use before
		b := newBudget("c/templates/a.yaml")
		err := watched(t.Context(), b, test.run)
		if !errors.Is(err, test.err) || !strings.Contains(err.Error(), "c/templates/a.yaml") || b.take(1) == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := watched(ctx, newBudget("c"), wait); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
