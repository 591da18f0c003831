package history

import (
	"slices"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
)

// Brought lists what a commit of the branch brought to it: itself and what it merged.
func (h *History) Brought(commit git.PastCommit) ([]git.LogEntry, error) {
	if brought, known := h.brought[commit.OID]; known || commit.OID == "" {
		return brought, nil
	}
	brought, err := h.Repo.Brought(h.ctx, commit.OID)
	if err == nil {
		h.brought[commit.OID] = brought
	}
	return brought, err
}

// Step is what a commit, of any branch, made of what a target holds. If overlays of the target are known, it is nothing on
// both sides where the commit touches nothing that those are built from.
func (h *History) Step(commit git.OID, app string, at Place, built []*overlay.Overlay) (before, after []state.Held, err error) {
	was, is, err := h.Repo.Step(commit)
	if err != nil {
		return nil, nil, err
	}
	if touches, err := h.differs(was, is, built); err != nil || !touches {
		return nil, nil, err
	}
	if before, err = h.heldAt(was, app, at); err == nil {
		after, err = h.heldAt(is, app, at)
	}
	return before, after, err
}

func (h *History) differs(was, is git.OID, built []*overlay.Overlay) (bool, error) {
	if was == "" || len(built) == 0 {
		return true, nil
	}
	before, after := h.Tree.At(was), h.Tree.At(is)
	for _, o := range built {
		watch := &tree.Watch{}
		o.Closure.Watch(watch)
		if differs, err := watch.Differs(before, after); differs || err != nil {
			return differs, err
		}
	}
	return false, nil
}

// heldAt is what a target of an app holds in a tree.
func (h *History) heldAt(oid git.OID, app string, at Place) ([]state.Held, error) {
	if oid == "" {
		return nil, nil
	}
	p, err := h.pointIn(oid, app)
	if err != nil {
		return nil, err
	}
	at.Environment = h.Layout.Name(at.Environment)
	var all []state.Held
	for _, s := range p.sites {
		if at.has(s) {
			held, err := h.versions(h.ctx, s)
			if err != nil {
				return nil, err
			}
			all = append(all, held...)
		}
	}
	return all, nil
}

// position is where in the branch's past a commit is, the newest first; -1 if it is not known there.
func (h *History) position(oid git.OID) int {
	return slices.IndexFunc(h.past.Commits, func(c git.PastCommit) bool { return c.OID == oid })
}
