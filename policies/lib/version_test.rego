package promocheck.lib.version_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.lib.version

test_name[note] if {
	some note, {"tag": tag, "digest": digest, "name": name} in {
		"tag": {"tag": "v1", "digest": "", "name": "v1"},
		"digest": {"tag": "", "digest": fixture.digest, "name": "sha256:3f4e5a6b7c8d"},
		"both": {"tag": "v1", "digest": fixture.digest, "name": "v1@sha256:3f4e5a6b7c8d"},
		"neither": {"tag": "", "digest": "", "name": "(no tag)"},
		"short digest": {"tag": "", "digest": "sha256:3f4e", "name": "sha256:3f4e"},
		"digest without an algorithm": {"tag": "", "digest": "3f4e", "name": "3f4e"},
		"number": {"tag": "1.10", "digest": "", "name": "1.10"},
	}
	version.name({"repository": "", "tag": tag, "digest": digest}) == name
}

test_alike_unproven if version.alike_unproven(fixture.v1, object.union(fixture.v1, {"digest": fixture.digest}))

test_alike_unproven_either_way if {
	version.alike_unproven(object.union(fixture.v1, {"digest": fixture.digest}), fixture.v1)
}

test_alike_without_digests_is_the_same if not version.alike_unproven(fixture.v1, fixture.v1)

test_other_tag_is_not_alike if {
	not version.alike_unproven(fixture.v2, object.union(fixture.v1, {"digest": fixture.digest}))
}

test_no_tags_are_not_alike if {
	untagged := {"repository": "", "tag": "", "digest": ""}
	not version.alike_unproven(untagged, object.union(untagged, {"digest": fixture.digest}))
}

test_in_some_targets[note] if {
	pinned := object.union(fixture.v2, {"digest": fixture.digest})
	some note, {"versions": versions, "version": after} in {
		"tag": {"versions": [fixture.v1, fixture.v2], "version": fixture.v2},
		"digest": {"versions": [fixture.v1, pinned], "version": object.union(pinned, {"tag": "other"})},
	}
	version.in_some_targets({"holds": false, "versions": versions}, after)
}

test_in_no_target[note] if {
	pinned := object.union(fixture.v2, {"digest": fixture.digest})
	some note, holding in {
		"other tag": {"holds": false, "versions": [fixture.v1]},
		"digest on one side only": {"holds": false, "versions": [pinned]},
		"held": {"holds": true, "versions": [fixture.v2]},
	}
	not version.in_some_targets(holding, fixture.v2)
}
