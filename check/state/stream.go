package state

import (
	"cmp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/form"
)

// streamTag is a tag of an image stream of OpenShift.
type streamTag struct {
	namespace, name, tag string
	says                 bool // it is the stream's own, and looked up for those that name it
}

// streamOf is the tag that was found of a stream which is looked up, or the one that an image means if there is such a stream:
// a name without a host and a path. What names no tag means latest, as everywhere.
func streamOf(o *observed, found form.Found) streamTag {
	identity := o.kept.Identity
	switch {
	case found.Artifact.Kind != artifact.Image || found.Problem != "":
	case found.LookedUp:
		return streamTag{identity.Namespace, identity.Name, strings.TrimPrefix(found.Part, "tags/"), true}
	case len(found.Scalars) == 1 && found.Version.Digest == "" && !strings.Contains(found.Scalars[0].Value, "/"):
		return streamTag{identity.Namespace, found.Artifact.Name, cmp.Or(found.Version.Tag, "latest"), false}
	}
	return streamTag{}
}

// dropLookedUp drops images that stand for a tag of a stream which is deployed with them.
func (c *collector) dropLookedUp() {
	streams := map[streamTag]bool{}
	for _, h := range c.Held {
		if h.stream.says {
			streams[h.stream] = true
		}
	}
	if len(streams) == 0 {
		return
	}
	c.Held = slices.DeleteFunc(c.Held, func(h Held) bool {
		says := h.stream
		says.says = true
		return !h.stream.says && streams[says]
	})
}
