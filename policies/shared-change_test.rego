package promocheck.rules.shared_change_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.shared_change as rule

base := "checkout/base/web.yaml"

at(name, fields) := object.union(
	object.union(fixture.effect, {
		"id": name,
		"environment": name,
		"versions_only": false,
		"reached_by": [base],
		"resources": [fixture.resource],
	}),
	fields,
)

test_fires if {
	found := rule.findings with input as fixture.with_effects([at("prod", {}), at("dev", {}), at("staging", {})], [])
	found == {{
		"app": "checkout",
		"environment": "prod",
		"location": {"overlay": "", "path": base, "line": 0, "column": 0},
		"covers": {"prod"},
		"message": "checkout/base/web.yaml changes Deployment checkout in prod of checkout at the same time as in dev and staging",
	}}
}

test_one_finding_for_an_edit if {
	both := {"reached_by": [base, "checkout/base/kustomization.yaml"]}
	effects := [object.union(at(name, both), {"app": app, "id": concat(":", [name, app])}) | some name in ["prod", "staging"]; some app in ["cart", "."]]
	found := rule.findings with input as fixture.with_effects(effects, [])
	found == {{
		"location": {"overlay": "", "path": "checkout/base/kustomization.yaml", "line": 0, "column": 0},
		"covers": {"prod:cart", "prod:."},
		"message": concat("", [
			"checkout/base/kustomization.yaml and checkout/base/web.yaml change Deployment checkout in prod and prod of cart",
			" at the same time as in staging",
		]),
	}}
}

test_is_silent_where_objects_differ if {
	other := {"resources": [object.union(fixture.resource, {"stem": "other"})]}
	count(rule.findings) == 0 with input as fixture.with_effects([at("prod", {}), at("staging", other)], [])
}

test_is_silent_where_only_versions_differ if {
	count(rule.findings) == 0 with input as fixture.with_effects([at("prod", {}), at("staging", {"versions_only": true})], [])
	count(rule.findings) == 0 with input as fixture.with_effects([at("prod", {"versions_only": true}), at("staging", {})], [])
}

test_is_silent_about_what_comes_or_goes if {
	count(rule.findings) == 0 with input as fixture.with_effects([at("prod", {"stays": false}), at("staging", {})], [])
	count(rule.findings) == 0 with input as fixture.with_effects([at("prod", {}), at("staging", {"stays": false})], [])
	gone := {"resources": [object.union(fixture.resource, {"change": "removed"})]}
	count(rule.findings) == 0 with input as fixture.with_effects([at("prod", gone), at("staging", gone)], [])
}

test_is_silent_about_what_production_has_alone if {
	own := {"reached_by": ["checkout/overlays/prod/base/web.yaml"]}
	count(rule.findings) == 0 with input as fixture.with_effects([at("prod", own), at("staging", {})], [])
	count(rule.findings) == 0 with input as fixture.with_effects([at("prod", {}), at("prod", {})], [])
}

test_is_silent_where_nothing_changes if count(rule.findings) == 0 with input as fixture.quiet

test_says_what_differs_and_where if {
	effects := [at("prod", {}), at("staging", {})]
	found := rule.findings with input as json.patch(fixture.with_effects(effects, []), [
		{"op": "add", "path": "/fields", "value": {"prod": {"Deployment checkout": ["spec.replicas", "spec.paused"]}}},
		{"op": "add", "path": "/edits", "value": {base: 7}},
	])
	some finding in found
	finding.location.line == 7
	finding.message == concat("", [
		"checkout/base/web.yaml changes Deployment checkout (spec.paused and spec.replicas) in prod of checkout",
		" at the same time as in staging",
	])
}
