package promocheck.rules.known_bad_version_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.known_bad_version

went_back := {
	"direction": "backward", "to": fixture.v1, "at": "2026-11-12T10:00:00Z", "commit": "c0ffee0c0ffee",
	"author": "Ada <ada@example.com>", "subject": "Back to v1.2.1", "reason": "It loses orders", "reverted_by": null,
}

with_left(left) := fixture.with_change({"own": {
	"held": true, "since": null, "seen": null, "until": null, "by": null, "longest": null,
	"left": left,
}})

says := "acme/checkout v1.2.3 comes into prod again, though prod went back from it to v1.2.1 on 2026-11-12 10:00 by c0ffee0 of Ada"

test_fires if {
	known_bad_version.findings == {{
		"change": "checkout/prod/1",
		"message": concat("", [says, ": It loses orders"]),
		"severity": "error",
	}} with input as with_left({".": went_back})
}

test_tells_of_what_was_declared if {
	left := {"eu": object.union(went_back, {"reason": ""}), "us": went_back}
	found := known_bad_version.findings with input as with_left(left)
	some finding in found
	finding.severity == "error"
	contains(finding.message, "eu and us went back from it to v1.2.1")
}

test_undeclared_is_a_warning if {
	known_bad_version.findings == {{
		"change": "checkout/prod/1",
		"message": concat("", [says, " (Back to v1.2.1), and nothing said that this was meant"]),
		"severity": "warning",
	}} with input as with_left({".": object.union(went_back, {"reason": ""})})
}

test_tells_what_is_known if {
	found := known_bad_version.findings with input as with_left({".": object.union(went_back, {"to": null, "at": null})})
	{finding.message | some finding in found} == {"acme/checkout v1.2.3 comes into prod again, though prod went back from it: It loses orders"}
}

test_staged_is_a_warning if {
	staged := object.union(with_left({".": went_back}), {"head": object.union(fixture.quiet.head, {"staged": true})})
	found := known_bad_version.findings with input as staged
	{finding.severity | some finding in found} == {"warning"}
}

test_passes[note] if {
	some note, left in {
		"moved on": object.union(went_back, {"direction": "forward"}),
		"was removed": object.union(went_back, {"direction": "removed", "to": null}),
		"the rollback is reverted": object.union(went_back, {"reverted_by": "beef"}),
	}
	count(known_bad_version.findings) == 0 with input as with_left({".": left})
}

says_good(text) := object.union(with_left({".": went_back}), {"head": object.union(fixture.quiet.head, {"commits": [{
	"commit": "beef", "author": "Ada", "subject": "Again", "trailers": {"known-good": [text]}, "reverts": [],
}]})})

test_good_now if count(known_bad_version.findings) == 0 with input as says_good("v1.2.3 was mended")

test_not_good[text] if {
	some text in {"v1.2.3", "v1.2.4 was mended", "it was mended", ""}
	count(known_bad_version.findings) == 1 with input as says_good(text)
}

test_listed[environment] if {
	some environment, severity in {"prod": "error", "staging": "warning"}
	bad := [{"version": ">=1.2.0 <1.3.0", "reason": "CVE-1", "location": {"overlay": "", "path": ".promocheck.yaml", "line": 3, "column": 0}}]
	found := known_bad_version.findings with input as fixture.with_change({"environment": environment, "bad": bad})
	found == {{
		"change": "checkout/prod/1",
		"message": sprintf("acme/checkout v1.2.3 comes into %s, and .promocheck.yaml:3 lists >=1.2.0 <1.3.0: CVE-1", [environment]),
		"severity": severity,
	}}
}

test_another_environment_of_production[note] if {
	some note, {"left": left, "says": says} in {
		"as a whole": {"left": {"prod-canary": {".": went_back}}, "says": "though prod-canary went back from it to v1.2.1"},
		"one of its targets": {"left": {"prod-canary": {"eu": went_back}}, "says": "though prod-canary/eu went back from it to v1.2.1"},
	}
	found := known_bad_version.findings with input as fixture.with_change({"left_elsewhere": left})
	some finding in found
	finding.severity == "error"
	contains(finding.message, says)
}
