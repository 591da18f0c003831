package history

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
)

// chunk is how many commits' trees are read at once, and kept is of how many chunks their directories are
// kept for the next app: what is kept does not grow with the history.
const (
	chunk = 512
	kept  = 8
)

// walk goes back through the commits, from one that touches what the app is built from to the next.
func (h *History) walk(app string) (*Timeline, error) {
	timeline := &Timeline{history: h, app: app}
	if len(h.past.Commits) == 0 {
		return timeline, nil
	}
	w := walker{History: h, app: app}
	var err error
	if w.sites, err = w.sitesAt(w.Tree); err != nil {
		return nil, err
	}
	for first := 1; first < len(h.past.Commits); first += chunk {
		last := min(first+chunk, len(h.past.Commits))
		if h.Progress != nil {
			h.Progress(app, first, len(h.past.Commits))
		}
		if err := w.back(timeline, first, last); err != nil {
			return nil, err
		}
	}
	timeline.points = append(timeline.points, point{h.Oldest(), w.sites})
	return timeline, nil
}

// walker is at one commit, with the sites that the app had there.
type walker struct {
	*History
	app   string
	sites []*site
	watch *tree.Watch // what decides which sites there are, and what they are built from
}

// back goes through the commits [first, last), each older than the one before it.
func (w *walker) back(timeline *Timeline, first, last int) error {
	passing := w.passingStore(first / chunk)
	trees := make([]*tree.Tree, 0, last-first+1)
	for _, commit := range w.past.Commits[first-1 : last] {
		trees = append(trees, passing.Tree(commit.Tree))
	}
	if err := w.watch.Load(trees); err != nil {
		return err
	}
	for i := first; i < last; i++ {
		newer, older := trees[i-first], trees[i-first+1]
		differs, err := w.watch.Differs(newer, older)
		if err != nil {
			return err
		}
		if !differs {
			continue
		}
		before, err := w.sitesAt(w.Tree.At(w.past.Commits[i].Tree))
		if err != nil {
			return err
		}
		if len(before) == 0 && len(w.sites) > 0 {
			if before, err = w.follow(i); err != nil {
				return err
			}
		}
		if !slices.Equal(before, w.sites) {
			timeline.points = append(timeline.points, point{w.past.Commits[i-1], w.sites})
			w.sites = before
		}
	}
	return nil
}

// passingStore is what the directories of a chunk's commits are kept in while they are compared.
func (h *History) passingStore(n int) *tree.Store {
	if n >= kept {
		return tree.NewStore(h.Repo)
	}
	if h.passing[n] == nil {
		h.passing[n] = tree.NewStore(h.Repo)
	}
	return h.passing[n]
}

// sitesAt finds the app's sites in a tree, and watches what they depend on: what of that was not watched
// before is read when it is compared.
func (w *walker) sitesAt(at *tree.Tree) ([]*site, error) {
	found, err := w.Finder.App(at, w.app)
	if err != nil {
		return nil, err
	}
	w.watch = &tree.Watch{}
	found.Watch(w.watch)
	return w.keep(found.Sites, at), nil
}

// keep makes sites of what was found; those that are the same as now stay themselves.
func (w *walker) keep(found []overlay.Site, at *tree.Tree) []*site {
	sites := make([]*site, 0, len(found))
	for _, f := range found {
		f.Environment = w.Layout.Name(f.Environment)
		s := &site{Site: f, tree: at}
		same := slices.IndexFunc(w.sites, func(now *site) bool {
			return bySite(now, s) == 0 && slices.Equal(now.Manifests, s.Manifests) && slices.Equal(now.Layers, s.Layers) &&
				(now.Closure == s.Closure || now.key() == s.key())
		})
		if same >= 0 {
			s = w.sites[same]
		}
		sites = append(sites, s)
	}
	slices.SortFunc(sites, bySite)
	return sites
}

// follow finds out whether an app that is not where it was has only moved: before commit i-1, the same
// versions were deployed to one of its environments from elsewhere.
func (w *walker) follow(i int) ([]*site, error) {
	newer, older := w.Tree.At(w.past.Commits[i-1].Tree), w.Tree.At(w.past.Commits[i].Tree)
	changes, err := tree.Diff(older, newer)
	if err != nil || !slices.ContainsFunc(changes, func(c tree.Change) bool { return c.After == tree.Entry{} }) {
		return nil, err // nothing went away: the app is new
	}
	layout, err := w.Finder.Of(older)
	if err != nil {
		return nil, err
	}
	for _, candidate := range layout.Sites {
		candidate.Environment = w.Layout.Name(candidate.Environment)
		s := &site{Site: candidate, tree: older}
		gone, err := newer.Lookup(s.Dir)
		if err == nil && gone.Mode != 0 || !slices.ContainsFunc(w.sites, func(now *site) bool { return w.isMoved(s, now) }) {
			continue
		}
		w.app = s.App
		return w.sitesAt(older)
	}
	return nil, nil
}

// isMoved reports whether an overlay deployed the same versions as one that came when it went.
func (w *walker) isMoved(was, is *site) bool {
	if was.Environment != is.Environment {
		return false
	}
	held := w.state(is).Held
	if len(held) == 0 || !slices.ContainsFunc(held, func(h state.Held) bool { return w.mayHold(was, h.Version) }) {
		return false
	}
	before := w.state(was)
	return len(before.Held) == len(held) && !slices.ContainsFunc(held, func(h state.Held) bool { return !before.Holds(h) })
}

// mayHold reports whether a version may be in what a site renders to: its tag or digest stands in one of
// the files, or may be put together from pieces.
func (h *History) mayHold(s *site, version artifact.Version) bool {
	_, hex, _ := strings.Cut(version.Digest, ":") // some forms leave the algorithm out
	text := cmp.Or(hex, version.Tag)
	return text == "" || h.says(s, text) || s.Closure.Composes() || h.says(s, "tagSuffix") || h.says(s, "ReplacementTransformer")
}

func contains(t *tree.Tree, dir string, entry tree.Entry, text string) bool {
	data, err := t.Content(dir, entry)
	return err != nil || bytes.Contains(data, []byte(text)) // what cannot be read may say anything
}

// point is what an app's sites were from one commit on, until the next newer point's commit.
type point struct {
	commit git.PastCommit
	sites  []*site
}
