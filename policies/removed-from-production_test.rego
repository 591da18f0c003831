package promocheck.rules.removed_from_production_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.removed_from_production as rule

messages(resources) := {[finding.severity, finding.message] | some finding in found} if {
	found := rule.findings with input as fixture.with_resources(resources)
}

gone(fields) := object.union(object.union(fixture.resource, {"change": "removed"}), fields)

came(fields) := object.union(gone(fields), {"change": "added"})

claim := {"group": "", "kind": "PersistentVolumeClaim", "name": "data", "stem": "data"}

stood(dev, staging) := {"dev": dev, "staging": staging}

has := {"has": true, "stays": true, "had": true}

had := {"has": false, "stays": false, "had": true}

never := {"has": false, "stays": false, "had": false}

test_fires if {
	found := rule.findings with input as fixture.with_resources([gone({"earlier": stood(has, has)})])
	found == {{
		"app": "checkout",
		"environment": "prod",
		"location": fixture.location,
		"covers": {"checkout:prod"},
		"targets": ["."],
		"message": "Deployment checkout goes away in prod, and dev and staging still have it",
		"severity": "warning",
	}}
}

test_many_are_one_finding if {
	messages([gone({"name": name}) | some name in ["a", "b", "c", "d"]]) == {[
		"warning",
		"Deployment a, Deployment b, Deployment c and 1 more go away in prod",
	]}
}

test_precious[kind] if {
	some [group, kind] in [["", "PersistentVolumeClaim"], ["", "Namespace"], ["apiextensions.k8s.io", "CustomResourceDefinition"]]
	messages([gone({"group": group, "kind": kind, "earlier": stood(never, has)})]) == {[
		"error",
		sprintf("%s checkout goes away in prod, with what is in it, and staging still has it", [kind]),
	]}
}

test_given_up_before if {
	messages([gone({"earlier": stood(never, had)})]) == set()
	messages([gone({"earlier": stood(never, never)})]) == {["warning", "Deployment checkout goes away in prod"]}
	messages([gone(object.union(claim, {"earlier": stood(never, had)}))]) == {["warning", "PersistentVolumeClaim data goes away in prod"]}
	count(messages([gone({"earlier": stood(had, has)})])) == 1
}

test_kept if {
	marks := {"kept": ["flux"], "replaced": [], "hook": []}
	messages([gone({"traits": {"marks": {"before": marks, "after": null}}})]) == set()
}

test_moved if {
	effects := [
		object.union(fixture.effect, {"targets": ["eu"], "resources": [gone({})]}),
		object.union(fixture.effect, {"app": "cart", "resources": [came({})]}),
	]
	count(rule.findings) == 0 with input as fixture.with_effects(effects, [])
}

test_moved_within_the_app if {
	count(found(["eu"], ["eu"])) == 0
	count(found(["eu"], ["us"])) == 1
}

found(from, to) := findings if {
	findings := rule.findings with input as fixture.with_effects(
		[
			object.union(fixture.effect, {"targets": from, "resources": [gone({})]}),
			object.union(fixture.effect, {"targets": to, "resources": [came({})]}),
		],
		[],
	)
}

map_called(name) := {"group": "", "kind": "ConfigMap", "name": name, "stem": "env"}

test_another_hash if {
	messages([gone(map_called("env-2456789bcd")), came(map_called("env-2456789bcf"))]) == set()
}

job(name) := {"group": "batch", "kind": "Job", "name": name}

test_another_version_of_a_job if {
	messages([gone(job("migrate-v1.2.3")), came(job("migrate-v1.3.0"))]) == set()
	count(messages([gone(job("migrate-v1")), came(job("seed-v2"))])) == 1
}

test_a_name_with_the_version if {
	resources := [gone({"name": "checkout-v1-2-1"}), came({"name": "checkout-v1-2-3"})]
	effects := [object.union(fixture.effect, {"resources": resources})]
	count(rule.findings) == 0 with input as fixture.with_effects(effects, [fixture.promotion])
	claims := [object.union(resource, {"group": "", "kind": "PersistentVolumeClaim"}) | some resource in resources]
	count(rule.findings) == 1 with input as fixture.with_effects([object.union(fixture.effect, {"resources": claims})], [fixture.promotion])
}

test_what_is_not_rendered_may_have_it if {
	part := came({"kind": "resources"})
	effect := object.union(fixture.effect, {"fidelity": "partial", "resources": [gone({}), part]})
	count(rule.findings) == 0 with input as fixture.with_effects([effect], [])
}

test_what_cannot_be_read_may_have_it if {
	unresolved := {"app": "checkout", "environment": "prod", "target": ".", "reached": true}
	unread := json.patch(fixture.with_resources([gone({})]), [{"op": "replace", "path": "/unresolved", "value": [unresolved]}])
	count(rule.findings) == 0 with input as unread
}

switch := {"deployer": true, "prune": false, "suspend": false, "orphans": false, "into": "eu"}

switched(before, after) := messages([object.union(fixture.resource, {
	"kind": "Kustomization",
	"traits": {"switches": {"before": object.union(switch, before), "after": object.union(switch, after)}},
})])

deployer(orphans) := gone({"kind": "Kustomization", "traits": {"switches": {"before": object.union(switch, {"orphans": orphans}), "after": null}}})

test_a_deployer_goes if {
	messages([deployer(false)]) == {["warning", "Kustomization checkout goes away in prod, and with it what it deploys"]}
	messages([deployer(false), object.union(deployer(false), {"name": "pay", "stem": "pay"})]) == {[
		"warning", "Kustomization checkout and Kustomization pay go away in prod, and with them what they deploy",
	]}
	messages([deployer(true)]) == {["warning", "Kustomization checkout goes away in prod"]}
}

test_switches if {
	switched({}, {"prune": true}) == {["warning", "Kustomization checkout in prod deletes from the cluster what Git does not have, from now on"]}
	switched({}, {"suspend": true}) == {["warning", "Kustomization checkout in prod is suspended: nothing that it deploys or runs follows Git meanwhile"]}
	switched({"suspend": true}, {}) == {["note", "Kustomization checkout in prod is no longer suspended"]}
	switched({}, {"into": "us"}) == {["warning", "Kustomization checkout in prod deploys to us instead of eu: what it deployed there is deleted there, and made anew"]}
	switched({"prune": true, "suspend": true}, {"prune": true, "suspend": true}) == set()
}

test_is_silent_outside_of_production if {
	effect := object.union(fixture.effect, {"environment": "staging", "resources": [gone({})]})
	count(rule.findings) == 0 with input as fixture.with_effects([effect], [])
}

test_is_silent_where_nothing_changes if count(rule.findings) == 0 with input as fixture.quiet

in_namespace(name) := {"namespace": name, "stem": "checkout"}

test_another_namespace_is_one_finding if {
	resources := [object.union(one, fields) |
		some fields in [{}, {"kind": "Service", "group": ""}, {"kind": "ServiceAccount", "group": ""}, {"kind": "ConfigMap", "group": ""}]
		some one in [gone(in_namespace("shop")), came(in_namespace("pay"))]
	]
	messages(resources) == {[
		"warning",
		concat("", [
			"ConfigMap checkout, Deployment checkout, Service checkout and 1 more move from namespace shop to namespace pay in prod, where they are made anew:",
			" what was deployed in the old one is deleted there",
		]),
	]}
}

test_a_claim_in_another_namespace_is_lost if {
	messages([gone(object.union(claim, {"namespace": "shop"})), came(object.union(claim, {"namespace": "pay"}))]) == {[
		"error",
		"PersistentVolumeClaim data moves from namespace shop to namespace pay in prod, where it is made anew: what was deployed in the old one is deleted there",
	]}
	messages([gone(object.union(claim, {"namespace": ""})), came(object.union(claim, {"namespace": "pay"}))]) == {[
		"warning",
		"PersistentVolumeClaim data moves from no namespace of its own to namespace pay in prod, where it is made anew: what was deployed in the old one is deleted there",
	]}
}

test_the_namespace_itself if {
	found := messages([
		gone(in_namespace("shop")), came(in_namespace("pay")),
		gone({"group": "", "kind": "Namespace", "name": "shop", "stem": "shop"}), came({"group": "", "kind": "Namespace", "name": "pay", "stem": "pay"}),
	])
	found == {[
		"error",
		"Deployment checkout moves from namespace shop to namespace pay in prod, where it is made anew: what was deployed in the old one is deleted there",
	]}
}

deploys(fields) := object.union({"group": "", "kind": "Service", "namespace": "", "name": "web", "kept": []}, fields)

stack(fields) := object.union(
	gone({"group": "kustomize.toolkit.fluxcd.io", "kind": "Kustomization", "name": "stack", "stem": "stack"}),
	object.union({"traits": {"switches": {"before": {"deployer": true, "prune": true, "suspend": false, "orphans": false, "into": "shop"}, "after": null}}}, fields),
)

along(resource, deployed) := {[finding.severity, finding.message] | some finding in found} if {
	with_deployed := {"deployed": {"checkout:prod": {"Kustomization stack": [deploys(fields) | some fields in deployed]}}}
	found := rule.findings with input as object.union(fixture.with_resources([resource]), with_deployed)
}

test_what_goes_along if {
	along(stack({}), [{}, {"name": "api"}]) == {["warning", "Kustomization stack goes away in prod, and with it what it deploys (Service api and Service web)"]}
	along(stack({}), [{"kind": "PersistentVolumeClaim", "name": "data"}]) == {
		["warning", "Kustomization stack goes away in prod, and with it what it deploys (PersistentVolumeClaim data)"],
		["error", "PersistentVolumeClaim data (of Kustomization stack) goes away in prod, with what is in it"],
	}
	along(stack({}), [{"kind": "PersistentVolumeClaim", "name": "data", "kept": ["flux"]}]) == {["warning", "Kustomization stack goes away in prod, and with it what it deploys"]}
	along(stack({"earlier": stood(never, had)}), [{"kind": "PersistentVolumeClaim", "name": "data"}, {}]) == {[
		"warning",
		"PersistentVolumeClaim data (of Kustomization stack) goes away in prod",
	]}
}

test_another_place_loses_what_is_there if {
	switches := {"before": {"deployer": true, "prune": true, "suspend": false, "orphans": false, "into": "shop"}, "after": {"deployer": true, "prune": true, "suspend": false, "orphans": false, "into": "pay"}}
	moved := object.union(stack({"traits": {"switches": switches}}), {"change": "modified"})
	along(moved, [{"kind": "PersistentVolumeClaim", "name": "data"}]) == {[
		"error",
		"Kustomization stack in prod deploys to pay instead of shop: what it deployed there is deleted there, and made anew (PersistentVolumeClaim data)",
	]}
}

test_what_moves_is_told_once if {
	switches := {"before": {"deployer": true, "prune": true, "suspend": false, "orphans": false, "into": "shop"}, "after": {"deployer": true, "prune": true, "suspend": false, "orphans": false, "into": "pay"}}
	moved := object.union(stack({"traits": {"switches": switches}}), {"change": "modified"})
	objects := [gone(in_namespace("shop")), came(in_namespace("pay"))]
	deployed := {"checkout:prod": {"Kustomization stack": [deploys({"group": "apps", "kind": "Deployment", "namespace": "shop", "name": "checkout"})]}}
	found := rule.findings with input as object.union(fixture.with_resources(array.concat([moved], objects)), {"deployed": deployed})
	count(found) == 1
}

test_given_up_at_once if {
	now := {"has": true, "stays": false, "had": true}
	messages([gone({"earlier": stood(now, now)})]) == {["warning", "Deployment checkout goes away in prod, and dev and staging give it up only now"]}
	messages([gone({"earlier": stood(has, now)})]) == {["warning", "Deployment checkout goes away in prod, and dev still has it, and staging gives it up only now"]}
}
