# METADATA
# title: Places
# description: |
#   What rules ask about a place that a change deploys something else to: an app in an environment, as
#   `[app, environment]`.
package promocheck.lib.place

import data.promocheck.lib.index

# METADATA
# description: The effects of each place, by their indices.
effects := index.by_key([[[effect.app, effect.environment], i] | some i, effect in input.effects])

# METADATA
# description: The changes of each place, by their indices.
changes := index.by_key([[[change.app, change.environment], i] | some i, change in input.changes])

# METADATA
# description: The targets of a place that differ.
targets(place) := {target | some i in effects[place]; some target in input.effects[i].targets}

# METADATA
# description: |
#   Where a finding about some targets of a place belongs: to the first of their changes or, where versions stay, to the
#   first overlay. It covers all that differs there.
about(place, among) := {"change": min(ids), "covers": (_effect_ids(place, among) | ids), "targets": among} if {
	ids := {change.id |
		some i in changes[place]
		change := input.changes[i]
		_any(change.targets, among)
	}
	count(ids) > 0
} else := {
	"app": place[0],
	"environment": place[1],
	"location": input.effects[min(_effects_of(place, among))].location,
	"covers": _effect_ids(place, among),
	"targets": among,
}

# METADATA
# description: |
#   The place as the beginning of a sentence. The app is "." where the repository is one app.
subject([app, name]) := concat(" ", [name, "changes"]) if {
	app == "."
} else := concat(" ", [app, "changes in", name])

# METADATA
# description: What differs in some targets of a place.
what(place, among) := "versions" if {
	every i in _effects_of(place, among) { input.effects[i].versions_only }
} else := "configuration" if {
	not _changing(place, among)
} else := "versions and configuration"

# METADATA
# description: How grave it is to do something at the wrong time. A commit is not yet a push.
severity := "warning" if {
	input.head.staged
} else := "error"

_changing(place, among) if {
	some i in changes[place]
	_any(input.changes[i].targets, among)
}

_effects_of(place, among) := {i | some i in effects[place]; _any(input.effects[i].targets, among)}

_effect_ids(place, among) := {input.effects[i].id | some i in _effects_of(place, among)}

_any(targets, among) if {
	some target in targets
	target in among
}
