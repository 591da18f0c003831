package history

import (
	"testing"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/idle"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/place"
	"github.com/promocheck/promocheck/check/state"
)

// TestSlots requires that an object is asked for its own past, and for that of others only where it had none yet and
// does as they do.
func TestSlots(t *testing.T) {
	shop := artifact.Artifact{Kind: artifact.Image, Name: "acme/shop"}
	prod := place.Place{Environment: "prod", Target: "."}
	at := func(versions map[string]string) *site {
		s := &site{
			Site: overlay.Site{Place: prod}, rendered: true, held: map[artifact.Artifact][]artifact.Version{},
			alike: map[artifact.Artifact][]state.Likenesses{}, mentions: map[artifact.Artifact][]form.Mention{}, idle: map[artifact.Artifact][]idle.Idle{},
		}
		for _, name := range []string{"web", "api"} {
			if versions[name] == "" {
				continue
			}
			of := state.LikenessesOf([]state.Held{{Owner: state.NewOwner(document.Identity{Kind: "Deployment", Name: name})}}, prod)
			s.held[shop], s.alike[shop] = append(s.held[shop], artifact.Version{Tag: versions[name]}), append(s.alike[shop], of[0])
			s.mentions[shop], s.idle[shop] = append(s.mentions[shop], ""), append(s.idle[shop], idle.Idle{})
		}
		return s
	}
	of := at(map[string]string{"api": "v1"}).alike[shop][0][0]
	for name, test := range map[string]struct {
		versions map[string]string
		slots    Slots
		want     int
	}{
		"all":                        {map[string]string{"web": "v2", "api": "v1"}, Slots{}, 2},
		"its own":                    {map[string]string{"web": "v2", "api": "v1"}, Slots{Of: of}, 1},
		"before it was there":        {map[string]string{"web": "v2"}, Slots{Of: of}, 1},
		"before it was there, apart": {map[string]string{"web": "v2"}, Slots{Of: of, Alone: true}, 0},
	} {
		h, s := &History{}, at(test.versions)
		q := Question{Place: Place{Environment: "prod"}, Artifact: shop, Slots: test.slots}
		if got := h.heldIn(q, q.slotsAt(h, point{sites: []*site{s}}), s); len(got) != test.want {
			t.Errorf("%s: counts %v", name, got)
		}
	}
}
