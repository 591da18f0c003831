package promocheck.rules.changed_source_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.changed_source

test_names_both_repositories if {
	changed_source.findings == {{
		"change": "checkout/prod/1",
		"message": "acme/checkout in prod comes from ghcr.io/mallory/checkout instead of registry.example.com/acme/checkout",
		"severity": "error",
	}} with input as fixture.with_change({"after": elsewhere})
}

# It is the repository that counts, whether or not the version is new to the environment.
test_fires_under_the_same_tag if {
	same := object.union(fixture.v1, {"repository": elsewhere.repository})
	count(changed_source.findings) == 1 with input as fixture.with_change({"after": same, "entry": false})
}

test_fires_though_staging_holds_the_tag if {
	held := object.union(fixture.never("staging"), {"holds": true})
	count(changed_source.findings) == 1 with input as fixture.with_change({"after": elsewhere, "upstream": [held]})
}

test_fires_for_git_and_charts[kind] if {
	some kind in ["chart", "git"]
	found := changed_source.findings with input as fixture.with_change({
		"artifact": {"kind": kind, "name": "acme/checkout"},
		"after": elsewhere,
	})
	count(found) == 1
}

test_a_chart_may_have_no_repository if {
	found := changed_source.findings with input as fixture.with_change({
		"artifact": {"kind": "chart", "name": "checkout"},
		"before": object.union(fixture.v1, {"repository": ""}),
		"after": object.union(fixture.v1, {"repository": "https://charts.example.com"}),
	})
	messages(found) == {"checkout in prod comes from https://charts.example.com instead of a repository without a name"}
}

test_is_a_warning_outside_production if {
	found := changed_source.findings with input as fixture.with_change({"environment": "staging", "after": elsewhere})
	severities(found) == {"warning"}
}

test_is_a_note_where_a_digest_proves_the_build[note] if {
	some note, fields in {
		"ran here": {"entry": false},
		"runs in staging": {"upstream": [object.union(fixture.never("staging"), {"holds": true})]},
	}
	after := object.union(elsewhere, {"digest": fixture.digest})
	found := changed_source.findings with input as fixture.with_change(object.union({"after": after}, fields))
	severities(found) == {"note"}
}

# Staging runs the very version from there, or does not: its other targets, or an object that is suspended, prove nothing.
test_is_a_warning_where_staging_runs_it_from_there[note] if {
	some note, [fields, severity] in {
		"runs it": [{"versions": [elsewhere]}, "warning"],
		"from elsewhere in another target": [{"versions": [elsewhere, fixture.v2]}, "error"],
		"another version": [{"versions": [object.union(elsewhere, {"tag": "v0"})]}, "error"],
		"another digest": [{"versions": [object.union(elsewhere, {"digest": fixture.digest})]}, "error"],
		"declares it only": [{"versions": [elsewhere], "runs": false}, "error"],
		"in some targets": [{"versions": [elsewhere], "holds": false}, "error"],
	}
	runs := object.union(fixture.never("staging"), object.union({"holds": true, "runs": true}, fields))
	found := changed_source.findings with input as fixture.with_change({"after": elsewhere, "upstream": [runs]})
	severities(found) == {severity}
}

test_a_digest_that_nobody_ran_proves_nothing if {
	after := object.union(elsewhere, {"digest": fixture.digest})
	found := changed_source.findings with input as fixture.with_change({"after": after})
	severities(found) == {"error"}
}

test_something_added_from_a_further_repository if {
	changed_source.findings == {{
		"change": "checkout/prod/1",
		"message": "acme/checkout in prod also comes from ghcr.io/mallory/checkout; so far it came only from registry.example.com/acme/checkout",
		"severity": "error",
	}} with input as addition({"eu": {"image/acme/checkout": [fixture.v1]}, "us": {"image/acme/proxy": [elsewhere]}})
}

test_names_some_of_many_repositories if {
	found := changed_source.findings with input as addition({target: {"image/acme/checkout": [from(target)]} |
		some target in ["a", "b", "c", "d"]
	})
	messages(found) == {"acme/checkout in prod also comes from ghcr.io/mallory/checkout; so far it came only from a, b, c and 1 more"}
}

test_something_added_from_a_known_repository if {
	found := changed_source.findings with input as addition({
		"eu": {"image/acme/checkout": [fixture.v1]},
		"us": {"image/acme/checkout": [from("b"), elsewhere]},
	})
	count(found) == 0
}

# An artifact that is new to the environment has no source to change.
test_something_new[note] if {
	some note, targets in {
		"no target": {},
		"other artifacts": {"eu": {"image/acme/proxy": [fixture.v1], "git/acme/checkout": [fixture.v1]}},
	}
	count(changed_source.findings) == 0 with input as addition(targets)
}

# What comes from where neither upstream nor anything else of the environment comes from.
test_something_new_from_elsewhere if {
	staging := object.union(fixture.never("staging"), {"versions": [fixture.v1]})
	test := object.union(fixture.never("test"), {"versions": []})
	changed_source.findings == {{
		"change": "checkout/prod/1",
		"message": "acme/checkout comes to prod from ghcr.io/mallory/checkout; staging has it from registry.example.com/acme/checkout",
		"severity": "error",
	}} with input as fixture.with_change({"before": null, "after": elsewhere, "upstream": [staging, test], "familiar": false})
}

test_something_new_from_a_familiar_place if {
	staging := object.union(fixture.never("staging"), {"versions": [fixture.v1]})
	count(changed_source.findings) == 0 with input as fixture.with_change({"before": null, "after": elsewhere, "upstream": [staging], "familiar": true})
}

# Another environment may have a registry of its own.
test_other_environments_do_not_count[note] if {
	some note, state in {
		"another environment": {"checkout": {"staging": {".": {"image/acme/checkout": [fixture.v1]}}}},
		"another app": {"cart": {"prod": {".": {"image/acme/checkout": [fixture.v1]}}}},
	}
	found := changed_source.findings with input as object.union(
		fixture.with_change({"before": null, "after": elsewhere}),
		{"state": state},
	)
	count(found) == 0
}

test_is_silent[note] if {
	some note, fields in {
		"only the version changes": {},
		"removed": {"after": null},
		"staging has another repository": {"upstream": [object.union(fixture.never("staging"), {"versions": [elsewhere]})]},
	}
	count(changed_source.findings) == 0 with input as fixture.with_change(fields)
}

test_is_silent_without_changes if count(changed_source.findings) == 0 with input as fixture.quiet

elsewhere := object.union(fixture.v2, {"repository": "ghcr.io/mallory/checkout"})

from(repository) := object.union(fixture.v1, {"repository": repository})

# Something added to production, whose targets held this at base.
addition(targets) := object.union(
	fixture.with_change({"before": null, "after": elsewhere}),
	{"state": {"checkout": {"prod": targets}}},
)

messages(findings) := {finding.message | some finding in findings}

severities(findings) := {finding.severity | some finding in findings}
