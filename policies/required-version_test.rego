package promocheck.rules.required_version_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.required_version as rule

requirement := {"app": "web", "version": ">=2.0.0", "needs": {"app": "api", "version": ">=1.4.0"}, "environments": []}

tagged(tag) := {"repository": "acme", "tag": tag, "digest": ""}

holds(app, tag) := {"prod": {".": {sprintf("image/acme/%s", [app]): [tagged(tag)]}}}

change(app, before, after) := object.union(fixture.promotion, {
	"id": app,
	"app": app,
	"artifact": {"kind": "image", "name": concat("/", ["acme", app])},
	"before": tagged(before),
	"after": tagged(after),
})

asked(merged, changes, required) := json.patch(fixture.with_changes(changes), [
	{"op": "replace", "path": "/merged", "value": merged},
	{"op": "replace", "path": "/config/requires", "value": [required]},
])

messages(merged, changes) := {[finding.severity, finding.message] | some finding in found} if {
	found := rule.findings with input as asked(merged, changes, requirement)
}

both(web, api) := {"web": holds("web", web), "api": holds("api", api)}

test_before_what_it_needs if {
	found := rule.findings with input as asked(both("2.0.0", "1.3.0"), [change("web", "1.9.0", "2.0.0")], requirement)
	found == {{
		"change": "web",
		"message": "web 2.0.0 needs api >=1.4.0, and prod has api 1.3.0: promote api first, or both by one change",
		"severity": "error",
	}}
}

test_taken_back_under_it if {
	back := object.union(change("api", "1.4.0", "1.3.0"), {"direction": "backward", "returns": true, "brought_by": {".": [{"commit": "c0ffee", "reverts": true}]}})
	messages(both("2.0.0", "1.3.0"), [back]) == {["warning", "web 2.0.0 needs api >=1.4.0, and prod has api 1.3.0: take web back first, or both by one change"]}
}

test_what_it_needs_is_nowhere if {
	messages({"web": holds("web", "2.0.0")}, [change("web", "1.9.0", "2.0.0")]) == {["error", "web 2.0.0 needs api >=1.4.0, and prod has no api: promote api first, or both by one change"]}
	elsewhere := {"prod": {"eu": {"image/acme/api": []}}}
	count(messages({"web": holds("web", "2.0.0"), "api": elsewhere}, [change("web", "1.9.0", "2.0.0")])) == 1
}

test_in_another_target if {
	elsewhere := {"prod": {"eu": {"image/acme/api": [tagged("1.4.0")]}}}
	messages({"web": holds("web", "2.0.0"), "api": elsewhere}, [change("web", "1.9.0", "2.0.0")]) == set()
}

test_does_not_compare if {
	messages(both("x", "main"), [change("web", "1.9.0", "x")]) == {[
		"error",
		concat("", [
			"web x (which does not compare with >=2.0.0) needs api >=1.4.0, and prod has api main (which does not compare with >=1.4.0)",
			": promote api first, or both by one change",
		]),
	]}
}

test_what_it_has_is_enough if {
	messages(both("2.0.0", "1.4.0"), [change("web", "1.9.0", "2.0.0")]) == set()
	messages(both("2.0.0", "1.4.0"), [change("web", "1.9.0", "2.0.0"), change("api", "1.3.0", "1.4.0")]) == set()
	messages(both("1.9.1", "1.3.0"), [change("web", "1.9.0", "1.9.1")]) == set()
	messages(both("1.9.0", "1.4.0"), [change("web", "2.0.0", "1.9.0")]) == set()
}

test_one_of_several_workloads_stays_behind if {
	split := {"web": holds("web", "2.0.0"), "api": {"prod": {".": {"image/acme/api": [tagged("1.3.0"), tagged("1.4.0")]}}}}
	messages(split, [change("web", "1.9.0", "2.0.0"), change("api", "1.3.0", "1.4.0")]) == {[
		"error",
		"web 2.0.0 needs api >=1.4.0, and prod has api 1.3.0: promote api first, or both by one change",
	]}
}

test_only_where_it_is_asked if {
	elsewhere := object.union(requirement, {"environments": ["staging"]})
	count(rule.findings) == 0 with input as asked(both("2.0.0", "1.3.0"), [change("web", "1.9.0", "2.0.0")], elsewhere)
	here := object.union(requirement, {"environments": ["prod"]})
	count(rule.findings) == 1 with input as asked(both("2.0.0", "1.3.0"), [change("web", "1.9.0", "2.0.0")], here)
}

test_artifacts_that_are_called_otherwise if {
	merged := {"web": {"prod": {".": {"image/acme/front": [tagged("2.0.1")]}}}, "api": holds("api", "1.3.0")}
	count(messages(merged, [object.union(change("web", "2.0.0", "2.0.1"), {"artifact": {"kind": "image", "name": "acme/front"}})])) == 1
}

test_is_silent_where_nothing_changes if count(rule.findings) == 0 with input as fixture.quiet
