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

test_says_which_file_is_meant[note] if {
	some note, [reason, path, says] in {
		"what is wrong with it": ["is not valid YAML", "a/b.yaml", "a/b.yaml is not valid YAML"],
		"what it does": ["takes values from elsewhere", "a/b.yaml", "a/b.yaml takes values from elsewhere"],
		"what has a subject": ["shop is not there", "a/b.yaml", "shop is not there"],
		"a subject that begins alike": ["issuer is not there", "a/b.yaml", "issuer is not there"],
		"no file": ["is not valid YAML", "", "is not valid YAML"],
	}
	at := object.union(fixture.location, {"path": path})
	found := unresolved_version.findings with input as unresolved({"reason": reason, "location": at})
	{finding.message | some finding in found} == {concat("", ["what checkout/prod/eu runs cannot be worked out: ", says])}
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
