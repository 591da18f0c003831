# METADATA
# title: Indexes
# description: |
#   What goes together, found by one look. They are complete rules, which are computed once. A partial rule,
#   `of[key] contains value`, would be computed anew for each key that is looked up, and compares each of its results with
#   all before it.
package promocheck.lib.index

# METADATA
# description: The values of pairs, `[key, value]`, by their keys.
by_key(pairs) := {key: object.keys(values) |
	some key, values in object.union_n([{key: {value: true}} | some [key, value] in pairs])
}
