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
