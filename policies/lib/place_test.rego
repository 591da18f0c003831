package promocheck.lib.place_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.lib.place

here := ["checkout", "prod"]

configuration := object.union(fixture.effect, {"versions_only": false})

at(effect, targets) := object.union(effect, {"targets": targets})

test_targets if {
	effects := [at(fixture.effect, ["eu"]), at(configuration, ["us", "ap"]), object.union(at(fixture.effect, ["de"]), {"app": "cart"})]
	place.targets(here) == {"eu", "us", "ap"} with input as fixture.with_effects(effects, [])
}

test_a_finding_belongs_to_the_first_change_of_the_targets if {
	changes := [
		object.union(fixture.promotion, {"id": "c", "targets": ["us"]}),
		object.union(fixture.promotion, {"id": "b", "targets": ["us", "ap"]}),
		object.union(fixture.promotion, {"id": "a", "targets": ["eu"]}),
	]
	effects := [at(fixture.effect, ["us"]), object.union(at(configuration, ["eu"]), {"id": "checkout:prod#2"})]
	place.about(here, {"us", "ap"}) == {
		"change": "b",
		"covers": {"b", "c", "checkout:prod"},
		"targets": {"us", "ap"},
	} with input as fixture.with_effects(effects, changes)
}

test_a_finding_without_a_change_has_the_place_of_the_effect if {
	elsewhere := object.union(fixture.location, {"path": "z"})
	effects := [at(configuration, ["eu"]), object.union(at(configuration, ["us"]), {"location": elsewhere})]
	others := [object.union(fixture.promotion, {"targets": ["eu"]}), object.union(fixture.promotion, {"app": "cart"})]
	place.about(here, {"us"}) == {
		"app": "checkout",
		"environment": "prod",
		"location": elsewhere,
		"covers": {"checkout:prod"},
		"targets": {"us"},
	} with input as fixture.with_effects(effects, others)
}

test_subject if place.subject(here) == "checkout changes in prod"

test_the_only_app_of_a_repository_has_no_name if place.subject([".", "prod"]) == "prod changes"

test_what[note] if {
	some note, {"effects": effects, "changes": changes, "what": what} in {
		"versions": {"effects": [fixture.effect], "changes": [fixture.promotion], "what": "versions"},
		"configuration": {"effects": [configuration], "changes": [], "what": "configuration"},
		"both": {"effects": [configuration], "changes": [fixture.promotion], "what": "versions and configuration"},
		"both in two targets": {
			"effects": [fixture.effect, configuration],
			"changes": [fixture.promotion],
			"what": "versions and configuration",
		},
		"versions in another target": {
			"effects": [configuration, at(fixture.effect, ["eu"])],
			"changes": [at(fixture.promotion, ["eu"])],
			"what": "configuration",
		},
	}
	place.what(here, {"."}) == what with input as fixture.with_effects(effects, changes)
}

test_severity[note] if {
	some note, {"staged": staged, "severity": severity} in {
		"a push": {"staged": false, "severity": "error"},
		"a commit": {"staged": true, "severity": "warning"},
	}
	place.severity == severity with input as object.union(fixture.quiet, {"head": {"staged": staged}})
}
