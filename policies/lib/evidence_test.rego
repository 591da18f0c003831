package promocheck.lib.evidence_test

import data.promocheck.lib.evidence
import data.promocheck.lib.fixture_test as fixture

since := "2026-11-19T10:00:00Z"

test_holds[note] if {
	some note, [fields, is] in {
		"what runs": [{"holds": true}, 1],
		"what ran since it came": [{"holds": true, "held": true, "runs": false, "seen": since}, 1],
		"what ran before it went": [{"holds": true, "held": true, "runs": false, "seen": since, "until": since}, 0],
		"what never ran": [{"holds": true, "runs": false}, 0],
		"nothing": [{}, 0],
	}
	is == count([1 | evidence.holds(fixture.holding("staging", fields))])
}

test_gets[note] if {
	some note, [fields, is] in {
		"what comes": [{"gets": true}, 1],
		"what is switched on": [{"holds": true, "runs": false}, 1],
		"what comes suspended": [{"gets": true, "will_run": false}, 0],
		"what runs already": [{"holds": true}, 0],
	}
	is == count([1 | evidence.gets(fixture.holding("staging", fields))])
}

test_only_declared[note] if {
	some note, [fields, is] in {
		"what is suspended": [{"holds": true, "runs": false, "will_run": false}, 1],
		"what comes suspended": [{"gets": true, "will_run": false}, 1],
		"what was suspended": [{"held": true, "ran": {"ever": false, "seen": null, "until": null, "longest": null}}, 1],
		"what ran once": [{"held": true}, 0],
		"what runs": [{"holds": true}, 0],
		"what comes": [{"gets": true}, 0],
		"nothing": [{}, 0],
	}
	is == count([1 | evidence.only_declared(fixture.holding("staging", fields))])
}

test_idle_names_a_few if {
	holding := fixture.holding("staging", {"idle": ["d", "c", "b", "a"]})
	evidence.idle(holding) == "a, b, c and 1 more"
}
