# METADATA
# title: A version goes back, and nothing says that it is meant
# description: |
#   A change takes an environment back to an older version. A stale branch or a late pipeline does that as well as a
#   person who means to. It is a rollback if every target that it concerns ran exactly that version before; such a one is
#   let through once it is declared, and then needs no staging, no soak time and no weekday. A commit declares what it
#   takes back itself, and no more. Into production this is an error, into any other environment a warning.
# custom:
#   severity: warning
#   remediation: |
#     Bring the branch up to date if it is stale. If going back is meant, say so: revert the commit that brought the newer
#     version, or what merged it; or add the trailer `Rollback: <reason>` to the commit that goes back.
#   parameters:
#     trailer:
#       type: string
#       default: Rollback
#       description: The trailer of a commit's message that declares a rollback.
package promocheck.rules.undeclared_rollback

import data.promocheck.lib.clock
import data.promocheck.lib.environment
import data.promocheck.lib.prose
import data.promocheck.lib.rollback
import data.promocheck.lib.version

findings contains {
	"change": change.id,
	"message": concat("", [
		sprintf("%s goes back from %s to %s in %s, %s", [
			change.artifact.name, version.name(change.before), version.name(change.after), change.environment, past(change),
		]),
		way(change),
	]),
	"severity": severity(change.environment),
} if {
	some change in input.changes
	change.direction == "backward"
	not change.id in rollback.declared
}

past(change) := sprintf("which ran it until %s, and nothing says that this is meant", [clock.name(change.own.until)]) if {
	change.returns == true
	is_string(change.own.until)
} else := "which ran it before, and nothing says that this is meant" if {
	change.returns == true
} else := "which never ran just that" if {
	change.returns == false
} else := "and history does not tell whether it ever ran there"

# way is how to get back to what ran before, where that is another version.
way(change) := sprintf("; reverting %s (%s) would go back to %s", [
	substring(change.previous.by.commit, 0, 7), change.previous.by.subject, versions,
]) if {
	names := {version.name(held) | some held in change.previous.versions}
	count(names) > 0
	names != {version.name(change.after)}
	versions := prose.enumerate_some(sort(names), 3)
} else := sprintf("; to declare it, revert %s (%s)", [
	substring(change.previous.by.commit, 0, 7), change.previous.by.subject,
]) if {
	change.returns == true
	is_object(change.previous)
	count(change.previous.versions) > 0
} else := ""

severity(name) := "error" if {
	name in environment.production
	not input.head.staged
} else := "warning"
