# METADATA
# title: More of an environment changes at once than may
# description: |
#   A change has an effect on more targets of an environment than may change at once, or brings a version, or another configuration,
#   to a target before one that comes before it in the order has it. What comes to both at once is for the number to judge. Nothing is said of declared
#   rollbacks. Off by default: any setting of it switches it on.
# custom:
#   severity: error
#   off: true
#   remediation: |
#     Change one target, see it work, and change the next with a change of its own.
#   parameters:
#     at-most:
#       type: integer
#       default: 1
#       description: How many targets of an environment one change may reach.
#     order:
#       type: array
#       default: []
#       description: The targets in the order in which changes come to them, such as `[eu, us]`.
package promocheck.rules.one_region_at_a_time

import data.promocheck.lib.index
import data.promocheck.lib.prose
import data.promocheck.lib.rollback
import data.promocheck.lib.version

parameters := input.config.rules["one-region-at-a-time"]

findings contains {
	"message": sprintf("%d targets of %s change at once (%s), and at most %d may", [count(targets), name, prose.enumerate_some(sort(targets), 5), parameters["at-most"]]),
	"environment": name,
	"covers": {input.effects[i].id | some i in indices},
	"location": input.effects[min(indices)].location,
} if {
	some name, indices in reached
	targets := {target | some i in indices; some target in input.effects[i].targets; target != "."}
	count(targets) > parameters["at-most"]
}

# The effects on each environment, but for those of places that only go back.
reached := index.by_key([[effect.environment, i] |
	some i, effect in input.effects
	not [effect.app, effect.environment] in rollback.places
])

findings contains {
	"message": sprintf("%s %s comes to %s in %s before %s has it", [change.artifact.name, version.name(change.after), target, change.environment, prose.enumerate(sort(lacking), "and")]),
	"change": change.id,
} if {
	some change in input.changes
	is_object(change.after)
	not change.id in rollback.declared
	some target in change.targets
	some at, called in parameters.order
	called == target
	lacking := {other |
		some i, other in parameters.order
		i < at
		not other in change.targets
		held := input.state[change.app][change.environment][other][version.artifact(change)]
		not holds(held, change.after)
	}
	count(lacking) > 0
}

holds(versions, wanted) if {
	some held in versions
	version.same(held, wanted)
}

findings contains {
	"message": sprintf("%s changes in %s of %s before %s has the same", [effect.app, target, effect.environment, prose.enumerate(sort(lacking), "and")]),
	"app": effect.app,
	"environment": effect.environment,
	"covers": {effect.id},
	"targets": [target],
	"location": effect.location,
} if {
	some effect in input.effects
	not [effect.app, effect.environment] in rollback.places
	some target, others in input.ahead[effect.id]
	some at, called in parameters.order
	called == target
	lacking := {other | some i, other in parameters.order; i < at; other in others}
	count(lacking) > 0
	not [effect.app, effect.environment, target] in told
}

# Where a version comes ahead of its order, that is told.
told contains [change.app, change.environment, target] if {
	some change in input.changes
	is_object(change.after)
	some target in change.targets
}
