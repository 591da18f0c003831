package artifact_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/distribution/reference"

	"github.com/promocheck/promocheck/check/artifact"
)

// FuzzParseImage reads whatever is given as an image as container runtimes do.
func FuzzParseImage(f *testing.F) {
	for _, seed := range []string{
		"", "nginx", "a/b", "a/b/c:1", "A/b", "a/B", "A.b/c", "localhost/a", "localhost:5000/a:1", "localhost", "Localhost/a",
		"docker.io/a", "docker.io/library/a", "index.docker.io/a:1", "index.docker.io/library/a", "docker.io/", "docker.io",
		"[::1]:5000/a", "[fe80::%1]/a", "a__b/c--d/e.f", "a_.b/c", "a_b.c/d", "a.b:/c", "a.b:x/c", "a..b/c", "-a.b/c", "a.b-/c",
		"a:1:2", "a:", "a@", "a@sha256:12", "a@sha512:" + strings.Repeat("0a", 64), "a@md5:" + strings.Repeat("0a", 16),
		"a:" + strings.Repeat("v", 128), "a:" + strings.Repeat("v", 129), strings.Repeat("0a", 32), "a.b/" + strings.Repeat("a", 256),
		" a", "a ", "a\n", "a:1\n", "//", "/a", "a//b", "a/", "é/a", "É/a", "a.É/b", "\xff", "a.b/\xff", "{{ .Values.image }}",
	} {
		f.Add(seed)
	}
	f.Fuzz(asRuntimesDo)
}

// TestParseImageAtRandom does so with what is put together from pieces of images.
func TestParseImageAtRandom(t *testing.T) {
	pieces := []string{
		"/", "/", "/", ":", ":", "@", "@sha256:", "sha512:", strings.Repeat("0a", 32), strings.Repeat("0a", 64), ".", "..", "-", "--", "_", "__",
		"___", "[", "]", "::1", "0", "5000", "v1.2", "a", "b0", "A", "é", "É", "ſ", "\xff", " ", "\n", "%", "+", "=", "localhost", "docker.io",
		"index.docker.io", "library", "nginx", "ghcr.io/", "acme/", "a.b:1/", strings.Repeat("x", 127), strings.Repeat("x/", 60),
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var image strings.Builder
		for range 1 + random.IntN(9) {
			image.WriteString(pieces[random.IntN(len(pieces))])
		}
		asRuntimesDo(t, image.String())
	}
}

// asRuntimesDo holds what an image is read as against the library that container runtimes read it with.
// promocheck itself does not use that one, because it takes a sixth of the time until main begins.
func asRuntimesDo(t *testing.T, image string) {
	_, got, err := artifact.ParseImage(image)
	named, refused := reference.ParseNormalizedNamed(image)
	if (err == nil) != (refused == nil) {
		t.Errorf("%q: got the error %v, want %v", image, err, refused)
	}
	if err != nil || refused != nil {
		return
	}
	want := artifact.Version{Repository: named.Name()}
	if tagged, ok := named.(reference.Tagged); ok {
		want.Tag = tagged.Tag()
	}
	if digested, ok := named.(reference.Digested); ok {
		want.Digest = digested.Digest().String()
	}
	if got != want {
		t.Errorf("%q: got %+v, want %+v", image, got, want)
	}
}
