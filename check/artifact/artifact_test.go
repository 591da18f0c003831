package artifact_test

import (
	"testing"

	"github.com/promocheck/promocheck/check/artifact"
)

const digestA = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

func TestParseImage(t *testing.T) {
	for _, test := range []struct {
		image, name, repository, tag, digest string
	}{
		{"nginx", "nginx", "docker.io/library/nginx", "", ""},
		{"docker.io/acme/shop:1.10", "acme/shop", "docker.io/acme/shop", "1.10", ""},
		{"acme/shop:12e5", "acme/shop", "docker.io/acme/shop", "12e5", ""},
		{"registry.eu:5000/acme/shop:v1", "acme/shop", "registry.eu:5000/acme/shop", "v1", ""},
		{"registry.eu:5000/acme/shop", "acme/shop", "registry.eu:5000/acme/shop", "", ""},
		{"ghcr.io/library/shop:1", "library/shop", "ghcr.io/library/shop", "1", ""},
		{"ghcr.io/acme/shop:v1@" + digestA, "acme/shop", "ghcr.io/acme/shop", "v1", digestA},
		{"ghcr.io/acme/shop@" + digestA, "acme/shop", "ghcr.io/acme/shop", "", digestA},
	} {
		a, v, err := artifact.ParseImage(test.image)
		if err != nil {
			t.Errorf("%s: %v", test.image, err)
			continue
		}
		want := artifact.Version{Repository: test.repository, Tag: test.tag, Digest: test.digest}
		if a != (artifact.Artifact{Kind: artifact.Image, Name: test.name}) || v != want {
			t.Errorf("%s: got %+v %+v", test.image, a, v)
		}
	}
	for _, image := range []string{"", " ", "{{ .Values.image }}", "acme/Shop:1", "a b", "shop:", "shop@sha256:12"} {
		if _, _, err := artifact.ParseImage(image); err == nil {
			t.Errorf("%q was read as an image", image)
		}
	}
}

func TestSame(t *testing.T) {
	tag := func(tag, digest string) artifact.Version {
		return artifact.Version{Repository: "r", Tag: tag, Digest: digest}
	}
	for _, test := range []struct {
		v, w artifact.Version
		same bool
	}{
		{tag("v1", ""), tag("v1", ""), true},
		{tag("v1", ""), tag("v2", ""), false},
		{tag("v1", digestA), tag("v2", digestA), true},
		{tag("v1", digestA), tag("v1", ""), false},
		{tag("v1", ""), tag("v1", digestA), false},
		{tag("v1", digestA), tag("v1", "sha256:bb"), false},
		{tag("", ""), tag("", ""), true},
		{tag("1.10", ""), tag("1.1", ""), false},
	} {
		if test.v.Same(test.w) != test.same {
			t.Errorf("%v same as %v: want %v", test.v, test.w, test.same)
		}
	}
	here, there := tag("v1", ""), artifact.Version{Repository: "fork", Tag: "v1"}
	if !here.Same(there) || here.Unchanged(there) {
		t.Error("another repository holds the same version, yet is a change")
	}
}

func TestOrder(t *testing.T) {
	for _, test := range []struct {
		v, w  string
		order int
		known bool
	}{
		{"1.0", "2.0", -1, true},
		{"v1.10.0", "v1.9.0", 1, true},
		{"1.25-alpine", "1.26-alpine", -1, true},
		{"2024.05.01", "2024.04.30", 1, true},
		{"1.4.0-20241124103000123456", "1.5.0-20241123103000123456", -1, true},
		{"1.2.", "1.3.", -1, true},
		{"1.2.3-01", "1.2.4-01", -1, true},
		{"1.2.3-a_b", "1.2.4-a_b", -1, true},
		{"1.2.3.4", "1.2.3.5", -1, true},
		{"1.2.3.10", "1.2.3.9", 1, true},
		{"v1.2.3-rc.1", "v1.2.3", -1, true},
		{"v1.2.3-rc9", "v1.2.3-rc10", -1, true},
		{"v1.2.3-beta.2", "v1.2.3-RC1", -1, true},
		{"v1.2.3", "v1.2.3-SNAPSHOT", 1, true},
		{"v1.2.3-rc.1", "v1.2.3-rc1", 0, false},
		{"v1.2.3-abc1234", "v1.2.3-0ff1234", 0, false},
		{"v1.2.3-9-gabc1234", "v1.2.3-10-g0ff1234", -1, true},
		{"v1.2.3-9-gabc1234", "v1.2.3-9-g0ff1234", 0, false},
		{"main-20261103-abc1234", "main-20261104-0ff1234", -1, true},
		{"main-20261103-1234567", "main-20261104-abc1234", -1, true},
		{"main-abc1234-20261103", "main-0ff1234-20261102", 1, true},
		{"main-1234567-20261103", "main-7654321-20261104", 0, false},
		{"main-20261103-abc1234", "release-20261104-0ff1234", 0, false},
		{"main-20261103", "main-20261103-abc1234", 0, false},
		{"main-abc1234", "main-0ff1234", 0, false},
		{"sha-abc1234", "sha-1234567", 0, false},
		{"abc1234", "build-12", 0, false},
		{"build-912", "build-1011", -1, true},
		{"build-9999999", "build-10000000", -1, true},
		{"build912", "build911", 1, true},
		{"b9999999", "b10000000", 0, false},
		{"x-9999999", "x-1000000", 0, false},
		{"912", "1011", -1, true},
		{"20261103", "20261104", -1, true},
		{"20261103.2", "20261103.10", -1, true},
		{"202611031530", "202611031529", 1, true},
		{"2026-11-03", "2026-11-04", -1, true},
		{"2026-11-03T10-00", "2026-11-03T09-59", 1, true},
		{"03-11-2026", "04-10-2026", 0, false},
		{"1795608000", "1795608001", -1, true},
		{"1795608000123", "1795607999999", 1, true},
		{"1.2.3-20261103", "1.2.3-20261104", -1, true},
		{"1.2.3-20261103", "1.2.4-20261102", -1, true},
		{"1.2.3-20261104.1", "1.2.3-20261103.2", 1, true},
		{"pr-12", "pr-13", 0, false},
		{"release-2.10", "release-2.9", 1, true},
		{"RELEASE.2026-11-03T10-00-00Z", "RELEASE.2026-11-04T10-00-00Z", -1, true},
		{"r12", "r9", 1, true},
		{"001", "1", 0, false},
		{"v1.2.3", "v1.2.3-10-g0ff1234", 0, false},
		{"1.25.1", "1.25.1-alpine", 0, false},
		{"1.25.1-alpine", "1.25.2-alpine", -1, true},
		{"v2", "v10", -1, true},
		{"1.0", "1.0.0", 0, false},
		{"main", "v1.0", 0, false},
		{"1234567", "1234568", -1, true},
		{"1234567", "7654321", 0, false},
		{"19650123456", "19641234567", 1, true},
		{"19650123456", "19651234567", -1, true},
		{"v1", "v1", 0, false},
	} {
		order, known := artifact.Version{Tag: test.v}.Order(artifact.Version{Tag: test.w})
		if order != test.order || known != test.known {
			t.Errorf("%s against %s: got %d %v", test.v, test.w, order, known)
		}
	}
}
