package promocheck.lib.range_test

import data.promocheck.lib.range

test_parsed if {
	{tag: range.parsed(tag) | some tag in ["v1.2.3", "1.2", "V3", "1.4.0-rc.1", "main", "1.2.3.4", "01.2"]} == {
		"v1.2.3": "1.2.3", "1.2": "1.2.0", "V3": "3.0.0", "1.4.0-rc.1": "1.4.0-rc.1",
	}
}

test_within if {
	range.within("v1.4.0", ">=1.4.0")
	range.within("1.5", ">=1.4 <2")
	range.within("1.3.9", "<= 1.3.9")
	range.within("2.0.1", ">2")
	range.within("2", "=2.0.0")
	range.within("2.0.0", "2")
}

test_not_within if {
	range.within("1.3.9", ">=1.4.0") == false
	range.within("2.0.0", ">=1.4, <2") == false
	range.within("2.0.0-rc.1", ">=2.0.0") == false
}

test_does_not_compare if not range.within("main-abc", ">=1.4.0")

test_compatible if {
	every wanted in ["^1.4", "^1.4.0", "~1", "^1", "~1.4"] {
		range.within("v1.4.2", wanted)
	}
	every wanted in ["^1.5", "~1.3", "^2", "~1.4.3", "^0.4", "^1.4.3"] {
		range.within("1.4.2", wanted) == false
	}
	range.within("1.9.0", "^1.4")
	range.within("1.9.0", "~1.4") == false
	range.within("2.0.0", "^1.4") == false
	range.within("2.0.0-rc.1", "^1.4") == false
	range.within("1.5.0-rc.1", "~1.4") == false
}

test_a_leading_zero_promises_nothing if {
	range.within("0.2.9", "^0.2.3")
	range.within("0.3.0", "^0.2.3") == false
	range.within("0.0.3", "^0.0.3")
	range.within("0.0.4", "^0.0.3") == false
	range.within("0.0.9", "^0.0")
	range.within("0.1.0", "^0.0") == false
	range.within("0.9.0", "^0")
	range.within("1.0.0", "^0") == false
}

test_compatible_along_with_others if {
	range.within("1.4.5", "^1.4 <1.5")
	range.within("1.5.1", "^1.4 <1.5") == false
}
