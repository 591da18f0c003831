package chart

import (
	"errors"
	"reflect"
	"sync/atomic"

	"github.com/promocheck/promocheck/check/mistake"
)

// mostWork bounds what a chart may do: roughly the bytes that are read, made and written for it, and the steps
// of its templates. It counts work, so that what is too much does not depend on the machine.
const mostWork = 512 << 20

var errTooMuch = errors.New("does more than promocheck does for one chart")

// budget is what is left of it for one chart. It is used by one goroutine; another may stop it.
type budget struct {
	left    int
	doing   atomic.Pointer[string] // what is being rendered
	stopped atomic.Pointer[error]
	err     error
}

func newBudget(at string) *budget {
	b := &budget{left: mostWork}
	b.begin(at)
	return b
}

// begin notes what is being rendered, and at is that.
func (b *budget) begin(at string) { b.doing.Store(&at) }
func (b *budget) at() string      { return *b.doing.Load() }

// take pays for some work, before it is done. Once it failed, it fails for ever.
func (b *budget) take(work int) error {
	if b.err != nil {
		return b.err
	}
	if stopped := b.stopped.Load(); stopped != nil {
		b.err = *stopped
		return b.err
	}
	if work < 0 || work > b.left {
		return b.exceed()
	}
	b.left -= work
	return nil
}

// afford fails at once if some work could not be paid for as many times as a number says, if it is one: a number can
// be large at no cost.
func (b *budget) afford(over any, work int) error {
	times := reflect.ValueOf(over)
	most := b.left / max(work, 1)
	if times.CanInt() && times.Int() > int64(most) || times.CanUint() && times.Uint() > uint64(most) {
		return b.exceed()
	}
	return b.failed()
}

// exceed makes all work fail from now on.
func (b *budget) exceed() error {
	if b.err == nil {
		b.left, b.err = 0, tooMuch(b.at(), errTooMuch)
	}
	return b.err
}

func tooMuch(at string, err error) error {
	return &mistake.Error{
		Problem: "rendering " + at + ": " + err.Error(),
		Hint:    "look at this template for what repeats itself, or calls itself",
		Err:     err,
	}
}

// stop makes the next work fail.
func (b *budget) stop(err error) { b.stopped.Store(&err) }

// mostNested is how deep values may be nested, which ends those that contain themselves.
const mostNested = 1000

// measure pays for a value as whoever prints it goes through it: what is in it twice counts twice, and what is
// deep costs its indentation.
func (b *budget) measure(value any) error { return b.measureBelow(value, 0) }

func (b *budget) measureBelow(value any, depth int) error {
	if depth > mostNested {
		return b.exceed()
	}
	if err := b.take(8 + 2*depth); err != nil {
		return err
	}
	switch value := value.(type) {
	case nil, bool, int, int64, float64:
		return nil
	case string:
		return b.take(len(value))
	case []byte:
		return b.take(len(value))
	case map[string]any:
		for key, child := range value {
			if err := b.take(len(key)); err != nil {
				return err
			}
			if err := b.measureBelow(child, depth+1); err != nil {
				return err
			}
		}
		return nil
	case []any:
		for _, child := range value {
			if err := b.measureBelow(child, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	return b.reflected(reflect.ValueOf(value), depth)
}

// reflected pays for values of other types.
func (b *budget) reflected(value reflect.Value, depth int) error {
	inside := func(child reflect.Value) error {
		if child.CanInterface() {
			return b.measureBelow(child.Interface(), depth+1)
		}
		return nil
	}
	switch value.Kind() {
	case reflect.String:
		return b.take(value.Len())
	case reflect.Pointer, reflect.Interface:
		if !value.IsNil() {
			return inside(value.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := range value.Len() {
			if err := inside(value.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Map:
		for entries := value.MapRange(); entries.Next(); {
			if err := errors.Join(inside(entries.Key()), inside(entries.Value())); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for i := range value.NumField() {
			if err := inside(value.Field(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// glance pays for a value as whoever only looks at how much is in it.
func (b *budget) glance(value any) error {
	switch value := value.(type) {
	case nil, bool, int, int64, float64:
		return b.take(1)
	case string:
		return b.take(1 + len(value))
	case map[string]any:
		return b.take(1 + bytesOfNumber*len(value))
	}
	return b.take(1 + bytesOfNumber*arguments{value}.length(0))
}

// failed is why nothing may be done any more; nil as long as something may.
func (b *budget) failed() error { return b.err }
