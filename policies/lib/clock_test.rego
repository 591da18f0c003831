package promocheck.lib.clock_test

import data.promocheck.lib.clock

test_in_words[text] if {
	some text, duration in {
		"no time": "0s", "59 s": "59s", "1 min": "60s", "1 min 30 s": "90s", "23 h 59 min": "23h59m59s",
		"1 day": "24h", "2 days 1 h": "49h30m", "1 day 5 min": "24h5m",
	}
	clock.in_words(time.parse_duration_ns(duration)) == text
}

test_since if {
	clock.since("2026-11-20T16:00:00+01:00") == time.parse_duration_ns("90m") with input.time.now as "2026-11-20T16:30:00Z"
}

test_between if {
	clock.between("2026-11-20T16:00:00+01:00", "2026-11-20T16:00:00Z") == time.parse_duration_ns("1h")
}

test_name if clock.name("2026-11-20T16:00:00+01:00") == "2026-11-20 16:00"

test_after[moment] if {
	some moment, [from, duration] in {
		"2026-11-20T16:30:00Z": ["2026-11-20T16:00:00+01:00", "90m"],
		"2026-11-20T16:00:00.5Z": ["2026-11-20T16:00:00Z", "500ms"],
	}
	clock.after(from, time.parse_duration_ns(duration)) == moment
}
