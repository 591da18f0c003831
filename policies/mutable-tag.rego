# METADATA
# title: A version that can change without a commit
# description: |
#   An environment names what it runs by something that moves: an image without a tag or tagged `latest`, a tag or
#   Git revision that is the name of an environment or of a branch, one with a part that moves (`1.2-SNAPSHOT`,
#   `main-latest`, `nightly`, where no date, number or commit stands beside it; `stable-alpine`, `main-python3.12`, where
#   only a platform or a variant does), or a range of versions, as a chart's `1.2` is. What runs then depends on
#   when it was pulled, and nothing that was tested before is what is promoted. A digest makes every tag immutable. What
#   follows this very repository changes by its commits only, which are judged as they come; so does a chart that lies in it.
# custom:
#   severity: error
#   remediation: |
#     Name one build: a tag that is never moved, a full commit ID, or better a digest.
#   parameters:
#     moving:
#       type: array
#       default: []
#       description: Globs for tags that move here, beside those that are known, such as `release-*`.
#     allow:
#       type: arrays
#       default: {}
#       description: For an environment, globs for tags that may move there, such as `main-latest` in dev.
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
	not allowed(change.environment, change.after.tag)
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
	is_range(kind, tag)
} else := sprintf("%s %s, which the configuration says moves", [verb(kind), tag]) if {
	some pattern in input.config.rules["mutable-tag"].moving
	glob.match(pattern, null, tag)
} else := sprintf("%s %s, of which %s moves", [verb(kind), tag, concat(" and ", sort(words))]) if {
	words := moving_words(tag)
	count(words) > 0
} else := sprintf("%s %s, of which %s moves", [verb(kind), tag, word]) if {
	kind in {"image", "git"}
	word := before_variants(tag)
}

allowed(name, tag) if {
	some pattern in input.config.rules["mutable-tag"].allow[name]
	glob.match(pattern, null, tag)
}

moving := newest_builds | {"latest"}

# moving_words are the parts of a tag that move, unless something beside them says which build it is: a date, a long number
# or a commit, or anything with a digit after them. What else stands before them is the version that they are builds of.
moving_words(tag) := {part |
	some i, part in parts
	lower(part) in moving
	every j, other in parts { not tells(i, j, other) }
} if {
	parts := regex.split(`[-_+.]`, tag)
	count(parts) > 1
}

tells(_, _, part) if regex.match(`^[0-9]{6,}$`, part) # a date, a time or a build

tells(_, _, part) if {
	regex.match(`^g?[0-9a-f]{7,64}$`, part)
	regex.match(`[0-9]`, part)
}

tells(i, j, part) if {
	j > i
	regex.match(`[0-9]`, part)
}

unnamed := {
	"image": "neither tag nor digest",
	"git": "no revision",
}

verb(kind) := "is tagged" if {
	kind == "image"
} else := "follows"

# newest name what is newest of its kind, by themselves.
newest := {"alpha", "beta", "current", "head", "latest", "lts", "rc"}

environments := environment.names | usual.environments

branches := newest_builds | {
	"canary", "default", "develop", "main", "mainline", "master", "next", "release", "stable", "trunk",
}

# newest_builds name the latest build of something, by themselves or as a part of a tag.
newest_builds := {"edge", "nightly", "rolling", "snapshot", "unstable"}

is_branch(_, tag) if lower(tag) in branches

# A Git revision can say in so many words that it is a branch.
is_branch("git", tag) if strings.any_prefix_match(tag, {"refs/heads/", "refs/remotes/", "heads/", "origin/"})

# before_variants is a word that moves, where all that follows it is for which platform the build is, and with what: the number
# in `latest-alpine3.19` is that of Alpine. Undefined for what else may say which build it is.
before_variants(tag) := word if {
	word := regex.find_n(`^[A-Za-z]+`, tag, 1)[0]
	lower(word) in ((newest | branches) | environments)
	regex.match(sprintf(`^[a-z]+(?:[-_.+](?:%s))+$`, [variant]), lower(tag))
}

# Nobody counts what is latest.
before_variants(tag) := "latest" if regex.match(`^latest[-_.+][0-9]{1,2}$`, lower(tag))

variant := concat("|", [
	`(?:linux[-_/]?)?(?:amd64(?:v[1-4])?|arm64(?:v[89])?|arm(?:32)?(?:[-_]?v[5-8])?l?|armhf|aarch64|x86(?:[-_]64)?|x64|i?[36]86|ppc64(?:le|el)?|s390x|riscv64)`,
	`(?:alpine|debian|ubuntu|ubi|rhel|centos|fedora|rocky(?:linux)?|alma(?:linux)?|wolfi|busybox|photon|amazonlinux|al)(?:[0-9]{1,3}|[-_]?[0-9]{1,2}(?:\.[0-9]{1,2}){1,2})?`,
	`bookworm|bullseye|buster|trixie|stretch|jammy|focal|noble|bionic|linux|windows|darwin|musl|glibc|(?:windowsservercore|nanoserver|servercore)|ltsc20[0-9]{2}`,
	`(?:python|py|node|nodejs|go|golang|java|jdk|jre|openjdk|temurin|php|ruby|perl|rust|dotnet|aspnet|cuda)(?:[0-9]{1,3}|[-_]?[0-9]{1,2}(?:\.[0-9]{1,2}){1,2})?`,
	`slim|minimal|distroless|rootless|nonroot|fpm|apache|cli|gpu|cpu`,
])

# Charts, and Argo CD also for Git, take constraints such as `>=1.2`, `1.x` or `1.2 - 1.4`.
is_range(_, tag) if {
	regex.match(`[*<>=~^|, ]|(^|\.)[xX](\.|$)`, tag)
	not regex.match(`^\s*=?\s*v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]*)?\s*$`, tag)
}

# What a chart's version does not say is free: 1.2 is any 1.2.x.
is_range("chart", tag) if regex.match(`^\s*=?\s*v?[0-9]+(\.[0-9]+)?\s*$`, tag)
