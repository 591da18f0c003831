# METADATA
# title: A version without the other that it needs
# description: |
#   The configuration says under `requires` that versions of one app need versions of another, and a change leaves an environment
#   without that: the app comes before what it needs, or what it needs is taken back under it. What comes by the same change
#   counts as there. A version that does not compare with the range is told as well. It is an error in production, and a warning
#   elsewhere and for a declared rollback. Of the artifacts of an app those count that are called like it, or else all.
# custom:
#   severity: warning
#   remediation: |
#     Promote what is needed first, or in the same change; where it is taken back, take back first what needs it.
package promocheck.rules.required_version

import data.promocheck.lib.environment
import data.promocheck.lib.prose
import data.promocheck.lib.range
import data.promocheck.lib.rollback
import data.promocheck.lib.version

findings contains {
	"message": message(requirement, name, lacking),
	"change": change.id,
	"severity": severity(change),
} if {
	some requirement in input.config.requires
	some name, targets in places[requirement.app]
	is_asked(requirement, name)
	lacking := {[held, needed] |
		some target in targets
		some held in running(requirement.app, name, target)
		is_concerned(held, requirement.version)
		some needed in needed_of(requirement, name, target)
		is_lacking(needed, requirement.needs.version)
	}
	count(lacking) > 0
	change := first(requirement, name)
}

is_asked(requirement, name) if name in requirement.environments

is_asked(requirement, _) if count(requirement.environments) == 0

# One that does not compare may be any.
is_concerned(held, needing) if not is_outside(held.tag, needing)

is_lacking(null, _)

is_lacking(needed, wanted) if {
	needed != null
	not range.within(needed.tag, wanted)
}

is_outside(tag, compared) if range.within(tag, compared) == false

# What runs where an app is needed: in the target of the same name, or else in all that the environment has.
needed_of(requirement, name, target) := running(requirement.needs.app, name, target) if {
	target in places[requirement.needs.app][name]
	count(running(requirement.needs.app, name, target)) > 0
} else := all if {
	all := {held | some other in places[requirement.needs.app][name]; some held in running(requirement.needs.app, name, other)}
	count(all) > 0
} else := {null}

message(requirement, name, lacking) := sprintf("%s: %s", [
	prose.enumerate_some(sort({said(requirement, name, lack[0], lack[1]) | some lack in lacking}), 2),
	advice(requirement, first(requirement, name)),
])

said(requirement, name, held, needed) := sprintf("%s %s%s needs %s %s, and %s", [
	requirement.app, version.name(held), unknown(held, requirement.version), requirement.needs.app, requirement.needs.version, lack(requirement, name, needed),
])

lack(requirement, name, null) := sprintf("%s has no %s", [name, requirement.needs.app])

lack(requirement, name, needed) := sprintf("%s has %s %s%s", [
	name, requirement.needs.app, version.name(needed), unknown(needed, requirement.needs.version),
]) if {
	needed != null
}

unknown(held, compared) := "" if {
	_ := range.within(held.tag, compared)
} else := sprintf(" (which does not compare with %s)", [compared])

advice(requirement, change) := sprintf("promote %s first, or both by one change", [requirement.needs.app]) if {
	change.app == requirement.app
} else := sprintf("take %s back first, or both by one change", [requirement.app])

# The change that the finding is about: one of the app, or else of what it needs.
first(requirement, name) := changes[min(of)] if {
	of := {id | some id, change in changes; change.app == requirement.app; change.environment == name; change.after != null}
	count(of) > 0
} else := changes[min(of)] if {
	of := {id | some id, change in changes; change.app == requirement.needs.app; change.environment == name}
	count(of) > 0
}

changes := {change.id: change | some change in input.changes}

# The targets of an app, by environment.
places := {app: named |
	some app, environments in input.merged
	named := {name: object.keys(targets) | some name, targets in environments}
}

# What an app runs in a target once the change is in, of the artifacts that are called like it, or else of all.
running(app, name, target) := {held |
	some key in counted(app, name, target)
	some held in input.merged[app][name][target][key]
}

counted(app, name, target) := called if {
	called := {key | some key in artifacts(app, name, target); last(key) == last(app)}
	count(called) > 0
} else := artifacts(app, name, target)

artifacts(app, name, target) := {key | some key, _ in input.merged[app][name][target]}

last(path) := parts[count(parts) - 1] if parts := split(path, "/")

severity(change) := "error" if {
	change.environment in environment.production
	not change.id in rollback.declared
} else := "warning"
