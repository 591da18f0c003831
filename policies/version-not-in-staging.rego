# METADATA
# title: Production gets a version that staging does not hold
# description: |
#   A version enters production that no environment right before it holds on the base branch. That the same change
#   brings it there too proves nothing, since nobody has seen it run; nor does it where all that has it there is
#   suspended, or scaled to zero with nothing to start it, and was so ever since it came. A version that was there and made room for a newer
#   one is let through for a while. One that was taken back there, for an older one, is not: by whoever did that it was
#   not fit; nor is one that an environment before staging took back before staging got it. Where one and the same line sets the version for both, and did so before, nothing can be promoted alone:
#   the finding names the line, and how to give production one of its own. Where one chart is installed as several
#   releases, or several workloads run one image, each is judged by the object of its own kind and name. What another
#   directory of the same environment ran until then, which this change renames, splits or merges, enters only where
#   its version is another by now; and what staging ran there proves it.
# custom:
#   severity: error
#   remediation: |
#     Merge the version into staging first, see it run there, and promote it to production by a change of its own.
#   parameters:
#     same-change:
#       type: string
#       enum: [deny, allow]
#       default: deny
#       description: Whether a version may enter production by the same change that brings it to staging.
#     shared-line:
#       type: string
#       enum: [like-same-change, deny, warn, allow]
#       default: like-same-change
#       description: Whether a version may enter production by one line that sets it for staging, too, at base already; `warn` makes a warning of it. If nothing is said, what `same-change` says, so that it is denied by default.
#     lookback:
#       type: duration
#       default: 168h
#       description: How long ago staging may have moved on from the version, unless it was taken back there.
package promocheck.rules.version_not_in_staging

import data.promocheck.lib.clock
import data.promocheck.lib.environment
import data.promocheck.lib.evidence
import data.promocheck.lib.prose
import data.promocheck.lib.rollback
import data.promocheck.lib.version

findings contains object.union(severity(change), {
	"change": change.id,
	"message": sprintf(
		"%s %s enters %s, but %s%s",
		[change.artifact.name, version.name(change.after), change.environment, concat("; ", reasons), pin(change)],
	),
}) if {
	some change in input.changes
	change.entry
	not is_null(change.after)
	change.environment in environment.production
	count(change.upstream) > 0
	every upstream in change.upstream { not evidence.holds(upstream) }
	not arrives_with_leave(change)
	not was_there_lately(change)
	not change.id in rollback.declared

	reasons := [sprintf("%s %s (%s)", [upstream.environment, reason(upstream, change), runs(upstream, change)]) |
		some upstream in change.upstream
	]
}

# An environment that has the version got it only after one before it, which has it no more, had taken it back.
findings contains {
	"change": change.id,
	"message": sprintf("%s %s enters %s, and %s got it only after %s", [
		change.artifact.name, version.name(change.after), change.environment,
		prose.enumerate_some(sort([upstream.environment | some upstream in change.upstream; evidence.holds(upstream)]), 3),
		prose.enumerate_some(sort(backs), 3),
	]),
} if {
	some change in input.changes
	change.entry
	not is_null(change.after)
	change.environment in environment.production
	every upstream in change.upstream { not holds_untouched(upstream, change) }
	backs := {sprintf("%s had it, and %s", [earlier.environment, enumerate_back(earlier)]) |
		some upstream in change.upstream
		some earlier in taken_back_before(upstream, change)
	}
	count(backs) > 0
	not change.id in rollback.declared
}

holds_untouched(upstream, change) if {
	evidence.holds(upstream)
	count(taken_back_before(upstream, change)) == 0
}

# The environments before an upstream that took the version back, and do not have it again, before it came there.
taken_back_before(upstream, change) := [earlier |
	evidence.holds(upstream)
	is_string(upstream.since)
	some earlier in change.earlier
	not earlier.environment in {direct.environment | some direct in change.upstream}
	not earlier.holds
	not earlier.gets
	some left in earlier.left
	left.direction == "backward"
	is_string(left.at)
	clock.between(left.at, upstream.since) >= 0
]

# METADATA
# description: When it is too long ago that an environment held the version, and could run it.
moments contains clock.after(upstream.ran.until, lookback) if {
	some change in input.changes
	some upstream in change.upstream
	is_string(upstream.ran.until)
	not taken_back(upstream)
}

lookback := time.parse_duration_ns(input.config.rules["version-not-in-staging"].lookback)

parameters := input.config.rules["version-not-in-staging"]

arrives_with_leave(change) if {
	parameters["same-change"] == "allow"
	some upstream in change.upstream
	evidence.gets(upstream)
	not by_shared_line(upstream, change)
}

arrives_with_leave(change) if {
	shared_line == "allow"
	some upstream in change.upstream
	by_shared_line(upstream, change)
}

shared_line := parameters["same-change"] if {
	parameters["shared-line"] == "like-same-change"
} else := parameters["shared-line"]

# A line that has come to be shared by this change makes no leniency for itself.
by_shared_line(upstream, change) if {
	upstream.gets
	evidence.gets(upstream)
	some line in change.shared
	line.environment == upstream.environment
	line.already
}

severity(change) := {"severity": "warning"} if {
	shared_line == "warn"
	some upstream in change.upstream
	by_shared_line(upstream, change)
} else := {}

was_there_lately(change) if {
	some upstream in change.upstream
	not upstream.holds
	is_string(upstream.ran.until)
	clock.since(upstream.ran.until) < lookback
	not taken_back(upstream)
}

# A version that one target took back is taken back.
taken_back(upstream) if {
	some left in upstream.left
	left.direction == "backward"
}

reason(upstream, change) := sprintf("gets it by the very line that sets it for %s, %s:%d", [
	change.environment, line.location.path, line.location.line,
]) if {
	by_shared_line(upstream, change)
	some line in change.shared
	line.environment == upstream.environment
} else := "gets it only by this same change" if {
	upstream.gets
	evidence.gets(upstream)
} else := sprintf("runs it only by this same change: until then %s", [evidence.idle(upstream)]) if {
	evidence.gets(upstream)
} else := sprintf("gets it only by this same change, and does not run it: %s", [evidence.idle(upstream)]) if {
	upstream.gets
} else := sprintf("holds it, but %s run it: %s", [never(upstream), evidence.idle(upstream)]) if {
	upstream.holds
} else := "holds it in some of its targets, but not in all" if {
	version.in_some_targets(upstream, change.after)
} else := sprintf("held it %s, and %s", [when(upstream), enumerate_back(upstream)]) if {
	upstream.held == true
	taken_back(upstream)
} else := sprintf("held it %s, but %s run it, and moved on", [when(upstream), never(upstream)]) if {
	upstream.held == true
	evidence.only_declared(upstream)
} else := sprintf("held it %s and moved on", [when(upstream)]) if {
	upstream.held == true
} else := sprintf("%s, which may be another build", [how]) if {
	how := version.pinned_otherwise(upstream, change.after)
} else := "never held it" if {
	upstream.held == false
} else := "does not hold it"

# What ran there before it came the last time is no news of what is there now.
never(upstream) := "has not" if {
	upstream.holds
	evidence.ran(upstream)
} else := "could never" if {
	upstream.ran.ever == false
} else := "is not known to have"

when(upstream) := sprintf("from %s until %s", [clock.name(upstream.since), clock.name(upstream.until)]) if {
	is_string(upstream.since)
	is_string(upstream.until)
} else := sprintf("until %s", [clock.name(upstream.until)]) if {
	is_string(upstream.until)
} else := "once"

# enumerate_back says which commits took the version back, and why.
enumerate_back(upstream) := prose.enumerate_some(sort(backs), 3) if {
	backs := {sprintf("%s (%s) took it %s%s%s", [
		substring(left.commit, 0, 7), left.subject, back(left), where(target), why(left),
	]) |
		some target, left in upstream.left
		left.direction == "backward"
	}
}

back(left) := sprintf("back to %s", [version.name(left.to)]) if is_object(left.to)

back(left) := "away" if is_null(left.to)

where(".") := ""

where(target) := sprintf(" in %s", [target]) if target != "."

why(left) := "" if {
	left.reason in {"", left.subject}
} else := sprintf(": %s", [left.reason])

# pin says how to promote a version alone where one line sets it for several environments.
pin(change) := sprintf("; to have it in one before the other, pin %s to %s in %s by a line of its own first", [
	change.artifact.name, version.name(change.before), prose.enumerate_some(sort(places), 3),
]) if {
	some upstream in change.upstream
	by_shared_line(upstream, change)
	places := {own_place(location, change.environment) | some location in change.locations}
} else := ""

# A directory that several environments deploy as it is has no room for that. What deploys it has.
own_place(location, name) := sprintf("what deploys %s to %s", [location.overlay, name]) if {
	startswith(location.path, concat("", [trim_prefix(location.overlay, "."), "/"]))
} else := sprintf("what deploys it to %s", [name]) if {
	location.overlay == "."
} else := location.overlay

# runs says what an upstream environment holds at base instead.
runs(upstream, change) := sprintf("%s runs no %s", [upstream.environment, change.artifact.name]) if count(upstream.versions) == 0

runs(upstream, _) := concat(" holds ", [upstream.environment, held]) if {
	names := {version.name(held_version) | some held_version in upstream.versions}
	held := prose.enumerate_some(sort(names), 3)
}
