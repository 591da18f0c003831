# METADATA
# title: What an environment would run is not known
# description: |
#   What an environment would run could not be worked out, so no other rule can vouch for it: an error in production, a
#   warning elsewhere, and a note where the change touches nothing that the overlay is built from.
# custom:
#   severity: warning
#   remediation: |
#     Repair what the message names, or state the version where promocheck can read it: in the overlay's `images:` or
#     in a `?ref=`.
package promocheck.rules.unresolved_version

import data.promocheck.lib.environment

findings contains {
	"message": sprintf("what %s runs cannot be worked out: %s", [subject(unresolved), because(unresolved)]),
	"app": unresolved.app,
	"environment": unresolved.environment,
	"targets": [unresolved.target],
	"location": unresolved.location,
	"severity": severity(unresolved),
} if {
	some unresolved in input.unresolved
}

# The app and the target are "." where there is only one.
subject(unresolved) := concat("/", [part | some part in parts; not part in {"", "."}]) if {
	parts := [unresolved.app, unresolved.environment, unresolved.target]
}

# A reason that begins with what is done is about the file where it is found.
because(unresolved) := sprintf("%s %s", [unresolved.location.path, unresolved.reason]) if {
	unresolved.location.path != ""
	regex.match(`^(?:cannot|does|generates|has|installs|is|locks|means|names|puts|stands|takes) `, unresolved.reason)
} else := unresolved.reason

severity(unresolved) := "note" if {
	not unresolved.reached
} else := environment.severity(unresolved.environment)
