# METADATA
# title: Times
# description: What rules ask about moments and durations. Both are text in the event.
package promocheck.lib.clock

# METADATA
# description: The moment that is judged, in nanoseconds.
now := time.parse_rfc3339_ns(input.time.now)

# METADATA
# description: How long ago a moment was, in nanoseconds.
since(moment) := now - time.parse_rfc3339_ns(moment)

# METADATA
# description: How long it was from one moment to another, in nanoseconds.
between(from, to) := time.parse_rfc3339_ns(to) - time.parse_rfc3339_ns(from)

# METADATA
# description: The moment that is so much later than another one, in RFC 3339.
after(moment, ns) := time.format([time.parse_rfc3339_ns(moment) + ns, "UTC", "2006-01-02T15:04:05.999999999Z07:00"])

# METADATA
# description: A moment as people write it, to the minute.
name(moment) := sprintf("%s %s", [substring(moment, 0, 10), substring(moment, 11, 5)])

# METADATA
# description: |
#   A duration in nanoseconds as people write it, by its two largest units: 3 days 2 h. What is left over is cut off, so
#   that nothing looks longer than it is.
in_words(ns) := concat(" ", array.slice(units, 0, 2)) if {
	units := [text | some text in _units(ns)]
	count(units) > 0
} else := "no time"

_units(ns) := [text |
	some [text, amount] in [
		[_days(floor(ns / _day)), floor(ns / _day)],
		[sprintf("%d h", [floor((ns % _day) / _hour)]), floor((ns % _day) / _hour)],
		[sprintf("%d min", [floor((ns % _hour) / _minute)]), floor((ns % _hour) / _minute)],
		[sprintf("%d s", [floor((ns % _minute) / _second)]), floor((ns % _minute) / _second)],
	]
	amount > 0
]

_days(1) := "1 day"

_days(n) := sprintf("%d days", [n]) if n != 1

_second := 1000000000

_minute := 60 * _second

_hour := 60 * _minute

_day := 24 * _hour
