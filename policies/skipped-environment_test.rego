package promocheck.rules.skipped_environment_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.skipped_environment

test_names_every_environment_that_was_skipped if {
	skipped_environment.findings == {{
		"change": "checkout/prod/1",
		"message": "acme/checkout v1.2.3 enters prod but was never in dev or staging",
		"severity": "error",
	}} with input as fixture.with_change({})
}

test_leaves_out_environments_where_it_was[note] if {
	some note, fields in been_there
	earlier := [fixture.holding("dev", fields), fixture.never("staging")]
	found := skipped_environment.findings with input as fixture.with_change({"earlier": earlier})
	{finding.message | some finding in found} == {"acme/checkout v1.2.3 enters prod but was never in staging"}
}

test_says_where_only_some_targets_had_it if {
	staging := fixture.holding("staging", {"versions": [fixture.v1, fixture.v2]})
	found := skipped_environment.findings with input as fixture.with_change({"upstream": [staging], "earlier": [staging]})
	{finding.message | some finding in found} == {"acme/checkout v1.2.3 enters prod but was never in all of staging"}
}

# Whether the tag is the build of the digest, nothing says. It is no news that an environment never ran the tag.
test_a_digest_that_was_not_there_with_its_tag[note] if {
	some note, [after, held, says] in {
		"is added": [fixture.digest, "", "v1.2.3@sha256:3f4e5a6b7c8d enters prod but is not known to have been in dev or staging (which has v1.2.3 without a digest)"],
		"is taken away": ["", fixture.digest, "v1.2.3 enters prod but is not known to have been in dev or staging (which has v1.2.3 by a digest only)"],
		"is another": [fixture.digest, "sha256:00", "v1.2.3@sha256:3f4e5a6b7c8d enters prod but was never in dev or staging"],
	}
	staging := fixture.holding("staging", {"versions": [object.union(fixture.v2, {"digest": held})]})
	found := skipped_environment.findings with input as fixture.with_change({
		"after": object.union(fixture.v2, {"digest": after}),
		"upstream": [staging], "earlier": [fixture.never("dev"), staging],
	})
	{finding.message | some finding in found} == {concat(" ", ["acme/checkout", says])}
}

test_a_digest_of_a_tag_that_was_everywhere if {
	dev := fixture.holding("dev", {"versions": [fixture.v2]})
	staging := fixture.holding("staging", {"versions": [fixture.v2]})
	change := {"after": object.union(fixture.v2, {"digest": fixture.digest}), "upstream": [staging], "earlier": [dev, staging]}
	count(skipped_environment.findings) == 0 with input as fixture.with_change(change)

	never_in_dev := object.union(change, {"earlier": [fixture.never("dev"), staging]})
	found := skipped_environment.findings with input as fixture.with_change(never_in_dev)
	count(found) == 1
}

test_is_a_warning_outside_production if {
	skipped_environment.findings == {{
		"change": "checkout/prod/1",
		"message": "acme/checkout v1.2.3 enters staging but was never in dev",
		"severity": "warning",
	}} with input as fixture.with_change({
		"environment": "staging",
		"upstream": [fixture.never("dev")],
		"earlier": [fixture.never("dev")],
	})
}

test_unknown_history_proves_nothing if {
	unknown := fixture.holding("staging", {"held": null})
	found := skipped_environment.findings with input as fixture.with_change({"upstream": [unknown], "earlier": [unknown]})
	count(found) == 1
}

test_names_an_upstream_that_is_not_earlier if {
	found := skipped_environment.findings with input as fixture.with_change({"earlier": [fixture.never("dev")]})
	{finding.message | some finding in found} == {"acme/checkout v1.2.3 enters prod but was never in dev or staging"}
}

test_is_silent_where_upstream_has_to_do_with_it[note] if {
	some note, fields in been_there
	upstream := [fixture.holding("staging", fields)]
	found := skipped_environment.findings with input as fixture.with_change({"upstream": upstream})
	count(found) == 0
}

test_is_silent_where_one_of_several_upstreams_was_enough if {
	upstream := [fixture.never("dev"), fixture.holding("staging", {"holds": true})]
	found := skipped_environment.findings with input as fixture.with_change({"upstream": upstream})
	count(found) == 0
}

test_is_silent[note] if {
	some note, fields in {
		"no entry": {"entry": false},
		"removed": {"after": null},
		"first of its chain": {"environment": "dev", "upstream": [], "earlier": []},
	}
	found := skipped_environment.findings with input as fixture.with_change(fields)
	count(found) == 0
}

test_is_silent_without_changes if count(skipped_environment.findings) == 0 with input as fixture.quiet

been_there := {
	"holds it": {"holds": true},
	"gets it": {"gets": true},
	"held it once": {"held": true, "since": "2026-11-01T10:00:00Z", "until": "2026-11-12T10:00:00Z"},
}

test_says_that_history_cannot_tell if {
	unknown := fixture.holding("staging", {"held": null})
	found := skipped_environment.findings with input as fixture.with_change({"upstream": [unknown], "earlier": [unknown]})
	{finding.message | some finding in found} == {"acme/checkout v1.2.3 enters prod but is not known to have been in staging"}
}

test_an_app_that_may_not_by_what_it_was_called if {
	found := skipped_environment.findings with input as object.union(
		fixture.with_change({"upstream": [], "earlier": [], "lost": ["staging"], "formerly": ["store"]}),
		{"config": {"rules": {"skipped-environment": {"allow": ["checkout"]}}}},
	)
	count(found) == 1
}

test_lets_a_declared_rollback_through if {
	count(skipped_environment.findings) == 0 with input as fixture.rolled_back
	count(skipped_environment.findings) == 1 with input as object.union(fixture.rolled_back, {"head": fixture.quiet.head})
}

test_an_app_that_only_production_has[note] if {
	some note, [state, severity] in {
		"new": [{}, "error"],
		"new, among others": [{"cart": {"staging": {".": {}}}}, "error"],
		"there already": [{"checkout": {"prod": {".": {"image/acme/checkout": [fixture.v1]}}}}, "warning"],
	}
	skipped_environment.findings == {{
		"change": "checkout/prod/1",
		"message": "acme/checkout v1.2.3 enters prod, and checkout has no environment before it",
		"severity": severity,
	}} with input as alone({"state": state})
}

test_a_repository_that_is_one_app if {
	found := skipped_environment.findings with input as object.union(
		fixture.with_change({"app": ".", "upstream": [], "earlier": []}),
		{"state": {}},
	)
	{finding.message | some finding in found} == {"acme/checkout v1.2.3 enters prod, and the app has no environment before it"}
}

test_an_app_that_may_be_in_production_alone[note] if {
	some note, pattern in {"by its name": "checkout", "by a glob": "check*"}
	found := skipped_environment.findings with input as alone({"config": {"rules": {"skipped-environment": {"allow": [pattern]}}}})
	count(found) == 0
}

test_no_other_app_may_by_a_glob_of_one_segment if {
	found := skipped_environment.findings with input as object.union(
		fixture.with_change({"app": "team/checkout", "upstream": [], "earlier": []}),
		{"state": {}, "config": {"rules": {"skipped-environment": {"allow": ["*"]}}}},
	)
	count(found) == 1
}

test_is_silent_where_production_is_all_that_there_is if {
	path := [{"name": "prod", "upstream": [], "production": true}]
	found := skipped_environment.findings with input as alone({"path": path})
	count(found) == 0
}

test_is_silent_where_it_spreads_within_production if {
	found := skipped_environment.findings with input as object.union(fixture.with_change({"entry": false, "upstream": [], "earlier": []}), {"state": {}})
	count(found) == 0
}

test_an_app_that_lost_what_was_before_production if {
	skipped_environment.findings == {{
		"change": "checkout/prod/1",
		"message": "acme/checkout v1.2.3 enters prod, and checkout is no longer in dev or staging",
		"severity": "error",
	}} with input as object.union(
		fixture.with_change({"upstream": [], "earlier": [], "lost": ["dev", "staging"]}),
		{"state": {"checkout": {"prod": {".": {}}}}},
	)
}

test_an_app_that_loses_what_is_before_production_where_the_version_was if {
	staging := fixture.holding("staging", {"holds": true})
	fields := {"upstream": [staging], "earlier": [staging], "lost": ["staging"]}
	found := skipped_environment.findings with input as fixture.with_change(fields)
	{finding.message | some finding in found} == {"acme/checkout v1.2.3 enters prod, and checkout is no longer in staging"}
}

test_says_but_once_of_what_is_lost_that_it_never_was_there if {
	found := skipped_environment.findings with input as fixture.with_change({"lost": ["dev", "staging"]})
	{finding.message | some finding in found} == {"acme/checkout v1.2.3 enters prod but was never in dev or staging"}
}

test_an_app_that_may_have_lost_what_was_before_production if {
	found := skipped_environment.findings with input as object.union(
		fixture.with_change({"upstream": [], "earlier": [], "lost": ["staging"]}),
		{"config": {"rules": {"skipped-environment": {"allow": ["checkout"]}}}},
	)
	count(found) == 0
}

test_lets_a_declared_rollback_through_to_what_lost_its_staging if {
	change := fixture.rolled_back.changes[0]
	alone_now := object.union(change, {"upstream": [], "earlier": [], "lost": ["staging"]})
	found := skipped_environment.findings with input as object.union(fixture.rolled_back, {"changes": [alone_now]})
	count(found) == 0
}

# The promotion of an app that has no environment before production.
alone(fields) := object.union(
	object.union(fixture.with_change({"upstream": [], "earlier": []}), {"state": {}}),
	fields,
)

test_what_never_ran_was_skipped[note] if {
	some note, {"staging": fields, "says": says} in {
		"suspended": {"staging": {"ever": false}, "says": "never ran in staging (CronJob checkout is suspended)"},
		"not known to have run": {"staging": {"ever": null}, "says": "is not known to have run in staging (CronJob checkout is suspended)"},
	}
	staging := fixture.holding("staging", {
		"holds": true, "held": true, "runs": false, "will_run": false, "idle": ["CronJob checkout is suspended"],
		"ran": object.union({"seen": null, "until": null, "longest": null}, fields),
	})
	found := skipped_environment.findings with input as fixture.with_change({"upstream": [staging], "earlier": [staging]})
	{finding.message | some finding in found} == {sprintf("acme/checkout v1.2.3 enters prod but %s", [says])}
}

test_what_ran_once_was_not_skipped if {
	staging := fixture.holding("staging", {
		"holds": true, "held": true, "runs": false, "will_run": false, "idle": ["CronJob checkout is suspended"],
		"ran": {"ever": true, "seen": "2026-11-01T10:00:00Z", "until": null, "longest": null},
	})
	count(skipped_environment.findings) == 0 with input as fixture.with_change({"upstream": [staging], "earlier": [staging]})
}
