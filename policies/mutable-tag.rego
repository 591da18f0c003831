# METADATA
# title: A version that can change without a commit
# description: |
#   An environment names what it runs by something that moves: an image without a tag or tagged `latest`, a tag or
#   Git revision that is the name of an environment or of a branch, or a range of versions. What runs then depends on
#   when it was pulled, and nothing that was tested before is what is promoted. A digest makes every tag immutable. What
#   follows this very repository changes by its commits only, which are judged as they come; so does a chart that lies in it.
# custom:
#   severity: error
#   remediation: |
#     Name one build: a tag that is never moved, a full commit ID, or better a digest.
package promocheck.rules.mutable_tag

import data.promocheck.lib.environment
import data.promocheck.lib.usual

findings contains {
	"change": change.id,
	"message": sprintf(
		"%s in %s %s: what it runs can change without a commit",
		[change.artifact.name, change.environment, reason],
	),
} if {
	some change in input.changes
	not is_null(change.after)
	change.after.digest == ""
	not follows_this_repository(change)
	reason := moves(change.artifact.kind, change.after.tag)
}

follows_this_repository(change) if {
	change.artifact.kind == "git"
	change.after.repository in input.self.repositories
	lower(change.after.tag) in input.self.revisions
}

# A chart that is found by a path, or without saying where, lies beside what installs it.
follows_this_repository(change) if {
	change.artifact.kind == "chart"
	lies_here(change.after.repository)
}

lies_here("")

lies_here(repository) if startswith(repository, "file://")

# moves says why a tag is no single version. It is undefined for one that is.
moves(kind, tag) := concat(" ", ["has", nothing]) if {
	tag == ""
	nothing := object.get(unnamed, kind, "no version")
} else := concat(" ", [verb(kind), tag]) if {
	lower(tag) in newest
} else := sprintf("%s %s, the name of an environment", [verb(kind), tag]) if {
	lower(tag) in environments
} else := sprintf("%s %s, the name of a branch", [verb(kind), tag]) if {
	kind in {"image", "git"}
	is_branch(kind, tag)
} else := sprintf("%s %s, a range", [verb(kind), tag]) if {
	kind != "image" # whose tags can be no ranges
	is_range(tag)
}

unnamed := {
	"image": "neither tag nor digest",
	"git": "no revision",
}

verb(kind) := "is tagged" if {
	kind == "image"
} else := "follows"

newest := {"head", "latest"}

environments := environment.names | usual.environments

branches := {
	"canary", "default", "develop", "edge", "main", "mainline", "master", "next", "nightly", "release", "rolling",
	"snapshot", "stable", "trunk", "unstable",
}

is_branch(_, tag) if lower(tag) in branches

# A Git revision can say in so many words that it is a branch.
is_branch("git", tag) if strings.any_prefix_match(tag, {"refs/heads/", "refs/remotes/", "heads/", "origin/"})

# Charts, and Argo CD also for Git, take constraints such as `>=1.2`, `1.x` or `1.2 - 1.4`.
is_range(tag) if regex.match(`[*<>=~^|, ]|(^|\.)[xX](\.|$)`, tag)
