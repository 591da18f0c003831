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
#   Whether a tag is within a range: comparisons such as `>=1.4.0 <2.0.0`, which all hold. Undefined for what does not compare.
within(tag, range) := count(failed) == 0 if {
	version := parsed(tag)
	failed := {comparison |
		some comparison in regex.find_all_string_submatch_n(`(>=|<=|>|<|=)?\s*([vV]?[0-9][0-9A-Za-z.+-]*)`, range, -1)
		not _holds(comparison[1], semver.compare(version, parsed(comparison[2])))
	}
}

_or("", usual) := usual

_or(text, _) := text if text != ""

_holds(operator, order) if order in _orders[operator]

_orders := {">=": {0, 1}, "<=": {0, -1}, ">": {1}, "<": {-1}, "=": {0}, "": {0}}
