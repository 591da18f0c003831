package promocheck.lib.rollback_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.lib.rollback

back := object.union(fixture.promotion, {
	"direction": "backward",
	"returns": true,
	"previous": {"by": {"commit": "beef", "author": "Ada", "subject": "Promote v1.2.4 (#11)"}, "versions": [fixture.v2]},
})

committed(fields) := object.union(
	fixture.quiet.head,
	{"commits": [object.union({"commit": "c0ffee", "author": "", "subject": "", "trailers": {}, "reverts": []}, fields)]},
)

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
	some note, head in {
		"revert": committed({"reverts": ["a3c1", "beef"]}),
		"title of a revert": committed({"subject": "Revert \"Promote v1.2.4\" (#12)"}),
		"title without quotes": committed({"subject": "Revert Promote v1.2.4"}),
		"trailer": committed({"trailers": {"rollback": ["INC-4711"]}}),
		"staged": object.union(fixture.quiet.head, {"staged": true}),
	}
	rollback.declared == {back.id} with input as fixture.with_changes([back]) with input.head as head
}

test_undeclared[note] if {
	some note, head in {
		"nothing said": fixture.quiet.head,
		"a revert of something else": committed({"reverts": ["a3c1"], "subject": "Revert \"Promote v1.2.4\""}),
		"title of another revert": committed({"subject": "Revert \"Paint buttons\""}),
		"about reverting": committed({"subject": "Do not revert Promote v1.2.4"}),
		"no reason": committed({"trailers": {"rollback": [""]}}),
		"another trailer": committed({"trailers": {"signed-off-by": ["Ada"]}}),
	}
	rollback.declared == set() with input as fixture.with_changes([back]) with input.head as head
}

test_no_title_is_that_of_a_commit_without_one[note] if {
	some note, previous in {
		"untitled": object.union(back.previous, {"by": {"commit": "beef", "author": "Ada", "subject": ""}}),
		"unknown": null,
	}
	rollback.declared == set() with input as fixture.with_changes([object.union(back, {"previous": previous})])
		with input.head as committed({"subject": "Revert \"Promote v1.2.4\""})
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
