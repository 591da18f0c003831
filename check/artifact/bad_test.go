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
		if got := bad.Has(shop, artifact.Version{Repository: "ghcr.io/acme/shop", Tag: test.tag}, nil); got != test.want {
			t.Errorf("%s %s has %s: %v, want %v", test.name, test.version, test.tag, got, test.want)
		}
	}
	for _, wrong := range []string{">=1.4", "^1.4.0", "~1.4.0", ">1.4.0, <2.0.0", "a b"} {
		if err := (&artifact.Bad{Version: wrong}).Read(); err == nil {
			t.Errorf("%q is a range", wrong)
		}
	}
}

// TestBadReadings has tags that are no semantic versions, and that a range takes in all the same.
func TestBadReadings(t *testing.T) {
	for version, tags := range map[string]map[string]bool{
		">=2.0.0 <2.3.1": {
			"2": true, "v2": true, "2-alpine": true, "2.1": true, "V2.1.0": true, "2.1.0_alpine": true, "2.1.0-rc.01": true, "2.1.0.1": true,
			"release-2.1.0": true, "shop_v2.1.0": true, "2.1.0.Final": true, "2.1.0-alpine3.19": true, "alpine3.19-2.1.0": true, "2.3": true,
			"3": false, "2.4": false, "2.3.1.1": false, "V2.3.1": false, "release-2.4.0": false, "2a4c9d1": false, "2.4.0-alpine-2.1.0": false,
			"20261103": false, "main-2": false, "latest": false, "": false, "2.3.1_alpine": false, "2.1.20261103120000": true, "2.3.20261103120000": false,
		},
		">=2.1.4 <2.1.7": {"2": true, "2.1": true, "2.0": false, "2.2": false, "1": false},
		">2.1.0":         {"2.0": false, "2.1": true, "2": true, "20261103": false, "3f9c2aa": false, "1": false},
		"2.1.x":          {"2": true, "2.1": true, "2.2": false},
		"<1.4.2":         {"1.4.2-rc.01": true, "1.4.2-alpine": true, "1.4.3-rc.01": false},
	} {
		bad := artifact.Bad{Artifact: "shop", Version: version}
		if err := bad.Read(); err != nil {
			t.Fatal(err)
		}
		for tag, want := range tags {
			if got := bad.Has(artifact.Artifact{Kind: artifact.Image, Name: "shop"}, artifact.Version{Tag: tag}, nil); got != want {
				t.Errorf("%s has %s: %v", version, tag, got)
			}
		}
	}
}

// TestBadNames has names under which one image is listed and runs.
func TestBadNames(t *testing.T) {
	same := []artifact.Names{{"acme/web", "mirror.example.com/web"}, {"registry.example.com/hub/", "docker.io/bitnami/"}}
	for _, test := range []struct {
		listed, runs string
		want         bool
	}{
		{"nginx", "nginx", true},
		{"library/nginx", "nginx", true},
		{"docker.io/library/nginx", "nginx", true},
		{"docker.io/nginx", "nginx", true},
		{"nginx", "mirror.gcr.io/library/nginx", true},
		{"mirror.gcr.io/library/nginx", "nginx", true},
		{"ngin*", "mirror.gcr.io/library/nginx", true},
		{"nginx", "acme/nginx", false},
		{"nginx", "nginx-unprivileged", false},
		{"acme/nginx", "nginx", false},
		{"acme/web", "mirror.example.com/web", true},
		{"mirror.example.com/web", "acme/web", true},
		{"web", "acme/web", false},
		{"bitnami/redis", "registry.example.com/hub/redis", true},
		{"docker.io/bitnami/redis", "registry.example.com/hub/redis", true},
		{"docker.io/bitnami/redis", "registry.example.com/hub/valkey", false},
	} {
		bad := artifact.Bad{Artifact: test.listed, Version: "1.2.3"}
		runs, version, err := artifact.ParseImage(test.runs + ":1.2.3")
		if err != nil {
			t.Fatal(err)
		}
		if got := bad.Has(artifact.Call(runs, version.Repository, same), version, same); got != test.want {
			t.Errorf("%s, which runs %s: %v", test.listed, test.runs, got)
		}
	}
}
