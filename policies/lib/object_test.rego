package promocheck.lib.object_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.lib.object as objects

marked(marks) := changed({"traits": {"marks": {"before": marks, "after": marks}}})

changed(fields) := json.patch(fixture.resource, [{"op": "replace", "path": sprintf("/%s", [key]), "value": value} | some key, value in fields])

deployed_by(deployers) := json.patch(fixture.effect, [{"op": "replace", "path": "/deployers", "value": deployers}])

argo := {"kind": "Application", "keeps": false, "forces": false}

flux := {"kind": "Kustomization", "keeps": false, "forces": false}

marks := {"kept": ["flux"], "replaced": ["flux"], "hook": ["argocd"]}

test_name if objects.name(fixture.resource) == "Deployment checkout"

test_location if {
	objects.location(fixture.effect) == fixture.location with input as fixture.quiet
	objects.location(of_base) == {"overlay": "checkout/overlays/prod", "path": "checkout/base/web.yaml", "line": 0, "column": 0} with input as fixture.quiet
	objects.location(object_with("reached_by", ["a", "b"])) == fixture.location with input as fixture.quiet
	objects.location(of_base).line == 3 with input as object.union(fixture.quiet, {"edits": {"checkout/base/web.yaml": 3}})
}

of_base := object_with("reached_by", ["checkout/base/web.yaml"])

object_with(field, value) := json.patch(fixture.effect, [{"op": "replace", "path": concat("/", ["", field]), "value": value}])

test_called_without_environments if {
	objects.called(changed({"stem": "prod-checkout"})) == "Deployment checkout" with input as fixture.quiet
}

test_values_are_no_object if {
	not objects.is_one({"kind": "File"})
	not objects.is_one({"kind": "resources"})
	objects.is_one(fixture.resource)
}

test_marks_count_for_their_deployer if {
	not objects.is_kept(deployed_by([argo]), marked(marks))
	objects.is_kept(deployed_by([argo, flux]), marked(marks))
	objects.is_kept(fixture.effect, marked(marks))
	objects.is_made_anew(deployed_by([argo]), marked(marks))
	not objects.is_made_anew(deployed_by([argo]), fixture.resource)
}

test_all_deployers_have_to_do_it if {
	kept := json.patch(flux, [{"op": "replace", "path": "/keeps", "value": true}])
	objects.is_kept(deployed_by([kept]), fixture.resource)
	not objects.is_kept(deployed_by([kept, argo]), fixture.resource)
	forced := json.patch(flux, [{"op": "replace", "path": "/forces", "value": true}])
	objects.is_made_anew(deployed_by([forced]), fixture.resource)
	not objects.is_made_anew(deployed_by([forced, argo]), fixture.resource)
}
