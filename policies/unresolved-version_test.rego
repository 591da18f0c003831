package promocheck.rules.unresolved_version_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.unresolved_version

test_unresolved if {
	unresolved_version.findings == {{
		"app": "checkout",
		"environment": "prod",
		"location": fixture.location,
		"targets": ["eu"],
		"message": "what checkout/prod/eu runs cannot be worked out: the file is no YAML",
		"severity": "error",
	}} with input as unresolved({})
}

test_severity[note] if {
	some note, [environment, reached, severity] in {
		"production": ["prod", true, "error"],
		"elsewhere": ["staging", true, "warning"],
		"production, not reached": ["prod", false, "note"],
		"elsewhere, not reached": ["staging", false, "note"],
	}
	found := unresolved_version.findings with input as unresolved({"environment": environment, "reached": reached})
	{finding.severity | some finding in found} == {severity}
}

test_leaves_out_what_there_is_only_one_of if {
	found := unresolved_version.findings with input as unresolved({"app": ".", "target": "."})
	{finding.message | some finding in found} == {"what prod runs cannot be worked out: the file is no YAML"}
}

test_is_silent_where_all_is_known if count(unresolved_version.findings) == 0 with input as fixture.quiet

unresolved(fields) := object.union(fixture.quiet, {"unresolved": [object.union(
	{
		"overlay": "checkout/overlays/prod/eu",
		"app": "checkout",
		"environment": "prod",
		"target": "eu",
		"reason": "the file is no YAML",
		"reached": true,
		"location": fixture.location,
	},
	fields,
)]})
