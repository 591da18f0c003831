# METADATA
# title: An artifact comes from another repository
# description: |
#   What an environment runs comes from another repository than before, or from a further one: another registry, a fork,
#   somebody else's account. What comes to an environment for the first time is compared with the environment before it,
#   unless this environment has other artifacts from there. The tag may well be one that was tested, but whoever owns a repository decides what its tags
#   stand for. In production that is an error, or a warning where an environment right before it runs exactly that version
#   from there; in any other environment it is a warning, and a note where a digest proves that it is a build that this
#   environment, or the one right before it, ran already. That environments have a registry each is fine.
# custom:
#   severity: warning
#   remediation: |
#     Check who owns the new repository. To move, pin the digest that runs first, and change the repository afterwards:
#     a digest is the same build from anywhere. Where tags have to do, move the environments before production first. To move
#     production without them, lower this rule's severity in .promocheck.yaml by a change that comes before the move.
package promocheck.rules.changed_source

import data.promocheck.lib.environment
import data.promocheck.lib.prose
import data.promocheck.lib.version

findings contains {
	"change": change.id,
	"message": sprintf("%s in %s comes from %s instead of %s", [
		change.artifact.name,
		change.environment,
		source(change.after.repository),
		source(change.before.repository),
	]),
	"severity": severity(change),
} if {
	some change in input.changes
	not is_null(change.before)
	not is_null(change.after)
	change.before.repository != change.after.repository
}

findings contains {
	"change": change.id,
	"message": sprintf("%s in %s also comes from %s; so far it came only from %s", [
		change.artifact.name,
		change.environment,
		source(change.after.repository),
		prose.enumerate_some([source(repository) | some repository in sort(known)], 3),
	]),
	"severity": severity(change),
} if {
	some change in added
	known := repositories[place(change)]
	count(known) > 0
	not change.after.repository in known
}

# An artifact that is new here is compared with what comes before, unless this environment has a source of its own.
findings contains {
	"change": change.id,
	"message": sprintf("%s comes to %s from %s; %s has it from %s", [
		change.artifact.name,
		change.environment,
		source(change.after.repository),
		prose.enumerate([upstream.environment | some upstream in change.upstream; count(upstream.versions) > 0], "and"),
		prose.enumerate_some(upstream_repositories(change), 3),
	]),
	"severity": severity(change),
} if {
	some change in added
	change.familiar == false
}

upstream_repositories(change) := sort({source(version.repository) |
	some upstream in change.upstream
	some version in upstream.versions
})

added contains change if {
	some change in input.changes
	is_null(change.before)
}

place(change) := [change.app, change.environment, version.artifact(change)]

# Where each environment's targets have the artifacts from that are added to it. A complete rule is computed once.
repositories := {where: known |
	some where in {place(change) | some change in added}
	[app, name, key] := where
	known := {version.repository | some target in input.state[app][name]; some version in target[key]}
}

# A chart may be a directory beside what installs it.
source(repository) := repository if {
	repository != ""
} else := "a repository without a name"

severity(change) := "note" if {
	proven(change)
} else := "warning" if {
	some upstream in change.upstream
	runs_from_there(upstream, change.after)
} else := environment.severity(change.environment)

# A digest is the same build wherever it comes from: one that this environment ran at base, or one before it.
proven(change) if {
	change.after.digest != ""
	not change.entry
}

proven(change) if {
	change.after.digest != ""
	some upstream in change.upstream
	upstream.holds
}

# The environment runs the very version, and has it from nowhere else. What is only declared there proves nothing.
runs_from_there(upstream, after) if {
	upstream.holds
	upstream.runs
	held := [one | some one in upstream.versions; one.tag == after.tag; one.digest == after.digest]
	count(held) > 0
	every one in held { one.repository == after.repository }
}
