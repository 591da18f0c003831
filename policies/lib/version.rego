# METADATA
# title: Versions
# description: How messages name a version.
package promocheck.lib.version

# METADATA
# description: The artifact of a change, as the event has it for a key.
artifact(change) := concat("/", [change.artifact.kind, change.artifact.name])

# METADATA
# description: |
#   A version as people name it: the tag, the digest shortened to what tells it apart, or both.
name(version) := concat("@", parts) if {
	parts := [part | some part in [version.tag, short(version.digest)]; part != ""]
	count(parts) > 0
} else := "(no tag)"

# METADATA
# description: |
#   Some targets of an environment run the version, and that is not enough for it to count as holding it.
in_some_targets(holding, version) if {
	not holding.holds
	some held_version in holding.versions
	same(held_version, version)
}

# METADATA
# description: |
#   The same tag, and not the same digest: different ones, or one on one side only. It looks like the same version, and
#   nothing proves that it is.
same_tag_only(a, b) if {
	a.tag != ""
	a.tag == b.tag
	a.digest != b.digest
}

# METADATA
# description: |
#   How an environment has the tag of a version of which only one of the two has a digest, as a clause: it may be the same
#   build, and nothing says so. Undefined where it has no such tag.
pinned_otherwise(holding, version) := sprintf("has %s without a digest", [version.tag]) if {
	version.digest != ""
	some held in holding.versions
	same_tag_only(held, version)
	held.digest == ""
} else := sprintf("has %s by a digest only", [version.tag]) if {
	version.digest == ""
	some held in holding.versions
	same_tag_only(held, version)
}

# METADATA
# description: |
#   A digest, shortened to what tells it apart.
short(digest) := concat(":", [algorithm, substring(hex, 0, 12)]) if {
	[algorithm, hex] := split(digest, ":")
} else := digest

# METADATA
# description: |
#   The same build, from wherever: the same digest or, where neither has one, the same tag.
same(a, b) if {
	_pinned(a)
	a.digest == b.digest
}

same(a, b) if {
	not _pinned(a)
	not _pinned(b)
	a.tag == b.tag
}

_pinned(version) := version.digest != ""
