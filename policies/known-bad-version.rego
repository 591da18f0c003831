# METADATA
# title: Production gets a version that was sent back
# description: |
#   A version comes into production again that a target there gave up for an older one: to that target, or to another, of
#   the same environment or of another one that is production. Who
#   went back did so for a reason, and the same version has it still. A rollback that was declared, by a revert or a
#   trailer, is an error; one that nothing says was meant may have been a stale branch, of which this would be the repair,
#   and is a warning. What lets a version in again is a commit of the change that reverts the rollback, or one that says
#   by a trailer why that version is good now. Versions that `bad-versions` lists in the configuration on the base branch are an error into
#   production, wherever they ran, and a warning elsewhere.
# custom:
#   severity: error
#   remediation: |
#     Bring a version in which the fault is mended. If this one is good after all, revert the commit that went back from it,
#     or add the trailer `Known-Good: <version> <why>` to the commit that brings it. A version that is listed comes in once
#     the base branch lists it no more.
#   parameters:
#     trailer:
#       type: string
#       default: Known-Good
#       description: The trailer of a commit's message that names a version which was sent back, and says why it is good now.
package promocheck.rules.known_bad_version

import data.promocheck.lib.clock
import data.promocheck.lib.environment
import data.promocheck.lib.prose
import data.promocheck.lib.version

findings contains {
	"change": change.id,
	"message": sprintf("%s %s comes into %s%s, though %s went back from it%s%s%s", [
		change.artifact.name, version.name(change.after), change.environment, again(change), where(departures, change),
		instead(departure), told(departure), reason(departure),
	]),
	"severity": severity(departure),
} if {
	some change in input.changes
	change.environment in environment.production
	departures := taken_back(change)
	departure := gravest(departures)
}

findings contains {
	"change": change.id,
	"message": sprintf("%s %s comes into %s, and %s:%d lists %s: %s", [
		change.artifact.name, version.name(change.after), change.environment,
		bad.location.path, bad.location.line, bad.version, bad.reason,
	]),
	"severity": environment.severity(change.environment),
} if {
	some change in input.changes
	some bad in change.bad
}

# How the environment's targets gave the version up, as far as they went back from it and nothing lets it in again.
taken_back(change) := {place: left |
	not is_good_now(change)
	some place, left in object.union(change.own.left, elsewhere(change))
	left.direction == "backward"
	is_null(left.reverted_by)
}

# The targets of other environments that are production are called by those, too.
elsewhere(change) := {name(environment, target): left |
	some environment, targets in change.left_elsewhere
	some target, left in targets
}

name(environment, ".") := environment

name(environment, target) := sprintf("%s/%s", [environment, target]) if target != "."

# A commit says so of one version: its reason for that is none for another.
is_good_now(change) if {
	some commit in input.head.commits
	some said in commit.trailers[lower(input.config.rules["known-bad-version"].trailer)]
	words := split(trim_space(said), " ")
	words[0] in ({change.after.tag, change.after.digest, version.name(change.after)} - {""})
	count(words) > 1
}

# The one to tell of: one that was declared, and of those the first.
gravest(departures) := departures[min(declared)] if {
	declared := {target | some target, left in departures; left.reason != ""}
	count(declared) > 0
} else := departures[min(object.keys(departures))]

# It comes for the first time where only another environment had it.
again(change) := " again" if count(change.own.left) > 0

else := ""

where(departures, change) := prose.enumerate_some(sort({called(place, change) | some place, _ in departures}), 3)

called(".", change) := change.environment

called(place, _) := place if place != "."

instead(left) := sprintf(" to %s", [version.name(left.to)]) if is_object(left.to)

else := ""

told(left) := sprintf(" on %s by %s of %s", [
	clock.name(left.at), substring(left.commit, 0, 7), split(left.author, " <")[0],
]) if is_string(left.at)

else := ""

reason(left) := sprintf(": %s", [left.reason]) if left.reason != ""

else := sprintf(" (%s), and nothing said that this was meant", [left.subject])

severity(left) := "error" if {
	left.reason != ""
	not input.head.staged
} else := "warning"
