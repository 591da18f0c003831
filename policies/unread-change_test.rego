package promocheck.rules.unread_change_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.unread_change

test_one_file if {
	found := unread_change.findings with input.files as [file("apps/shop/prod.cue", true)]
	found == {{
		"location": {"overlay": "apps/shop", "path": "apps/shop/prod.cue", "line": 0, "column": 0},
		"files": ["apps/shop/prod.cue"],
		"message": "nothing reads apps/shop/prod.cue, which may decide what runs: no pattern matches",
		"severity": "error",
	}}
}

test_at_the_top if {
	found := unread_change.findings with input.files as [file("helmfile.yaml", false)]
	{[finding.location.overlay, finding.severity] | some finding in found} == {[".", "warning"]}
}

test_several_at_the_top if {
	found := unread_change.findings with input.files as [file("a.tf", false), file("b.tf", false)]
	{finding.message | some finding in found} == {"nothing reads 2 changed files of the top directory, which may decide what runs: a.tf and b.tf; no pattern matches"}
}

test_one_finding_for_a_directory if {
	found := unread_change.findings with input.files as [file(sprintf("env/x/%s.tf", [n]), false) | some n in ["a", "b", "c", "d", "e"]]
	found == {{
		"location": {"overlay": "env/x", "path": "env/x/a.tf", "line": 0, "column": 0},
		"files": ["env/x/a.tf", "env/x/b.tf", "env/x/c.tf", "env/x/d.tf", "env/x/e.tf"],
		"message": "nothing reads 5 changed files of env/x, which may decide what runs: a.tf, b.tf, c.tf and 2 more; no pattern matches",
		"severity": "warning",
	}}
}

test_production_is_told_apart_from_its_neighbours if {
	found := unread_change.findings with input.files as [file("env/prod.tf", true), file("env/dev.tf", false), file("other/dev.tf", false)]
	{[finding.location.path, finding.severity] | some finding in found} == {
		["env/prod.tf", "error"], ["env/dev.tf", "warning"], ["other/dev.tf", "warning"],
	}
}

test_what_nothing_is_deployed_of if {
	found := unread_change.findings with input.files as [
		object.union(file("unlisted/x.yaml", true), {"unused": "unlisted"}),
		object.union(file("base/x.yaml", false), {"unused": "base"}),
		object.union(file("component/x.yaml", false), {"unused": "component"}),
		object.union(file("gone/x.yaml", false), {"unused": "gone"}),
	]
	{[finding.severity, finding.message] | some finding in found} == {
		["warning", "nothing reads unlisted/x.yaml: no pattern matches"],
		["note", "nothing reads base/x.yaml: no pattern matches"],
		["note", "nothing reads component/x.yaml: no pattern matches"],
		["note", "nothing reads gone/x.yaml: no pattern matches"],
	}
}

test_is_silent_about_what_is_read_or_inert if {
	count(unread_change.findings) == 0 with input.files as [
		object.union(file("a/prod.yaml", true), {"fate": "read"}),
		object.union(file("a/prod.md", true), {"fate": "inert"}),
	]
}

test_is_silent_where_nothing_changes if count(unread_change.findings) == 0 with input as fixture.quiet

file(path, production) := {"path": path, "fate": "unread", "why": "no pattern matches", "production": production, "places": [], "unused": null}
