package cli

import (
	"context"
	"fmt"
	"runtime/metrics"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/promocheck/promocheck/check/doing"
	"github.com/promocheck/promocheck/check/mistake"
)

const (
	usualTimeout = 2 * time.Minute
	// mostMemory ends a run before the system does, which would not say why. What a run reads is bounded by what it is;
	// this is there for what those bounds do not foresee.
	mostMemory = 3 << 30
	// grace is how long a run that was told to stop may take to do so.
	grace = 2 * time.Second
)

func timeoutFlag() cli.Flag {
	return &cli.StringFlag{Name: flagTimeout, Usage: "give up after this `TIME`, as in 90s or 5m; 0 for never (default: 2m)"}
}

// stepTimeoutFlag is for commands each of whose steps is bounded by itself.
func stepTimeoutFlag() cli.Flag {
	return &cli.StringFlag{Name: flagTimeout, Usage: "give a step up after this `TIME`, as in 90s or 5m; 0 for never (default: 2m)"}
}

// timeout is how long a command may take; 0 for any time.
func timeout(c *cli.Context) (time.Duration, error) {
	given := text(c, flagTimeout)
	if given == "" {
		return usualTimeout, nil
	}
	limit, err := time.ParseDuration(given)
	if err != nil || limit < 0 {
		return 0, usage(fmt.Sprintf("--timeout is %q, which is no time", given), "write it like 90s or 5m; 0 is for never")
	}
	return limit, nil
}

// bounded runs a command, and gives it up when it takes too much time or memory: then nothing is known of the change.
func bounded(c *cli.Context, limit time.Duration, run func(*cli.Context) (int, error)) (code int, err error) {
	got := make(chan int, 1) // what was given up may still come to an end
	_, err = within(c.Context, limit, func(ctx context.Context) error {
		c.Context = ctx
		code, err := run(c)
		got <- code
		return err
	})
	select {
	case code = <-got:
	default:
	}
	return code, err
}

// result is what came of what is bounded.
type result struct{ err error }

// ending is how what is bounded ended.
type ending int

const (
	ended   ending = iota
	stopped        // it met a bound, and stopped then
	stuck          // it met one, and goes on
)

// within runs something, and gives it up when it takes too much time or memory.
func within(ctx context.Context, limit time.Duration, run func(context.Context) error) (ending, error) {
	ctx, log := doing.With(ctx)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan result, 1)
	go func() { done <- result{run(ctx)} }()
	var late <-chan time.Time
	if limit > 0 {
		late = time.After(limit)
	}
	looks := time.NewTicker(100 * time.Millisecond)
	defer looks.Stop()
	for {
		var problem, hint string
		select {
		case r := <-done:
			return ended, r.err
		case <-late:
			problem, hint = fmt.Sprintf("gave up after %s", limit), "--timeout allows for more; what is slow may also be left out with overlays or ignore in the configuration"
		case <-looks.C:
			if memory() > mostMemory {
				problem, hint = fmt.Sprintf("gave up for taking more than %d GiB of memory", mostMemory>>30), "look there for what repeats itself"
			}
		}
		if problem != "" {
			at, how := log.Last(), stopped
			stop()
			select {
			case <-done:
			case <-time.After(grace):
				how = stuck
			}
			return how, &mistake.Error{Problem: problem + " while " + at, Hint: hint}
		}
	}
}

// memory is how much of it is taken by what the program has made.
func memory() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
