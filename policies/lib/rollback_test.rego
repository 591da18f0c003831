package promocheck.lib.rollback_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.lib.rollback

back := object.union(fixture.promotion, {
	"direction": "backward",
	"returns": true,
	"previous": {"by": {"commit": "beef", "author": "Ada", "subject": "Promote v1.2.4 (#11)"}, "versions": [fixture.v2]},
	"brought_by": {".": [{"commit": "c0ffee", "reverts": false}]},
})

committed(fields) := object.union(
	fixture.quiet.head,
	{"commits": [object.union({"commit": "c0ffee", "author": "", "subject": "", "trailers": {}, "reverts": []}, fields)]},
)

with_reason := committed({"trailers": {"rollback": ["INC-4711"]}})

by_revert := {"brought_by": {".": [{"commit": "c0ffee", "reverts": true}]}}

effect(fields) := object.union(object.union(fixture.effect, {"restores": false}), fields)

test_is_one if rollback.is_one(back)

test_is_none[note] if {
	some note, fields in {
		"forward": {"direction": "forward"},
		"unknown direction": {"direction": "unknown"},
		"never ran": {"returns": false},
		"history cannot tell": {"returns": null},
	}
	not rollback.is_one(object.union(back, fields))
}

test_declared[note] if {
	some note, [fields, head] in {
		"revert": [by_revert, committed({})],
		"trailer": [{}, with_reason],
		"one of two commits": [
			{"brought_by": {".": [{"commit": "beef", "reverts": false}, {"commit": "c0ffee", "reverts": false}]}},
			with_reason,
		],
		"a commit for each target": [
			{
				"targets": ["eu", "us"],
				"brought_by": {"eu": [{"commit": "c0ffee", "reverts": false}], "us": [{"commit": "beef", "reverts": true}]},
			},
			with_reason,
		],
		"staged": [{"brought_by": {}}, object.union(fixture.quiet.head, {"staged": true})],
	}
	rollback.declared == {back.id} with input as fixture.with_changes([object.union(object.remove(back, object.keys(fields)), fields)])
		with input.head as head
}

test_undeclared[note] if {
	some note, [fields, head] in {
		"nothing said": [{}, fixture.quiet.head],
		"no reason": [{}, committed({"trailers": {"rollback": [" "]}})],
		"another trailer": [{}, committed({"trailers": {"signed-off-by": ["Ada"]}})],
		"the trailer of a commit that takes something else back": [{"brought_by": {".": []}}, with_reason],
		"the trailer of one commit, another takes it back": [{"brought_by": {".": [{"commit": "beef", "reverts": false}]}}, with_reason],
		"one target of two": [{"targets": [".", "us"], "brought_by": {".": by_revert.brought_by["."], "us": []}}, with_reason],
		"a target of which nothing is known": [object.union(by_revert, {"targets": [".", "us"]}), with_reason],
	}
	rollback.declared == set() with input as fixture.with_changes([object.union(object.remove(back, object.keys(fields)), fields)])
		with input.head as head
}

test_declared_by_the_configured_trailer if {
	rollback.declared == {back.id} with input as fixture.with_changes([back])
		with input.head as committed({"trailers": {"reverts-to": ["v1"]}})
		with input.config.rules as {"undeclared-rollback": {"trailer": "Reverts-To"}}
}

test_declared_but_none if {
	rollback.declared == set() with input as fixture.with_change({"direction": "forward"})
		with input.head as committed({"trailers": {"rollback": ["yes"]}})
}

test_places[note] if {
	some note, effects in {
		"versions only": [effect({})],
		"as it was": [effect({"versions_only": false, "restores": true})],
	}
	rollback.places == {["checkout", "prod"]} with input as fixture.with_effects(effects, [back])
		with input.head as committed({"trailers": {"rollback": ["yes"]}})
}

test_no_places[note] if {
	some note, [effects, changes] in {
		"other configuration": [[effect({"versions_only": false})], [back]],
		"another change": [[effect({})], [back, object.union(fixture.promotion, {"id": "checkout/prod/2"})]],
	}
	rollback.places == set() with input as fixture.with_effects(effects, changes)
		with input.head as committed({"trailers": {"rollback": ["yes"]}})
}
