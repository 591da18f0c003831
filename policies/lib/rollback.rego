# METADATA
# title: Rollbacks
# description: |
#   Getting back to what ran before is always allowed, if it is said to be meant. A rollback goes backward, and every
#   target that it concerns ran exactly that version before; history that cannot tell makes it none.
package promocheck.lib.rollback

# METADATA
# description: Whether a change goes back to what its targets ran before.
is_one(change) if {
	change.direction == "backward"
	change.returns == true
}

# METADATA
# description: The IDs of the changes that are rollbacks, where the commits say that they are meant.
declared contains change.id if {
	said
	some change in input.changes
	is_one(change)
}

# METADATA
# description: |
#   The places, [app, environment], where nothing but declared rollbacks changes what is deployed: versions, and
#   configuration only as it was before.
places contains place if {
	some place, ids in _changes
	every id in ids { id in declared }
	every effect in _effects[place] { _back(effect) }
}

# METADATA
# description: |
#   Whether something says that a rollback is meant: a commit that reverts another, or the trailer that is configured.
#   One that reverts what only the change itself had brought takes nothing back. What is only staged has no message yet.
said if {
	some commit in input.head.commits
	some reverted in commit.reverts
	not reverted in _own_commits
}

# Hosts of repositories may leave no more of a revert than its title.
said if {
	some commit in input.head.commits
	startswith(commit.subject, "Revert ")
	count(commit.reverts) == 0
}

said if {
	some commit in input.head.commits
	some reason in commit.trailers[lower(input.config.rules["undeclared-rollback"].trailer)]
	trim_space(reason) != ""
}

said if input.head.staged

_own_commits contains commit.commit if some commit in input.head.commits

_changes[[change.app, change.environment]] contains change.id if some change in input.changes

_effects[[effect.app, effect.environment]] contains effect if some effect in input.effects

_back(effect) if effect.versions_only

_back(effect) if effect.restores
