# METADATA
# title: A version goes on before it has soaked
# description: |
#   A version enters an environment before it has been in the one before it for as long as is configured. The clock runs
#   from the merge into the base branch, and while all that has the version is suspended or scaled to zero, from the
#   moment in which something first is not; deploying the same version again does not reset it, nor does switching it
#   off later, and of several stays the longest counts. Says nothing unless a time is configured.
# custom:
#   severity: error
#   remediation: |
#     Let the version run where it is until the time is over, and run the check again then.
#   needs: [before]
#   parameters:
#     before:
#       type: durations
#       default: {}
#       description: For each environment, how long a version must have been in the one before it to enter, such as `24h`.
package promocheck.rules.soak_time

import data.promocheck.lib.clock
import data.promocheck.lib.evidence
import data.promocheck.lib.rollback
import data.promocheck.lib.version

findings contains {
	"change": change.id,
	"message": sprintf("%s %s enters %s before it has soaked for %s: %s", [
		change.artifact.name, version.name(change.after), change.environment,
		clock.in_words(required), concat("; ", soaks),
	]),
	"soaked": max([soaked(upstream) | some upstream in change.upstream]),
} if {
	some change in input.changes
	change.entry
	not is_null(change.after)
	count(change.upstream) > 0
	required := time.parse_duration_ns(input.config.rules["soak-time"].before[change.environment])
	every upstream in change.upstream { soaked(upstream) < required }
	not change.id in rollback.declared

	soaks := [sprintf("%s %s", [upstream.environment, says(upstream)]) | some upstream in change.upstream]
}

# METADATA
# description: When what an environment holds now has been running there for long enough.
moments contains clock.after(upstream.ran.seen, required) if {
	some change in input.changes
	required := time.parse_duration_ns(input.config.rules["soak-time"].before[change.environment])
	some upstream in change.upstream
	is_string(upstream.ran.seen)
	is_null(upstream.ran.until)
}

# soaked is the longest stay that history can prove, be it over or not.
soaked(upstream) := max([current(upstream), over(upstream)])

current(upstream) := clock.since(upstream.ran.seen) if {
	is_string(upstream.ran.seen)
	is_null(upstream.ran.until)
} else := 0

over(upstream) := clock.between(upstream.ran.longest.seen, upstream.ran.longest.until) if {
	is_object(upstream.ran.longest)
} else := 0

says(upstream) := "gets it only by this same change" if {
	upstream.gets
} else := "never held it" if {
	upstream.held == false
} else := "is not known to have held it" if {
	is_null(upstream.held)
} else := sprintf("has held it since %s, and does not run it: %s", [clock.name(upstream.seen), evidence.idle(upstream)]) if {
	is_null(upstream.until)
	count(upstream.idle) > 0
	soaked(upstream) == 0
} else := "held it, and never ran it" if {
	evidence.only_declared(upstream)
} else := sprintf("has %s it since %s, for %s", [had(upstream), clock.name(upstream.ran.seen), clock.in_words(current(upstream))]) if {
	is_null(upstream.ran.until)
	current(upstream) >= over(upstream)
} else := sprintf("held it for %s", [clock.in_words(over(upstream))])

had(upstream) := "held" if {
	upstream.ran.seen == upstream.seen
} else := "run"
