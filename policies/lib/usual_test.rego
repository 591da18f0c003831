package promocheck.lib.usual_test

import data.promocheck.lib.usual

test_spellings if {"prod", "production", "prd", "live", "pre-prod"} & usual.environments == {"prod", "production", "prd", "live", "pre-prod"}

test_nothing_else if not "main" in usual.environments
