package document_test

import (
	"testing"

	"github.com/promocheck/promocheck/check/document"
)

// TestMeant reads keys and texts as what they stand for, where they stand.
func TestMeant(t *testing.T) {
	root := only(t, "a: &k image\nb: {*k : x}\n!!binary aW1hZ2U=: y\nc: !!binary MS4xMA==\nd: !!binary '%'\ne: !<tag:yaml.org,2002:binary> eA==\nf: *k\n")
	for key, want := range map[string]string{"image": "y", "c": "1.10", "d": "%", "e": "x", "f": "image"} {
		if got := document.Text(document.Get(root, key)); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	encoded := document.Get(root, "c")
	if got := document.JSONText(encoded); got != "1.10" {
		t.Errorf("a text that is encoded counts as %s", got)
	}
	if encoded.Line != 4 || encoded.Column != 4 {
		t.Errorf("it stands in %d:%d", encoded.Line, encoded.Column)
	}
	if got := document.Text(document.Get(root, "b", "image")); got != "x" {
		t.Errorf("under a key that is an alias stands %q", got)
	}
}
