package promocheck.rules.freeze_window_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.freeze_window

deny := {
	"kind": "deny",
	"active": true,
	"from": "2026-11-20T16:00:00+01:00",
	"to": "2026-11-23T08:00:00+01:00",
	"description": "weekend",
	"project": "",
	"freeze": false,
	"exceptions": {},
	"path": ".promocheck.yaml",
	"line": 2,
}

allow := object.union(deny, {"kind": "allow", "description": "office hours", "project": "shop", "path": "projects.yaml", "line": 9})

freeze := object.union(deny, {"freeze": true, "description": "INC-4711", "path": ".promocheck-freeze.yaml", "line": 1})

inactive(window) := object.union(window, {"active": false})

# Everything that is deployed is subject to all of the windows, those of one project being asked together.
gated(windows, effects) := asking(windows, effects, [group |
	some project in {window.project | some window in windows}
	group := asked(project, [i | some i, window in windows; window.project == project])
])

asked(project, windows) := {"application": null, "known": true, "project": project, "windows": windows, "unsure": []}

# Nobody can tell of any window whether it applies.
doubted(windows, known) := asking(windows, [fixture.effect], [object.union(
	asked("shop", []),
	{"known": known, "unsure": [i | some i, _ in windows]},
)])

asking(windows, effects, groups) := object.union(fixture.with_effects(effects, []), {"time": {
	"windows": windows,
	"gates": everywhere(effects, [i | some i, _ in windows]),
	"asked": everywhere(effects, groups),
}})

everywhere(effects, value) := {effect.app: {effect.environment: {target: value | some target in effect.targets}} | some effect in effects}

messages(found) := {finding.message | some finding in found}

test_in_a_deny_window if {
	freeze_window.findings == {{
		"app": "checkout",
		"environment": "prod",
		"location": fixture.location,
		"covers": {"checkout:prod"},
		"targets": {"."},
		"emergency": true,
		"message": "checkout changes in prod in a deny window (weekend, .promocheck.yaml:2): versions would differ",
		"severity": "error",
	}} with input as gated([deny], [fixture.effect])
}

test_belongs_to_the_change if {
	changed := object.union(gated([deny], [fixture.effect]), {"changes": [fixture.promotion]})
	found := freeze_window.findings with input as changed
	{finding.change | some finding in found} == {"checkout/prod/1"}
}

test_a_commit_is_not_a_push if {
	found := freeze_window.findings with input as object.union(gated([deny], [fixture.effect]), {"head": {"staged": true}})
	{finding.severity | some finding in found} == {"warning"}
}

test_in_any_environment if {
	found := freeze_window.findings with input as gated([deny], [object.union(fixture.effect, {"environment": "staging"})])
	messages(found) == {"checkout changes in staging in a deny window (weekend, .promocheck.yaml:2): versions would differ"}
}

test_deny_wins if {
	found := freeze_window.findings with input as gated([allow, deny], [fixture.effect])
	messages(found) == {"checkout changes in prod in a deny window (weekend, .promocheck.yaml:2): versions would differ"}
}

test_one_project_opens_nothing_of_another[note] if {
	some note, other in {"another project": {"project": "sandbox"}, "the configuration": {"project": ""}}
	found := freeze_window.findings with input as gated([inactive(allow), object.union(allow, other)], [fixture.effect])
	{finding.message | some finding in found} == {concat("", [
		"checkout changes in prod outside of its allow windows (office hours, project shop, projects.yaml:9): ",
		"versions would differ",
	])}
}

test_outside_of_allow_windows if {
	found := freeze_window.findings with input as gated([inactive(allow), inactive(allow), inactive(deny)], [fixture.effect])
	messages(found) == {concat("", [
		"checkout changes in prod outside of its allow windows (office hours, project shop, projects.yaml:9 and ",
		"office hours, project shop, projects.yaml:9): versions would differ",
	])}
}

test_of_each_application_one_has_to_be_open if {
	windows := [inactive(allow), allow]
	groups := [asked("shop", [0]), asked("shop", [1])]
	found := freeze_window.findings with input as asking(windows, [fixture.effect], groups)
	{finding.message | some finding in found} == {concat("", [
		"checkout changes in prod outside of its allow windows (office hours, project shop, projects.yaml:9): ",
		"versions would differ",
	])}
}

test_says_that_a_window_may_not_apply[note] if {
	some note, {"windows": windows, "known": known, "says": says} in {
		"a deny window, by whatever project": {
			"windows": [deny],
			"known": false,
			"says": concat(" ", [
				"checkout changes in prod in a deny window (weekend, .promocheck.yaml:2) that may apply, since nothing",
				"in the repository tells which project its Application is in: versions would differ",
			]),
		},
		"a deny window, by its destination": {
			"windows": [deny],
			"known": true,
			"says": concat(" ", [
				"checkout changes in prod in a deny window (weekend, .promocheck.yaml:2) that may apply, since",
				"the name or the destination of its Application cannot be told: versions would differ",
			]),
		},
		"an allow window that opens nothing": {
			"windows": [allow, inactive(allow)],
			"known": false,
			"says": concat(" ", [
				"checkout changes in prod outside of its allow windows (office hours, project shop, projects.yaml:9) that may apply,",
				"since nothing in the repository tells which project its Application is in: versions would differ",
			]),
		},
	}
	messages(freeze_window.findings) == {says} with input as doubted(windows, known)
}

test_has_no_doubt_where_one_window_applies if {
	groups := [asked("shop", [0]), object.union(asked("till", []), {"known": false, "unsure": [1]})]
	found := freeze_window.findings with input as asking([deny, object.union(deny, {"line": 3})], [fixture.effect], groups)
	messages(found) == {concat(" ", [
		"checkout changes in prod in a deny window (weekend, .promocheck.yaml:2",
		"and weekend, .promocheck.yaml:3): versions would differ",
	])}
}

test_an_allow_window_that_may_apply_closes_nothing_while_it_is_on if {
	count(freeze_window.findings) == 0 with input as doubted([allow], false)
}

test_while_it_is_frozen if {
	found := freeze_window.findings with input as gated([freeze], [object.union(fixture.effect, {"versions_only": false})])
	messages(found) == {"checkout changes in prod while it is frozen (INC-4711, .promocheck-freeze.yaml:1): configuration would differ"}
}

test_a_freeze_among_other_windows if {
	found := freeze_window.findings with input as gated([object.union(deny, {"description": ""}), freeze], [fixture.effect])
	messages(found) == {concat("", [
		"checkout changes in prod in a deny window (.promocheck.yaml:2 and INC-4711, .promocheck-freeze.yaml:1): ",
		"versions would differ",
	])}
}

test_an_exception_is_for_its_place[note] if {
	exception := {"reason": "It is the fix", "expires": "2026-11-21"}
	some note, {"exceptions": exceptions, "findings": findings} in {
		"this one": {"exceptions": {"checkout": {"prod": {".": exception}}}, "findings": 0},
		"another environment": {"exceptions": {"checkout": {"staging": {".": exception}}}, "findings": 1},
		"another target": {"exceptions": {"checkout": {"prod": {"eu": exception}}}, "findings": 1},
		"another app": {"exceptions": {"cart": {"prod": {".": exception}}}, "findings": 1},
	}
	with_exceptions := object.union(freeze, {"exceptions": exceptions})
	count(freeze_window.findings) == findings with input as gated([with_exceptions], [fixture.effect])
}

test_some_targets if {
	effects := [object.union(fixture.effect, {"targets": ["ap", "eu", "us"]})]
	gates := {"ap": [0], "eu": [1], "us": [0, 1]}
	event := object.union(fixture.with_effects(effects, []), {"time": {
		"windows": [deny, inactive(deny)],
		"gates": {"checkout": {"prod": gates}},
	}})
	found := freeze_window.findings with input as event
	messages(found) == {"checkout changes in prod (ap and us) in a deny window (weekend, .promocheck.yaml:2): versions would differ"}
}

test_is_silent[note] if {
	some note, windows in {
		"no windows": [],
		"no deny window is on": [inactive(deny)],
		"an allow window is on": [allow],
		"one of two allow windows is on": [inactive(allow), allow],
	}
	count(freeze_window.findings) == 0 with input as gated(windows, [fixture.effect])
}

test_is_silent_where_no_window_applies if {
	elsewhere := {"windows": [deny], "gates": {"cart": {"prod": {".": [0]}}, "checkout": {"staging": {".": [0]}}}}
	count(freeze_window.findings) == 0 with input as object.union(fixture.with_effects([fixture.effect], []), {"time": elsewhere})
}

test_lets_a_declared_rollback_through if {
	frozen := object.union(fixture.rolled_back, {"effects": [fixture.effect], "time": gated([deny], [fixture.effect]).time})
	count(freeze_window.findings) == 0 with input as frozen
	count(freeze_window.findings) == 1 with input as object.union(frozen, {"head": fixture.quiet.head})
}

test_is_silent_without_effects if count(freeze_window.findings) == 0 with input as fixture.quiet
