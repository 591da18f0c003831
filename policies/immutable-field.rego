# METADATA
# title: A change that a cluster refuses
# description: |
#   A field changes that no cluster lets change for an object that is there: a Deployment's selector, a Job's template, a claim's
#   class or a smaller size of it, what an immutable ConfigMap has. Whatever is applied along with it may stop there half done.
#   That another environment took the same change proves nothing: somebody may have deleted the object by hand. It is an error in
#   production, a warning in the environment before it, and a note before that. Nothing is said of what is made anew: by a hook,
#   by Argo CD's `Force=true,Replace=true`, by `force` of Flux, or under another name.
# custom:
#   severity: warning
#   remediation: |
#     Leave the field as it is, give the object another name, or have it made anew: as a hook, by
#     `argocd.argoproj.io/sync-options: Force=true,Replace=true` or `kustomize.toolkit.fluxcd.io/force: enabled`. Mind that what
#     is made anew is gone for a while.
package promocheck.rules.immutable_field

import data.promocheck.lib.environment
import data.promocheck.lib.object as objects
import data.promocheck.lib.prose

findings contains {
	"message": sprintf("%s: no cluster lets %s change of one that is there, so applying this to %s is refused", [
		prose.enumerate_some(sort(names), 3), prose.enumerate(fields, "and"), effect.environment,
	]),
	"app": effect.app,
	"environment": effect.environment,
	"location": location(effect, min(names)),
	"covers": {effect.id},
	"targets": effect.targets,
	"severity": severity(effect.environment),
} if {
	some effect in input.effects
	some fields in {resource.traits.fixed.fields | some resource in effect.resources}
	names := {objects.name(resource) |
		some resource in effect.resources
		resource.traits.fixed.fields == fields
		not objects.is_made_anew(effect, resource)
	}
	count(names) > 0
}

# Where the field is said, or else where the effect comes from.
location(effect, name) := input.refused[effect.id][name] if {
	input.refused[effect.id][name]
} else := objects.location(effect)

severity(name) := "error" if {
	name in environment.production
} else := "warning" if {
	some step in input.path
	step.production
	name in step.upstream
} else := "note"
