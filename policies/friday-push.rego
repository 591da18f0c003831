# METADATA
# title: Production changes on a Friday
# description: |
#   A change to what production deploys, be it versions or configuration, goes in on a Friday in the team's time zone,
#   with a weekend ahead on which nobody is there to notice. A commit is not yet a push: before one there is only a
#   warning.
# custom:
#   severity: error
#   remediation: |
#     Wait until Monday. If the team's Friday is another one, set `timezone` in .promocheck.yaml.
package promocheck.rules.friday_push

import data.promocheck.lib.environment
import data.promocheck.lib.rollback

findings contains object.union(where, {
	"message": sprintf("%s on a Friday (%s): %s would differ", [subject(app, name), moment, what(place)]),
	"severity": severity,
}) if {
	input.time.weekday == "friday"
	some place, _ in effects
	[app, name] := place
	name in environment.production
	not place in rollback.places
	where := location(place)
}

# A place is one app in one environment. Both indexes are complete rules, which are computed once;
# a partial rule would be computed anew for each place that is looked up.
effects := {place: indices | some place, indices in effects_at}

first_change := {place: min(ids) | some place, ids in changes_at}

effects_at[[effect.app, effect.environment]] contains i if some i, effect in input.effects

changes_at[[change.app, change.environment]] contains change.id if some change in input.changes

location(place) := {"change": first_change[place]} if {
	first_change[place]
} else := {
	"app": place[0],
	"environment": place[1],
	"location": input.effects[min(effects[place])].location,
}

# The app is "." where the repository is one app.
subject(app, name) := concat(" ", [name, "changes"]) if {
	app == "."
} else := concat(" ", [app, "changes in", name])

moment := sprintf("%s %s, %s", [
	substring(input.time.now, 0, 10), substring(input.time.now, 11, 5), input.time.timezone,
])

what(place) := "versions" if {
	every i in effects[place] { input.effects[i].versions_only }
} else := "configuration" if {
	not first_change[place]
} else := "versions and configuration"

severity := "warning" if {
	input.head.staged
} else := "error"
