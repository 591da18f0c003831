package promocheck.rules.version_not_in_staging_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.version_not_in_staging as rule

test_says_what_staging_is_to_the_version[note] if {
	some note, {"staging": fields, "says": message} in {
		"never": {
			"staging": {},
			"says": "acme/checkout v1.2.3 enters prod, but staging never held it (staging holds v1.2.1)",
		},
		"unknown": {
			"staging": {"held": null},
			"says": "acme/checkout v1.2.3 enters prod, but staging does not hold it (staging holds v1.2.1)",
		},
		"some targets": {
			"staging": {"versions": [fixture.v1, fixture.v2]},
			"says": "acme/checkout v1.2.3 enters prod, but staging holds it in some of its targets, but not in all (staging holds v1.2.1 and v1.2.3)",
		},
		"same change": {
			"staging": {"gets": true},
			"says": "acme/checkout v1.2.3 enters prod, but staging gets it only by this same change (staging holds v1.2.1)",
		},
		"moved on": {
			"staging": {"held": true, "since": "2026-11-01T10:00:00Z", "until": "2026-11-12T10:00:00Z"},
			"says": "acme/checkout v1.2.3 enters prod, but staging held it from 2026-11-01 10:00 until 2026-11-12 10:00 and moved on (staging holds v1.2.1)",
		},
		"moved on, nobody knows from when": {
			"staging": {"held": true, "until": "2026-11-12T10:00:00Z"},
			"says": "acme/checkout v1.2.3 enters prod, but staging held it until 2026-11-12 10:00 and moved on (staging holds v1.2.1)",
		},
		"moved on, nobody knows when": {
			"staging": {"held": true},
			"says": "acme/checkout v1.2.3 enters prod, but staging held it once and moved on (staging holds v1.2.1)",
		},
		"back by the same change": {
			"staging": {"held": true, "gets": true},
			"says": "acme/checkout v1.2.3 enters prod, but staging gets it only by this same change (staging holds v1.2.1)",
		},
		"taken back": {
			"staging": {
				"held": true, "since": "2026-11-01T10:00:00Z", "until": "2026-11-20T10:00:00Z",
				"left": {".": left("backward", {})},
			},
			"says": concat(" ", [
				"acme/checkout v1.2.3 enters prod, but staging held it from 2026-11-01 10:00 until 2026-11-20 10:00,",
				"and 3f00c0f (Back to v1.2.1) took it back to v1.2.1 (staging holds v1.2.1)",
			]),
		},
		"taken back for a reason": {
			"staging": {"held": true, "left": {".": left("backward", {"reason": "INC-4711"})}},
			"says": concat(" ", [
				"acme/checkout v1.2.3 enters prod, but staging held it once,",
				"and 3f00c0f (Back to v1.2.1) took it back to v1.2.1: INC-4711 (staging holds v1.2.1)",
			]),
		},
		"taken back by a revert, in one of two targets": {
			"staging": {"held": true, "left": {
				"eu": left("backward", {"reason": "Back to v1.2.1"}),
				"us": left("forward", {}),
			}},
			"says": concat(" ", [
				"acme/checkout v1.2.3 enters prod, but staging held it once,",
				"and 3f00c0f (Back to v1.2.1) took it back to v1.2.1 in eu (staging holds v1.2.1)",
			]),
		},
		"taken away for a reason": {
			"staging": {"held": true, "versions": [], "left": {".": left("backward", {"to": null, "reason": "INC-4711"})}},
			"says": concat(" ", [
				"acme/checkout v1.2.3 enters prod, but staging held it once,",
				"and 3f00c0f (Back to v1.2.1) took it away: INC-4711 (staging runs no acme/checkout)",
			]),
		},
		"runs none": {
			"staging": {"versions": []},
			"says": "acme/checkout v1.2.3 enters prod, but staging never held it (staging runs no acme/checkout)",
		},
		"runs many": {
			"staging": {"versions": [{"repository": "", "tag": tag, "digest": ""} | some tag in ["a", "b", "c", "d", "d"]]},
			"says": "acme/checkout v1.2.3 enters prod, but staging never held it (staging holds a, b, c and 1 more)",
		},
		"same tag, digest on one side": {
			"staging": {"versions": [object.union(fixture.v2, {"digest": fixture.digest})]},
			"says": "acme/checkout v1.2.3 enters prod, but staging has v1.2.3 by a digest only, which may be another build (staging holds v1.2.3@sha256:3f4e5a6b7c8d)",
		},
	}
	found := rule.findings with input as staging_is(fields)
	found == {{"change": "checkout/prod/1", "message": message}}
}

test_names_each_of_several_upstreams if {
	found := rule.findings with input as fixture.with_change({"upstream": [
		fixture.never("staging"),
		fixture.holding("uat", {"gets": true}),
	]})
	{finding.message | some finding in found} == {concat("; ", [
		"acme/checkout v1.2.3 enters prod, but staging never held it (staging holds v1.2.1)",
		"uat gets it only by this same change (uat holds v1.2.1)",
	])}
}

test_same_change_may_be_allowed if {
	found := rule.findings with input as object.union(staging_is({"gets": true}), allowed)
	count(found) == 0
}

test_to_allow_the_same_change_allows_nothing_else if {
	found := rule.findings with input as object.union(staging_is({"held": true}), allowed)
	count(found) == 1
}

# What is not configured is not allowed, even if nobody filled in the defaults.
test_fires_without_parameters if {
	found := rule.findings with input as object.remove(staging_is({"gets": true}), ["config"])
	count(found) == 1
}

test_is_silent_where_staging_holds_it if count(rule.findings) == 0 with input as staging_is({"holds": true})

test_is_silent_where_one_of_several_upstreams_holds_it if {
	found := rule.findings with input as fixture.with_change({"upstream": [
		fixture.never("staging"),
		fixture.holding("uat", {"holds": true}),
	]})
	count(found) == 0
}

test_is_silent[note] if {
	some note, fields in {
		"no entry": {"entry": false},
		"removed": {"after": null},
		"first of its chain": {"upstream": [], "earlier": []},
		"not production": {"environment": "staging"},
	}
	found := rule.findings with input as fixture.with_change(fields)
	count(found) == 0
}

test_is_silent_without_changes if count(rule.findings) == 0 with input as fixture.quiet

staging_is(fields) := fixture.with_change({"upstream": [fixture.holding("staging", fields)]})

allowed := {"config": {"rules": {"version-not-in-staging": {"same-change": "allow"}}}}

# The moment that is judged is 2026-11-20 15:30 UTC.
moved_on(until) := fixture.with_change({"upstream": [fixture.holding("staging", {"held": true, "since": "2026-11-01T10:00:00Z", "seen": "2026-11-01T10:00:00Z", "until": until})]})

test_looks_back_as_far_as_configured if {
	lookback := {"same-change": "deny", "lookback": "2h"}
	count(rule.findings) == 0 with input as moved_on("2026-11-20T13:30:01Z")
		with input.config.rules["version-not-in-staging"] as lookback
	count(rule.findings) == 1 with input as moved_on("2026-11-20T13:30:00Z")
		with input.config.rules["version-not-in-staging"] as lookback
}

test_does_not_look_back_unless_told if {
	count(rule.findings) == 1 with input as object.remove(moved_on("2026-11-20T15:30:00Z"), ["config"])
}

test_looks_back_on_what_was_not_taken_back[note] if {
	some note, [targets, fires] in {
		"moved on": [{".": left("forward", {})}, 0],
		"gone": [{".": left("removed", {"to": null})}, 0],
		"nobody knows": [{".": left("unknown", {})}, 0],
		"taken back": [{".": left("backward", {})}, 1],
		"taken back by one of two": [{"eu": left("forward", {}), "us": left("backward", {})}, 1],
	}
	change := fixture.with_change({"upstream": [fixture.holding("staging", {"held": true, "until": "2026-11-20T13:30:00Z", "left": targets})]})
	count(rule.findings) == fires with input as change with input.config.rules["version-not-in-staging"] as {"lookback": "168h"}
	count(rule.moments) == 1 - fires with input as change with input.config.rules["version-not-in-staging"] as {"lookback": "168h"}
}

# It comes back the way that this repository knows.
test_lets_what_was_taken_back_come_with_leave if {
	change := staging_is({"held": true, "gets": true, "left": {".": left("backward", {})}})
	count(rule.findings) == 0 with input as object.union(change, allowed)
}

# What dev took back before staging got it; what it took back later, or has again, goes on from staging.
test_counts_what_was_taken_back_before_the_next_environment_got_it[note] if {
	some note, [since, dev, n] in {
		"before": ["2026-11-21T10:00:00Z", {"left": {".": left("backward", {"at": "2026-11-20T10:00:00Z"})}}, 1],
		"after": ["2026-11-19T10:00:00Z", {"left": {".": left("backward", {"at": "2026-11-20T10:00:00Z"})}}, 0],
		"moved on": ["2026-11-21T10:00:00Z", {"left": {".": left("forward", {"at": "2026-11-20T10:00:00Z"})}}, 0],
		"again": ["2026-11-21T10:00:00Z", {"holds": true, "left": {".": left("backward", {"at": "2026-11-20T10:00:00Z"})}}, 0],
	}
	change := fixture.with_change({
		"upstream": [fixture.holding("staging", {"holds": true, "held": true, "since": since})],
		"earlier": [fixture.holding("dev", object.union({"held": true}, dev))],
	})
	count(rule.findings) == n with input as change
}

left(direction, fields) := object.union(
	{
		"direction": direction, "to": fixture.v1, "commit": "3f00c0ffee", "author": "Ada",
		"subject": "Back to v1.2.1", "reason": "",
	},
	fields,
)

test_lets_a_declared_rollback_through if {
	count(rule.findings) == 0 with input as fixture.rolled_back
	count(rule.findings) == 1 with input as object.union(fixture.rolled_back, {"head": fixture.quiet.head})
}

test_moments_are_when_it_is_too_long_ago if {
	rule.moments == {"2026-11-20T15:30:01Z"} with input as moved_on("2026-11-20T13:30:01Z")
		with input.config.rules["version-not-in-staging"] as {"same-change": "deny", "lookback": "2h"}
	rule.moments == set() with input as fixture.with_changes([fixture.promotion])
}

# One line sets the version for both.
shared(already) := fixture.with_change({
	"shared": [{
		"environment": "staging", "already": already,
		"location": {"overlay": "checkout/overlays/prod", "path": "checkout/base/kustomization.yaml", "line": 4, "column": 5},
	}],
	"upstream": [fixture.holding("staging", {"gets": true})],
})

test_names_the_line_that_both_share if {
	found := rule.findings with input as shared(true)
	found == {{"change": "checkout/prod/1", "message": concat("", [
		"acme/checkout v1.2.3 enters prod, but staging gets it by the very line that sets it for prod, checkout/base/kustomization.yaml:4",
		" (staging holds v1.2.1); to have it in one before the other, pin acme/checkout to v1.2.1 in what deploys checkout/overlays/prod to prod by a line of its own first",
	])}}
}

test_a_line_that_has_come_to_be_shared_is_the_same_change if {
	found := rule.findings with input as shared(false)
	{finding.message | some finding in found} == {"acme/checkout v1.2.3 enters prod, but staging gets it only by this same change (staging holds v1.2.1)"}
}

test_shared_lines_are_let_as_configured[note] if {
	some note, [line, change, already, severities] in {
		"deny": ["deny", "deny", true, {"none"}],
		"deny, whatever two lines may": ["deny", "allow", true, {"none"}],
		"warn": ["warn", "deny", true, {"warning"}],
		"warn, whatever two lines may": ["warn", "allow", true, {"warning"}],
		"warn of no other": ["warn", "deny", false, {"none"}],
		"allow": ["allow", "deny", true, set()],
		"allow no other": ["allow", "deny", false, {"none"}],
		"nothing said": ["like-same-change", "deny", true, {"none"}],
		"the same change may": ["like-same-change", "allow", true, set()],
		"two lines may": ["deny", "allow", false, set()],
	}
	found := rule.findings with input as shared(already)
		with input.config.rules["version-not-in-staging"] as {"shared-line": line, "same-change": change, "lookback": "0h"}
	severities == {object.get(finding, "severity", "none") | some finding in found}
}

test_says_where_to_pin[note] if {
	some note, [overlay, path, place] in {
		"an overlay": ["shop/overlays/prod", "shop/base/kustomization.yaml", "shop/overlays/prod"],
		"values": ["shop/values-prod.yaml", "shop/values.yaml", "shop/values-prod.yaml"],
		"a directory that both deploy": ["shop", "shop/deployment.yaml", "what deploys shop to prod"],
		"all that there is": [".", "deployment.yaml", "what deploys it to prod"],
	}
	change := object.union(shared(true).changes[0], {"locations": {".": {"overlay": overlay, "path": path, "line": 4, "column": 5}}})
	found := rule.findings with input as fixture.with_changes([change])
	{contains(finding.message, sprintf("pin acme/checkout to v1.2.1 in %s by a line", [place])) | some finding in found} == {true}
}

test_what_never_ran_is_no_evidence[note] if {
	some note, {"staging": fields, "says": says} in {
		"suspended": {
			"staging": object.union(declared, {"ran": never_ran}),
			"says": "staging holds it, but could never run it: HelmRelease checkout is suspended",
		},
		"suspended, and not known since when": {
			"staging": object.union(declared, {"ran": object.union(never_ran, {"ever": null})}),
			"says": "staging holds it, but is not known to have run it: HelmRelease checkout is suspended",
		},
		"suspended since it came again": {
			"staging": object.union(declared, {"ran": {"ever": true, "seen": "2026-11-19T10:00:00Z", "until": "2026-11-20T10:00:00Z", "longest": null}}),
			"says": "staging holds it, but has not run it: HelmRelease checkout is suspended",
		},
		"suspended until it moved on": {
			"staging": {
				"held": true, "since": "2026-11-19T10:00:00Z", "seen": "2026-11-19T10:00:00Z",
				"until": "2026-11-20T10:00:00Z", "ran": never_ran,
			},
			"says": "staging held it from 2026-11-19 10:00 until 2026-11-20 10:00, but could never run it, and moved on",
		},
		"switched on by the same change": {
			"staging": object.union(declared, {"will_run": true, "ran": never_ran}),
			"says": "staging runs it only by this same change: until then HelmRelease checkout is suspended",
		},
		"comes suspended": {
			"staging": {"gets": true, "will_run": false, "idle": ["HelmRelease checkout is suspended"]},
			"says": "staging gets it only by this same change, and does not run it: HelmRelease checkout is suspended",
		},
	}
	found := rule.findings with input as staging_is(fields)
		with input.config.rules["version-not-in-staging"].lookback as "168h"
	{finding.message | some finding in found} == {sprintf("acme/checkout v1.2.3 enters prod, but %s (staging holds v1.2.1)", [says])}
}

test_is_silent_where_it_is_switched_off_for_a_night if {
	ran := {"ever": true, "seen": "2026-11-19T12:00:00Z", "until": null, "longest": null}
	count(rule.findings) == 0 with input as staging_is(object.union(declared, {"ran": ran}))
}

test_same_change_may_switch_it_on if {
	started := staging_is(object.union(declared, {"will_run": true, "ran": never_ran}))
	count(rule.findings) == 0 with input as object.union(started, allowed)
	comes_suspended := staging_is({"gets": true, "will_run": false, "idle": ["HelmRelease checkout is suspended"]})
	count(rule.findings) == 1 with input as object.union(comes_suspended, allowed)
}

never_ran := {"ever": false, "seen": null, "until": null, "longest": null}

# Staging holds it in what is suspended.
declared := {
	"holds": true, "held": true, "since": "2026-11-19T10:00:00Z", "seen": "2026-11-19T10:00:00Z",
	"runs": false, "will_run": false, "idle": ["HelmRelease checkout is suspended"],
}
