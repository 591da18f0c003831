package promocheck.rules.digest_mismatch_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.digest_mismatch

test_says_which_side_has_which_digest[note] if {
	some note, {"after": after, "staging": staging, "says": message} in {
		"different digests": {
			"after": fixture.digest,
			"staging": [other],
			"says": "acme/checkout v1.2.3 has sha256:3f4e5a6b7c8d in prod, but sha256:00112233aabb in staging: not the digest that was tested",
		},
		"digest in production only": {
			"after": fixture.digest,
			"staging": [""],
			"says": "acme/checkout v1.2.3 has sha256:3f4e5a6b7c8d in prod, but no digest in staging: nothing proves that it is the build that was tested",
		},
		"digest in staging only": {
			"after": "",
			"staging": [fixture.digest],
			"says": "acme/checkout v1.2.3 has no digest in prod, but sha256:3f4e5a6b7c8d in staging: nothing proves that it is the build that was tested",
		},
		"targets that differ": {
			"after": fixture.digest,
			"staging": ["", other],
			"says": "acme/checkout v1.2.3 has sha256:3f4e5a6b7c8d in prod, but no digest in staging and sha256:00112233aabb in staging: nothing proves that it is the build that was tested",
		},
	}
	found := digest_mismatch.findings with input as fixture.with_change({
		"after": pinned(fixture.v2, after),
		"upstream": [staging_with(staging, {})],
	})
	found == {{"change": "checkout/prod/1", "message": message, "severity": "error"}}
}

test_is_a_warning_outside_production if {
	found := digest_mismatch.findings with input as fixture.with_change({
		"environment": "staging",
		"after": pinned(fixture.v2, fixture.digest),
		"upstream": [object.union(staging_with([other], {}), {"environment": "dev"})],
	})
	{[finding.severity, finding.message] | some finding in found} == {[
		"warning",
		"acme/checkout v1.2.3 has sha256:3f4e5a6b7c8d in staging, but sha256:00112233aabb in dev: not the digest that was tested",
	]}
}

test_names_only_what_has_the_tag if {
	found := digest_mismatch.findings with input as fixture.with_change({
		"after": pinned(fixture.v2, fixture.digest),
		"upstream": [fixture.never("uat"), staging_with([other], {})],
	})
	{finding.message | some finding in found} == {concat(" ", [
		"acme/checkout v1.2.3 has sha256:3f4e5a6b7c8d in prod,",
		"but sha256:00112233aabb in staging: not the digest that was tested",
	])}
}

# That the history cannot tell proves nothing.
test_fires_where_history_cannot_tell if {
	count(digest_mismatch.findings) == 1 with input as mismatch({"held": null})
}

test_is_silent_where_upstream_has_to_do_with_the_build[note] if {
	some note, fields in {
		"holds it": {"holds": true},
		"gets it": {"gets": true},
		"held it once": {"held": true},
		"holds it in some targets": {"versions": [pinned(fixture.v2, fixture.digest), pinned(fixture.v2, other)]},
	}
	count(digest_mismatch.findings) == 0 with input as mismatch(fields)
}

test_is_silent_where_one_of_several_upstreams_holds_it if {
	upstream := [staging_with([other], {}), object.union(fixture.never("uat"), {"holds": true})]
	found := digest_mismatch.findings with input as fixture.with_change({
		"after": pinned(fixture.v2, fixture.digest),
		"upstream": upstream,
	})
	count(found) == 0
}

test_is_silent[note] if {
	some note, fields in {
		"no entry": {"entry": false},
		"removed": {"after": null},
		"another tag": {"after": pinned(fixture.v1, fixture.digest)},
		"no tag": {"after": {"repository": fixture.v2.repository, "tag": "", "digest": fixture.digest}},
		"first of its chain": {"upstream": []},
	}
	found := digest_mismatch.findings with input as fixture.with_change(object.union(
		{"after": pinned(fixture.v2, fixture.digest), "upstream": [staging_with([other], {})]},
		fields,
	))
	count(found) == 0
}

test_says_what_moves_by_itself[note] if {
	some note, {"before": before, "after": after, "environment": environment, "severity": severity, "says": says} in {
		"the tag in production": {
			"before": pinned(fixture.v1, fixture.digest),
			"after": pinned(fixture.v2, fixture.digest),
			"environment": "prod",
			"severity": "error",
			"says": concat(" ", [
				"acme/checkout has the tag v1.2.3 in prod and no longer v1.2.1, but still the digest sha256:3f4e5a6b7c8d:",
				"the tag says another version than what runs",
			]),
		},
		"the tag before production": {
			"before": pinned(fixture.v1, fixture.digest),
			"after": pinned(fixture.v2, fixture.digest),
			"environment": "staging",
			"severity": "warning",
			"says": concat(" ", [
				"acme/checkout has the tag v1.2.3 in staging and no longer v1.2.1, but still the digest sha256:3f4e5a6b7c8d:",
				"the tag says another version than what runs",
			]),
		},
		"the digest in production": {
			"before": pinned(fixture.v2, other),
			"after": pinned(fixture.v2, fixture.digest),
			"environment": "prod",
			"severity": "error",
			"says": concat(" ", [
				"acme/checkout has another digest under the tag v1.2.3 in prod, sha256:3f4e5a6b7c8d and no longer",
				"sha256:00112233aabb: the tag was moved",
			]),
		},
		"the digest before production": {
			"before": pinned(fixture.v2, other),
			"after": pinned(fixture.v2, fixture.digest),
			"environment": "staging",
			"severity": "note",
			"says": concat(" ", [
				"acme/checkout has another digest under the tag v1.2.3 in staging, sha256:3f4e5a6b7c8d and no longer",
				"sha256:00112233aabb: the tag was moved",
			]),
		},
	}
	found := digest_mismatch.findings with input as moving(before, after, {"environment": environment})
	found == {{"change": "checkout/prod/1", "message": says, "severity": severity}}
}

test_is_a_warning_where_nothing_comes_before if {
	found := digest_mismatch.findings with input as moving(pinned(fixture.v2, other), pinned(fixture.v2, fixture.digest), {"upstream": []})
	{finding.severity | some finding in found} == {"warning"}
}

test_that_the_build_ran_before_excuses_no_tag if {
	found := digest_mismatch.findings with input as moving(
		pinned(fixture.v1, fixture.digest),
		pinned(fixture.v2, fixture.digest),
		{"returns": true},
	)
	count(found) == 1
}

test_says_it_once_where_upstream_has_the_tag_with_another_digest if {
	found := digest_mismatch.findings with input as moving(
		pinned(fixture.v2, other),
		pinned(fixture.v2, fixture.digest),
		{"entry": true, "upstream": [staging_with([other], {})]},
	)
	count(found) == 1
}

test_is_silent_of_what_moves[note] if {
	some note, {"before": before, "after": after, "fields": fields} in {
		"as upstream has it": {
			"before": pinned(fixture.v1, fixture.digest),
			"after": pinned(fixture.v2, fixture.digest),
			"fields": {"upstream": [staging_with([fixture.digest], {"holds": true})]},
		},
		"to a digest that upstream has under the tag": {
			"before": pinned(fixture.v2, other),
			"after": pinned(fixture.v2, fixture.digest),
			"fields": {"upstream": [staging_with([fixture.digest], {"holds": true})]},
		},
		"back to what ran before": {"before": pinned(fixture.v2, other), "after": pinned(fixture.v2, fixture.digest), "fields": {"returns": true}},
		"tag and digest": {"before": pinned(fixture.v1, other), "after": pinned(fixture.v2, fixture.digest), "fields": {}},
		"a tag that comes to a digest": {"before": untagged, "after": pinned(fixture.v2, fixture.digest), "fields": {}},
		"a digest that comes to a tag": {"before": fixture.v2, "after": pinned(fixture.v2, fixture.digest), "fields": {}},
		"what comes new": {"before": null, "after": pinned(fixture.v2, fixture.digest), "fields": {}},
	}
	count(digest_mismatch.findings) == 0 with input as moving(before, after, fields)
}

test_fires_where_upstream_has_the_build_under_the_old_tag if {
	held := object.union(fixture.never("staging"), {"versions": [pinned(fixture.v1, fixture.digest)], "holds": true})
	found := digest_mismatch.findings with input as moving(
		pinned(fixture.v1, fixture.digest),
		pinned(fixture.v2, fixture.digest),
		{"upstream": [held]},
	)
	count(found) == 1
}

test_is_silent_without_changes if count(digest_mismatch.findings) == 0 with input as fixture.quiet

untagged := {"repository": fixture.v2.repository, "tag": "", "digest": fixture.digest}

moving(before, after, fields) := fixture.with_change(object.union(
	{"before": before, "after": after, "entry": false, "upstream": [fixture.never("staging")]},
	fields,
))

other := "sha256:00112233aabbccddeeff00112233445566778899aabbccddeeff001122334455"

pinned(version, digest) := object.union(version, {"digest": digest})

# An environment that runs v2 with each of the digests.
staging_with(digests, fields) := object.union(
	object.union(fixture.never("staging"), {"versions": [pinned(fixture.v2, digest) | some digest in digests]}),
	fields,
)

mismatch(fields) := fixture.with_change({
	"after": pinned(fixture.v2, fixture.digest),
	"upstream": [staging_with([other], fields)],
})
