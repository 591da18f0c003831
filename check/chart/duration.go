package chart

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"text/template"
	"time"
)

// durations are Helm's functions on durations, of which a text like 1h, a number of seconds, or the text of one
// is given. What is none counts as no time, except where a function must have one.
func durations() template.FuncMap {
	in := func(unit time.Duration) func(any) float64 {
		return func(value any) float64 { return float64(lenient(value)) / float64(unit) }
	}
	whole := func(unit time.Duration) func(any) int64 {
		return func(value any) int64 { return int64(lenient(value) / unit) }
	}
	to := func(adjust func(time.Duration, time.Duration) time.Duration) func(any, any) time.Duration {
		return func(value, unit any) time.Duration {
			u, err := duration(unit)
			if err != nil {
				return lenient(value)
			}
			return adjust(lenient(value), u)
		}
	}
	return template.FuncMap{
		"mustToDuration":       duration,
		"durationNanoseconds":  whole(time.Nanosecond),
		"durationMicroseconds": whole(time.Microsecond),
		"durationMilliseconds": whole(time.Millisecond),
		"durationSeconds":      in(time.Second),
		"durationMinutes":      in(time.Minute),
		"durationHours":        in(time.Hour),
		"durationDays":         in(24 * time.Hour),
		"durationWeeks":        in(7 * 24 * time.Hour),
		"durationRoundTo":      to(time.Duration.Round),
		"durationTruncateTo":   to(time.Duration.Truncate),
	}
}

func lenient(value any) time.Duration {
	d, err := duration(value)
	if err != nil {
		return 0
	}
	return d
}

func duration(value any) (time.Duration, error) {
	if d, ok := value.(time.Duration); ok {
		return d, nil
	}
	switch v := reflect.ValueOf(value); {
	case v.Kind() == reflect.String:
		text := strings.TrimSpace(v.String())
		if d, err := time.ParseDuration(text); err == nil {
			return d, nil
		}
		if seconds, err := strconv.ParseFloat(text, 64); err == nil {
			return ofSeconds(seconds)
		}
	case v.CanInt():
		return ofSeconds(float64(v.Int()))
	case v.CanUint():
		return ofSeconds(float64(v.Uint()))
	case v.CanFloat():
		return ofSeconds(v.Float())
	}
	return 0, fmt.Errorf("%v is no duration", value)
}

func ofSeconds(seconds float64) (time.Duration, error) {
	if d := seconds * float64(time.Second); math.Abs(d) < math.MaxInt64 {
		return time.Duration(d), nil
	}
	return 0, fmt.Errorf("%v seconds are too long", seconds)
}
