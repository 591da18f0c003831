# METADATA
# title: One edit reaches production and what comes before it at once
# description: |
#   One edit of what environments share (a base, a component, a chart, a file of values, a path that several deployers take) changes
#   something other than a version of production and, at the same moment, of an environment before it: nobody tries it out first.
#   Nothing is said where production renders as before, of what only production is built from, and of what comes or goes as a whole.
# custom:
#   severity: warning
#   remediation: |
#     Make the change in the environments before production first, each in its own overlay, and move it to what they share when
#     production has it, too.
package promocheck.rules.shared_change

import data.promocheck.lib.environment
import data.promocheck.lib.index
import data.promocheck.lib.object as objects
import data.promocheck.lib.prose

# One edit is all paths that reach the same places.
findings contains object.union(narrowed(indices), {
	"message": sprintf("%s %s %s in %s at the same time as in %s", [
		prose.enumerate_some(sort(paths), 3), verb(paths),
		prose.enumerate_some(sort(differing(indices)), 3),
		prose.enumerate_some(sort({place(input.effects[i]) | some i in indices}), 3),
		prose.enumerate(sort({name | some i in indices; some name in before[i]}), "and"),
	]),
	"location": {"overlay": "", "path": min(paths), "line": object.get(input.edits, min(paths), 0), "column": 0},
	"covers": {input.effects[i].id | some i in indices},
}) if {
	some indices, paths in index.by_key([[indices, path] | some path, indices in reaching])
}

# The effects in production that each path reaches along with earlier ones that differ in the same objects.
reaching := index.by_key([[path, i] |
	some i, indices in earlier
	some j in indices
	some path in (reached_by[i] & reached_by[j])
])

reached_by := {i: paths |
	some i, effect in input.effects
	paths := {path | some path in effect.reached_by}
}

# The objects that differ in production and before it, through the same paths.
shared := {i: names |
	some i, indices in earlier
	names := {name | some j in indices; some name in (modified[i] & modified[j])}
}

# The same objects by the fields of them that differ, as far as those are known. Two environments may call an object otherwise.
differing(indices) := {what |
	some fields in {fields | some i in indices; some name in shared[i]; fields := fields_of(i, name)}
	names := {name | some i in indices; some name in shared[i]; fields_of(i, name) == fields}
	what := concat("", [prose.enumerate_some(sort(names), 3), named(fields)])
}

fields_of(i, name) := {field |
	some resource in input.effects[i].resources
	objects.called(resource) == name
	some field in input.fields[input.effects[i].id][objects.name(resource)]
}

named(fields) := "" if {
	count(fields) == 0
} else := sprintf(" (%s)", [prose.enumerate_some(sort(fields), 3)])

before := {i: names |
	some i, indices in earlier
	names := {input.effects[j].environment | some j in indices}
}

earlier := index.by_key([[i, j] |
	some i, effect in input.effects
	effect.environment in environment.production
	not effect.versions_only
	effect.stays
	some j in of_app[effect.app]
	other := input.effects[j]
	other.stays
	not other.versions_only
	other.environment in earlier_than[effect.environment]
	count(reached_by[i] & reached_by[j]) > 0
	count(modified[i] & modified[j]) > 0
])

of_app := index.by_key([[effect.app, i] | some i, effect in input.effects])

modified := {i: names |
	some i, effect in input.effects
	not effect.versions_only
	names := {objects.called(resource) | some resource in effect.resources; is_edited(resource)}
}

# What goes away is for another rule to judge.
is_edited(resource) if {
	objects.is_one(resource)
	resource.change != "removed"
}

earlier_than := {name: graph.reachable(upstreams, before_it) | some name, before_it in upstreams}

upstreams := {step.name: step.upstream | some step in input.path}

narrowed(indices) := {"app": app, "environment": name} if {
	places := {[input.effects[i].app, input.effects[i].environment] | some i in indices}
	count(places) == 1
	some [app, name] in places
} else := {}

verb(paths) := "changes" if {
	count(paths) == 1
} else := "change"

place(effect) := effect.environment if {
	effect.app == "."
} else := sprintf("%s of %s", [effect.environment, effect.app])
