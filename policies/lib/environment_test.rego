package promocheck.lib.environment_test

import data.promocheck.lib.environment
import data.promocheck.lib.fixture_test as fixture

test_production if environment.production == {"prod"} with input as fixture.quiet

test_severity if {
	{environment.severity("prod"), environment.severity("staging")} == {"error", "warning"} with input as fixture.quiet
}

test_several_are_production if {
	environment.production == {"eu", "us"} with input.path as [
		{"name": "eu", "upstream": [], "production": true},
		{"name": "us", "upstream": ["eu"], "production": true},
	]
}

test_none_is_production if environment.production == set() with input.path as []

test_names_are_in_lower_case if {
	environment.names == {"ring-0"} with input.path as [{"name": "Ring-0", "upstream": [], "production": false}]
}

test_downstream if environment.downstream == {"staging", "prod"} with input as fixture.quiet
