# METADATA
# title: Rollbacks
# description: |
#   Getting back to what ran before is always allowed, if it is said to be meant. A rollback goes backward, and every
#   target that it concerns ran exactly that version before; history that cannot tell makes it none.
package promocheck.lib.rollback

import data.promocheck.lib.place

# METADATA
# description: Whether a change goes back to what its targets ran before.
is_one(change) if {
	change.direction == "backward"
	change.returns == true
}

# METADATA
# description: |
#   The IDs of the changes that are rollbacks, where something says that they are meant: for each target, a commit that
#   takes it back has the trailer, or reverts the one that brought the newer version. What another commit takes back is
#   not meant by that. What is only staged has no message yet.
declared contains change.id if {
	some change in input.changes
	is_one(change)
	_is_meant(change)
}

# METADATA
# description: |
#   The places, [app, environment], where nothing but declared rollbacks changes what is deployed: versions, and
#   configuration only as it was before.
places contains at if {
	some at, changed in place.changes
	every i in changed { input.changes[i].id in declared }
	every i in place.effects[at] { _back(input.effects[i]) }
}

_is_meant(_) if input.head.staged

_is_meant(change) if {
	every target in change.targets { _is_declared(change.brought_by[target]) }
}

_is_declared(commits) if {
	some commit in commits
	commit.reverts
}

_is_declared(commits) if {
	some commit in commits
	commit.commit in _with_trailer
}

_with_trailer contains commit.commit if {
	some commit in input.head.commits
	some reason in commit.trailers[lower(input.config.rules["undeclared-rollback"].trailer)]
	trim_space(reason) != ""
}

_back(effect) if effect.versions_only

_back(effect) if effect.restores
