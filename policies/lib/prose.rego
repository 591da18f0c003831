# METADATA
# title: Prose
# description: How messages write lists.
package promocheck.lib.prose

# METADATA
# description: "The items of an array in a sentence: a, b or c."
enumerate(items, _) := items[0] if count(items) == 1

enumerate(items, conjunction) := concat(" ", [concat(", ", init), conjunction, last]) if {
	count(items) > 1
	init := array.slice(items, 0, count(items) - 1)
	last := items[count(items) - 1]
}

# METADATA
# description: "The same, with what is beyond the limit only counted: a, b and 3 more."
enumerate_some(items, limit) := enumerate(items, "and") if count(items) <= limit

enumerate_some(items, limit) := enumerate(array.concat(shown, [sprintf("%d more", [count(items) - limit])]), "and") if {
	count(items) > limit
	shown := array.slice(items, 0, limit)
}
