# METADATA
# title: A key of configuration that is not there
# description: |
#   A version comes to an environment, and a container does not see a variable or a file that the same container sees in the
#   environment before; or a container refers to a ConfigMap, a Secret or a key of one that is not there. The second is told where a
#   change adds or alters the reference, takes away what it leads to, or brings a version. In production it is an error where the key
#   came to the environment before since production's own version, where the object is there without the key, and where what was there
#   is taken away; else it is a warning, and a note where nothing in the repository has the object: of references to
#   it that were there before, one for all of production. Nothing
#   is said of optional references, of objects whose keys nobody here knows, such as those that an operator fills from a store, and
#   where something could not be rendered. Names with a hash are compared without it between environments.
# custom:
#   severity: warning
#   remediation: |
#     Add the key to what the environment deploys, in the same change or before it. If it may differ, name it under `differ`. If the
#     object is made elsewhere, by an operator or by hand, name it under `provided` in .promocheck.yaml.
#   parameters:
#     differ:
#       type: array
#       default: []
#       description: Globs for variables and files that environments need not have alike, such as `DEBUG_*`.
package promocheck.rules.missing_config_key

import data.promocheck.lib.environment
import data.promocheck.lib.index
import data.promocheck.lib.place
import data.promocheck.lib.prose

findings contains {
	"message": message(of, some_key),
	"app": some_key.app,
	"environment": some_key.environment,
	"targets": some_key.targets,
	"location": some_key.location,
	"severity": severity(some_key),
} if {
	some of in {of | some of in told}
	some_key := input.keys[min(of)]
}

# The keys that one finding is about, by their indices: those of one container and object that have the same problem.
told := index.by_key([[about(key), i] |
	some i, key in input.keys
	not may_differ(key)
	not is_provided(key)
	is_asked(key)
])

about(key) := [key.app, key.environment, key.targets] if {
	stands_alone(key)
} else := [key.app, key.environment, key.targets, key.workload, key.container, key.object, key.upstream, key.known, key.why, severity(key), unnamed(key)]

# A reference that stands as it was, to what nothing in the repository has, comes up with each version: all of them are one note.
stands_alone(key) if {
	key.upstream == ""
	key.why == "version"
	not key.known
	count(key.defined) == 0
}

# What names no object of its own is told by itself, and so is an object as a whole.
unnamed(key) := key.name if {
	key.as == "object"
} else := ""

message(of, key) := sprintf("containers in %s refer to %s, which nothing in the repository deploys there, as before", [
	key.environment, prose.enumerate_some(sort({input.keys[i].object | some i in of}), 5),
]) if {
	stands_alone(key)
} else := sprintf("%s of %s in %s %s", [container(key), key.workload, key.environment, problem(of, key)])

container(key) := concat(" ", ["container", key.container])

problem(of, key) := sprintf("does not see %s%s, which %s does%s", [names(of), missing_in(key), key.upstream, example(key)]) if {
	key.upstream != ""
} else := sprintf("refers to %s, which nothing deploys there%s", [key.object, elsewhere(key)]) if {
	key.as == "object"
} else := sprintf("refers to %s of %s, which does not have it%s", [keys(of), key.object, elsewhere(key)]) if {
	key.known
} else := sprintf("refers to %s of %s, which nothing deploys there%s", [keys(of), key.object, elsewhere(key)])

names(of) := prose.enumerate_some(sort({input.keys[i].name | some i in of}), 5)

keys(of) := prose.enumerate_some(sort({input.keys[i].key | some i in of}), 5)

missing_in(key) := sprintf(" (%s has no such key)", [key.object]) if {
	key.object != ""
} else := ""

example(key) := sprintf(" (%s:%d)", [key.example.path, key.example.line]) if {
	key.example.line > 0
} else := ""

elsewhere(key) := sprintf(", as in %s%s", [prose.enumerate(key.defined, "and"), example(key)]) if {
	count(key.defined) > 0
} else := ""

severity(key) := environment.severity(key.environment) if {
	is_certain(key)
} else := "warning" if {
	is_likely(key)
} else := "note"

is_certain(key) if key.since

is_certain(key) if {
	key.upstream == ""
	key.known
	key.why != "version"
}

is_certain(key) if {
	key.why == "taken"
	count(key.defined) > 0
}

is_likely(key) if key.upstream != ""

is_likely(key) if key.known

is_likely(key) if key.was

is_likely(key) if count(key.defined) > 0

# A key that is seen before counts where its version is what comes here.
is_asked(key) if {
	key.upstream != ""
	some j in place.changes[[key.app, key.environment]]
	change := input.changes[j]
	change.direction != "backward"
	some holding in change.upstream
	holding.environment == key.upstream
	true in {holding.holds, holding.gets}
}

is_asked(key) if {
	key.upstream == ""
	not stands_alone(key)
}

is_asked(key) if {
	stands_alone(key)
	key.environment in environment.production
}

may_differ(key) if {
	some pattern in input.config.rules["missing-config-key"].differ
	glob.match(pattern, null, key.name)
}

is_provided(key) if {
	not key.known
	some made in input.config.provided
	glob.match(made.object, null, key.object)
	_names_key(made, key)
	_concerns(made.apps, key.app)
	_concerns(made.environments, key.environment)
}

_names_key(made, _) if made.key == ""

_names_key(made, key) if glob.match(made.key, null, key.key)

_concerns(patterns, _) if count(patterns) == 0

_concerns(patterns, name) if {
	some pattern in patterns
	glob.match(pattern, ["/"], name)
}
