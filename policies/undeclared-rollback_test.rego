package promocheck.rules.undeclared_rollback_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.undeclared_rollback

back := {
	"before": fixture.v2, "after": fixture.v1, "direction": "backward", "returns": true,
	"own": {"held": true, "since": null, "seen": "2026-11-01T10:00:00Z", "until": "2026-11-12T10:00:00Z", "by": null, "longest": null},
	"previous": {"by": {"commit": "c0ffee0c0ffee", "author": "Ada", "subject": "Promote v1.2.3"}, "versions": [fixture.v1]},
}

says := "acme/checkout goes back from v1.2.3 to v1.2.1 in prod, "

test_fires if {
	undeclared_rollback.findings == {{
		"change": "checkout/prod/1",
		"message": concat("", [
			says, "which ran it until 2026-11-12 10:00, and nothing says that this is meant; ",
			"to declare it, revert c0ffee0 (Promote v1.2.3)",
		]),
		"severity": "error",
	}} with input as fixture.with_change(back)
}

test_says_what_history_says[note] if {
	some note, {"change": change, "says": rest} in {
		"another target runs it": {
			"change": {"own": object.union(back.own, {"until": null}), "previous": null},
			"says": "which ran it before, and nothing says that this is meant",
		},
		"never": {"change": {"returns": false, "previous": null}, "says": "which never ran just that"},
		"unknown": {
			"change": {"returns": null, "previous": null},
			"says": "and history does not tell whether it ever ran there",
		},
		"another version was there": {
			"change": {"returns": false, "previous": object.union(back.previous, {"versions": [object.union(fixture.v1, {"tag": "v1.2.2"})]})},
			"says": "which never ran just that; reverting c0ffee0 (Promote v1.2.3) would go back to v1.2.2",
		},
		"nothing was there": {
			"change": {"previous": object.union(back.previous, {"versions": []})},
			"says": "which ran it until 2026-11-12 10:00, and nothing says that this is meant",
		},
	}
	found := undeclared_rollback.findings with input as fixture.with_change(object.union(back, change))
	{finding.message | some finding in found} == {concat("", [says, rest])}
}

test_is_a_warning[note] if {
	some note, {"change": change, "staged": staged} in {
		"outside production": {"change": {"environment": "staging"}, "staged": false},
		"before a commit": {"change": {"returns": false}, "staged": true},
	}
	found := undeclared_rollback.findings with input as fixture.with_change(object.union(back, change)) with input.head.staged as staged
	{finding.severity | some finding in found} == {"warning"}
}

test_passes[note] if {
	some note, direction in ["forward", "unknown", "added"]
	count(undeclared_rollback.findings) == 0 with input as fixture.with_change({"direction": direction})
}

test_passes_if_it_is_declared if count(undeclared_rollback.findings) == 0 with input as fixture.rolled_back

test_fires_if_what_is_declared_is_none if {
	undeclared_rollback.findings != set() with input as fixture.rolled_back
		with input.changes as [object.union(fixture.promotion, object.union(back, {"returns": false}))]
}
