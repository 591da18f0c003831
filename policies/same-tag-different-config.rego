# METADATA
# title: The same version with other settings than before
# description: |
#   A version comes to an environment, and the workload that runs it is given something else there than the same one in the
#   environment before, beside the version: replicas, resources, probes, flags, variables, mounts and whatever else its pods have. What
#   differs because the two are different places does not count: namespaces, prefixes and suffixes of names, hashes, labels and texts
#   that say the environment or its target. It is off by default, since most of what differs is meant to. Values of Secrets, and of
#   what is called like a secret, are compared and not told.
# custom:
#   severity: warning
#   off: true
#   remediation: |
#     Make the two alike, or name what may differ under `differ`. `promocheck diff APP FROM TO` shows all that differs.
#   parameters:
#     differ:
#       type: array
#       default: []
#       description: Globs for settings that environments may have otherwise, such as `replicas`, `resources.*`, `LOG_*` or `--workers`.
package promocheck.rules.same_tag_different_config

import data.promocheck.lib.index
import data.promocheck.lib.prose
import data.promocheck.lib.version

findings contains {
	"message": sprintf("%s in %s runs %s with other settings than %s: %s; `promocheck diff %s %s %s` shows them", [
		first.workload, first.environment, version.name(change.after), first.upstream, listed(of), first.app, first.upstream, first.environment,
	]),
	"change": change.id,
	"targets": targets(of),
	"location": location(of),
} if {
	some of in {of | some of in told}
	first := input.differences[min(of)]
	change := input.changes[min(promotions[[first.app, first.environment, first.upstream]])]
}

# What one finding is about, by their indices: all that one workload has otherwise than in an environment before, in whichever
# targets.
told := index.by_key([[[d.app, d.environment, d.workload, d.upstream], i] |
	some i, d in input.differences
	not may_differ(d)
	not is_promoted(d)
])

# The changes by which a version comes that an environment before has.
promotions := index.by_key([[[change.app, change.environment, holding.environment], j] |
	some j, change in input.changes
	change.after != null
	change.direction != "backward"
	some holding in change.upstream
	true in {holding.holds, holding.gets}
])

may_differ(d) if {
	some pattern in input.config.rules["same-tag-different-config"].differ
	glob.match(pattern, null, d.name)
}

# That the version is another one is for other rules to say.
is_promoted(d) if {
	d.of == "image"
	some change in input.changes
	change.app == d.app
	change.environment == d.environment
	some image in {d.there, d.here}
	image != null
	contains(image, change.artifact.name)
}

# Where the first is written of which that is known.
location(of) := input.differences[min(written)].location if {
	written := {i | some i in of; input.differences[i].location.line > 0}
	count(written) > 0
} else := input.differences[min(of)].location

targets(of) := sort({target | some i in of; some target in input.differences[i].targets})

listed(of) := prose.enumerate_some(sort({setting(input.differences[i], targets(of)) | some i in of}), 5)

setting(d, all) := sprintf("%s%s%s%s", [within(d), d.name, sides(d), where(d, all)])

where(d, all) := "" if {
	count(d.targets) == count(all)
} else := concat(" ", [" in", prose.enumerate(sort(d.targets), "and")])

within(d) := "" if {
	d.container == ""
} else := concat("", [d.container, "'s "])

sides(d) := sprintf(" (%s, there %s)", [quoted(d.here), quoted(d.there)]) if {
	not d.hidden
	d.only == ""
} else := sprintf(" (not in %s)", [d.upstream]) if {
	d.only == "here"
} else := " (only there)" if {
	d.only == "there"
} else := " (different)"

quoted(text) := `""` if {
	text == ""
} else := text
