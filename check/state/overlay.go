package state

import (
	"context"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/doing"
	"github.com/promocheck/promocheck/check/flux"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/idle"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/render"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Of works out what an overlay of the tree deploys. The error is the context's, once that is done.
func Of(ctx context.Context, t *tree.Tree, o *overlay.Overlay) (*State, error) {
	return of(ctx, t, o, allReaders, configsOf)
}

// allReaders are those of all that is kept of an object.
var allReaders = []reader{(*collector).readVersions, (*collector).readIdle, (*collector).readPrints, (*collector).readTexts, (*collector).readAsks, (*collector).readDeployer, (*collector).readTraits}

// Versions works out which versions an overlay of the tree deploys, whether what holds them runs, and nothing else of it:
// that is all that the past is asked for. The error is the context's, once that is done.
func Versions(ctx context.Context, t *tree.Tree, o *overlay.Overlay) ([]Held, error) {
	state, err := of(ctx, t, o, []reader{(*collector).readVersions, (*collector).readIdle}, configsOf)
	if err != nil {
		return nil, err
	}
	return state.Held, nil
}

func of(ctx context.Context, t *tree.Tree, o *overlay.Overlay, readers []reader, from brings) (*State, error) {
	doing.Note(ctx, "building "+o.Dir)
	c := newCollector(t, o, from)
	c.readers, c.compares = readers, len(readers) == len(allReaders)
	rendering, err := c.gather(ctx, t)
	if err != nil {
		return nil, err
	}
	if err := c.take(ctx, t); err != nil {
		return nil, err
	}
	c.readPending(t)
	if rendering != nil {
		c.makeUp(t, rendering)
	}
	if err := c.install(ctx, t); err != nil {
		return nil, err
	}
	c.dropFollowers()
	c.settleIdle()
	for i, h := range c.Held {
		c.Held[i].Artifact = artifact.Call(h.Artifact, h.Version.Repository, artifactsOf(o))
	}
	return c.State, nil
}

// Forms is what an overlay's repo says of the forms that it uses.
func Forms(t *tree.Tree, o *overlay.Overlay) form.Settings {
	s := form.Settings{Follows: follows(o), Repo: o.Self.Repo(t), Called: o.Self.Called}
	if o.Config != nil {
		s.Variables, s.Tags = o.Config.Images.Variables, o.Config.Images.Tags
	}
	return s
}

// MainLocation is the overlay's own file, as a whole.
func MainLocation(o *overlay.Overlay) Location { return Location{Path: o.MainFile()} }

// collector gathers the state of one overlay.
type collector struct {
	*State

	tree     *tree.Tree
	overlay  *overlay.Overlay
	settings form.Settings
	keys     map[string]int // how many objects there are of a key

	prefix, suffix string // of the names of all objects

	readers    []reader
	compares   bool              // all is kept that may differ
	pending    []*observed       // that are not read yet
	taken      []*yaml.Node      // objects that replacements take something from which are not rendered
	alone      []manifest        // whose objects are read one by one, where none has to wait for another
	renderings []made            // of charts whose objects are among those
	installed  []*deploy.Release // by releases among the objects
	brings     brings
	others     [][]*flux.Config // of each overlay that something is taken from
	variables  *flux.Variables  // that are put into the objects; nil: none are
	idling     idling
}

func newCollector(t *tree.Tree, o *overlay.Overlay, from brings) *collector {
	c := &collector{State: &State{Fidelity: Rendered}, tree: t, overlay: o, settings: Forms(t, o), keys: map[string]int{}, brings: from}
	c.prefix, c.suffix = affixes(o)
	return c
}

// gather gathers the objects of the overlay, with the rendering that they come from, if any. The error is the context's.
func (c *collector) gather(ctx context.Context, t *tree.Tree) (*render.Rendering, error) {
	switch o := c.overlay; {
	case o.Release != nil:
		return nil, c.render(ctx, t, o.Release)
	case o.Manifests != nil && len(o.Closure.Files) == 0:
		c.addManifests(c.manifests(t, o.Manifests))
	case o.Layers != nil:
		c.addLayers(t, o.Layers)
	default:
		rendering, err := render.Overlay(ctx, t, o.Closure)
		if err != nil {
			return nil, err
		}
		names := kustomization.LogicalNames(o.Closure.Files, c.images(t, rendering))
		for _, object := range rendering.Objects {
			c.pending = append(c.pending, &observed{root: object, names: names, file: o.MainFile(), made: madeBy(rendering.Charts, object)})
		}
		c.taken = takenFrom(rendering, c.settings)
		rendering.Objects = nil // they go as they are read
		return rendering, nil
	}
	return nil, nil
}

// makeUp makes up for what a kustomization does not render.
func (c *collector) makeUp(t *tree.Tree, r *render.Rendering) {
	closure := c.overlay.Closure
	if r.Problem != nil {
		c.Fidelity = Declared
		c.idling.unbuilt = idle.Idle{Why: c.overlay.Dir + " does not build: " + strings.TrimPrefix(r.Problem.Reason, "does not build: "), Unbuilt: true}
		c.Held = append(c.declaredImages(closure.Files), remotes(closure.Remotes)...)
		c.unresolvedAt(*r.Problem)
		return
	}
	// Kustomize may get along without what this program finds no way to: then it reads something else.
	for _, problem := range closure.Problems {
		c.unresolvedAt(problem)
	}
	for _, inflated := range r.Charts {
		c.makeUpFor(t, made{inflated.Release, inflated.Given(t), inflated.Rendering}, 0)
	}
	if r.Partial {
		c.Fidelity = Partial
		c.addLeftOut(r, closure)
	}
}

// dropFollowers drops what a workload only follows: a tag of an image stream that is deployed with it
// says the version.
func (c *collector) dropFollowers() {
	c.dropLookedUp()
	c.Held = slices.DeleteFunc(c.Held, func(h Held) bool {
		return strings.HasPrefix(h.Slot.Part, "triggers/") && slices.ContainsFunc(c.Held, func(stream Held) bool {
			return strings.Contains(stream.Slot.Object, "/ImageStream/") && strings.HasSuffix(stream.Slot.Object, "/"+h.Version.Repository) &&
				stream.Slot.Part == "tags/"+h.Version.Tag
		})
	})
}

// unreadable notes a file that cannot be read to its end.
func (c *collector) unreadable(reason, path string, line int, data []byte) {
	c.Unresolved = append(c.Unresolved, Unresolved{
		Reason: reason, Location: Location{Path: path, Line: line}, content: textFingerprint(string(data)), whole: true,
	})
}

func (c *collector) unresolvedAt(p kustomization.Problem) {
	c.unresolved(p.Reason, Location{p.Path, p.Line, p.Column})
}

func (c *collector) unresolved(reason string, at Location) {
	c.Unresolved = append(c.Unresolved, Unresolved{Reason: reason, Location: at})
}
