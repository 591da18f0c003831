package promocheck.lib.prose_test

import data.promocheck.lib.prose

test_one if prose.enumerate(["a"], "or") == "a"

test_two if prose.enumerate(["a", "b"], "or") == "a or b"

test_three if prose.enumerate(["a", "b", "c"], "and") == "a, b and c"

test_as_many_as_the_limit if prose.enumerate_some(["a", "b", "c"], 3) == "a, b and c"

test_more_than_the_limit if prose.enumerate_some(["a", "b", "c", "d", "e"], 3) == "a, b, c and 2 more"
