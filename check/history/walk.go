package history

import (
	"slices"
	"time"

	"github.com/promocheck/promocheck/check/alike"
	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/tree"
)

// point is what an app's sites were from one commit on, until the next newer point's commit.
type point struct {
	commit git.PastCommit
	sites  []*site
	newer  git.PastCommit // what the next newer point begins with; zero for the newest
	known  bool           // that it began with its commit
}

// moment is how long something has to stand for a cluster to have run it, roughly. A host that rebases a branch commits it within
// seconds, so that what only stood between two of its commits was never anywhere.
const moment = time.Minute

// isBrief reports whether what a point was made way for something else before any cluster can have run it.
func (p point) isBrief() bool { return p.newer.OID != "" && p.newer.Time.Sub(p.commit.Time) < moment }

// lasting is the commit with which the branch came to be what it was for more than a moment, from a commit on.
func (h *History) lasting(commit git.PastCommit) git.PastCommit {
	i := h.position(commit.OID)
	for i > 0 && h.past.Commits[i-1].Time.Sub(commit.Time) < moment {
		i--
	}
	return h.past.Commits[i]
}

// walker is at one commit, with the sites that the app had there.
type walker struct {
	*History
	app     string
	asked   []asker
	reader  *alike.Reader
	looked  map[Place]alike.Looked // what is looked for in a target, once it was asked
	words   *words
	sites   []*site
	watched *overlay.App // what decides which sites there are, and what they are built from
	watch   *tree.Watch
	newer   git.PastCommit
	points  []point // that nobody was told of yet
	chosen  []point // to be told of next
}

// start is at the branch's tip.
func (w *walker) start() (err error) {
	w.sites, err = w.sitesAt(w.Tree, nil)
	return err
}

// step goes back to a commit from the one after it.
func (w *walker) step(i int) error {
	newer, older := w.Tree.At(w.past.Commits[i-1].Tree), w.Tree.At(w.past.Commits[i].Tree)
	changes, err := w.watch.Changes(newer, older)
	if err != nil || len(changes.Files) == 0 && !changes.More {
		return err
	}
	var staying []*site
	if !changes.More {
		staying = w.staying(changes.Files)
		if len(staying) == len(w.sites) && !w.decidesSites(changes.Files) {
			return nil
		}
	}
	before, err := w.sitesAt(older, staying)
	if err != nil {
		return err
	}
	if len(before) == 0 && len(w.sites) > 0 {
		if before, err = w.follow(newer, older); err != nil {
			return err
		}
	}
	if !slices.Equal(before, w.sites) {
		w.add(w.past.Commits[i-1], true)
		w.sites = before
	}
	return nil
}

// end is at the oldest commit that is known.
func (w *walker) end() { w.add(w.Oldest(), w.Whole()) }

func (w *walker) add(commit git.PastCommit, known bool) {
	w.points = append(w.points, point{commit, w.sites, w.newer, known})
	w.newer = commit
}

// wants reports whether an answer may depend on what a site renders to.
func (w *walker) wants(p point, s *site) bool {
	return slices.ContainsFunc(w.asked, func(a asker) bool { return a.wants(w, p, s) })
}

// choose chooses the next points to tell of: as many as need no more than most states, or one. It returns the sites
// that are to be rendered for that.
func (w *walker) choose(most int) []*site {
	var sites []*site
	n := 0
	for ; n < len(w.points) && len(w.asked) > 0; n++ {
		before := len(sites)
		for _, s := range w.points[n].sites {
			if !s.rendered && !slices.Contains(sites, s) && w.wants(w.points[n], s) {
				sites = append(sites, s)
			}
		}
		if n > 0 && len(sites) > most {
			sites = sites[:before]
			break
		}
	}
	w.chosen, w.points = w.points[:n], w.points[n:]
	return sites
}

// tell tells of the chosen points.
func (w *walker) tell() {
	if len(w.chosen) == 0 {
		return
	}
	for _, a := range w.asked {
		a.see(w, w.chosen)
	}
	w.asked = slices.DeleteFunc(w.asked, func(a asker) bool { return a.done(w.History) })
	clear(w.looked)
}

// goesOn reports whether older points are wanted.
func (w *walker) goesOn() bool {
	w.points, w.chosen = nil, nil
	for _, a := range w.asked {
		a.settle(w)
	}
	return len(w.asked) > 0
}

// staying are the sites that no version moves of.
func (w *walker) staying(changes []tree.Change) []*site {
	var staying []*site
	for _, s := range w.sites {
		if s.stays(changes, w.Memory, w.reader, w.lookedIn(s)) {
			staying = append(staying, s)
		}
	}
	return staying
}

// decidesSites reports whether one of the files decides which sites there are beside what those are built from:
// a kustomization that is a part of others, or ceases to be.
func (w *walker) decidesSites(changes []tree.Change) bool {
	return slices.ContainsFunc(changes, func(c tree.Change) bool {
		return w.watched.Decides(c.Path) || kustomization.IsName(c.Path) && !slices.ContainsFunc(w.sites, func(s *site) bool { return s.Closure.Reaches(c.Path) })
	})
}

// sitesAt finds the app's sites in a tree, and watches what they depend on: what of that was not watched
// before is read when it is compared.
func (w *walker) sitesAt(at *tree.Tree, staying []*site) ([]*site, error) {
	found, err := w.Memory.app(w.Layout, at, w.app)
	if err != nil {
		return nil, err
	}
	w.watched, w.watch = found, &tree.Watch{}
	found.Watch(w.watch)
	return w.keep(found.Sites, at, staying), nil
}

// keep makes sites of what was found; those that are the same as now stay themselves.
func (w *walker) keep(found []overlay.Site, at *tree.Tree, staying []*site) []*site {
	sites := make([]*site, 0, len(found))
	for _, f := range found {
		f.Environment = w.Layout.Name(f.Environment)
		s := &site{Site: f, tree: at}
		same := slices.IndexFunc(w.sites, func(now *site) bool {
			return now.isFrom(s) && (slices.Contains(staying, now) || now.Closure == s.Closure || now.key() == s.key())
		})
		if same >= 0 {
			s = w.sites[same]
		}
		sites = append(sites, s)
	}
	slices.SortFunc(sites, bySite)
	return sites
}

// follow finds out whether an app that is not where it was has only moved: in the older tree, the same
// versions were deployed to one of its environments from elsewhere.
func (w *walker) follow(newer, older *tree.Tree) ([]*site, error) {
	changes, err := tree.Diff(older, newer)
	if err != nil || !slices.ContainsFunc(changes, func(c tree.Change) bool { return c.After == tree.Entry{} }) {
		return nil, err // nothing went away: the app is new
	}
	// What the app was last is rendered anew: of what nobody looks for, its sites may say what was so later.
	last, err := w.pointIn(newer.OID(), w.app)
	if err != nil {
		return nil, err
	}
	layout, err := w.Layout.In(older)
	if err != nil {
		return nil, err
	}
	for _, candidate := range layout.Sites {
		candidate.Environment = w.Layout.Name(candidate.Environment)
		s := &site{Site: candidate, tree: older}
		gone, err := newer.Lookup(s.Dir)
		if err == nil && gone.Mode != 0 || !slices.ContainsFunc(last.sites, func(is *site) bool { return w.isMoved(s, is) }) {
			continue
		}
		w.app = s.App
		return w.sitesAt(older, nil)
	}
	return nil, nil
}

// isMoved reports whether an overlay deployed the same versions as one that came when it went.
func (w *walker) isMoved(was, is *site) bool {
	if was.Environment != is.Environment {
		return false
	}
	now := w.heldBy(is)
	if len(now) == 0 || !w.maySay(was, now) {
		return false
	}
	before := w.heldBy(was)
	for a, versions := range now {
		if slices.ContainsFunc(versions, func(v artifact.Version) bool { return !slices.ContainsFunc(before[a], v.Unchanged) }) {
			return false
		}
	}
	return count(before) == count(now)
}

func count(held map[artifact.Artifact][]artifact.Version) int {
	n := 0
	for _, versions := range held {
		n += len(versions)
	}
	return n
}

// maySay reports whether any of some versions may be in what a site renders to.
func (w *walker) maySay(s *site, held map[artifact.Artifact][]artifact.Version) bool {
	for _, versions := range held {
		words := newWords(versions)
		if slices.ContainsFunc(versions, func(v artifact.Version) bool { return words.mayHold(&site{Site: s.Site, tree: s.tree}, v) }) {
			return true
		}
	}
	return false
}

// holds reports whether a site has a version of an artifact by some notion of what is the same.
func (w *walker) holds(s *site, a artifact.Artifact, version artifact.Version, same func(artifact.Version) bool) bool {
	return w.words.mayHold(s, version) && slices.ContainsFunc(w.heldBy(s)[a], same)
}
