// Package doing notes what a run is at, for whoever has to say what took too long.
package doing

import (
	"context"
	"sync/atomic"
)

// Log holds what a run was at last. Of things that go on side by side it is the one that was begun last.
type Log struct{ last atomic.Pointer[string] }

type key struct{}

// With returns a context in which it is noted.
func With(ctx context.Context) (context.Context, *Log) {
	log := &Log{}
	return context.WithValue(ctx, key{}, log), log
}

// Note notes what is begun, as in "building shop/overlays/prod", if anybody asks.
func Note(ctx context.Context, what string) {
	if log, ok := ctx.Value(key{}).(*Log); ok {
		log.last.Store(&what)
	}
}

// Last is what was noted last; "starting" at first.
func (l *Log) Last() string {
	if last := l.last.Load(); last != nil {
		return *last
	}
	return "starting"
}
