package event

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/state"
)

// held reads "OBJECT PART VERSION", a line each.
func held(text string) []state.Held {
	var all []state.Held
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		all = append(all, state.Held{
			Slot:    state.Slot{Object: words[0], Part: words[1]},
			Version: Version{Repository: "r.example/acme/shop", Tag: words[2]},
		})
	}
	return all
}

func TestPairs(t *testing.T) {
	for name, test := range map[string]struct {
		before, after string
		want          []string
	}{
		"nothing changes": {
			"web containers/app v1", "web containers/app v1", nil,
		},
		"the same slot": {
			"web containers/app v1", "web containers/app v2", []string{"v1 -> v2"},
		},
		"a stable and a canary keep apart": {
			"web containers/app v1\ncanary containers/app v2", "web containers/app v2\ncanary containers/app v4",
			[]string{"v1 -> v2", "v2 -> v4"},
		},
		// In order, the side car of the old workload would be paired with the new one's app.
		"a renamed workload goes by the container": {
			"web containers/sidecar v1\nweb containers/app v5", "site containers/app v6\nsite containers/sidecar v2",
			[]string{"v1 -> v2", "v5 -> v6"},
		},
		"a container by its name, in whatever list it stands": {
			"web containers/log v1\nweb containers/app v5", "site initContainers/app v6\nsite containers/log v2",
			[]string{"v1 -> v2", "v5 -> v6"},
		},
		"whatever is left": {
			"web containers/app v1", "site containers/main v2", []string{"v1 -> v2"},
		},
		"moved and unchanged is no change": {
			"web containers/app v1", "site containers/main v1", nil,
		},
		"one comes": {
			"web containers/app v1", "web containers/app v1\nweb containers/more v2", []string{"(none) -> v2"},
		},
		"one goes": {
			"web containers/app v1\nweb containers/more v2", "web containers/app v1", []string{"v2 -> (none)"},
		},
		"one goes whose version stays elsewhere": {
			"web containers/app v1\nweb containers/more v1", "web containers/app v1", nil,
		},
		"the same change of two objects is two": { // until it is known what each is judged by
			"web containers/app v1\njob containers/app v1", "web containers/app v2\njob containers/app v2", []string{"v1 -> v2", "v1 -> v2"},
		},
		"two changes to one version are two": {
			"web containers/app v1\njob containers/app v2", "web containers/app v3\njob containers/app v3", []string{"v1 -> v3", "v2 -> v3"},
		},
	} {
		var got []string
		for _, p := range pairs(held(test.before), held(test.after)) {
			got = append(got, fmt.Sprintf("%s -> %s", tag(p.before), tag(p.after)))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, not %q", name, got, test.want)
		}
	}
}

func tag(h *state.Held) string {
	if h == nil {
		return "(none)"
	}
	return h.Version.Tag
}
