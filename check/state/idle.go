package state

import (
	"cmp"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/idle"
	"github.com/promocheck/promocheck/check/overlay"
)

// idling is what is known, while objects are read, of what keeps them from running.
type idling struct {
	objects  idle.Objects
	releases map[*deploy.Release]idle.Idle // the releases among the objects that install nothing for the time being
	unbuilt  idle.Idle                     // where the overlay does not build: whoever deploys it has nothing of it
}

// readIdle notes whether an object runs what it declares, and whether it starts another one. What a release makes is as idle
// as the release.
func (c *collector) readIdle(o *observed) {
	of := o.kept.Identity
	if of.Kind == document.KindFile && o.made == nil {
		return
	}
	why := idle.Of(o.root, of)
	if why == (idle.Idle{}) && ignoresManualSync(c.overlay) {
		why = idle.ByHand(o.root, of)
	}
	if why != (idle.Idle{}) && o.installs != nil {
		if c.idling.releases == nil {
			c.idling.releases = map[*deploy.Release]idle.Idle{}
		}
		c.idling.releases[o.installs] = why
	}
	if o.made != nil {
		why = cmp.Or(c.idling.releases[o.made.Release], why)
	}
	starts, isStarter := idle.Started(o.root, of)
	c.idling.objects.Add(o.key, of, why, starts, isStarter)
}

// ignoresManualSync reports whether what an application of Argo CD declares is no evidence where nobody but a person syncs it.
func ignoresManualSync(o *overlay.Overlay) bool { return o.Config != nil && o.Config.IgnoresManualSync }

// settleIdle tells of all that is held why it does not run, once all objects are known. An overlay that nobody deploys for
// the time being runs nothing of what it has.
func (c *collector) settleIdle() {
	for i := range c.Held {
		h := &c.Held[i]
		h.Idle = cmp.Or(c.overlay.Idle, c.idling.objects.Of(h.Slot.Object), c.idling.unbuilt)
	}
}
