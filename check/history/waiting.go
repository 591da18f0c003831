package history

import (
	"path"
	"slices"

	"github.com/promocheck/promocheck/check/chart"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/tree"
)

// Deployed is the branch's tree of a commit as it is deployed for an overlay: charts that wait for their next version are as they
// were when their version last moved. It is nil where that is before what is known.
func (h *History) Deployed(t *tree.Tree, o *overlay.Overlay) (*tree.Tree, error) {
	deployed := t
	for _, dir := range o.Waiting() {
		as := h.lastMoved(t, dir)
		if as == nil {
			return nil, nil
		}
		was, err := as.Resolve(dir)
		if err != nil {
			return nil, nil //nolint:nilerr // There was no chart, so nothing is known.
		}
		if is, err := t.Resolve(dir); err == nil && is.Entry == was.Entry {
			continue
		}
		if deployed, err = deployed.With(dir, was.Entry); err != nil {
			return nil, err
		}
	}
	return deployed, nil
}

// lastMoved is the tree of the commit that last moved the version of a chart, as a commit with some tree has it; nil if it is not
// known.
func (h *History) lastMoved(t *tree.Tree, dir string) *tree.Tree {
	at := slices.IndexFunc(h.past.Commits, func(c git.PastCommit) bool { return c.Tree == t.OID() })
	if at < 0 {
		return nil
	}
	file, version := path.Join(dir, "Chart.yaml"), chart.VersionOf(t, dir)
	said, _ := t.Resolve(file) // where there is none, it says no version
	for _, commit := range h.past.Commits[at+1:] {
		older := t.At(commit.Tree)
		if was, _ := older.Resolve(file); was.Entry != said.Entry {
			if chart.VersionOf(older, dir) != version {
				return t
			}
			said = was
		}
		t = older
	}
	if !h.Whole() {
		return nil
	}
	return t
}
