package promocheck.rules.same_tag_different_config_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.same_tag_different_config as rule

difference := {
	"app": "checkout",
	"environment": "prod",
	"targets": ["."],
	"workload": "Deployment checkout",
	"container": "web",
	"upstream": "staging",
	"of": "variable",
	"name": "LIMIT",
	"there": "5",
	"here": "9",
	"only": "",
	"hidden": false,
	"location": fixture.location,
}

holding := object.union(fixture.never("staging"), {"holds": true})

asked(differences, differ, change) := json.patch(fixture.with_changes([object.union(fixture.promotion, object.union({"upstream": [holding]}, change))]), [
	{"op": "add", "path": "/differences", "value": [object.union(difference, fields) | some fields in differences]},
	{"op": "add", "path": "/config/rules/same-tag-different-config", "value": {"differ": differ}},
])

told(differences) := [finding.message | some finding in found] if {
	found := rule.findings with input as asked(differences, [], {})
}

says(what) := concat("", ["Deployment checkout in prod runs v1.2.3 with other settings than staging: ", what, "; `promocheck diff checkout staging prod` shows them"])

test_fires if {
	found := rule.findings with input as asked([{}], [], {})
	found == {{
		"change": "checkout/prod/1",
		"targets": ["."],
		"location": fixture.location,
		"message": says("web's LIMIT (9, there 5)"),
	}}
}

test_one_finding_for_a_workload if {
	told([{"name": "B"}, {"name": "A", "here": ""}, {"container": "", "of": "replicas", "name": "replicas"}]) == [says("replicas (9, there 5), web's A (\"\", there 5) and web's B (9, there 5)")]
}

test_points_at_what_is_written if {
	whole := object.union(fixture.location, {"line": 0})
	found := rule.findings with input as asked([{"name": "A", "location": whole}, {"name": "B"}], [], {})
	{finding.location | some finding in found} == {fixture.location}
	nowhere := rule.findings with input as asked([{"location": whole}], [], {})
	{finding.location | some finding in nowhere} == {whole}
}

test_one_finding_for_all_targets if {
	found := rule.findings with input as asked([{"targets": ["eu", "us"], "name": "A"}, {"targets": ["eu"], "name": "B"}], [], {})
	[[finding.targets, finding.message] | some finding in found] == [[["eu", "us"], says("web's A (9, there 5) and web's B (9, there 5) in eu")]]
}

test_what_is_hidden_is_not_told if {
	told([{"hidden": true, "here": null, "there": null}]) == [says("web's LIMIT (different)")]
}

test_one_side_only if {
	told([{"only": "here", "there": null}]) == [says("web's LIMIT (not in staging)")]
	told([{"only": "there", "here": null, "hidden": true}]) == [says("web's LIMIT (only there)")]
}

test_what_may_differ if {
	every pattern in ["LIMIT", "L*"] {
		found := rule.findings with input as asked([{}], [pattern], {})
		count(found) == 0
	}
	found := rule.findings with input as asked([{"name": "resources.limits.memory"}], ["resources.*"], {})
	count(found) == 0
}

test_another_version_is_not_its_own if {
	count(told([{"of": "image", "name": "image", "here": "acme/checkout:v2", "there": "acme/checkout:v1"}])) == 0
	count(told([{"of": "image", "name": "image", "here": "acme/proxy:v2", "there": "acme/proxy:v1"}])) == 1
}

test_passes_without_a_version_from_there if {
	never := rule.findings with input as asked([{}], [], {"upstream": [fixture.never("staging")]})
	back := rule.findings with input as asked([{}], [], {"direction": "backward"})
	count(never | back) == 0
}
