package promocheck.lib.version_test

import data.promocheck.lib.fixture_test as fixture
import data.promocheck.lib.version

test_artifact if version.artifact({"artifact": {"kind": "image", "name": "acme/shop"}}) == "image/acme/shop"

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

test_same_tag_only[note] if {
	some note, {"a": a, "b": b} in {
		"digest on the left only": {"a": fixture.digest, "b": ""},
		"digest on the right only": {"a": "", "b": fixture.digest},
		"different digests": {"a": fixture.digest, "b": "sha256:00"},
	}
	version.same_tag_only(object.union(fixture.v1, {"digest": a}), object.union(fixture.v1, {"digest": b}))
}

test_not_same_tag_only[note] if {
	pinned := object.union(fixture.v1, {"digest": fixture.digest})
	some note, [a, b] in {
		"neither has a digest": [fixture.v1, fixture.v1],
		"the same digest": [pinned, pinned],
		"another tag": [fixture.v2, pinned],
		"no tags": [object.union(fixture.v1, {"tag": ""}), object.union(pinned, {"tag": ""})],
	}
	not version.same_tag_only(a, b)
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
