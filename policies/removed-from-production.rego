# METADATA
# title: Something goes away in production
# description: |
#   What production deploys is taken out of Git, and what watches the repository deletes it there: an object, a workload, a whole
#   overlay, or what deploys one. For a PersistentVolumeClaim, a CustomResourceDefinition or a Namespace it is an error, since
#   whatever is in it goes, too, and for all else a warning. The same goes for what decides over it: that what Git does not have is
#   deleted from now on, that nothing is deployed for the time being, or that it is deployed to another cluster or namespace. What
#   deploys other things counts as all that it deploys, and what changes its namespace as what is deleted and made anew.
#   Nothing is said of what stays: kept by a mark for its own deployer, or moved within the environment; of what only has another
#   hash or another version in its name; and of what the environments before production gave up before, except that of those three
#   kinds there is a warning then.
# custom:
#   severity: warning
#   remediation: |
#     If it is meant, do the same in the environments before production first. To keep in the cluster what goes away, mark it
#     before: `kustomize.toolkit.fluxcd.io/prune: disabled`, or `argocd.argoproj.io/sync-options: Prune=false`. What is
#     suspended is kept as it is, and deployed again once `suspend` is taken out.
package promocheck.rules.removed_from_production

import data.promocheck.lib.environment
import data.promocheck.lib.index
import data.promocheck.lib.object as objects
import data.promocheck.lib.prose

findings contains about(effect, severity, sprintf("%s %s away in %s%s", [
	prose.enumerate_some(sort(names), 3), verb(names), effect.environment, why(effect, severity, count(names)),
])) if {
	some [i, severity], names in gone
	effect := input.effects[i]
}

gone := index.by_key(array.concat(going, going_along))

# What whatever is deleted held is lost with it, and what is deployed by what is deleted goes as well.
going := [[[i, severity_of(resource)], objects.name(resource)] |
	some i, effect in production
	some resource in effect.resources
	goes(effect, resource)
]

# What is precious of what a deployer deploys goes with it, however the deployer is given up.
going_along := [[[i, severity], sprintf("%s (of %s)", [objects.name(object), objects.name(resource)])] |
	some i, effect in production
	some resource in effect.resources
	resource.change == "removed"
	some severity in severity_along(effect, resource)
	some object in along(effect, resource)
	is_precious(object)
]

severity_along(effect, resource) := {"error"} if goes(effect, resource)

severity_along(_, resource) := {"warning"} if is_silently_given_up(resource)

# What a deployer deploys and nothing keeps, but for what is told of itself.
along(effect, resource) := {object |
	some object in input.deployed[effect.id][objects.name(resource)]
	not keeper[resource.kind] in object.kept
	not [effect.environment, object.group, object.kind, object.namespace, object.name] in removed
}

keeper := {"Kustomization": "flux", "Application": "argocd", "ApplicationSet": "argocd", "HelmRelease": "helm"}

removed contains [effect.environment, resource.group, resource.kind, resource.namespace, resource.name] if {
	some effect in input.effects
	some resource in effect.resources
	resource.change == "removed"
}

# An object that only changes its namespace is deleted in the old one and made anew: one finding for all that do so together.
findings contains about(effect, severity_of_move(effect, resources), sprintf("%s %s from %s to %s in %s, where %s: what was deployed in the old one is deleted there", [
	prose.enumerate_some(sort({objects.name(resource) | some resource in resources}), 3), moves(resources),
	namespace(was), namespace(is), effect.environment, anew(resources),
])) if {
	some [i, was, is], resources in moved
	effect := input.effects[i]
}

moved := index.by_key([[[i, resource.namespace, is], resource] |
	some i, effect in production
	some resource in effect.resources
	resource.change == "removed"
	not objects.is_kept(effect, resource)
	some is in elsewhere(effect, resource)
])

has_moved(effect, resource) if count(elsewhere(effect, resource)) > 0

# The namespace itself goes along with those that move out of it.
has_moved(effect, resource) if {
	resource.kind == "Namespace"
	[effect.id, resource.name] in left
}

left := {[effect.id, resource.namespace] |
	some effect in production
	some resource in effect.resources
	resource.change == "removed"
	count(elsewhere(effect, resource)) > 0
}

# The other namespaces to which the same effect brings an object.
elsewhere(effect, resource) := {namespace |
	some namespace, _ in arrivals[[effect.id, resource.group, resource.kind, resource.stem]]
	namespace != resource.namespace
}

# The namespaces that an effect brings objects to, as one object, like those that come.
arrivals := object.union_n([{[effect.id, came.group, came.kind, came.stem]: {came.namespace: true}} |
	some effect in production
	some came in effect.resources
	came.change == "added"
])

severity_of_move(effect, resources) := "error" if {
	some resource in resources
	loses(effect, resource)
} else := "warning"

# Where it says no namespace, the one that it moves to may be the one that it is in.
loses(_, resource) if {
	resource.namespace != ""
	is_precious(resource)
}

loses(effect, resource) if {
	some other in effect.resources
	other.kind == "Namespace"
	other.change == "removed"
	other.name == resource.namespace
}

namespace("") := "no namespace of its own"

namespace(name) := concat(" ", ["namespace", name]) if name != ""

moves(resources) := "moves" if {
	count(resources) == 1
} else := "move"

anew(resources) := "it is made anew" if {
	count(resources) == 1
} else := "they are made anew"

findings contains about(effect, "warning", sprintf("%s in %s %s", [objects.name(resource), effect.environment, what])) if {
	some effect in production
	some resource in effect.resources
	resource.change == "modified"
	some what in switched(resource.traits.switches.before, resource.traits.switches.after)
}

findings contains about(effect, "note", sprintf("%s in %s is no longer suspended", [objects.name(resource), effect.environment])) if {
	some effect in production
	some resource in effect.resources
	resource.traits.switches.before.suspend
	not resource.traits.switches.after.suspend
}

findings contains about(effect, severity_of_all(deployed), sprintf("%s in %s deploys to %s instead of %s: what it deployed there is deleted there, and made anew%s", [
	objects.name(resource), effect.environment, is.into, was.into, listed(deployed),
])) if {
	some effect in production
	some resource in effect.resources
	was := resource.traits.switches.before
	is := resource.traits.switches.after
	was.into != is.into
	was.into != ""
	is.into != ""
	not was.orphans
	deployed := along(effect, resource)
	not is_told(effect, resource, deployed)
}

# All that it deploys is told of itself.
is_told(effect, resource, deployed) if {
	count(deployed) == 0
	count(input.deployed[effect.id][objects.name(resource)]) > 0
}

severity_of_all(deployed) := "error" if {
	some object in deployed
	is_precious(object)
} else := "warning"

listed(deployed) := "" if {
	count(deployed) == 0
} else := sprintf(" (%s)", [prose.enumerate_some(sort({objects.name(object) | some object in deployed}), 5)])

production := {i: effect |
	some i, effect in input.effects
	effect.environment in environment.production
}

about(effect, severity, message) := {
	"message": message,
	"app": effect.app,
	"environment": effect.environment,
	"location": objects.location(effect),
	"covers": {effect.id},
	"targets": effect.targets,
	"severity": severity,
}

goes(effect, resource) if {
	resource.change == "removed"
	objects.is_one(resource)
	not is_rebuilt(effect)
	not objects.is_kept(effect, resource)
	not is_moved(effect, resource)
	not has_moved(effect, resource)
	not is_renamed(effect, resource)
	not is_silently_given_up(resource)
}

# What replaces it may be in what was not rendered.
is_rebuilt(effect) if {
	effect.fidelity != "rendered"
	some resource in effect.resources
	not objects.is_one(resource)
	resource.change != "removed"
}

# It may be in what could not be read.
is_rebuilt(effect) if {
	some unresolved in input.unresolved
	unresolved.reached
	unresolved.app == effect.app
	unresolved.environment == effect.environment
	unresolved.target in effect.targets
}

is_moved(effect, resource) if {
	some i, _ in added[[effect.environment, resource.group, resource.kind, resource.namespace, resource.name]]
	is_within(effect, input.effects[i])
}

# The effects that bring an object to an environment, by their indices: one object that is made once, since a rule for each key
# would go through all effects for each.
added := object.union_n([{[effect.environment, came.group, came.kind, came.namespace, came.name]: {i: true}} |
	some i, effect in input.effects
	some came in effect.resources
	came.change == "added"
])

is_within(effect, other) if effect.app != other.app

is_within(effect, other) if {
	some target in effect.targets
	target in other.targets
}

is_renamed(effect, resource) if {
	some came in effect.resources
	came.change == "added"
	came.group == resource.group
	came.kind == resource.kind
	came.namespace == resource.namespace
	is_called_alike(effect, resource, came)
}

is_called_alike(_, resource, came) if {
	resource.kind in {"ConfigMap", "Secret"}
	resource.stem == came.stem
}

is_called_alike(_, resource, came) if {
	resource.kind in {"Job", "Pod", "Workflow"}
	without_versions(resource.name) == without_versions(came.name)
}

is_called_alike(effect, resource, came) if {
	not is_precious(resource)
	some change in input.changes
	change.app == effect.app
	change.environment == effect.environment
	was := in_name(change.before.tag)
	was != ""
	contains(resource.name, was)
	replace(resource.name, was, in_name(change.after.tag)) == came.name
}

without_versions(name) := regex.replace(name, `(^|-)(v?[0-9]+([.-][0-9]+)*([.-]?(rc|alpha|beta|build)[.-]?[0-9]*)?|[0-9a-f]{7,40})(-|$)`, "$1#$5")

in_name(tag) := regex.replace(lower(tag), `[^a-z0-9-]`, "-")

is_precious(resource) if {
	resource.kind == "PersistentVolumeClaim"
	resource.group == ""
}

is_precious(resource) if {
	resource.kind == "Namespace"
	resource.group == ""
}

is_precious(resource) if {
	resource.kind == "CustomResourceDefinition"
	resource.group == "apiextensions.k8s.io"
}

# Each environment before this one that had it has it no more, and there was one.
is_given_up(resource) if {
	some stood in resource.earlier
	stood.had
	every other in resource.earlier { not other.has }
}

is_silently_given_up(resource) if {
	is_given_up(resource)
	not is_precious(resource)
}

severity_of(resource) := "error" if {
	is_precious(resource)
	not is_given_up(resource)
} else := "warning"

verb(names) := "goes" if {
	count(names) == 1
} else := "go"

why(effect, "error", number) := sprintf(", with what is in %s%s", [it(number), still(effect, "error", number)])

why(effect, "warning", number) := concat("", [with_what_it_deploys(effect, number), still(effect, "warning", number)])

with_what_it_deploys(effect, number) := sprintf(", and with %s what %s%s", [it(number), deploys(number), listed(deployed)]) if {
	some resource in effect.resources
	goes(effect, resource)
	resource.traits.switches.before.deployer
	not resource.traits.switches.before.orphans
	deployed := union({along(effect, one) | some one in effect.resources; goes(effect, one)})
} else := ""

it(1) := "it"

it(number) := "them" if number > 1

deploys(1) := "it deploys"

deploys(number) := "they deploy" if number > 1

# Giving something up everywhere at once proves nothing.
still(effect, severity, number) := concat("", [
	said(having(effect, severity, true), sprintf("still has %s", [it(number)]), sprintf("still have %s", [it(number)])),
	said(
		having(effect, severity, false) - having(effect, severity, true),
		sprintf("gives %s up only now", [it(number)]), sprintf("give %s up only now", [it(number)]),
	),
])

said(names, _, _) := "" if count(names) == 0

said(names, one, _) := sprintf(", and %s %s", [prose.enumerate(along_path(names), "and"), one]) if count(names) == 1

said(names, _, many) := sprintf(", and %s %s", [prose.enumerate(along_path(names), "and"), many]) if count(names) > 1

along_path(names) := [step.name | some step in input.path; step.name in names]

having(effect, severity, stays) := {name |
	some resource in effect.resources
	goes(effect, resource)
	severity_of(resource) == severity
	some name, stood in resource.earlier
	stood.has
	stood.stays == stays
}

switched(was, is) := {what |
	some field, what in {
		"prune": "deletes from the cluster what Git does not have, from now on",
		"suspend": "is suspended: nothing that it deploys or runs follows Git meanwhile",
	}
	is[field]
	not was[field]
}
