package promocheck.rules.friday_push_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.friday_push

test_versions if {
	friday_push.findings == {{
		"change": "checkout/prod/1",
		"message": "checkout changes in prod on a Friday (2026-11-20 16:30, Europe/Berlin): versions would differ",
		"severity": "error",
	}} with input as fixture.with_effects([fixture.effect], [fixture.promotion])
}

test_configuration_has_the_place_of_the_effect if {
	friday_push.findings == {{
		"app": "checkout",
		"environment": "prod",
		"location": fixture.location,
		"message": "checkout changes in prod on a Friday (2026-11-20 16:30, Europe/Berlin): configuration would differ",
		"severity": "error",
	}} with input as fixture.with_effects([configuration], [])
}

test_versions_and_configuration if {
	found := friday_push.findings with input as fixture.with_effects([configuration], [fixture.promotion])
	messages(found) == {"checkout changes in prod on a Friday (2026-11-20 16:30, Europe/Berlin): versions and configuration would differ"}
}

test_one_finding_for_all_targets if {
	found := friday_push.findings with input as fixture.with_effects(
		[object.union(fixture.effect, {"targets": ["eu"]}), object.union(configuration, {"targets": ["us"]})],
		[object.union(fixture.promotion, {"id": "b"}), object.union(fixture.promotion, {"id": "a"})],
	)
	{[finding.change, finding.message] | some finding in found} == {[
		"a",
		"checkout changes in prod on a Friday (2026-11-20 16:30, Europe/Berlin): versions and configuration would differ",
	]}
}

test_one_place_for_all_targets if {
	elsewhere := object.union(fixture.location, {"path": "a"})
	effects := [configuration, object.union(configuration, {"location": elsewhere})]
	found := friday_push.findings with input as fixture.with_effects(effects, [])
	{finding.location | some finding in found} == {fixture.location}
}

test_a_finding_for_each_app_and_production_environment if {
	effects := [object.union(fixture.effect, {"app": app, "environment": environment}) |
		some app in ["cart", "checkout"]
		some environment in ["prod-eu", "prod-us", "staging"]
	]
	path := [{"name": name, "upstream": [], "production": startswith(name, "prod")} |
		some name in ["staging", "prod-eu", "prod-us"]
	]
	found := friday_push.findings with input as object.union(fixture.with_effects(effects, []), {"path": path})
	{[finding.app, finding.environment] | some finding in found} == {
		["cart", "prod-eu"],
		["cart", "prod-us"],
		["checkout", "prod-eu"],
		["checkout", "prod-us"],
	}
}

# The change of another app, or of another environment, is not the one that is meant.
test_changes_elsewhere_do_not_count if {
	others := [object.union(fixture.promotion, {"app": "cart"}), object.union(fixture.promotion, {"environment": "staging"})]
	found := friday_push.findings with input as fixture.with_effects([configuration], others)
	{object.get(finding, "change", "none") | some finding in found} == {"none"}
}

test_the_only_app_of_a_repository_has_no_name if {
	found := friday_push.findings with input as fixture.with_effects([object.union(fixture.effect, {"app": "."})], [])
	messages(found) == {"prod changes on a Friday (2026-11-20 16:30, Europe/Berlin): versions would differ"}
}

test_a_commit_is_not_a_push if {
	staged := object.union(fixture.with_effects([fixture.effect], []), {"head": {"staged": true}})
	found := friday_push.findings with input as staged
	{finding.severity | some finding in found} == {"warning"}
}

test_is_silent_on_other_days[weekday] if {
	some weekday in ["monday", "tuesday", "wednesday", "thursday", "saturday", "sunday"]
	other := object.union(fixture.with_effects([fixture.effect], []), {"time": {"weekday": weekday}})
	found := friday_push.findings with input as other
	count(found) == 0
}

test_is_silent_outside_production if {
	effects := [object.union(fixture.effect, {"environment": "staging"})]
	count(friday_push.findings) == 0 with input as fixture.with_effects(effects, [])
}

test_is_silent_without_effects if count(friday_push.findings) == 0 with input as fixture.quiet

configuration := object.union(fixture.effect, {"versions_only": false})

messages(findings) := {finding.message | some finding in findings}

test_lets_a_declared_rollback_through if {
	on_a_friday := object.union(fixture.rolled_back, {"effects": [fixture.effect]})
	count(friday_push.findings) == 0 with input as on_a_friday
	count(friday_push.findings) == 1 with input as object.union(on_a_friday, {"head": fixture.quiet.head})
}
