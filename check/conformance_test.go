package check_test

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/state"
	"sigs.k8s.io/yaml"
)

var (
	kustomize = flag.String("kustomize", "", "compare with this kustomize `PROGRAM`")
	every     = flag.Int("every", 100, "compare at every so many commits of -repo")
)

// gitProgram is looked up before rendering empties the PATH.
var gitProgram, _ = exec.LookPath("git")

// TestConformance compares the images that promocheck sees in each overlay with those in the output
// of the real kustomize, wherever that builds without a network. scripts/conformance runs it.
func TestConformance(t *testing.T) {
	if *repo == "" || *kustomize == "" {
		t.Skip("no -repo and -kustomize given")
	}
	out, err := exec.Command(gitProgram, "-C", *repo, "rev-list", "--first-parent", "HEAD").Output()
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for i, commit := range strings.Fields(string(out)) {
		if i%*every == 0 {
			conform(t, commit, counts)
		}
	}
	if counts["compared"] == 0 {
		t.Error("nothing was compared")
	}
	t.Logf("%v", counts)
}

func conform(t *testing.T, commit string, counts map[string]int) {
	t.Helper()
	checkout := t.TempDir()
	archive := exec.Command(gitProgram, "-C", *repo, "archive", commit)
	extract := exec.Command("/bin/tar", "-x", "-C", checkout)
	extract.Stdin, _ = archive.StdoutPipe()
	if err := archive.Start(); err != nil {
		t.Fatal(err)
	}
	if err := extract.Run(); err != nil {
		t.Fatal(err)
	}
	if err := archive.Wait(); err != nil {
		t.Fatal(err)
	}
	at, layout, done := layoutAt(t, commit)
	defer done()
	for _, site := range layout.Sites {
		s, err := state.Of(t.Context(), at, site.Overlay)
		if err != nil {
			t.Fatal(err)
		}
		if site.Manifests != nil || site.Layers != nil {
			counts["plain"]++
			continue
		}
		// Without PATH and proxy, what kustomize would fetch or run fails at once.
		build := exec.Command(*kustomize, "build", "--load-restrictor", "LoadRestrictionsNone", filepath.Join(checkout, site.Dir))
		build.Env = []string{"PATH=", "HOME=" + checkout, "HTTPS_PROXY=http://127.0.0.1:1", "HTTP_PROXY=http://127.0.0.1:1"}
		rendered, err := build.Output()
		if err != nil {
			counts["kustomize fails, promocheck: "+string(s.Fidelity)]++
			if s.Fidelity == state.Declared {
				t.Logf("%.10s %s: %s", commit, site.Dir, s.Unresolved[0].Reason)
			}
			if s.Fidelity == state.Rendered {
				t.Errorf("%.10s %s: rendered, though kustomize does not build it: %v", commit, site.Dir, err)
			}
			continue
		}
		counts["compared"]++
		if s.Fidelity != state.Rendered {
			t.Errorf("%.10s %s: %s, though kustomize builds it", commit, site.Dir, s.Fidelity)
		}
		want, got := imagesIn(t, rendered), imagesOf(s)
		// What is named elsewhere than under "image" is not looked for here; but it has to be there.
		want = append(want, slices.DeleteFunc(slices.Clone(got), func(image string) bool {
			return slices.Contains(want, image) || !isSaid(rendered, image)
		})...)
		slices.Sort(want)
		counts["images"] += len(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%.10s %s (-kustomize +promocheck):\n%s", commit, site.Dir, diff)
		}
	}
	_ = os.RemoveAll(checkout)
}

// imagesIn finds the images in rendered manifests by a way of its own: every text under the key
// "image" that reads as a reference, and what image streams import.
func imagesIn(t *testing.T, rendered []byte) []string {
	t.Helper()
	var found []string
	for _, document := range bytes.Split(rendered, []byte("\n---\n")) {
		var value any
		if err := yaml.Unmarshal(document, &value); err != nil {
			t.Fatal(err)
		}
		collect(value, &found)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// isSaid reports whether rendered manifests have an image that is not under "image": as a reference, or in
// parts.
func isSaid(rendered []byte, image string) bool {
	repository, version, found := strings.Cut(image, "@")
	if at := strings.LastIndex(image, ":"); !found && at > 0 {
		repository, version = image[:at], image[at+1:]
	}
	familiar := strings.TrimPrefix(strings.TrimPrefix(repository, "docker.io/"), "library/")
	return bytes.Contains(rendered, []byte(image)) || bytes.Contains(rendered, []byte(familiar+":"+version)) ||
		bytes.Contains(rendered, []byte(familiar)) && bytes.Contains(rendered, []byte(": "+version+"\n")) || strings.Contains(image, "@") && bytes.Contains(rendered, []byte(version))
}

func collect(value any, found *[]string) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			collect(item, found)
		}
	case map[string]any:
		if name, ok := value["name"].(string); ok && value["kind"] == "DockerImage" {
			value["image"] = name
		}
		for key, item := range value {
			if text, ok := item.(string); ok && key == "image" {
				if _, version, err := artifact.ParseImage(text); err == nil {
					*found = append(*found, reference(version))
				}
			}
			collect(item, found)
		}
	}
}

func imagesOf(s *state.State) []string {
	var found []string
	for _, held := range s.Held {
		if held.Artifact.Kind == artifact.Image {
			found = append(found, reference(held.Version))
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func reference(v artifact.Version) string {
	text := v.Repository
	if v.Tag != "" {
		text += ":" + v.Tag
	}
	if v.Digest != "" {
		text += "@" + v.Digest
	}
	return text
}
