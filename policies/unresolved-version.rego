# METADATA
# title: What an environment would run is not known
# description: |
#   What an environment would run could not be worked out, so no other rule can vouch for it: an error in production, a
#   warning elsewhere, and a note where the change touches nothing that the overlay is built from. A directory that the
#   change touches and that looks like an environment's, but is on no promotion path, is a warning, because no rule
#   looks into it.
# custom:
#   severity: warning
#   remediation: |
#     Repair what the message names, or state the version where promocheck can read it: in the overlay's `images:` or
#     in a `?ref=`. Name directories that no pattern takes in under `overlays` in .promocheck.yaml.
package promocheck.rules.unresolved_version

import data.promocheck.lib.environment

findings contains {
	"message": sprintf("what %s runs cannot be worked out: %s", [subject(unresolved), unresolved.reason]),
	"app": unresolved.app,
	"environment": unresolved.environment,
	"location": unresolved.location,
	"severity": severity(unresolved),
} if {
	some unresolved in input.unresolved
}

findings contains {
	"message": sprintf(
		"%s looks like an environment but is on no promotion path, so no rule looks into it: %s",
		[outside.path, outside.reason],
	),
	"location": {"overlay": "", "path": outside.path, "line": 0, "column": 0},
	"severity": "warning",
} if {
	some outside in input.outside
	outside.reached
}

# The app and the target are "." where there is only one.
subject(unresolved) := concat("/", [part | some part in parts; not part in {"", "."}]) if {
	parts := [unresolved.app, unresolved.environment, unresolved.target]
}

severity(unresolved) := "note" if {
	not unresolved.reached
} else := "error" if {
	unresolved.environment in environment.production
} else := "warning"
