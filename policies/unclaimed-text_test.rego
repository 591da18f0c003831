package promocheck.rules.unclaimed_text_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.unclaimed_text

test_fires if {
	found := unclaimed_text.findings with input as changed([text("reference", "prod", false)])
	found == {{
		"app": "checkout",
		"environment": "prod",
		"location": fixture.location,
		"targets": ["."],
		"message": "ghcr.io/acme/x:v2 may name what runs, and no reader knows this place: spec.package of Provider/x",
		"severity": "error",
	}}
}

test_severity[kind] if {
	some kind, severity in {
		"digest": "error", "reference": "error", "image-key": "error", "revision": "error", "emptied": "error", "directory": "error", "source": "error",
		"taken": "error", "choice": "warning", "acts": "warning",
		"hidden": "warning", "uncounted": "warning", "address": "warning", "name": "warning", "versioned": "warning", "version": "warning",
	}
	found := unclaimed_text.findings with input as changed([text(kind, "prod", false)])
	{finding.severity | some finding in found} == {severity}
}

test_emptied_of_its_version if {
	bare := object.union(text("emptied", "prod", false), {"after": "ghcr.io/acme/x"})
	{finding.message | some finding in unclaimed_text.findings with input as changed([bare])} == {
		"spec.package of Provider/x was ghcr.io/acme/x:v1 and is ghcr.io/acme/x now, without a version: nobody knows what runs instead",
	}
}

test_other_messages if {
	kinds := ["emptied", "directory", "source", "taken", "choice", "acts", "hidden", "uncounted"]
	found := unclaimed_text.findings with input as changed([text(kind, "prod", false) | some kind in kinds])
	{finding.message | some finding in found} == {
		"spec.package of Provider/x was ghcr.io/acme/x:v1 and is empty now: nobody knows what runs instead",
		"Provider/x takes ghcr.io/acme/x:v2 instead of ghcr.io/acme/x:v1, at the same revision: nobody knows which versions are there",
		"Provider/x is made from ghcr.io/acme/x:v2 instead of ghcr.io/acme/x:v1: nobody knows which versions are there",
		"Provider/x deploys ghcr.io/acme/x:v2 instead of ghcr.io/acme/x:v1 from elsewhere: nobody knows which versions are there",
		"spec.package of Provider/x changes, which decides what is picked to run: nobody knows which versions that will be",
		"Provider/x changes what other objects run, and is another than before: nobody knows which versions that will be",
		"Provider/x takes ghcr.io/acme/x:v2, which changes: it may set any version, and nobody here knows it",
		"Provider/x has more texts that may name what runs than are told apart, and they differ",
	}
}

test_for_the_first_time[kind] if {
	some kind, expected in {
		"taken": ["warning", "Provider/x deploys ghcr.io/acme/x:v2 from elsewhere: nobody knows which versions are there"],
		"source": ["warning", "Provider/x is also made from ghcr.io/acme/x:v2: nobody knows which versions are there"],
		"directory": ["error", "Provider/x also takes ghcr.io/acme/x:v2, at the same revision: nobody knows which versions are there"],
	}
	new := object.union(text(kind, "prod", false), {"before": ""})
	{[finding.severity, finding.message] | some finding in unclaimed_text.findings with input as changed([new])} == {expected}
}

test_is_silent_outside_of_production if {
	count(unclaimed_text.findings) == 0 with input as changed([text("reference", "staging", false)])
}

test_is_silent_about_what_follows if {
	count(unclaimed_text.findings) == 0 with input as changed([text("reference", "prod", true)])
}

test_is_silent_where_nothing_changes if count(unclaimed_text.findings) == 0 with input as fixture.quiet

test_nothing_where_the_environment_before_says_it if {
	said := object.union(text("reference", "prod", false), {"upstream": ["staging"]})
	count(unclaimed_text.findings) == 0 with input as changed([said])
}

changed(texts) := object.union(fixture.quiet, {"unclaimed": texts})

text(kind, environment, follows) := {
	"app": "checkout",
	"environment": environment,
	"targets": ["."],
	"object": "Provider/x",
	"path": "spec.package",
	"before": "ghcr.io/acme/x:v1",
	"after": after(kind),
	"kind": kind,
	"follows": follows,
	"upstream": [],
	"location": fixture.location,
}

after(kind) := "" if kind == "emptied"

else := "ghcr.io/acme/x:v2"
