package promocheck.lib.rollback_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.lib.rollback

back := object.union(fixture.promotion, {"direction": "backward", "returns": true})

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
		"revert": committed({"reverts": ["0123456789012345678901234567890123456789"]}),
		"title of a revert": committed({"subject": "Revert \"Promote v1.2.3\" (#12)"}),
		"trailer": committed({"trailers": {"rollback": ["INC-4711"]}}),
		"staged": object.union(fixture.quiet.head, {"staged": true}),
	}
	rollback.declared == {back.id} with input as fixture.with_changes([back]) with input.head as head
}

test_undeclared[note] if {
	some note, head in {
		"nothing said": fixture.quiet.head,
		"about reverting": committed({"subject": "Reverting is easy"}),
		"no reason": committed({"trailers": {"rollback": [""]}}),
		"another trailer": committed({"trailers": {"signed-off-by": ["Ada"]}}),
		"a revert of its own": {"staged": false, "commits": [
			{"commit": "c5e3", "subject": "Revert \"A\"", "trailers": {}, "reverts": ["a3c1"]},
			{"commit": "a3c1", "subject": "A", "trailers": {}, "reverts": []},
		]},
	}
	rollback.declared == set() with input as fixture.with_changes([back]) with input.head as head
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
