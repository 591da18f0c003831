# METADATA
# title: One tag stands for two builds
# description: |
#   A version enters an environment under a tag that the environment right before it runs with another digest, or of
#   which only one of the two has a digest. The tag says that it is the version that was tested, and nothing proves
#   it: tags can be moved. Into production that is an error, into any other environment a warning.
# custom:
#   severity: warning
#   remediation: |
#     Promote the very digest that the environment before this one runs. If it runs a tag without a digest, pin the
#     digest there first.
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
		prose.enumerate_some([sprintf("%s in %s", [digest(held), name]) | some [name, held] in alike], 3),
		verdict(change.after, alike),
	]),
	"severity": severity(change.environment),
} if {
	some change in input.changes
	change.entry
	not is_null(change.after)
	every upstream in change.upstream { never_in(upstream, change.after) }

	alike := [[upstream.environment, held] |
		some upstream in change.upstream
		some held in upstream.versions
		version.same_tag_only(held, change.after)
	]
	count(alike) > 0
}

# A build that was there, that some targets run or that the same change brings there was not mistaken
# for another; whether that is enough is for other rules to say.
never_in(upstream, after) if {
	not upstream.holds
	not upstream.gets
	not upstream.held == true
	not version.in_some_targets(upstream, after)
}

digest(held) := version.short(held.digest) if {
	held.digest != ""
} else := "no digest"

verdict(after, alike) := "not the digest that was tested" if {
	after.digest != ""
	every pair in alike { pair[1].digest != "" }
} else := "nothing proves that it is the build that was tested"

severity(name) := "error" if {
	name in environment.production
} else := "warning"
