package event

import (
	"context"
	"reflect"
	"slices"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/state"
)

// Trial is a workload of production to which another version comes, and what tries it there step by step.
type Trial struct {
	App         string    `json:"app"`
	Environment string    `json:"environment"`
	Targets     []string  `json:"targets"`
	Kind        string    `json:"kind"`
	Name        string    `json:"name"`
	Change      string    `json:"change"`
	By          []TriedBy `json:"by"`
	Flagger     bool      `json:"flagger"` // the environment has a Canary of Flagger
	Location    Location  `json:"location"`
}

// TriedBy is a Rollout or a Canary.
type TriedBy struct {
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Way    string `json:"way"`
	Manual bool   `json:"manual"`
	AtOnce bool   `json:"at_once"` // all get the version, and nothing before that could stop it
}

// tried are the kinds of workloads that a Rollout or a Canary may be for, and a Rollout itself.
var tried = []string{"Deployment", "DaemonSet", "Rollout"}

// trials are those of the workloads of production whose versions move.
func (b *builder) trials(ctx context.Context, moved []move, changes []Change) ([]Trial, error) {
	list := []Trial{}
	k := newKeys(ctx, b)
	for _, m := range moved {
		if m.before == nil || m.after == nil || m.Tree != nil || !b.isProduction(m.Environment) || !slices.Contains(tried, m.after.Owner.Kind) {
			continue
		}
		for _, name := range []string{m.after.Owner.Name, flaggerGroup} {
			if err := k.look(m.Environment, name); err != nil {
				return nil, err
			}
		}
		trial := Trial{
			App: valid(m.App), Environment: m.Environment, Targets: []string{valid(m.Target)}, Kind: valid(m.after.Owner.Kind), Name: valid(m.after.Owner.Name),
			Change: idOf(changes, m), By: []TriedBy{}, Location: b.location(m),
		}
		for _, s := range b.sites {
			if s.Environment == m.Environment && s.after != nil && (s.App != m.App || s.Target == m.Target) {
				trial.add(s.after, m.after.Owner.Identity)
			}
		}
		list = addTrial(list, trial)
	}
	return list, nil
}

// addTrial has targets share what is alike in them. A workload with several versions that move is one trial.
func addTrial(list []Trial, trial Trial) []Trial {
	for i, other := range list {
		other.Targets, other.Location, other.Change = trial.Targets, trial.Location, trial.Change
		if reflect.DeepEqual(other, trial) {
			if !slices.Contains(list[i].Targets, trial.Targets[0]) {
				list[i].Targets = append(list[i].Targets, trial.Targets...)
			}
			return list
		}
	}
	return append(list, trial)
}

// idOf is the change that a move is a part of.
func idOf(changes []Change, m move) string {
	for _, c := range changes {
		if c.App == valid(m.App) && c.Environment == m.Environment && c.Artifact == m.artifact && c.After != nil && *c.After == m.after.Version && slices.Contains(c.Targets, valid(m.Target)) {
			return c.ID
		}
	}
	return ""
}

const flaggerGroup = "flagger.app"

// add notes what of a state is for a workload.
func (t *Trial) add(of *state.State, workload document.Identity) {
	for _, object := range of.Objects {
		delivery := object.Traits.DeliveryOf()
		if delivery == nil {
			continue
		}
		t.Flagger = t.Flagger || object.Group == flaggerGroup && object.Kind == "Canary"
		if delivery.Of != workload.Kind+" "+workload.Name || object.Namespace != "" && workload.Namespace != "" && object.Namespace != workload.Namespace {
			continue
		}
		t.By = append(t.By, TriedBy{Kind: object.Kind, Name: valid(object.Name), Way: delivery.Way, Manual: delivery.Manual, AtOnce: delivery.AtOnce()})
	}
}
