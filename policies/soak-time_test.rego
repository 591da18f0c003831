package promocheck.rules.soak_time_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.soak_time

# The moment that is judged is 2026-11-20 15:30 UTC.
entering(staging) := object.union(
	fixture.with_change({"upstream": [fixture.holding("staging", staging)]}),
	{"config": {"rules": {
		"soak-time": {"before": {"prod": "24h"}},
		"undeclared-rollback": {"trailer": "Rollback"},
	}}},
)

since(moment) := {"held": true, "holds": true, "since": moment, "seen": moment}

stay(seen, until) := {"held": true, "seen": seen, "until": until, "longest": {"seen": seen, "until": until}}

test_fires_when_it_is_short_by_a_second if {
	soak_time.findings == {{
		"change": "checkout/prod/1",
		"message": concat(" ", [
			"acme/checkout v1.2.3 enters prod before it has soaked for 1 day:",
			"staging has held it since 2026-11-19 15:30, for 23 h 59 min",
		]),
		"soaked": 86399000000000,
	}} with input as entering(since("2026-11-19T15:30:01Z"))
}

test_passes_on_the_second if count(soak_time.findings) == 0 with input as entering(since("2026-11-19T15:30:00Z"))

test_counts_the_longest_stay[note] if {
	some note, staging in {
		"it is over": stay("2026-11-10T10:00:00Z", "2026-11-11T10:00:00Z"),
		"it is not the newest": object.union(
			since("2026-11-20T15:00:00Z"),
			{"longest": {"seen": "2026-11-10T10:00:00Z", "until": "2026-11-12T10:00:00Z"}},
		),
		"it is not known to its beginning": object.union(since(null), {"seen": "2026-11-10T10:00:00Z"}),
	}
	count(soak_time.findings) == 0 with input as entering(staging)
}

test_says_how_long_it_was_there[note] if {
	some note, {"staging": staging, "says": says} in {
		"stays do not add up": {
			"staging": object.union(
				since("2026-11-20T03:30:00Z"),
				{"longest": {"seen": "2026-11-10T10:00:00Z", "until": "2026-11-11T09:59:59Z"}},
			),
			"says": "staging held it for 23 h 59 min",
		},
		"never": {"staging": {}, "says": "staging never held it"},
		"unknown": {"staging": {"held": null}, "says": "staging is not known to have held it"},
		"same change": {"staging": {"gets": true}, "says": "staging gets it only by this same change"},
	}
	found := soak_time.findings with input as entering(staging)
	{finding.message | some finding in found} == {concat(" ", [
		"acme/checkout v1.2.3 enters prod before it has soaked for 1 day:", says,
	])}
}

test_one_upstream_is_enough if {
	soaked := fixture.holding("qa", since("2026-11-10T10:00:00Z"))
	count(soak_time.findings) == 0 with input as entering({})
		with input.changes as [object.union(fixture.promotion, {"upstream": [fixture.never("staging"), soaked]})]
}

test_passes[note] if {
	some note, changes in {
		"it is no entry": [object.union(fixture.promotion, {"entry": false})],
		"it is removed": [object.union(fixture.promotion, {"after": null})],
		"there is nothing before": [object.union(fixture.promotion, {"upstream": []})],
		"no time is configured": [object.union(fixture.promotion, {"environment": "staging"})],
	}
	count(soak_time.findings) == 0 with input as entering({}) with input.changes as changes
}

test_lets_a_declared_rollback_through if {
	count(soak_time.findings) == 0 with input as fixture.rolled_back with input.config as entering({}).config
	count(soak_time.findings) == 1 with input as object.union(fixture.rolled_back, {"head": fixture.quiet.head})
		with input.config as entering({}).config
}

test_moments_are_when_it_has_soaked[note] if {
	some note, {"staging": staging, "moments": moments} in {
		"it is there": {"staging": since("2026-11-19T17:00:00+01:00"), "moments": {"2026-11-20T16:00:00Z"}},
		"it is gone": {"staging": stay("2026-11-10T10:00:00Z", "2026-11-11T09:00:00Z"), "moments": set()},
		"it never was": {"staging": {}, "moments": set()},
	}
	soak_time.moments == moments with input as entering(staging)
}

test_soaks_from_when_it_could_run[note] if {
	some note, {"staging": staging, "says": says} in {
		"never": {
			"staging": {"ran": {"ever": false, "seen": null, "until": null, "longest": null}, "idle": ["Deployment checkout is scaled to zero"]},
			"says": "staging has held it since 2026-11-10 10:00, and does not run it: Deployment checkout is scaled to zero",
		},
		"never, and it is over": {
			"staging": {"holds": false, "until": "2026-11-15T10:00:00Z", "ran": {"ever": false, "seen": null, "until": null, "longest": null}},
			"says": "staging held it, and never ran it",
		},
		"lately": {
			"staging": {"ran": {"ever": true, "seen": "2026-11-20T13:30:00Z", "until": null, "longest": null}},
			"says": "staging has run it since 2026-11-20 13:30, for 2 h",
		},
	}
	found := soak_time.findings with input as entering(object.union(since("2026-11-10T10:00:00Z"), staging))
	{finding.message | some finding in found} == {concat(" ", [
		"acme/checkout v1.2.3 enters prod before it has soaked for 1 day:", says,
	])}
}

test_has_soaked_where_it_is_switched_off_by_now if {
	off := {"runs": false, "will_run": false, "idle": ["Deployment checkout is scaled to zero"]}
	ran := {"ran": {"ever": true, "seen": "2026-11-10T12:00:00Z", "until": null, "longest": null}}
	count(soak_time.findings) == 0 with input as entering(object.union(object.union(since("2026-11-10T10:00:00Z"), off), ran))
}
