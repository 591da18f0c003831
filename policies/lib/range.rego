# METADATA
# title: Ranges of versions
# description: |
#   Versions that are compared by their parts. A tag that is no such version compares with nothing.
package promocheck.lib.range

# METADATA
# description: |
#   A tag as a version of three parts: v1.2 is 1.2.0. Undefined for what is none.
parsed(tag) := version if {
	found := regex.find_all_string_submatch_n(`^[vV]?([0-9]+)(\.[0-9]+)?(\.[0-9]+)?([-+][0-9A-Za-z.+-]+)?$`, tag, 1)[0]
	version := concat("", [found[1], _or(found[2], ".0"), _or(found[3], ".0"), found[4]])
	semver.is_valid(version)
}

# METADATA
# description: |
#   Whether a tag is within a range: comparisons such as `>=1.4.0 <2.0.0`, which all hold, `^1.4` for what breaks nothing that 1.4
#   has, or `~1.4` for the patches of 1.4. Undefined for what does not compare.
within(tag, range) := count(failed) == 0 if {
	version := parsed(tag)
	failed := {comparison |
		some comparison in regex.find_all_string_submatch_n(`(>=|<=|>|<|=|\^|~)?\s*([vV]?[0-9][0-9A-Za-z.+-]*)`, range, -1)
		not _holds(version, comparison[1], comparison[2])
	}
}

_or("", usual) := usual

_or(text, _) := text if text != ""

_holds(version, operator, bound) if semver.compare(version, parsed(bound)) in _orders[operator]

_holds(version, operator, bound) if {
	semver.compare(version, parsed(bound)) in {0, 1}
	semver.compare(version, _end(operator, _numbers(bound))) == -1
}

_orders := {">=": {0, 1}, "<=": {0, -1}, ">": {1}, "<": {-1}, "=": {0}, "": {0}}

# The numbers of a version, as many as it says.
_numbers(bound) := [to_number(number) | some number in split(regex.find_n(`[0-9]+(\.[0-9]+)*`, bound, 1)[0], ".")]

# The first version after a range of compatible ones: the last number that may not move is one more. A leading zero promises
# nothing, so that the number after it may not move either.
_end("^", numbers) := _after(numbers, _first_promise(numbers))

_end("~", numbers) := _after(numbers, min([1, count(numbers) - 1]))

_first_promise(numbers) := min([i | some i, number in numbers; number > 0]) if {
	some number in numbers
	number > 0
} else := count(numbers) - 1

_after(numbers, at) := sprintf("%s-0", [concat(".", [_number(numbers, at, i) | some i in [0, 1, 2]])])

_number(numbers, at, i) := format_int(numbers[i], 10) if i < at

_number(numbers, i, i) := format_int(numbers[i] + 1, 10)

_number(_, at, i) := "0" if i > at
