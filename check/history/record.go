package history

import (
	"cmp"
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/idle"
	"github.com/promocheck/promocheck/check/overlay"
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

	running []string // the targets that ran the artifact there, in the end
}

// recorder asks for all stays of all versions of an app. Everything that the app ever was is rendered for it.
type recorder struct {
	app     string
	records []Record
	open    map[holding]int // the records that go on to the point before, by what they are about
}

// holding is what a target holds.
type holding struct {
	environment, target string
	artifact            artifact.Artifact
	version             artifact.Version
}

func (r *recorder) concerns(*site) bool              { return true }
func (r *recorder) about() *Question                 { return nil }
func (r *recorder) wants(*walker, point, *site) bool { return true }
func (r *recorder) settle(*walker)                   {}
func (r *recorder) done(*History) bool               { return false }

func (r *recorder) see(w *walker, points []point) {
	for _, p := range points {
		still := map[holding]int{}
		for _, is := range holdingsAt(w.History, p, func(*site) bool { return true }) {
			at, goesOn := r.open[is]
			if !goesOn {
				at = len(r.records)
				r.records = append(r.records, Record{
					App: r.app, Artifact: is.artifact, Version: is.version, Environment: is.environment, Targets: []string{is.target},
					Stay: Stay{Until: p.newer.Time, Gone: p.newer}, running: running(w.History, p, is),
				})
			}
			r.records[at].beginsIn(p) // earlier than it was so far
			if couldRun(w.History, p, is) {
				r.records[at].Ran = p.commit.Time
			}
			still[is] = at
		}
		r.open = still
	}
}

// holdingsAt is what the chosen sites hold at a point, in order.
func holdingsAt(h *History, p point, chosen func(*site) bool) []holding {
	var all []holding
	for _, s := range p.sites {
		if !chosen(s) {
			continue
		}
		for a, versions := range h.heldBy(s) {
			for _, version := range versions {
				all = append(all, holding{s.Environment, s.Target, a, version})
			}
		}
	}
	slices.SortFunc(all, func(a, b holding) int {
		return cmp.Or(a.artifact.Compare(b.artifact), cmp.Compare(a.environment, b.environment), cmp.Compare(a.target, b.target), a.version.Compare(b.version))
	})
	return slices.Compact(all)
}

// couldRun reports whether something that has a version at a point could run it. What only a person syncs is run by somebody
// in production, and what does not build here may be built where more is known.
func couldRun(h *History, p point, is holding) bool {
	byHand := slices.ContainsFunc(h.Layout.Path, func(e overlay.Environment) bool { return e.Name == is.environment && e.Production })
	return slices.ContainsFunc(p.sites, func(s *site) bool {
		if s.Environment != is.environment || s.Target != is.target {
			return false
		}
		for i, version := range h.heldBy(s)[is.artifact] {
			if why := s.idle[is.artifact][i]; version == is.version && why.Runs(idle.Counting{ByHand: byHand, Unbuilt: true}) {
				return true
			}
		}
		return false
	})
}

// running are the targets of an environment that run an artifact.
func running(h *History, p point, is holding) []string {
	var targets []string
	for _, s := range p.sites {
		if s.Environment == is.environment && h.runs(s, is.artifact) {
			targets = append(targets, s.Target)
		}
	}
	return targets
}

// together makes one record of those that differ only in the target, and puts them in order.
func (r *recorder) together(path []string) []Record {
	slices.SortStableFunc(r.records, func(a, b Record) int {
		return cmp.Or(
			a.Artifact.Compare(b.Artifact), b.Seen.Compare(a.Seen), cmp.Compare(step(path, b), step(path, a)),
			b.Version.Compare(a.Version), a.Until.Compare(b.Until), cmp.Compare(a.Targets[0], b.Targets[0]),
		)
	})
	var joined []Record
	for _, record := range r.records {
		if last := len(joined) - 1; last >= 0 && joined[last].sameButTarget(record) {
			joined[last].Targets = append(joined[last].Targets, record.Targets...)
			continue
		}
		joined = append(joined, record)
	}
	for i, record := range joined {
		joined[i].Everywhere = !slices.ContainsFunc(record.running, func(target string) bool { return !slices.Contains(record.Targets, target) })
	}
	return joined
}

// step is where in the path an environment is; one that is not on it comes first.
func step(path []string, r Record) int { return max(0, slices.Index(path, r.Environment)) }

func (r Record) sameButTarget(s Record) bool {
	return r.Artifact == s.Artifact && r.Version == s.Version && r.Environment == s.Environment && r.Stay == s.Stay
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
	// Branches are those that environments are on, where each has one of its own.
	Branches []string
	Apps     []AppRecords
}

// AppRecords are the records of one app, by artifact and then the newest first.
type AppRecords struct {
	App     string
	Records []Record
}

// Chronicle gathers the records of apps.
func (h *History) Chronicle(apps []string) (*Chronicle, error) {
	c := &Chronicle{Branch: h.Branch, Now: h.Now, Whole: h.AllWhole()}
	for _, environment := range h.Layout.Path {
		c.Path = append(c.Path, environment.Name)
	}
	inquiry := h.Inquire()
	recorders := map[string][]*recorder{}
	for _, one := range h.All() {
		c.reach(one)
		for _, app := range apps {
			r := &recorder{app: app}
			recorders[app] = append(recorders[app], r)
			inquiry.of(one).ask(app, r)
		}
	}
	if err := inquiry.Answer(); err != nil {
		return nil, err
	}
	for _, app := range apps {
		all := &recorder{app: app}
		for _, r := range recorders[app] {
			all.records = append(all.records, r.records...)
		}
		c.Apps = append(c.Apps, AppRecords{app, all.together(c.Path)})
	}
	return c, nil
}

// reach notes how far back a branch is known, and with it all of them.
func (c *Chronicle) reach(h *History) {
	if h.isNoEnvironments() {
		return
	}
	c.Shallow = c.Shallow || h.past.Shallow
	c.Commits += len(h.past.Commits)
	if oldest := h.Oldest(); c.Oldest.Time.IsZero() || !h.Whole() && oldest.Time.After(c.Oldest.Time) {
		c.Oldest = oldest
	}
	if h.Apart {
		c.Branches = append(c.Branches, h.Branch.Name)
	}
}
