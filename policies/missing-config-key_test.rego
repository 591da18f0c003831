package promocheck.rules.missing_config_key_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.missing_config_key as rule

key := {
	"app": "checkout",
	"environment": "prod",
	"targets": ["."],
	"workload": "Deployment checkout",
	"container": "web",
	"as": "variable",
	"name": "LEDGER",
	"object": "ConfigMap/env",
	"key": "ledger.url",
	"known": false,
	"why": "reference",
	"was": false,
	"upstream": "",
	"since": false,
	"defined": [],
	"example": {"overlay": "", "path": "", "line": 0, "column": 0},
	"location": fixture.location,
}

unseen := {"upstream": "staging", "why": "version", "defined": ["staging"]}

holding := object.union(fixture.never("staging"), {"holds": true})

promoted := [object.union(fixture.promotion, {"upstream": [holding]})]

asked(keys, provided, differ) := json.patch(fixture.with_changes(promoted), [
	{"op": "add", "path": "/keys", "value": [object.union(key, fields) | some fields in keys]},
	{"op": "add", "path": "/config/provided", "value": provided},
	{"op": "add", "path": "/config/rules/missing-config-key", "value": {"differ": differ}},
])

told(keys) := {[finding.severity, finding.message] | some finding in found} if {
	found := rule.findings with input as asked(keys, [], [])
}

test_fires if {
	fields := object.union(unseen, {"since": true, "example": {"overlay": "", "path": "staging/env.yaml", "line": 3, "column": 0}, "known": true})
	found := rule.findings with input as asked([fields], [], [])
	found == {{
		"app": "checkout",
		"environment": "prod",
		"targets": ["."],
		"location": fixture.location,
		"message": "container web of Deployment checkout in prod does not see LEDGER (ConfigMap/env has no such key), which staging does (staging/env.yaml:3)",
		"severity": "error",
	}}
}

test_keys_of_one_object_are_one_finding if {
	told([object.union(unseen, {"name": name, "object": ""}) | some name in ["B", "A"]]) == {[
		"warning",
		"container web of Deployment checkout in prod does not see A and B, which staging does",
	]}
}

test_references if {
	told([{"known": true}]) == {["error", "container web of Deployment checkout in prod refers to ledger.url of ConfigMap/env, which does not have it"]}
	told([{"known": true, "environment": "staging"}]) == {[
		"warning",
		"container web of Deployment checkout in staging refers to ledger.url of ConfigMap/env, which does not have it",
	]}
	told([{"known": true, "why": "version"}]) == {["warning", "container web of Deployment checkout in prod refers to ledger.url of ConfigMap/env, which does not have it"]}
	told([{"as": "object", "name": "env", "defined": ["staging"], "why": "taken", "was": true}]) == {[
		"error",
		"container web of Deployment checkout in prod refers to ConfigMap/env, which nothing deploys there, as in staging",
	]}
	told([{"defined": ["dev", "staging"], "why": "version"}]) == {[
		"warning",
		"container web of Deployment checkout in prod refers to ledger.url of ConfigMap/env, which nothing deploys there, as in dev and staging",
	]}
	told([{"was": true}]) == {["warning", "container web of Deployment checkout in prod refers to ledger.url of ConfigMap/env, which nothing deploys there"]}
	told([{}]) == {["note", "container web of Deployment checkout in prod refers to ledger.url of ConfigMap/env, which nothing deploys there"]}
	told([{"why": "version", "environment": "staging"}]) == set()
	told([{"why": "version"}, {"why": "version", "object": "Secret/db", "workload": "CronJob checkout"}]) == {[
		"note",
		"containers in prod refer to ConfigMap/env and Secret/db, which nothing in the repository deploys there, as before",
	]}
}

test_where_it_runs_another_version if {
	elsewhere := [object.union(fixture.promotion, {"upstream": [fixture.never("staging")]})]
	input_ := json.patch(asked([unseen], [], []), [{"op": "replace", "path": "/changes", "value": elsewhere}])
	count(rule.findings) == 0 with input as input_
	gets := [object.union(fixture.promotion, {"upstream": [object.union(fixture.never("staging"), {"gets": true})]})]
	both := json.patch(asked([unseen], [], []), [{"op": "replace", "path": "/changes", "value": gets}])
	count(rule.findings) == 1 with input as both
	back := [object.union(fixture.promotion, {"upstream": [holding], "direction": "backward"})]
	taken := json.patch(asked([unseen], [], []), [{"op": "replace", "path": "/changes", "value": back}])
	count(rule.findings) == 0 with input as taken
}

test_what_may_differ if {
	count(rule.findings) == 0 with input as asked([object.union(unseen, {"name": "DEBUG_SQL"})], [], ["DEBUG_*"])
}

made := {"object": "ConfigMap/*", "key": "", "apps": [], "environments": []}

test_what_is_made_elsewhere[name] if {
	some name, of in {
		"all": {},
		"the key": {"key": "ledger.*"},
		"the app": {"apps": ["check*"]},
		"the environment": {"environments": ["prod"]},
	}
	count(rule.findings) == 0 with input as asked([{}], [object.union(made, of)], [])
}

test_what_is_made_otherwise[name] if {
	some name, of in {
		"another object": {"object": "Secret/*"},
		"another key": {"key": "ca"},
		"another app": {"apps": ["cart"]},
		"another environment": {"environments": ["staging"]},
	}
	count(rule.findings) == 1 with input as asked([{}], [object.union(made, of)], [])
}

test_what_is_known_here_is_made_here if {
	count(rule.findings) == 1 with input as asked([{"known": true}], [made], [])
}

test_is_silent_where_nothing_changes if count(rule.findings) == 0 with input as asked([], [], [])
