# METADATA
# title: A version skips an environment
# description: |
#   A version enters an environment though the one before it on the promotion path never ran it: it does not hold it
#   on the base branch, never held it as far as history tells, and does not get it by the same change; or what held it
#   could never run, since it was suspended or scaled to zero. Into production
#   that is an error, into any other environment a warning. An app that is in production only skips all that is before
#   it: an error where the app is new, or lost the environments before it by this change or since production last got
#   another version; else a warning. Nothing is said where every environment before it has the tag, with a digest on one side
#   only: that is for digest-mismatch to tell.
# custom:
#   severity: warning
#   remediation: |
#     Promote the version through the environments before this one first, each by a change of its own. An app that is
#     to be in production alone is named by `allow`.
#   parameters:
#     allow:
#       type: array
#       default: []
#       description: Apps, as globs, that have no environment before production, and need none.
package promocheck.rules.skipped_environment

import data.promocheck.lib.environment
import data.promocheck.lib.evidence
import data.promocheck.lib.prose
import data.promocheck.lib.rollback
import data.promocheck.lib.version

findings contains {
	"change": change.id,
	"message": sprintf(
		"%s %s enters %s but %s in %s",
		[change.artifact.name, version.name(change.after), change.environment, was(change), prose.enumerate(skipped, "or")],
	),
	"severity": environment.severity(change.environment),
} if {
	some change in input.changes
	change.entry
	not is_null(change.after)
	count(change.upstream) > 0
	every upstream in change.upstream { never_in(upstream) }
	not change.id in rollback.declared
	not every_tag_was_there(change)

	# In the order of the path. What is upstream counts even where it is not listed as earlier.
	listed := {holding.environment | some holding in change.earlier}
	unlisted := [upstream | some upstream in change.upstream; not upstream.environment in listed]
	skipped := [skipped_part(holding, change.after) |
		some holding in array.concat(change.earlier, unlisted)
		never_in(holding)
	]
}

# An app that nothing is before production of. The repository has such environments, or nobody could miss them.
findings contains {
	"change": change.id,
	"message": sprintf(
		"%s %s enters %s, and %s has no environment before it",
		[change.artifact.name, version.name(change.after), change.environment, app_in_words(change.app)],
	),
	"severity": severity_alone(change),
} if {
	some change in input.changes
	change.entry
	not is_null(change.after)
	change.environment in environment.production
	count(change.upstream) == 0
	count(change.lost) == 0
	change.environment in environment.downstream
	not allowed(change)
	not change.id in rollback.declared
}

# An app that was somewhere before production, and is no more. What it never was in there is said above.
findings contains {
	"change": change.id,
	"message": sprintf(
		"%s %s enters %s, and %s is no longer in %s",
		[
			change.artifact.name, version.name(change.after), change.environment,
			app_in_words(change.app), prose.enumerate(change.lost, "or"),
		],
	),
	"severity": "error",
} if {
	some change in input.changes
	count(change.lost) > 0
	not skips(change)
	not allowed(change)
	not change.id in rollback.declared
}

skips(change) if {
	count(change.upstream) > 0
	every upstream in change.upstream { never_in(upstream) }
}

app_in_words(".") := "the app"

app_in_words(app) := app if app != "."

# What comes from another app, or was called otherwise a while ago, is allowed where that one was, too: nobody moves there to be
# let through.
allowed(change) if {
	apps := ({change.app} | {place.app | some place in change.from}) | {app | some app in change.formerly}
	every app in apps {
		some pattern in input.config.rules["skipped-environment"].allow
		glob.match(pattern, ["/"], app)
	}
}

# An app that was there, and only in production, is how its team works, whatever it is called by now. One that comes is
# not yet.
severity_alone(change) := "warning" if {
	some app in ({change.app} | {place.app | some place in change.from})
	some held in input.state[app]
	count(held) > 0
} else := "error"

# An environment may count as holding a version only when all its targets do.
skipped_part(holding, after) := concat(" ", ["all of", holding.environment]) if {
	version.in_some_targets(holding, after)
} else := sprintf("%s (%s)", [holding.environment, evidence.idle(holding)]) if {
	count(holding.idle) > 0
} else := sprintf("%s (which %s)", [holding.environment, how]) if {
	how := version.pinned_otherwise(holding, after)
} else := holding.environment

was(change) := "is not known to have run" if {
	some holding in skipped_of(change)
	evidence.only_declared(holding)
	is_null(holding.ran.ever)
} else := "never ran" if {
	some holding in skipped_of(change)
	evidence.only_declared(holding)
} else := "is not known to have been" if {
	some holding in skipped_of(change)
	is_null(holding.held)
} else := "is not known to have been" if {
	some holding in skipped_of(change)
	version.pinned_otherwise(holding, change.after)
} else := "was never"

# Each environment before it has the tag, with a digest on one side only. Then digest-mismatch says that nothing proves it to be the
# same build; the version was skipped by none.
every_tag_was_there(change) if {
	every holding in skipped_of(change) {
		version.pinned_otherwise(holding, change.after)
		count(holding.idle) == 0
	}
}

skipped_of(change) := [holding |
	some holding in array.concat(change.upstream, change.earlier)
	never_in(holding)
]

# History that cannot tell (held is null) proves nothing.
never_in(holding) if not was_in(holding)

was_in(holding) if evidence.holds(holding)

was_in(holding) if evidence.gets(holding)

was_in(holding) if evidence.ran(holding)
