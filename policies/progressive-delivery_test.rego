package promocheck.rules.progressive_delivery_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.progressive_delivery as rule

canary := {
	"way": "canary",
	"of": "Rollout checkout",
	"manual": true,
	"more": {"seconds of pause": 1800},
	"less": {"first setWeight": 10},
	"has": ["analysis error-rate"],
	"unknown": {"provider of errors": "a"},
}

resource(before, after) := object.union(fixture.resource, {"kind": "Rollout", "traits": {"delivery": {"before": before, "after": after}}})

messages(before, after) := {[finding.severity, finding.message] | some finding in found} if {
	found := rule.findings with input as fixture.with_resources([resource(before, after)])
}

changed(fields) := json.patch(canary, [{"op": "replace", "path": concat("/", ["", field]), "value": value} | some field, value in fields])

test_fires if {
	found := rule.findings with input as fixture.with_resources([resource(canary, changed({"less": {"first setWeight": 80}}))])
	found == {{
		"app": "checkout",
		"environment": "prod",
		"covers": {"checkout:prod"},
		"targets": ["."],
		"location": fixture.location,
		"message": "Rollout checkout in prod: first setWeight is 80 instead of 10",
		"severity": "error",
	}}
}

test_weaker if {
	messages(canary, changed({"more": {"seconds of pause": 10}})) == {["error", "Rollout checkout in prod: seconds of pause is 10 instead of 1800"]}
	messages(canary, changed({"has": []})) == {["error", "Rollout checkout in prod: analysis error-rate is taken out"]}
	messages(canary, changed({"manual": false})) == {["error", "Rollout checkout in prod: nobody has to let it go on"]}
	messages(canary, changed({"of": "Rollout other"})) == {["error", "Rollout checkout in prod: it is for Rollout other instead of Rollout checkout"]}
	messages(canary, changed({"way": "rolling"})) == {["error", "Rollout checkout in prod: all get a version at once"]}
}

test_no_order if {
	messages(canary, changed({"unknown": {"provider of errors": "b"}})) == {["warning", "Rollout checkout in prod: provider of errors is another"]}
	messages(canary, changed({"way": "blue-green"})) == {["warning", "Rollout checkout in prod: blue-green instead of canary"]}
}

test_stronger if {
	messages(canary, changed({"less": {"first setWeight": 5}, "more": {"seconds of pause": 3600}, "has": ["analysis error-rate", "x"]})) == set()
	messages(null, canary) == set()
	messages(canary, canary) == set()
}

gone(resource_, others) := {finding.message | some finding in found} if {
	found := rule.findings with input as fixture.with_resources(array.concat([object.union(resource_, {"change": "removed"})], others))
}

test_goes_away if {
	said := {"Rollout checkout in prod: it goes away, and what it was for gets each version at once"}
	gone(resource(canary, null), [object.union(fixture.resource, {"change": "added"})]) == said
	gone(resource(changed({"of": "Deployment checkout"}), null), []) == said
	gone(resource(changed({"way": "measure", "of": ""}), null), []) == said
}

test_goes_away_with_what_it_was_for if {
	gone(resource(canary, null), []) == set()
	gone(resource(changed({"of": "Deployment checkout"}), null), [object.union(fixture.resource, {"change": "removed"})]) == set()
}

test_is_silent_outside_of_production if {
	effect := object.union(fixture.effect, {"environment": "staging", "resources": [resource(canary, changed({"has": []}))]})
	count(rule.findings) == 0 with input as fixture.with_effects([effect], [])
}

test_is_silent_where_nothing_changes if count(rule.findings) == 0 with input as fixture.quiet

trial := {
	"app": "checkout",
	"environment": "prod",
	"targets": ["."],
	"kind": "Deployment",
	"name": "checkout",
	"change": "checkout/prod/1",
	"by": [],
	"flagger": false,
	"location": fixture.location,
}

rollout := {"kind": "Rollout", "name": "checkout", "way": "canary", "manual": false, "at_once": false}

tried(fields, manual) := [finding.message | some finding in found] if {
	found := rule.findings with input as json.patch(fixture.with_changes([fixture.promotion]), [
		{"op": "add", "path": "/trials", "value": [object.union(trial, fields)]},
		{"op": "add", "path": "/config/rules/progressive-delivery", "value": {"manual": manual}},
	])
}

test_a_deployment_by_itself if {
	tried({}, false) == ["Deployment checkout in prod gets v1.2.3, and no Rollout and no Canary is for it"]
	tried({"by": [rollout]}, false) == []
}

test_what_goes_away_along_with_the_version_is_told_once if {
	found := rule.findings with input as json.patch(fixture.with_changes([fixture.promotion]), [
		{"op": "add", "path": "/trials", "value": [trial]},
		{"op": "add", "path": "/config/rules/progressive-delivery", "value": {"manual": false}},
		{"op": "add", "path": "/effects", "value": [object.union(fixture.effect, {"resources": [
			object.union(resource(canary, null), {"change": "removed"}),
			object.union(fixture.resource, {"change": "added"}),
		]})]},
	])
	[finding.message | some finding in found] == ["Deployment checkout in prod gets v1.2.3, and no Rollout and no Canary is for it any more"]
}

test_without_a_bound if {
	without := changed({"more": {"seconds of pause": -1000000000000}})
	messages(canary, without) == {["error", "Rollout checkout in prod: seconds of pause is without a bound instead of 1800"]}
}

test_a_daemon_set_where_flagger_is_used if {
	tried({"kind": "DaemonSet"}, false) == []
	tried({"kind": "DaemonSet", "flagger": true}, false) == ["DaemonSet checkout in prod gets v1.2.3, and no Canary is for it"]
}

test_at_once if {
	tried({"kind": "Rollout", "by": [object.union(rollout, {"at_once": true})]}, false) == ["Rollout checkout in prod gets v1.2.3, and Rollout checkout gives it to all at once"]
}

test_a_person_has_to_let_it_go_on if {
	tried({"by": [rollout]}, true) == ["Deployment checkout in prod gets v1.2.3, and nobody has to let Rollout checkout go on"]
	tried({"by": [object.union(rollout, {"manual": true})]}, true) == []
}
