package chart

import (
	"context"
	"errors"
	"runtime/metrics"
	"time"
)

// What one chart may take of the machine. What it does is counted, so these are for what counting does not
// foresee: they end the run before the system does.
var (
	longest    = 2 * time.Minute
	mostMemory = uint64(2 << 30) // beyond what was in use before
)

const often = 20 * time.Millisecond

var (
	errTooLong  = errors.New("takes longer than promocheck waits for one chart")
	errTooLarge = errors.New("takes more memory than promocheck has for one chart")
)

// watched runs what a budget is for, and gives up waiting for it when it takes too much. It then stops at the
// next thing that it would have to pay for.
func watched(ctx context.Context, b *budget, run func() error) error {
	done := make(chan error, 1)
	begun, before := time.Now(), memory()
	go func() { done <- run() }()
	ticker := time.NewTicker(often)
	defer ticker.Stop()
	for {
		var err error
		select {
		case err := <-done:
			return err
		case <-ctx.Done():
			err = context.Cause(ctx)
		case <-ticker.C:
			switch {
			case memory() > before+mostMemory:
				err = tooMuch(b.at(), errTooLarge)
			case time.Since(begun) > longest:
				err = tooMuch(b.at(), errTooLong)
			}
		}
		if err != nil {
			b.stop(err)
			return err
		}
	}
}

// memory is how much of it is in use by what the program has made, garbage included.
func memory() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
