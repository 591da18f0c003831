package promocheck.rules.friday_push_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.friday_push

test_versions if {
	friday_push.findings == {{
		"change": "checkout/prod/1",
		"covers": {"checkout:prod", "checkout/prod/1"},
		"targets": {"."},
		"emergency": true,
		"message": "checkout changes in prod on a Friday (2026-11-20 16:30, Europe/Berlin): versions would differ",
		"severity": "error",
	}} with input as fixture.with_effects([fixture.effect], [fixture.promotion])
}

test_configuration_has_the_place_of_the_effect if {
	friday_push.findings == {{
		"app": "checkout",
		"environment": "prod",
		"location": fixture.location,
		"covers": {"checkout:prod"},
		"targets": {"."},
		"emergency": true,
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
		[object.union(fixture.promotion, {"id": "b", "targets": ["eu"]}), object.union(fixture.promotion, {"id": "a", "targets": ["us"]})],
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
	count(friday_push.findings) == 0 with input as at({"weekday": weekday})
}

test_on_other_days_where_configured[weekday] if {
	some weekday, called in {"thursday": "a Thursday", "sunday": "a Sunday"}
	found := friday_push.findings with input as with_parameters({"days": ["thursday", "sunday"]}, at({"weekday": weekday}))
	messages(found) == {concat("", [
		"checkout changes in prod on ",
		called,
		" (2026-11-20 16:30, Europe/Berlin): versions would differ",
	])}
}

test_a_friday_is_nothing_where_other_days_are_configured if {
	count(friday_push.findings) == 0 with input as with_parameters({"days": ["sunday"]}, at({}))
}

test_within_the_hours[note] if {
	some note, {"hours": hours, "clock": clock} in {
		"first minute": {"hours": "12:00-18:00", "clock": "12:00"},
		"last minute": {"hours": "12:00-18:00", "clock": "17:59"},
		"until midnight": {"hours": "12:00-24:00", "clock": "23:59"},
		"overnight, late": {"hours": "22:00-06:00", "clock": "22:00"},
		"overnight, early": {"hours": "22:00-06:00", "clock": "05:59"},
		"all around": {"hours": "12:00-12:00", "clock": "03:00"},
	}
	count(friday_push.findings) == 1 with input as with_parameters({"hours": hours}, at({"clock": clock}))
}

test_outside_of_the_hours[note] if {
	some note, {"hours": hours, "clock": clock} in {
		"a minute before": {"hours": "12:00-18:00", "clock": "11:59"},
		"a minute after": {"hours": "12:00-18:00", "clock": "18:00"},
		"before overnight": {"hours": "22:00-06:00", "clock": "21:59"},
		"after overnight": {"hours": "22:00-06:00", "clock": "06:00"},
	}
	count(friday_push.findings) == 0 with input as with_parameters({"hours": hours}, at({"clock": clock}))
}

test_on_a_holiday[note] if {
	some note, {"holiday": holiday, "called": called} in {
		"with a name": {"holiday": "Founders' Day", "called": "the holiday Founders' Day"},
		"without": {"holiday": "", "called": "a holiday"},
	}
	found := friday_push.findings with input as at({"weekday": "tuesday", "holiday": holiday, "clock": "03:00"})
	messages(found) == {concat("", [
		"checkout changes in prod on ",
		called,
		" (2026-11-20 03:00, Europe/Berlin): versions would differ",
	])}
}

test_holidays_may_be_nothing_special if {
	holiday := at({"weekday": "tuesday", "holiday": "Founders' Day"})
	count(friday_push.findings) == 0 with input as with_parameters({"holidays": false}, holiday)
}

test_moments_are_the_hours if {
	friday_push.moments == {"12:00", "18:30"} with input as with_parameters({"hours": "12:00-18:30"}, at({}))
}

test_is_silent_outside_production if {
	effects := [object.union(fixture.effect, {"environment": "staging"})]
	count(friday_push.findings) == 0 with input as fixture.with_effects(effects, [])
}

test_is_silent_without_effects if count(friday_push.findings) == 0 with input as fixture.quiet

configuration := object.union(fixture.effect, {"versions_only": false})

at(time) := object.union(fixture.with_effects([fixture.effect], []), {"time": time})

with_parameters(parameters, event) := object.union(event, {"config": {"rules": {"friday-push": parameters}}})

messages(findings) := {finding.message | some finding in findings}

test_lets_a_declared_rollback_through if {
	on_a_friday := object.union(fixture.rolled_back, {"effects": [fixture.effect]})
	count(friday_push.findings) == 0 with input as on_a_friday
	count(friday_push.findings) == 1 with input as object.union(on_a_friday, {"head": fixture.quiet.head})
}
