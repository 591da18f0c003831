package scenario

import "testing"

func TestDiff(t *testing.T) {
	for _, test := range []struct{ want, got, diff string }{
		{"", "", ""},
		{"a\nb\n", "a\nb\n", ""},
		{"a\nb\n", "a\n", "- b\n"},
		{"a\n", "a\nb\n", "+ b\n"},
		{"a\nb\nc\n", "a\nx\nc\n", "- b\n+ x\n"},
		{"0", "1", "- 0\n+ 1\n"},
		{"a\nb\nc\n", "b\nc\nd\n", "- a\n+ d\n"},
	} {
		if got := (Difference{Want: test.want, Got: test.got}).Diff(); got != test.diff {
			t.Errorf("%q and %q: %q", test.want, test.got, got)
		}
	}
}
