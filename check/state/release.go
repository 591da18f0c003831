package state

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/chart"
	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/render"
	"github.com/promocheck/promocheck/check/tree"
)

// Made is what a release of a chart makes an object from.
type Made struct {
	Release  *deploy.Release
	Template string // the file; of a packed chart, below its path
	// Beneath is set where a kustomization changes what is made.
	Beneath bool
}

// madeBy is what an object of a kustomization is made from, if that is one of its charts: the kustomization may have given it
// another name.
func madeBy(charts []render.Inflated, root *yaml.Node) *Made {
	object := document.Identify(root, "")
	for _, in := range charts {
		for _, made := range in.Objects {
			was := document.Identify(made.Node, "")
			if was.Group == object.Group && was.Kind == object.Kind && strings.Contains(object.Name, was.Name) {
				return &Made{in.Release, made.Template, true}
			}
		}
	}
	return nil
}

// WithoutWaiting is what is held but for what comes from charts that wait for their next version.
func WithoutWaiting(held []Held) []Held {
	return slices.DeleteFunc(slices.Clone(held), func(h Held) bool { return h.Made != nil && h.Made.Release.Waits })
}

// made is a release, and what Helm makes of it.
type made struct {
	*deploy.Release
	gives     *deploy.Given
	rendering *chart.Rendering
}

// render gathers what Helm makes of a chart. The error is the context's, or that the chart does more than it may.
func (c *collector) render(ctx context.Context, t *tree.Tree, r *deploy.Release) error {
	rendering, err := chart.Render(ctx, t, r.Order())
	if err != nil {
		return err
	}
	given := r.Given(t)
	given.Main = cmp.Or(given.Main, c.overlay.MainFile())
	m := made{r, given, rendering}
	objects, err := c.afterwards(ctx, m)
	if err != nil {
		return err
	}
	c.pending = append(c.pending, objects...)
	c.renderings = append(c.renderings, m)
	return nil
}

// readPending reads the objects that were gathered, and makes up for what charts do not render.
func (c *collector) readPending(t *tree.Tree) {
	held := len(c.Held)
	c.readAlone()
	for i, observed := range c.pending {
		c.read(observed, c.readers)
		c.pending[i] = nil // a large object need not be there while the next are read
	}
	c.pending = nil
	for _, m := range c.renderings {
		c.makeUpFor(t, m, held)
	}
	c.renderings = nil
}

// makeUpFor tells what Helm does not make of a chart as it is meant. What is held from a place on is what it makes.
func (c *collector) makeUpFor(t *tree.Tree, m made, held int) {
	in := &installing{collector: c, made: m, tree: t}
	if m.rendering.Partial() && !in.isBare() {
		c.Fidelity = Worst(c.Fidelity, Partial)
	}
	in.addProblems()
	in.addRewritten(held)
	in.addLeftOut(held)
	in.addAsking(held)
	in.addAfterwards()
}

// within is what an object installs of a chart of the tree, as one of the deployers that are written in the overlay; nil if it is
// none.
func (c *collector) within(o *observed) *deploy.Release {
	if o.made != nil && !o.made.Beneath || c.settings.Follows == nil || !c.settings.Follows(o.root, document.Get(o.root, "spec")) {
		return nil
	}
	if o.kept.Kind != "HelmRelease" {
		return nil
	}
	is := releaseIn(c.overlay, o.root)
	for d, release := range c.overlay.Installs() {
		if d != is {
			continue
		}
		file := d.File
		if !o.inFile || o.filled != nil {
			file = "" // what builds it may say it elsewhere
		}
		values, open := document.Get(o.root, "spec", "values"), false
		if c.settings.Values != nil {
			given := c.settings.Values(o.root) // with those that it takes from elsewhere
			values, open = given.Root, given.Open
		}
		is := release.As(o.root, values, file)
		is.Open = open
		return is
	}
	return nil
}

// install reads what the releases among the objects install.
func (c *collector) install(ctx context.Context, t *tree.Tree) error {
	for _, r := range c.installed {
		if err := c.render(ctx, t, r); err != nil {
			return err
		}
		c.readPending(t)
	}
	return nil
}

// installing is a release while its rendering is read.
type installing struct {
	*collector
	made
	tree *tree.Tree
}

// isBare reports whether a chart has nothing to render by itself.
func (in *installing) isBare() bool {
	for _, name := range []string{"templates", "charts"} {
		if in.tree.IsDir(path.Join(in.Chart, name)) {
			return false
		}
	}
	return true
}

// addProblems tells what keeps the chart from being installed as it is meant.
func (in *installing) addProblems() {
	for _, p := range in.Problems {
		at := Location{Path: p.File}
		if p.At != nil {
			at.Line, at.Column = p.At.Line, p.At.Column
		}
		in.unresolved(p.Reason, at)
	}
	for _, p := range in.rendering.Problems {
		var data []byte
		if path.Base(p.Path) != "Chart.yaml" { // which is read, whatever Helm makes of it
			data, _ = in.tree.ReadFile(p.Path) // what is not there says nothing
		}
		in.Unresolved = append(in.Unresolved, Unresolved{
			Reason: p.Reason, Location: Location{Path: p.Path, Line: p.Line, Column: min(p.Line, 1)}, content: textFingerprint(string(data)),
		})
	}
	for _, file := range in.gives.Unclear {
		data, _ := in.tree.ReadFile(file) // it was read before
		in.unreadable(severalDocuments, file, 0, data)
	}
}

// addRewritten tells of the numbers that come out of Helm as other versions than are written. held are those from before.
func (in *installing) addRewritten(held int) {
	for _, number := range in.rendering.Rewritten {
		for _, h := range in.Held[held:] {
			if !saysWord(h.Version.Tag, number.Printed) {
				continue
			}
			in.Unresolved = append(in.Unresolved, Unresolved{
				Reason:   fmt.Sprintf(printsOtherwise, number.Written, number.Path, number.Printed, h.Version.Tag),
				Location: in.locationOf(number), Slot: h.Slot,
			})
			break
		}
	}
}

// saysWord reports whether a word is in a version, with nothing beside it that would make it another one.
func saysWord(version, word string) bool {
	for rest := version; word != ""; {
		at := strings.Index(rest, word)
		if at < 0 {
			return false
		}
		before, after := rest[:at], rest[at+len(word):]
		if !endsInDigit(before) && (after == "" || !isDigit(after[0])) {
			return true
		}
		rest = after
	}
	return false
}

func endsInDigit(text string) bool { return text != "" && isDigit(text[len(text)-1]) }

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// addLeftOut makes up for what was not rendered: charts from elsewhere and templates that fail, each with the values that it is
// given.
func (in *installing) addLeftOut(held int) {
	var paths [][]string
	for _, dependency := range in.rendering.Elsewhere {
		paths = append(paths, handedTo(dependency, in.Chart)...)
	}
	in.addDependencies()
	paths = append(paths, in.addTemplates(held)...)
	if in.isBare() || len(in.rendering.Objects)+len(in.rendering.LeftOut) == 0 && len(in.rendering.Problems) > 0 {
		paths = [][]string{nil} // all of them
	}
	root := restricted(in.gives.Root, paths)
	if root == nil || len(root.Content) == 0 {
		return
	}
	already := slices.Clone(in.Held[held:])
	first := len(in.Held)
	in.read(&observed{root: root, file: in.gives.Main, inFile: true, isValues: true, made: &Made{in.Release, "", false}, origins: in.gives.Origins}, in.readers)
	rest := slices.DeleteFunc(in.Held[first:], func(h Held) bool {
		return slices.ContainsFunc(already, func(a Held) bool { return a.Artifact == h.Artifact && a.Version == h.Version })
	})
	in.Held = in.Held[:first+len(rest)]
}

// addDependencies reads the versions of charts that are elsewhere.
func (in *installing) addDependencies() {
	byFile := map[string][]chart.Dependency{}
	for _, d := range in.rendering.Elsewhere {
		byFile[d.Chart] = append(byFile[d.Chart], d)
	}
	for _, file := range slices.Sorted(maps.Keys(byFile)) {
		root := in.dependencies(file, byFile[file])
		if root == nil {
			continue
		}
		o := &observed{root: root, file: file, inFile: true, origins: in.gives.Origins}
		in.read(o, in.readers)
		for _, d := range byFile[file] {
			if d.OutOfStep != "" {
				in.Unresolved = append(in.Unresolved, Unresolved{
					Reason: d.OutOfStep, Location: Location{Path: path.Join(path.Dir(file), lockName(in.tree, path.Dir(file)))}, Slot: Slot{o.key, "dependencies/" + d.Name},
					given: textFingerprint(d.Version, d.Locked),
				})
			}
		}
	}
}
