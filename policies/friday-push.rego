# METADATA
# title: Production changes on a Friday
# description: |
#   A change to what production deploys, be it versions or configuration, goes in on a Friday in the team's time zone,
#   with a weekend ahead on which nobody is there to notice, or on a holiday. Other days, or some hours of them, can be
#   configured. A commit is not yet a push: before one there is only a warning.
# custom:
#   severity: error
#   remediation: |
#     Wait for a day on which production may change. If the team has another Friday, set `timezone` in .promocheck.yaml.
#   parameters:
#     days:
#       type: array
#       enum: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]
#       default: [friday]
#       description: The days on which production does not change.
#     hours:
#       type: string
#       pattern: ^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$
#       default: 00:00-24:00
#       description: The hours of those days. 22:00-06:00 are the day's first six and last two.
#     holidays:
#       type: boolean
#       default: true
#       description: Whether the holidays that are configured are such days, from midnight to midnight.
package promocheck.rules.friday_push

import data.promocheck.lib.environment
import data.promocheck.lib.place
import data.promocheck.lib.rollback

findings contains object.union(place.about(at, targets), {
	"message": sprintf(
		"%s on %s (%s %s, %s): %s would differ",
		[place.subject(at), occasion, input.time.date, input.time.clock, input.time.timezone, place.what(at, targets)],
	),
	"severity": place.severity,
	"emergency": true,
}) if {
	occasion
	some at, _ in place.effects
	at[1] in environment.production
	not at in rollback.places
	targets := place.targets(at)
}

# METADATA
# description: When the answer changes, beside midnight.
moments contains hour if some hour in hours

parameters := input.config.rules["friday-push"]

hours := split(parameters.hours, "-")

# What kind of day it is, if it is one on which production does not change.
occasion := concat(" ", ["the holiday", name]) if {
	parameters.holidays
	name := input.time.holiday
	not name in {null, ""}
} else := "a holiday" if {
	parameters.holidays
	input.time.holiday == ""
} else := concat("", ["a ", upper(substring(day, 0, 1)), substring(day, 1, -1)]) if {
	day := input.time.weekday
	day in parameters.days
	in_hours
}

in_hours if {
	hours[0] < hours[1]
	hours[0] <= input.time.clock
	input.time.clock < hours[1]
}

in_hours if {
	hours[0] >= hours[1]
	some outside in [hours[0] <= input.time.clock, input.time.clock < hours[1]]
	outside
}
