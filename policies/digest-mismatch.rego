# METADATA
# title: One tag stands for two builds
# description: |
#   A version enters an environment under a tag that the environment right before it runs with another digest, or of
#   which only one of the two has a digest. The tag says that it is the version that was tested, and nothing proves
#   it: tags can be moved. Into production that is an error, into any other environment a warning. So it is where a tag
#   changes while the digest stays, which then says another version than what runs, and where a digest changes while the
#   tag stays; before production that is a note, since tags are built anew there, and
#   where no environment comes before this one a warning. Neither is said where the environment right
#   before this one holds exactly that tag and digest, as update bots promote them, or where this one ran it before.
# custom:
#   severity: warning
#   remediation: |
#     Promote the very digest that the environment before this one runs. If it runs a tag without a digest, pin the
#     digest there first. Where none comes before it, give a build that is to run there a tag of its own, and leave the tags
#     that run as they are.
package promocheck.rules.digest_mismatch

import data.promocheck.lib.environment
import data.promocheck.lib.prose
import data.promocheck.lib.version

findings contains {
	"change": change.id,
	"message": sprintf("%s %s has %s in %s, but %s: %s", [
		change.artifact.name,
		change.after.tag,
		digest(change.after),
		change.environment,
		prose.enumerate_some([sprintf("%s in %s", [digest(held), name]) | some [name, held] in held_alike], 3),
		verdict(change.after, held_alike),
	]),
	"severity": environment.severity(change.environment),
} if {
	some change in input.changes
	held_alike := alike(change)
	count(held_alike) > 0
}

# What the environments right before this one hold under the tag that enters, if none of them ever held the build.
alike(change) := [[upstream.environment, held] |
	change.entry
	not is_null(change.after)
	every upstream in change.upstream { never_in(upstream, change.after) }
	some upstream in change.upstream
	some held in upstream.versions
	version.same_tag_only(held, change.after)
]

# A build that was there, that some targets run or that the same change brings there was not mistaken
# for another; whether that is enough is for other rules to say.
never_in(upstream, after) if {
	not upstream.holds
	not upstream.gets
	not upstream.held == true
	not version.in_some_targets(upstream, after)
}

# What changes by itself: the tag or the digest of what a place runs.
findings contains {
	"change": change.id,
	"message": moved,
	"severity": moved_severity(change),
} if {
	some change in input.changes
	not is_null(change.before)
	not is_null(change.after)
	count(alike(change)) == 0
	not ran(change)
	every upstream in change.upstream { not proven(upstream, change.after) }
	moved := says(change)
}

# The environment before this one runs exactly that.
proven(upstream, after) if {
	some held in upstream.versions
	held.tag == after.tag
	held.digest == after.digest
}

# It went back to a build that ran there.
ran(change) if {
	rebuilt(change)
	change.returns == true
}

says(change) := sprintf("%s has the tag %s in %s and no longer %s, but still the digest %s: the tag says another version than what runs", [
	change.artifact.name, change.after.tag, change.environment, change.before.tag, version.short(change.after.digest),
]) if {
	renamed(change)
} else := sprintf("%s has another digest under the tag %s in %s, %s and no longer %s: the tag was moved", [
	change.artifact.name, change.after.tag, change.environment, version.short(change.after.digest), version.short(change.before.digest),
]) if {
	rebuilt(change)
}

renamed(change) if {
	change.after.digest != ""
	change.after.digest == change.before.digest
	change.after.tag != change.before.tag
	not "" in {change.after.tag, change.before.tag}
}

rebuilt(change) if {
	change.after.tag != ""
	change.after.tag == change.before.tag
	change.after.digest != change.before.digest
	not "" in {change.after.digest, change.before.digest}
}

moved_severity(change) := "note" if {
	rebuilt(change)
	not change.environment in environment.production
} else := "warning" if {
	count(change.upstream) == 0
} else := environment.severity(change.environment)

digest(held) := version.short(held.digest) if {
	held.digest != ""
} else := "no digest"

verdict(after, alike) := "not the digest that was tested" if {
	after.digest != ""
	every pair in alike { pair[1].digest != "" }
} else := "nothing proves that it is the build that was tested"
