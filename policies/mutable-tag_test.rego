package promocheck.rules.mutable_tag_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.mutable_tag

test_says_why_it_moves[note] if {
	some note, [kind, tag, why] in {
		"untagged image": ["image", "", "has neither tag nor digest"],
		"latest": ["image", "latest", "is tagged latest"],
		"long-term support": ["image", "lts", "is tagged lts"],
		"what comes before a release": ["image", "Beta", "is tagged Beta"],
		"in capitals": ["image", "Latest", "is tagged Latest"],
		"environment on the path": ["image", "ring-0", "is tagged ring-0, the name of an environment"],
		"environment by its usual name": ["image", "production", "is tagged production, the name of an environment"],
		"environment in capitals": ["image", "Performance", "is tagged Performance, the name of an environment"],
		"branch": ["image", "main", "is tagged main, the name of a branch"],
		"branch in capitals": ["image", "SNAPSHOT", "is tagged SNAPSHOT, the name of a branch"],
		"no revision": ["git", "", "has no revision"],
		"git HEAD": ["git", "HEAD", "follows HEAD"],
		"git branch": ["git", "master", "follows master, the name of a branch"],
		"git branch, spelt out": ["git", "refs/heads/v1.2.3", "follows refs/heads/v1.2.3, the name of a branch"],
		"git environment": ["git", "staging", "follows staging, the name of an environment"],
		"git range": ["git", "v1.*", "follows v1.*, a range"],
		"no chart version": ["chart", "", "has no version"],
		"chart range": ["chart", ">=1.0.0", "follows >=1.0.0, a range"],
		"chart wildcard": ["chart", "1.x", "follows 1.x, a range"],
		"chart wildcard in capitals": ["chart", "1.X.0", "follows 1.X.0, a range"],
		"any chart": ["chart", "x", "follows x, a range"],
		"snapshot of a version": ["image", "1.2.3-SNAPSHOT", "is tagged 1.2.3-SNAPSHOT, of which SNAPSHOT moves"],
		"nightly of a release": ["image", "18-nightly", "is tagged 18-nightly, of which nightly moves"],
		"latest of a branch": ["image", "main-latest", "is tagged main-latest, of which latest moves"],
		"nightly of a variant": ["image", "nightly_alpine", "is tagged nightly_alpine, of which nightly moves"],
		"edge of a version": ["image", "v1-edge", "is tagged v1-edge, of which edge moves"],
		"chart's snapshot": ["chart", "0.0.0-latest", "follows 0.0.0-latest, of which latest moves"],
		"architecture of the latest": ["image", "latest-amd64", "is tagged latest-amd64, of which latest moves"],
		"architecture in parts": ["image", "latest-x86_64", "is tagged latest-x86_64, of which latest moves"],
		"architecture with a number": ["image", "nightly-arm64", "is tagged nightly-arm64, of which nightly moves"],
		"architecture of a branch": ["image", "main-amd64", "is tagged main-amd64, of which main moves"],
		"environment's architecture": ["image", "prod-arm64v8", "is tagged prod-arm64v8, of which prod moves"],
		"version of the system": ["image", "edge-alpine3.19", "is tagged edge-alpine3.19, of which edge moves"],
		"version of the system, apart": ["image", "stable-alpine-3.19", "is tagged stable-alpine-3.19, of which stable moves"],
		"version of the language": ["image", "latest-python3", "is tagged latest-python3, of which latest moves"],
		"language and system": ["image", "main-php8.2-fpm-bookworm", "is tagged main-php8.2-fpm-bookworm, of which main moves"],
		"variant of a branch": ["image", "Stable-alpine", "is tagged Stable-alpine, of which Stable moves"],
		"variant of long-term support": ["image", "lts-jdk17", "is tagged lts-jdk17, of which lts moves"],
		"counted latest": ["image", "latest.1", "is tagged latest.1, of which latest moves"],
		"snapshot behind a dot": ["image", "1.2.3.SNAPSHOT", "is tagged 1.2.3.SNAPSHOT, of which SNAPSHOT moves"],
		"variant of a Git branch": ["git", "main-python3", "follows main-python3, of which main moves"],
		"chart's major version": ["chart", "1", "follows 1, a range"],
		"chart's minor version": ["chart", "1.2", "follows 1.2, a range"],
		"chart's major version with its letter": ["chart", "v1", "follows v1, a range"],
		"chart's minor version and no other": ["chart", "=1.2", "follows =1.2, a range"],
		"all but one chart": ["chart", "!=1.2.3", "follows !=1.2.3, a range"],
		"chart alternatives": ["chart", "1.2.0 || 1.3.0", "follows 1.2.0 || 1.3.0, a range"],
	}
	found := mutable_tag.findings with input as tagged(kind, tag, "")
	found == {{
		"change": "checkout/prod/1",
		"message": sprintf("acme/checkout in prod %s: what it runs can change without a commit", [why]),
	}}
}

test_lets_what_does_not_move_be[note] if {
	some note, [kind, tag] in {
		"version": ["image", "v1.2.3"],
		"commit": ["image", "3f4e5a6"],
		"environment, commit and time": ["image", "prod-3f4e5a6-20261120163000"],
		"latest of something": ["image", "latest-3f4e5a6"],
		"nightly of a day": ["image", "nightly-20261103"],
		"day of a nightly": ["image", "20261103-nightly"],
		"numbered nightly": ["image", "nightly.12-3"],
		"numbered snapshot": ["image", "1.2.3-SNAPSHOT-4"],
		"snapshot of a commit": ["image", "1.2.3-3f4e5a6-SNAPSHOT"],
		"snapshot of a build": ["image", "build-20261103-snapshot"],
		"word with one in it": ["image", "hedge-knowledge"],
		"branch and commit": ["image", "main-3f4e5a6"],
		"number": ["image", "1.10"],
		"with an x": ["image", "1.x"],
		"git commit": ["git", "3f4e5a6b7c8d9e0f112233445566778899aabbcc"],
		"git tag": ["git", "v1.2.3"],
		"git tag of a component": ["git", "checkout/v1.2.3"],
		"git tag, spelt out": ["git", "refs/tags/v1.2.3"],
		"chart": ["chart", "1.2.3"],
		"chart pre-release with an x": ["chart", "1.2.3-hotfix.1+linux"],
		"chart, and no other": ["chart", "=1.2.3"],
		"chart with its letter, and no other": ["chart", "= v1.2.3-rc.1"],
		"short version": ["image", "1.2"],
		"git tag of two numbers": ["git", "v1.2"],
		"architecture of a version": ["image", "1.2.3-amd64"],
		"architecture of a build": ["image", "main-amd64-1234"],
		"architecture of a commit": ["image", "main-3f9c2aa-amd64"],
		"commit of an architecture": ["image", "latest-amd64-3f9c2aa"],
		"version of a branch": ["image", "stable-1.2.3"],
		"system of a day": ["image", "edge-alpine-20261103"],
		"number of a system's build": ["image", "main-alpine-12"],
		"numbered release": ["image", "release-7"],
		"latest of a version": ["image", "latest-1.2.3"],
		"latest of a build": ["image", "latest-1234"],
		"word that begins like one": ["image", "mainline2-alpine"],
		"chart called like a branch": ["chart", "stable"],
	}
	found := mutable_tag.findings with input as tagged(kind, tag, "")
	count(found) == 0
}

test_a_digest_makes_every_tag_immutable[tag] if {
	some tag in ["latest", "", "prod", "main"]
	found := mutable_tag.findings with input as tagged("image", tag, fixture.digest)
	count(found) == 0
}

test_judges_what_is_no_entry_too if {
	found := mutable_tag.findings with input as fixture.with_change({"entry": false, "after": {"tag": "latest"}})
	count(found) == 1
}

test_is_silent_about_what_is_removed if {
	count(mutable_tag.findings) == 0 with input as fixture.with_change({"after": null})
}

test_is_silent_without_changes if count(mutable_tag.findings) == 0 with input as fixture.quiet

tagged(kind, tag, digest) := object.union(
	fixture.with_change({"artifact": {"kind": kind}, "after": {"tag": tag, "digest": digest}}),
	{"path": array.concat(fixture.quiet.path, [{"name": "Ring-0", "upstream": [], "production": false}])},
)

test_lets_this_repository_be_followed[note] if {
	some note, tag in {"without a revision": "", "HEAD": "HEAD", "its branch": "main", "its branch in capitals": "Main"}
	found := mutable_tag.findings with input as following("example.com/acme/config", tag)
	count(found) == 0
}

test_another_branch_or_repository_moves[note] if {
	some note, [repository, tag] in {
		"another branch": ["example.com/acme/config", "master"],
		"another repository": ["example.com/acme/other", "main"],
	}
	found := mutable_tag.findings with input as following(repository, tag)
	count(found) == 1
}

test_lets_a_chart_of_this_repository_be_followed[note] if {
	some note, [repository, tag] in {
		"beside, whatever its version": ["file://../common", "*"],
		"where charts lie, without a version": ["", ""],
		"a range of it": ["file://charts/common", "1.x"],
	}
	found := mutable_tag.findings with input as fixture.with_change({
		"artifact": {"kind": "chart", "name": "common"},
		"after": {"repository": repository, "tag": tag, "digest": ""},
	})
	count(found) == 0
}

test_a_chart_from_elsewhere_moves[note] if {
	some note, repository in {"its URL": "https://charts.example.com", "its source's name": "acme", "an alias": "@acme"}
	found := mutable_tag.findings with input as fixture.with_change({
		"artifact": {"kind": "chart", "name": "common"},
		"after": {"repository": repository, "tag": "1.x", "digest": ""},
	})
	count(found) == 1
}

# A change of a Git revision, in the repository example.com/acme/config.
following(repository, tag) := object.union(
	fixture.with_change({
		"artifact": {"kind": "git", "name": "acme/config"},
		"after": {"repository": repository, "tag": tag, "digest": ""},
	}),
	{"self": {"repositories": ["example.com/acme/config"], "revisions": ["", "head", "main"]}},
)

test_a_team_says_what_moves_and_what_may[note] if {
	some note, [tag, parameters, finds] in {
		"known to the team": ["release-7", {"moving": ["release-*"], "allow": {}}, 1],
		"known to the team, with dots": ["release-1.2", {"moving": ["release-*"], "allow": {}}, 1],
		"not known": ["release-7", {"moving": ["stable-*"], "allow": {}}, 0],
		"may move there": ["main-latest", {"moving": [], "allow": {"prod": ["main-*"]}}, 0],
		"may move elsewhere": ["main-latest", {"moving": [], "allow": {"dev": ["main-*"]}}, 1],
		"another may move there": ["main-latest", {"moving": [], "allow": {"prod": ["nightly-*"]}}, 1],
	}
	configured := object.union(tagged("image", tag, ""), {"config": {"rules": {"mutable-tag": parameters}}})
	found := mutable_tag.findings with input as configured
	count(found) == finds
}
