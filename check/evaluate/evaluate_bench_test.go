package evaluate_test

import (
	"fmt"
	"testing"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/policies"
)

// bundled are the policies as if nobody had compiled them before.
func bundled() evaluate.Source { return evaluate.Source{Name: "policies", Files: policies.Files} }

// precompiled are the policies as a release loads them.
func precompiled(t testing.TB) evaluate.Source {
	t.Helper()
	source := bundled()
	var err error
	if source.Compiled, err = evaluate.Precompile(source); err != nil {
		t.Fatal(err)
	}
	return source
}

// asLoaded are a source's policies, and as they are where nothing is configured.
func asLoaded(t testing.TB, source evaluate.Source) (*evaluate.Policies, *evaluate.Configured) {
	t.Helper()
	policies, err := evaluate.Load(source)
	if err != nil {
		t.Fatal(err)
	}
	configured, err := policies.Configure(nil)
	if err != nil {
		t.Fatal(err)
	}
	return policies, configured
}

// promotions is an event of n apps that each promote one image into production, on a Friday.
func promotions(n int) *event.Event {
	never := false
	e := &event.Event{
		APIVersion: event.APIVersion,
		Kind:       event.Kind,
		Time:       event.Time{Now: "2026-11-20T16:30:00+01:00", Timezone: "Europe/Berlin", Weekday: "friday", Date: "2026-11-20", Clock: "16:30", Windows: []event.Window{}, Gates: event.Gates{}, Asked: event.Asked{}},
		Base:       event.Ref{Ref: "main", Commit: "a3c1"},
		Head:       event.Head{Ref: event.Ref{Ref: "HEAD", Commit: "b4d2"}, Commits: []event.Commit{}},
		Path: []event.Environment{
			{Name: "dev", Upstream: []string{}},
			{Name: "staging", Upstream: []string{"dev"}},
			{Name: "prod", Upstream: []string{"staging"}, Production: true},
		},
		Changes:    []event.Change{},
		Effects:    []event.Effect{},
		State:      event.State{},
		Config:     event.Config{Rules: map[string]map[string]any{}},
		Unresolved: []event.Unresolved{},
		Outside:    []event.Outside{},
	}
	for i := range n {
		app := fmt.Sprintf("app-%03d", i)
		repository := "registry.example.com/acme/" + app
		before := artifact.Version{Repository: repository, Tag: "v1.2.1"}
		after := artifact.Version{Repository: repository, Tag: "v1.2.3"}
		location := event.Location{
			Overlay: app + "/overlays/prod", Path: app + "/overlays/prod/kustomization.yaml", Line: 7, Column: 11,
		}
		upstream := event.Holding{
			Environment: "staging", Versions: []artifact.Version{before}, Idle: []string{}, History: event.History{Held: &never},
		}
		dev := upstream
		dev.Environment = "dev"
		e.Changes = append(e.Changes, event.Change{
			ID: app + "/prod/1", App: app, Environment: "prod", Targets: []string{"."},
			Artifact: artifact.Artifact{Kind: artifact.Image, Name: "acme/" + app},
			Before:   &before, After: &after, Direction: event.Forward, Entry: true,
			Formerly: []string{}, Lost: []string{}, From: map[string]event.Place{}, Upstream: []event.Holding{upstream}, Earlier: []event.Holding{dev, upstream},
			Own: event.History{Held: &never, Left: map[string]event.Left{}}, LeftElsewhere: map[string]map[string]event.Left{}, Fidelity: event.Rendered,
			Locations: map[string]event.Location{".": location},
		})
		e.Effects = append(e.Effects, event.Effect{
			ID:  app + ":prod",
			App: app, Environment: "prod", Targets: []string{"."}, VersionsOnly: true,
			ReachedBy: []string{location.Path},
			Resources: []event.Resource{{Kind: "Deployment", Name: app, Change: "modified"}},
			Fidelity:  event.Rendered, Location: location,
		})
		e.State[app] = map[string]map[string]map[string][]artifact.Version{
			"prod": {".": {"image/acme/" + app: {before}}},
		}
	}
	return e
}

func BenchmarkLoad(b *testing.B) {
	for name, source := range map[string]evaluate.Source{"compiled": precompiled(b), "text": bundled()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := evaluate.Load(source); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLoadOwn adds ten rules of a team's own.
func BenchmarkLoadOwn(b *testing.B) {
	var files []string
	for i := range 10 {
		files = append(files, fmt.Sprintf("own-%d.rego", i), rule(fmt.Sprintf("own_%d", i), silent))
	}
	own := source(files...)
	for name, source := range map[string]evaluate.Source{"compiled": precompiled(b), "text": bundled()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := evaluate.Load(source, own); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEvaluate(b *testing.B) {
	for _, n := range []int{1, 100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			_, configured := asLoaded(b, bundled())
			e := promotions(n)
			e.Config.Rules = configured.Parameters()
			for b.Loop() {
				if _, err := configured.About(e).Results(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
