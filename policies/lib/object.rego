# METADATA
# title: Objects
# description: |
#   What rules ask of the objects that a change deploys otherwise. Marks on an object are for those who deploy it, and count
#   for others as little as any text does; where nobody is known who deploys it, all count.
package promocheck.lib.object

import data.promocheck.lib.environment
import data.promocheck.lib.usual

# METADATA
# description: An object as messages name it.
name(object) := concat(" ", [object.kind, object.name])

# METADATA
# description: What an object is called in any environment.
called(object) := concat(" ", [object.kind, concat("-", words)]) if {
	words := [word | some word in split(object.stem, "-"); not lower(word) in (usual.environments | environment.names)]
}

# METADATA
# description: |
#   Where an effect on objects comes from: where the one file was edited that was changed, or else the overlay's own.
location(effect) := object.union(effect.location, {"path": path, "line": line, "column": 0}) if {
	count(effect.reached_by) == 1
	path := effect.reached_by[0]
	line := object.get(input.edits, path, 0)
	[path, line] != [effect.location.path, 0]
} else := effect.location

# METADATA
# description: |
#   Whether something that differs is an object, and not a file of values or a part that is compared as it is written.
is_one(resource) if {
	regex.match("^[A-Z]", resource.kind)
	resource.kind != "File"
}

# METADATA
# description: Whether whoever deploys an object makes it anew where a cluster refuses to change it, or each time.
is_made_anew(effect, resource) if {
	some who in array.concat(resource.traits.marks.after.replaced, resource.traits.marks.after.hook)
	_deploys(effect, who)
}

is_made_anew(effect, _) if {
	count(effect.deployers) > 0
	every deployer in effect.deployers { deployer.forces }
}

# METADATA
# description: Whether whoever deploys an object leaves it in the cluster when it is taken out of Git.
is_kept(effect, resource) if {
	some who in resource.traits.marks.before.kept
	_deploys(effect, who)
}

is_kept(effect, _) if {
	count(effect.deployers) > 0
	every deployer in effect.deployers { deployer.keeps }
}

_deploys(effect, _) if count(effect.deployers) == 0

_deploys(effect, who) if {
	some deployer in effect.deployers
	_called[deployer.kind] == who
}

_called := {"Kustomization": "flux", "FluxInstance": "flux", "Application": "argocd", "HelmRelease": "helm"}
