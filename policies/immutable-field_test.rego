package promocheck.rules.immutable_field_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.rules.immutable_field

test_fires[name] if {
	some name, severity in {"prod": "error", "staging": "warning", "dev": "note"}
	found := immutable_field.findings with input as of(name, [refused("checkout", {}), refused("cart", {})])
	found == {{
		"app": "checkout",
		"environment": name,
		"location": fixture.location,
		"covers": {"checkout:prod"},
		"targets": ["."],
		"message": sprintf("Deployment cart and Deployment checkout: no cluster lets spec.selector change of one that is there, so applying this to %s is refused", [name]),
		"severity": severity,
	}}
}

test_is_silent_about_what_is_made_anew if {
	marks := {"marks": {"before": null, "after": {"kept": [], "replaced": [], "hook": ["argocd"]}}}
	count(immutable_field.findings) == 0 with input as of("prod", [refused("checkout", marks)])
}

test_is_silent_about_other_fields if {
	count(immutable_field.findings) == 0 with input as of("prod", [fixture.resource])
}

test_is_silent_where_nothing_changes if count(immutable_field.findings) == 0 with input as fixture.quiet

refused(name, traits) := object.union(fixture.resource, {"name": name, "traits": object.union(traits, {"fixed": {"fields": ["spec.selector"]}})})

of(name, resources) := fixture.with_effects([object.union(fixture.effect, {"environment": name, "resources": resources})], [])

test_points_at_the_field if {
	field := {"overlay": "", "path": "checkout/base/web.yaml", "line": 5, "column": 3}
	found := immutable_field.findings with input as object.union(of("prod", [refused("checkout", {})]), {"refused": {"checkout:prod": {"Deployment checkout": field}}})
	{finding.location | some finding in found} == {field}
}
