# METADATA
# title: One edit reaches production and what comes before it at once
# description: |
#   One edit of what environments share (a base, a component, a chart, a file of values, a path that several deployers take) changes
#   something other than a version of production and, at the same moment, of an environment before it: nobody tries it out first.
#   Nothing is said where production renders as before, and of what only production is built from.
# custom:
#   severity: warning
#   remediation: |
#     Make the change in the environments before production first, each in its own overlay, and move it to what they share when
#     production has it, too.
package promocheck.rules.shared_change

import data.promocheck.lib.environment
import data.promocheck.lib.object
import data.promocheck.lib.prose

findings contains {
	"message": sprintf("%s changes %s in %s at the same time as in %s", [
		prose.enumerate_some(paths, 3),
		prose.enumerate_some(sort(objects), 3),
		prose.enumerate_some(sort({place(input.effects[i]) | some i in reached}), 3),
		prose.enumerate(sort({input.effects[i].environment | some i in before}), "and"),
	]),
	"location": {"overlay": "", "path": paths[0], "line": 0, "column": 0},
} if {
	some reached, before, objects
	edits[[reached, before, objects]]
	paths := sort(edits[[reached, before, objects]])
}

# One edit is all paths that reach the same places.
edits[[reached, before, objects]] contains path if {
	some path, indices in reaching
	reached := {i | some i in indices; input.effects[i].environment in environment.production; count(shared_of(i, indices)) > 0}
	count(reached) > 0
	before := {j | some i in reached; some j, _ in shared_of(i, indices)}
	objects := {name | some i in reached; some names in shared_of(i, indices); some name in names}
}

# The effects before one of production that have objects in common with it, and those.
shared_of(i, indices) := {j: names |
	some j in indices
	is_before(input.effects[j].environment, input.effects[i].environment)
	names := modified[i] & modified[j]
	count(names) > 0
}

reaching := {path: indices | some path, indices in _reaching}

_reaching[path] contains i if {
	some i, effect in input.effects
	not effect.versions_only
	some path in effect.reached_by
}

modified[i] contains concat(" ", [resource.kind, resource.stem]) if {
	some i, effect in input.effects
	not effect.versions_only
	some resource in effect.resources
	object.is_one(resource)
}

is_before(name, later) if name in graph.reachable(upstreams, {up | some up in upstreams[later]})

upstreams[step.name] := step.upstream if some step in input.path

place(effect) := effect.environment if {
	effect.app == "."
} else := sprintf("%s of %s", [effect.environment, effect.app])
