# METADATA
# title: A changed text that may name what runs
# description: |
#   A text changes in what production deploys, it may name what runs, and it stands in a place that no reader of
#   versions knows, so no other rule has judged it. It is an error where the text can hardly be anything else: it has a
#   digest, or a host and a path with a tag, it stands beside a key that says image, at a chart's version or a Git
#   revision, it is empty where a version was or has none any more, or it is another directory of a repository elsewhere
#   at the same revision, or a further one, or another source of charts or manifests, or of what another controller deploys from
#   elsewhere. It is a warning where it only reads like a name with a tag, stands at a key that says version and nothing
#   else, or equals a version that the app's environments hold; where it takes another's place and has a version in it,
#   as the name of a file or package, or stands at a key that versions go by among others (a ref, a release, a channel,
#   a branch); where it decides which versions a controller picks, or which of several that run are used, and names
#   none, as the policy of an image automation, a route and two containers that swap their images do, or changes what others
#   run, as a policy that mutates and a mirror of a registry do; where a controller is told of something elsewhere for the
#   first time, or of a source that is nowhere here; and where all values of a chart come from a Secret that changes.
#   A text that changes as a version of the same change does, as labels do, is none; nor is one that the environment
#   before deploys already in the same place, as where both have a copy of a release.
# custom:
#   severity: warning
#   remediation: |
#     Compare the text with what the environment before runs. If it names what runs, state it where promocheck reads it; of
#     a variable or field, name it under `images.variables` in .promocheck.yaml. If it names nothing that runs, name it there
#     with `!` before it. Both count once they are on the base branch.
package promocheck.rules.unclaimed_text

import data.promocheck.lib.environment

findings contains {
	"message": message(text),
	"app": text.app,
	"environment": text.environment,
	"targets": text.targets,
	"location": text.location,
	"severity": severity(text),
} if {
	some text in input.unclaimed
	text.environment in environment.production
	not text.follows
	count(text.upstream) == 0
}

message(text) := sprintf(
	"%s of %s was %s and is empty now: nobody knows what runs instead",
	[text.path, text.object, text.before],
) if {
	text.kind == "emptied"
	text.after == ""
}

message(text) := sprintf(
	"%s of %s was %s and is %s now, without a version: nobody knows what runs instead",
	[text.path, text.object, text.before, text.after],
) if {
	text.kind == "emptied"
	text.after != ""
}

message(text) := sprintf(
	"%s takes %s instead of %s, at the same revision: nobody knows which versions are there",
	[text.object, text.after, text.before],
) if {
	text.kind == "directory"
	text.before != ""
}

message(text) := sprintf("%s also takes %s, at the same revision: nobody knows which versions are there", [text.object, text.after]) if {
	text.kind == "directory"
	text.before == ""
}

message(text) := sprintf("%s is also made from %s: nobody knows which versions are there", [text.object, text.after]) if {
	text.kind == "source"
	text.before == ""
}

message(text) := sprintf(
	"%s is made from %s instead of %s: nobody knows which versions are there",
	[text.object, text.after, text.before],
) if {
	text.kind == "source"
	text.before != ""
}

message(text) := sprintf(
	"%s deploys %s instead of %s from elsewhere: nobody knows which versions are there",
	[text.object, text.after, text.before],
) if {
	text.kind == "taken"
	text.before != ""
}

message(text) := sprintf("%s deploys %s from elsewhere: nobody knows which versions are there", [text.object, text.after]) if {
	text.kind == "taken"
	text.before == ""
}

message(text) := sprintf(
	"%s of %s changes, which decides what is picked to run: nobody knows which versions that will be",
	[text.path, text.object],
) if {
	text.kind == "choice"
}

message(text) := sprintf("%s changes what other objects run, and %s: nobody knows which versions that will be", [text.object, how]) if {
	text.kind == "acts"
	how := {true: "is new", false: "is another than before"}[text.before == ""]
}

message(text) := sprintf("%s takes %s, which changes: it may set any version, and nobody here knows it", [text.object, what]) if {
	text.kind == "hidden"
	what := split(text.after, "#")[0]
}

message(text) := sprintf("%s has more texts that may name what runs than are told apart, and they differ", [text.object]) if {
	text.kind == "uncounted"
}

message(text) := sprintf(
	"%s may name what runs, and no reader knows this place: %s of %s",
	[text.after, text.path, text.object],
) if {
	not text.kind in {"emptied", "directory", "source", "taken", "choice", "acts", "hidden", "uncounted"}
}

severity(text) := "error" if {
	text.kind in {"digest", "reference", "image-key", "revision", "emptied", "directory"}
} else := "error" if {
	text.kind in {"source", "taken"}
	text.before != ""
} else := "warning"
