package promocheck.rules.one_region_at_a_time_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.one_region_at_a_time as rule

asked(effects, changes, parameters, state) := json.patch(fixture.with_effects(effects, changes), [
	{"op": "add", "path": "/config/rules/one-region-at-a-time", "value": parameters},
	{"op": "replace", "path": "/state", "value": state},
])

usual := {"at-most": 1, "order": []}

at(target) := object.union(fixture.effect, {"id": target, "targets": [target]})

test_fires if {
	found := rule.findings with input as asked([at("eu"), at("us")], [], usual, {})
	found == {{
		"environment": "prod",
		"covers": {"eu", "us"},
		"location": fixture.location,
		"message": "2 targets of prod change at once (eu and us), and at most 1 may",
	}}
}

test_as_many_as_may if {
	count(rule.findings) == 0 with input as asked([at("eu")], [], usual, {})
	count(rule.findings) == 0 with input as asked([at("eu"), at("us")], [], {"at-most": 2, "order": []}, {})
	count(rule.findings) == 0 with input as asked([at("eu"), at(".")], [], usual, {})
}

ordered := {"at-most": 9, "order": ["eu", "us"]}

coming(targets) := object.union(fixture.promotion, {"targets": targets})

holding(version) := {"checkout": {"prod": {"eu": {"image/acme/checkout": [version]}}}}

test_ahead_of_the_order if {
	found := rule.findings with input as asked([], [coming(["us"])], ordered, holding(fixture.v1))
	found == {{"change": "checkout/prod/1", "message": "acme/checkout v1.2.3 comes to us in prod before eu has it"}}
}

test_in_order if {
	count(rule.findings) == 0 with input as asked([], [coming(["us"])], ordered, holding(fixture.v2))
	mirrored := object.union(fixture.v2, {"repository": "eu.example.com/acme/checkout"})
	count(rule.findings) == 0 with input as asked([], [coming(["us"])], ordered, holding(mirrored))
	count(rule.findings) == 0 with input as asked([], [coming(["eu"])], ordered, holding(fixture.v1))
	count(rule.findings) == 0 with input as asked([], [coming(["eu", "us"])], ordered, holding(fixture.v1))
}

test_is_silent_about_rollbacks if {
	back := json.patch(fixture.rolled_back, [
		{"op": "add", "path": "/config/rules/one-region-at-a-time", "value": ordered},
		{"op": "replace", "path": "/effects", "value": [at("eu"), at("us")]},
	])
	count(rule.findings) == 0 with input as back
}

test_is_silent_where_nothing_changes if count(rule.findings) == 0 with input as asked([], [], usual, {})

ahead(changes, targets) := json.patch(asked([at("us")], changes, ordered, holding(fixture.v2)), [{"op": "add", "path": "/ahead", "value": {"us": {"us": targets}}}])

test_configuration_ahead_of_the_order if {
	found := rule.findings with input as ahead([], ["eu"])
	found == {{
		"app": "checkout",
		"environment": "prod",
		"covers": {"us"},
		"targets": ["us"],
		"location": fixture.location,
		"message": "checkout changes in us of prod before eu has the same",
	}}
	count(rule.findings) == 0 with input as ahead([], ["asia"])
	count(rule.findings) == 0 with input as ahead([coming(["us"])], ["eu"])
}
