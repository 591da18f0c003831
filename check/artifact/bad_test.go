package artifact_test

import (
	"testing"

	"github.com/promocheck/promocheck/check/artifact"
)

// TestBad has versions that a list takes in, and their neighbours that it does not.
func TestBad(t *testing.T) {
	for _, test := range []struct {
		name, version string // listed
		tag           string
		want          bool
	}{
		{"acme/shop", "v1.4.2", "v1.4.2", true},
		{"ghcr.io/acme/shop", "v1.4.2", "v1.4.2", true},
		{"acme/*", "1.4.2", "v1.4.2", true},
		{"acme/shopping", "v1.4.2", "v1.4.2", false},
		{"shop", "v1.4.2", "v1.4.2", false},
		{"acme/shop", "v1.4.2", "v1.4.20", false},
		{"acme/shop", "3f9c2aa", "3f9c2aa", true},
		{"acme/shop", ">=1.4.0 <1.4.7", "v1.4.2", true},
		{"acme/shop", ">= 1.4.0 < 1.4.7", "1.4.2-alpine", true},
		{"acme/shop", ">=1.4.2 <1.4.7", "1.4.2-alpine", true},
		{"acme/shop", "<1.4.2", "1.4.2-rc.1", true},
		{"acme/shop", ">=1.4.0 <1.4.7", "v1.4.7", false},
		{"acme/shop", ">=1.4.0 <1.4.7", "1.4", true},
		{"acme/shop", ">=1.4.0 <1.4.7", "main-20261101", false},
		{"acme/shop", "1.4.x", "v1.4.9", true},
		{"acme/shop", "<1.0.0 || 2.0.0", "v2.0.0", true},
	} {
		bad := artifact.Bad{Artifact: test.name, Version: test.version}
		if err := bad.Read(); err != nil {
			t.Errorf("%s: %v", test.version, err)
			continue
		}
		shop := artifact.Artifact{Kind: artifact.Image, Name: "acme/shop"}
		if got := bad.Has(shop, artifact.Version{Repository: "ghcr.io/acme/shop", Tag: test.tag}); got != test.want {
			t.Errorf("%s %s has %s: %v, want %v", test.name, test.version, test.tag, got, test.want)
		}
	}
	for _, wrong := range []string{">=1.4", "^1.4.0", "~1.4.0", ">1.4.0, <2.0.0", "a b"} {
		if err := (&artifact.Bad{Version: wrong}).Read(); err == nil {
			t.Errorf("%q is a range", wrong)
		}
	}
}
