# METADATA
# title: A change goes in while the place is closed
# description: |
#   A change to what is deployed, be it versions or configuration, goes in while a deny window or a freeze is on, or while
#   none of the allow windows is that apply there. Deny windows win over allow windows. A declared rollback may go in. A
#   commit is not yet a push: before one there is only a warning.
# custom:
#   severity: error
#   remediation: |
#     Wait until it is open. Where that is too late, a change of its own on the base branch can make an exception: of a
#     freeze in the freeze file, of a window where it is stated.
package promocheck.rules.freeze_window

import data.promocheck.lib.place
import data.promocheck.lib.prose
import data.promocheck.lib.rollback

findings contains object.union(place.about(at, shut), {
	"message": sprintf("%s%s %s%s: %s would differ", [
		place.subject(at), which(at, shut), reason(at, shut), doubt(at, shut),
		place.what(at, shut),
	]),
	"severity": place.severity,
	"emergency": not_frozen(at, shut),
}) if {
	some at, _ in place.effects
	not at in rollback.places
	shut := {target | some target in place.targets(at); closed(at, target)}
	count(shut) > 0
}

closed(at, target) if count(denying(at, target)) > 0

closed(at, target) if count(not_allowing(at, target)) > 0

# A freeze is opened by its own exceptions only.
not_frozen(at, shut) := count(frozen) == 0 if {
	frozen := {i | some target in shut; some i in denying(at, target); input.time.windows[i].freeze}
}

# The windows that deny it now.
denying(at, target) := {i |
	some i in gates(at, target)
	window := input.time.windows[i]
	window.kind == "deny"
	window.active
	not window.exceptions[at[0]][at[1]][target]
}

# The windows that would allow it at another time, unless another one of those that are asked together does now. One of
# which nobody can tell whether it applies opens nothing.
not_allowing(at, target) := {i |
	some group in asked(at, target)
	not opened(group)
	some i in array.concat(group.windows, group.unsure)
	window := input.time.windows[i]
	window.kind == "allow"
	not window.active
}

opened(group) if {
	some i in group.windows
	window := input.time.windows[i]
	window.kind == "allow"
	window.active
}

gates([app, name], target) := input.time.gates[app][name][target]

asked([app, name], target) := input.time.asked[app][name][target]

# Which targets are closed, if not all of those that differ.
which(at, shut) := "" if {
	shut == place.targets(at)
} else := sprintf(" (%s)", [prose.enumerate_some(sort(shut), 5)])

reason(at, shut) := sprintf("while it is frozen (%s)", [names(denied)]) if {
	denied := {i | some target in shut; some i in denying(at, target)}
	count(denied) > 0
	every i in denied { input.time.windows[i].freeze }
} else := sprintf("in a deny window (%s)", [names(denied)]) if {
	denied := {i | some target in shut; some i in denying(at, target)}
	count(denied) > 0
} else := sprintf("outside of its allow windows (%s)", [
	names({i | some target in shut; some i in not_allowing(at, target)}),
])

# That nobody can tell whether the windows apply, if it is so of all that are named.
doubt(at, shut) := concat("", [" that may apply, since ", prose.enumerate_some(sort({why(group) | some group in groups}), 3)]) if {
	closing := decisive(at, shut)
	groups := {group |
		some target in shut
		some group in asked(at, target)
		some i in array.concat(group.windows, group.unsure)
		i in closing
	}
	count(groups) > 0
	every group in groups { doubtful(group, closing) }
} else := ""

# The windows that are named: deny windows, if there are any.
decisive(at, shut) := denied if {
	denied := {i | some target in shut; some i in denying(at, target)}
	count(denied) > 0
} else := {i | some target in shut; some i in not_allowing(at, target)}

doubtful(group, _) if not group.known

doubtful(group, closing) if {
	every i in group.windows { not i in closing }
}

why(group) := "nothing in the repository tells which project its Application is in" if {
	not group.known
} else := "the name or the destination of its Application cannot be told"

names(indices) := prose.enumerate_some([name(input.time.windows[i]) | some i in indices], 3)

name(window) := concat(", ", [text |
	some text in [window.description, project(window), sprintf("%s:%d", [window.path, window.line])]
	text != ""
])

project(window) := "" if {
	window.project == ""
} else := concat(" ", ["project", window.project])
