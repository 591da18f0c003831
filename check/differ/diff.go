package differ

import (
	"cmp"
	"slices"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/place"
	"github.com/promocheck/promocheck/check/state"
)

// Diff is what differs between two environments of an app, in one tree.
type Diff struct {
	Ref, Commit string // of the tree; no commit: the index
	App         string
	From, To    string // as they were asked for
	Pairs       []Pair
}

// Pair is a target of one environment, and what it differs in from one of the other.
type Pair struct {
	From, To  place.Place
	Fidelity  state.Fidelity // the worse of the two
	Workloads []Workload
	// The workloads that only one of the two has.
	OnlyThere, OnlyHere []document.Identity
}

// Nearest is what a place differs in from the one of the same target, or else from the one that it differs least from.
func Nearest(there []Side, here Side) Pair {
	if at := slices.IndexFunc(there, func(s Side) bool { return s.Target == here.Target }); at >= 0 {
		there = there[at : at+1]
	}
	var pairs []Pair
	for _, side := range there {
		pair := Pair{From: side.Place, To: here.Place, Fidelity: state.Worst(side.Fidelity, here.Fidelity)}
		pair.Workloads, pair.OnlyThere, pair.OnlyHere = between(side, here)
		pairs = append(pairs, pair)
	}
	return slices.MinFunc(pairs, func(a, b Pair) int { return cmp.Compare(a.count(), b.count()) })
}

func (p Pair) count() int {
	n := len(p.OnlyThere) + len(p.OnlyHere)
	for _, workload := range p.Workloads {
		n += len(workload.Differences)
	}
	return n
}
