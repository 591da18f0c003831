package promocheck.lib.index_test

import data.promocheck.lib.index

test_by_key if {
	index.by_key([[["a", 1], "x"], ["b", {"y": 1}], [["a", 1], "z"], [["a", 1], "x"]]) == {["a", 1]: {"x", "z"}, "b": {{"y": 1}}}
}

test_one_pair if index.by_key([["a", 1]]) == {"a": {1}}

test_no_pairs if index.by_key([]) == {}
