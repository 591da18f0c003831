package event

import (
	"cmp"
	"context"
	"reflect"
	"slices"

	"github.com/promocheck/promocheck/check/differ"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/state"
)

// Difference is what a workload to which another version comes is given otherwise than the same one in an environment before.
// What is a Secret's, or looks like it, is never told.
type Difference struct {
	App         string   `json:"app"`
	Environment string   `json:"environment"`
	Targets     []string `json:"targets"`
	Workload    string   `json:"workload"` // its kind and name
	Container   string   `json:"container"`
	Upstream    string   `json:"upstream"` // the environment before
	Of          string   `json:"of"`       // replicas, flag, variable and so on
	Name        string   `json:"name"`
	There       *string  `json:"there"` // in the environment before
	Here        *string  `json:"here"`
	Only        string   `json:"only"`   // there or here, where the other has none
	Hidden      bool     `json:"hidden"` // what it is is not told
	Location    Location `json:"location"`
}

// differences are those of the workloads whose versions move.
func (b *builder) differences(ctx context.Context, moved []move) ([]Difference, error) {
	list := []Difference{}
	g := &differing{b, ctx, map[*site]*state.State{}, map[comparedWith]*differ.Pair{}}
	done := map[promoted]bool{}
	for _, m := range moved {
		if m.after == nil || m.Tree != nil || m.site.after.Fidelity != state.Rendered {
			continue
		}
		of := promoted{m.site, m.after.Owner.Identity}
		if done[of] {
			continue
		}
		done[of] = true
		upstream, _ := b.appPath(m)
		for _, environment := range upstream {
			found, err := g.from(environment.Name, of)
			if err != nil {
				return nil, err
			}
			for _, d := range found {
				list = addDifference(list, d)
			}
		}
	}
	return list, nil
}

// promoted is a workload to which another version comes.
type promoted struct {
	*site
	workload document.Identity
}

// addDifference has targets share what they have otherwise alike.
func addDifference(list []Difference, d Difference) []Difference {
	for i, other := range list {
		other.Targets, other.Location = d.Targets, d.Location
		if reflect.DeepEqual(other, d) {
			list[i].Targets = append(list[i].Targets, d.Targets...)
			return list
		}
	}
	return append(list, d)
}

// differing finds out what differs.
type differing struct {
	*builder
	ctx      context.Context // of whoever builds the event
	settings map[*site]*state.State
	pairs    map[comparedWith]*differ.Pair
}

// comparedWith is a site and an environment that it is compared with.
type comparedWith struct {
	*site
	environment string
}

// from is what a workload is given otherwise than in an environment.
func (g *differing) from(environment string, p promoted) ([]Difference, error) {
	pair, err := g.pair(comparedWith{p.site, environment})
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(pair.Workloads, func(w differ.Workload) bool { return w.Here == p.workload })
	if at < 0 {
		return nil, nil
	}
	return g.told(p, environment, pair.Workloads[at]), nil
}

// pair compares a site with the nearest target of an environment.
func (g *differing) pair(of comparedWith) (*differ.Pair, error) {
	if known := g.pairs[of]; known != nil {
		return known, nil
	}
	var there []differ.Side
	for _, s := range g.byApp[of.App] {
		if s.Environment != of.environment || s.after == nil || s.after.Fidelity != state.Rendered {
			continue
		}
		side, err := g.side(s)
		if err != nil {
			return nil, err
		}
		there = append(there, side)
	}
	found := &differ.Pair{}
	if len(there) > 0 {
		here, err := g.side(of.site)
		if err != nil {
			return nil, err
		}
		*found = differ.Nearest(there, here)
	}
	g.pairs[of] = found
	return found, nil
}

// side is what a site deploys once the change is in, with settings.
func (g *differing) side(s *site) (differ.Side, error) {
	in, o := g.After, s.After
	if !s.Reached() {
		in, o = cmp.Or(s.Tree, g.Before), s.Before
	}
	if g.settings[s] == nil {
		of, err := state.Settings(g.ctx, in, o)
		if err != nil {
			return differ.Side{}, err
		}
		g.settings[s] = of
	}
	return differ.Side{Place: s.Place.Place, State: g.settings[s], Locate: g.places.Settings(in, o)}, nil
}

func (g *differing) told(p promoted, environment string, w differ.Workload) []Difference {
	all := []Difference{}
	for _, d := range w.Differences {
		if d.Equal {
			continue
		}
		at := d.HereAt
		if at.Path == "" {
			at = state.MainLocation(p.After)
		}
		all = append(all, Difference{
			App: valid(p.App), Environment: p.Environment, Targets: []string{valid(p.Target)}, Upstream: environment,
			Workload: valid(w.Here.Kind + " " + w.Here.Name), Container: valid(d.Container), Of: d.Of, Name: valid(d.Name),
			There: d.There, Here: d.Here, Only: d.Only, Hidden: d.Hidden,
			Location: locationOf(p.After.Dir, at),
		})
	}
	return all
}
