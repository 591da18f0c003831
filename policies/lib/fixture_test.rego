# What the tests of all rules start from: they state only what matters to them.
package promocheck.lib.fixture_test

v1 := {"repository": "registry.example.com/acme/checkout", "tag": "v1.2.1", "digest": ""}

v2 := {"repository": "registry.example.com/acme/checkout", "tag": "v1.2.3", "digest": ""}

digest := "sha256:3f4e5a6b7c8d9e0f112233445566778899aabbccddeeff001122334455667788"

location := {"overlay": "checkout/overlays/prod", "path": "checkout/overlays/prod/kustomization.yaml", "line": 7, "column": 11}

# A path of three environments, and nothing that happens.
quiet := {
	"time": {
		"now": "2026-11-20T16:30:00+01:00",
		"timezone": "Europe/Berlin",
		"weekday": "friday",
		"date": "2026-11-20",
		"clock": "16:30",
		"holiday": null,
		"windows": [],
		"gates": {},
		"asked": {},
	},
	"head": {"ref": "HEAD", "commit": "b4d2", "staged": false, "commits": []},
	"self": {"repositories": [], "revisions": ["", "head", "main"]},
	"path": [
		{"name": "dev", "upstream": [], "production": false},
		{"name": "staging", "upstream": ["dev"], "production": false},
		{"name": "prod", "upstream": ["staging"], "production": true},
	],
	"changes": [],
	"effects": [],
	"files": [],
	"state": {},
	"merged": {},
	"config": {"requires": [], "provided": [], "rules": {
		"skipped-environment": {"allow": []},
		"progressive-delivery": {"manual": false},
		"known-bad-version": {"trailer": "Known-Good"},
		"friday-push": {"days": ["friday"], "hours": "00:00-24:00", "holidays": true},
		"soak-time": {"before": {}},
		"undeclared-rollback": {"trailer": "Rollback"},
		"version-not-in-staging": {"same-change": "deny", "shared-line": "like-same-change", "lookback": "0h"},
	}},
	"unresolved": [],
	"unclaimed": [],
	"keys": [],
	"differences": [],
	"trials": [],
	"fields": {},
	"edits": {},
	"deployed": {},
	"refused": {},
	"ahead": {},
	"outside": [],
}

# v2 enters prod; staging holds v1 and never held v2, nor did dev.
promotion := {
	"id": "checkout/prod/1",
	"app": "checkout",
	"environment": "prod",
	"targets": ["."],
	"artifact": {"kind": "image", "name": "acme/checkout"},
	"objects": [],
	"before": v1,
	"after": v2,
	"direction": "forward",
	"entry": true,
	"starts": false,
	"shared": [],
	"upstream": [never("staging")],
	"earlier": [never("dev"), never("staging")],
	"from": {},
	"bad": [],
	"formerly": [],
	"lost": [],
	"own": {"held": false, "since": null, "seen": null, "until": null, "by": null, "longest": null, "ran": ran_never, "left": {}},
	"left_elsewhere": {},
	"returns": false,
	"previous": null,
	"brought_by": {},
	"locations": {".": location},
}

effect := {
	"id": "checkout:prod",
	"app": "checkout",
	"environment": "prod",
	"targets": ["."],
	"stays": true,
	"versions_only": true,
	"restores": false,
	"reached_by": [location.path],
	"deployers": [],
	"resources": [],
	"fidelity": "rendered",
	"location": location,
}

# An object of its resources.
resource := {
	"group": "apps",
	"kind": "Deployment",
	"namespace": "",
	"name": "checkout",
	"stem": "checkout",
	"change": "modified",
	"traits": {},
	"earlier": {},
}

# The effect with configuration that differs, and some objects.
with_resources(resources) := with_effects([object.union(effect, {"versions_only": false, "resources": resources})], [])

# An environment that holds v1 and never held v2.
never(environment) := {
	"environment": environment,
	"versions": [v1],
	"holds": false,
	"gets": false,
	"runs": false,
	"will_run": false,
	"idle": [],
	"held": false,
	"since": null,
	"seen": null,
	"until": null,
	"by": null,
	"longest": null,
	"ran": ran_never,
	"left": {},
}

# An environment with some fields of its own, in which all that has v2 could run ever since it came, unless they say otherwise.
holding(environment, fields) := object.union(object.union(declared, ran_along), fields) if {
	declared := object.union(never(environment), fields)
	ran_along := {
		"runs": declared.holds,
		"will_run": true in {declared.holds, declared.gets},
		"ran": {"ever": declared.held, "seen": declared.seen, "until": declared.until, "longest": declared.longest},
	}
}

ran_never := {"ever": false, "seen": null, "until": null, "longest": null}

with_changes(changes) := object.union(quiet, {"changes": changes})

with_effects(effects, changes) := object.union(quiet, {"effects": effects, "changes": changes})

# The promotion with some of its fields replaced, as the only change.
with_change(fields) := with_changes([object.union(promotion, fields)])

# The promotion as a rollback that a commit declares.
rolled_back := object.union(
	with_change({
		"direction": "backward",
		"returns": true,
		"brought_by": {".": [{"commit": "c0ffee", "reverts": false}]},
	}),
	{"head": object.union(quiet.head, {"commits": [{
		"commit": "c0ffee",
		"author": "Ada <ada@example.com>",
		"subject": "Back to v1.2.3",
		"trailers": {"rollback": ["INC-4711"]},
		"reverts": [],
	}]})},
)
