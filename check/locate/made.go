package locate

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
)

// made searches what a chart is rendered from: what is put over the objects then, the values, of which the last have the last word, then what the chart says of
// itself, then its templates, first the one that the object comes from.
func (l *locator) made(by *state.Made) (state.Location, bool) {
	for _, edits := range slices.Backward(by.Release.After) {
		if found, ok := l.afterwards(edits); ok {
			return found, true
		}
	}
	if found, ok := l.inParameters(by.Release); ok {
		return found, true
	}
	given := l.givenTo(l.tree, by.Release, l.settings)
	if found, ok := l.inValues(given); ok {
		return found, true
	}
	if l.byRepository {
		return l.inTemplates(by, l.held.Version.Repository)
	}
	if found, ok := l.inChart(by); ok {
		return found, true
	}
	return l.inTemplates(by, cmp.Or(l.held.Version.Digest, l.held.Version.Tag))
}

// afterwards searches what a release has put over the objects. Where something builds the release, it is looked for in that.
func (l *locator) afterwards(edits *kustomization.Edits) (state.Location, bool) {
	for _, written := range edits.Written {
		if written.Path == "" && strings.Contains(edits.Key(), cmp.Or(l.held.Version.Digest, l.held.Version.Tag)) {
			return l.inRelease()
		}
		if found, ok := l.set(written); ok {
			return found, true
		}
	}
	return state.Location{}, false
}

// inParameters finds the version in a file that is a value as a whole.
func (l *locator) inParameters(r *deploy.Release) (state.Location, bool) {
	for _, p := range slices.Backward(r.Parameters) {
		data, err := l.tree.ReadFile(p.File)
		if text := strings.TrimSpace(string(data)); p.File == "" || err != nil || !l.isWhole(text) && !l.isReference(text) {
			continue
		}
		return placeIn(p.File, 1, 1), true
	}
	return state.Location{}, false
}

// inValues finds the scalar of values that says the version: as the forms of values tell, else by its key, else by what it says
// alone.
func (l *locator) inValues(given *given) (state.Location, bool) {
	at := func(scalar *yaml.Node) (state.Location, bool) {
		if file := given.Origins[scalar]; file != "" {
			return placeIn(file, scalar.Line, scalar.Column), true
		}
		return l.inRelease()
	}
	if given.Root == nil {
		return state.Location{}, false
	}
	for _, found := range given.found {
		if found.Problem == "" && len(found.Scalars) > 0 && found.Version.Repository == l.held.Version.Repository {
			switch {
			case l.byRepository:
				return at(found.Scalars[len(found.Scalars)-1])
			case found.Version == l.held.Version:
				return at(found.Scalars[0])
			}
		}
	}
	tests := []func(key, text string) bool{
		func(key, text string) bool { return form.SaysVersion(key) && l.isWhole(text) },
		func(_, text string) bool { return len(text) > shortest && l.isWhole(text) },
		func(_, text string) bool { return l.isReference(text) },
	}
	for _, test := range tests {
		var scalars []*yaml.Node
		document.Expanded(given.Root, func(key string, scalar *yaml.Node) {
			if test(key, document.Text(scalar)) || test(key, printed(scalar)) {
				scalars = append(scalars, scalar)
			}
		})
		for _, layer := range slices.Backward(given.Layers) {
			for _, scalar := range scalars {
				if given.Origins[scalar] == layer.File {
					return at(scalar)
				}
			}
		}
	}
	return state.Location{}, false
}

// shortest is the length up to which a text may be anything, and the same as a version by chance.
const shortest = 2

// inRelease finds the version in what the object is built from that has the values in it.
func (l *locator) inRelease() (state.Location, bool) {
	of := *l
	of.seen, of.strict = map[string]bool{}, false
	of.held.Slot.Object = "/HelmRelease/"
	return of.overlay(of.of)
}

// isWhole reports whether a text is the version by itself, or the repository where that is looked for.
func (l *locator) isWhole(text string) bool {
	version := l.held.Version
	if l.byRepository {
		return text != "" && text == version.Repository
	}
	return text != "" && (text == version.Digest || text == version.Tag)
}

// printed is how Helm prints a scalar.
func printed(scalar *yaml.Node) string {
	if tag := scalar.ShortTag(); tag == yaml.NodeTagFloat || tag == yaml.NodeTagInt {
		if number, err := strconv.ParseFloat(scalar.Value, 64); err == nil {
			return fmt.Sprint(number)
		}
	}
	return document.Text(scalar)
}

// isReference reports whether a text is an image's reference that says the version.
func (l *locator) isReference(text string) bool { return l.says("image", text) }

// inChart finds the version in what a chart says of itself: that of the chart which the object's template is of.
func (l *locator) inChart(by *state.Made) (state.Location, bool) {
	for dir := path.Dir(by.Template); ; dir = path.Dir(dir) {
		file := path.Join(dir, "Chart.yaml")
		if data, err := l.tree.ReadFile(file); err == nil {
			roots, _ := document.Parse(data)
			for _, root := range roots {
				for _, key := range []string{"appVersion", "version"} {
					if scalar := document.Get(root, key); scalar != nil && saysPart(l.held.Version.Tag, scalar.Value) {
						return placeIn(file, scalar.Line, scalar.Column), true
					}
				}
			}
		}
		if dir == by.Release.Chart || dir == "." || dir == "/" {
			return state.Location{}, false
		}
	}
}

// saysPart reports whether a tag is what a chart says, or has it after a v or before more.
func saysPart(tag, said string) bool {
	return said != "" && (tag == said || strings.TrimPrefix(tag, "v") == said || strings.HasPrefix(tag, said+"-"))
}

// inTemplates finds a text in a chart's templates.
func (l *locator) inTemplates(by *state.Made, text string) (state.Location, bool) {
	if text == "" {
		return state.Location{}, false
	}
	files := []string{by.Template}
	_ = l.tree.Walk(by.Release.Chart, func(p string, entry tree.Entry) error { // what is not there has no text
		if inside := strings.Contains("/"+p, "/templates/"); inside && entry.Mode.IsFile() {
			files = append(files, p)
		}
		return nil
	})
	for _, file := range files {
		if found, ok := written(l.tree, file, text, ""); ok {
			return found, true
		}
	}
	if _, err := l.tree.ReadFile(by.Template); err == nil {
		return state.Location{Path: by.Template}, true
	}
	return state.Location{}, false
}
