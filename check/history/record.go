package history

import (
	"cmp"
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
)

// Record is a stay of one version in one environment: where it was the whole time, by target.
type Record struct {
	App         string
	Artifact    artifact.Artifact
	Version     artifact.Version
	Environment string
	Targets     []string // that it came to and left together, sorted
	Everywhere  bool     // those were all that ran the artifact there, in the end
	Stay

	newest int // the point that the stay ends with
}

// Records lists all stays of all versions, the newest first. Everything that the app ever was is
// rendered for it.
func (t *Timeline) Records() []Record {
	t.render(func(s *site) bool { return t.history.isOnPath(s.Environment) })
	var records []Record
	open := map[held]int{} // the records that go on to the point before, by what they are about
	for i, p := range t.points {
		still := map[held]int{}
		for _, h := range t.heldAt(p) {
			at, goesOn := open[h]
			if !goesOn {
				at = len(records)
				records = append(records, Record{
					App: t.app, Artifact: h.artifact, Version: h.version, Environment: h.environment, Targets: []string{h.target},
					newest: i,
				})
				if i > 0 {
					records[at].Until, records[at].Gone = t.points[i-1].commit.Time, t.points[i-1].commit
				}
			}
			t.begin(&records[at].Stay, p) // earlier than it was so far
			still[h] = at
		}
		open = still
	}
	return t.together(records)
}

// held is what a target holds.
type held struct {
	environment, target string
	artifact            artifact.Artifact
	version             artifact.Version
}

func (t *Timeline) heldAt(p point) []held {
	var all []held
	for _, s := range p.sites {
		if !t.history.isOnPath(s.Environment) {
			continue // the branch does not have it any more
		}
		for _, h := range t.history.state(s).Held {
			all = append(all, held{s.Environment, s.Target, h.Artifact, h.Version})
		}
	}
	slices.SortFunc(all, func(a, b held) int {
		return cmp.Or(a.artifact.Compare(b.artifact), cmp.Compare(a.environment, b.environment), cmp.Compare(a.target, b.target), a.version.Compare(b.version))
	})
	return slices.Compact(all)
}

func (h *History) isOnPath(environment string) bool {
	return slices.ContainsFunc(h.Layout.Path, func(e overlay.Environment) bool { return e.Name == environment })
}

// together makes one record of those that differ only in the target, and puts them in order.
func (t *Timeline) together(records []Record) []Record {
	steps := map[string]int{}
	for i, environment := range t.history.Layout.Path {
		steps[environment.Name] = i
	}
	slices.SortStableFunc(records, func(a, b Record) int {
		return cmp.Or(
			a.Artifact.Compare(b.Artifact), b.Seen.Compare(a.Seen), cmp.Compare(steps[b.Environment], steps[a.Environment]),
			b.Version.Compare(a.Version), a.Until.Compare(b.Until), cmp.Compare(a.Targets[0], b.Targets[0]),
		)
	})
	var joined []Record
	for _, r := range records {
		if last := len(joined) - 1; last >= 0 && joined[last].sameButTarget(r) {
			joined[last].Targets = append(joined[last].Targets, r.Targets...)
			continue
		}
		joined = append(joined, r)
	}
	for i := range joined {
		joined[i].Everywhere = t.isEverywhere(joined[i])
	}
	return joined
}

func (r Record) sameButTarget(s Record) bool {
	return r.Artifact == s.Artifact && r.Version == s.Version && r.Environment == s.Environment && r.Stay == s.Stay
}

// isEverywhere reports whether no other target of the environment ran the artifact when the stay ended.
func (t *Timeline) isEverywhere(r Record) bool {
	return !slices.ContainsFunc(t.points[r.newest].sites, func(s *site) bool {
		return s.Environment == r.Environment && !slices.Contains(r.Targets, s.Target) &&
			slices.ContainsFunc(t.history.state(s).Held, func(h state.Held) bool { return h.Artifact == r.Artifact })
	})
}

// Chronicle is what was where in the past of a branch, by app.
type Chronicle struct {
	Branch  git.Commit
	Now     time.Time // in the zone that times are shown in
	Whole   bool      // it is known back to the first commit
	Shallow bool      // the clone hides what was before
	Commits int       // how many commits are known
	Oldest  git.PastCommit
	Path    []string // the environments in order
	Apps    []AppRecords
}

// AppRecords are the records of one app, by artifact and then the newest first.
type AppRecords struct {
	App     string
	Records []Record
}

// Chronicle gathers the records of apps.
func (h *History) Chronicle(apps []string) (*Chronicle, error) {
	c := &Chronicle{Branch: h.Branch, Now: h.Now, Whole: h.past.Whole, Shallow: h.past.Shallow, Commits: len(h.past.Commits), Oldest: h.Oldest()}
	for _, environment := range h.Layout.Path {
		c.Path = append(c.Path, environment.Name)
	}
	for _, app := range apps {
		timeline, err := h.Of(app)
		if err != nil {
			return nil, err
		}
		c.Apps = append(c.Apps, AppRecords{app, timeline.Records()})
	}
	return c, nil
}
