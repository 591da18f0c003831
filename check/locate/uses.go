package locate

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/flux"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
)

// used finds where the variable, or the value, stands that says the version for the object that holds it.
func (l *locator) used(o *overlay.Overlay) (state.Location, bool) {
	use, ok := l.use()
	if !ok {
		return state.Location{}, false
	}
	if use.Ref == (flux.Ref{}) {
		for s := o.Edits.Substitution(); s != nil; s = s.Above {
			for _, variable := range slices.Backward(s.Inline) {
				if variable.Name == use.Key && (s.Above == nil || !strings.Contains(variable.Value, "${")) {
					return placeIn(variable.File, variable.Line, variable.Column), true
				}
			}
		}
		return state.Location{}, false
	}
	return l.entryOf(o, use)
}

// variable finds one that a deployer says itself and that has the version: in what is not rendered, nobody can tell which it is.
func (l *locator) variable(o *overlay.Overlay) (state.Location, bool) {
	substitution := o.Edits.Substitution()
	version := cmp.Or(l.held.Version.Digest, l.held.Version.Tag)
	if substitution == nil || version == "" {
		return state.Location{}, false
	}
	for _, variable := range substitution.Inline {
		if strings.Contains(variable.Value, version) {
			return placeIn(variable.File, variable.Line, variable.Column), true
		}
	}
	return state.Location{}, false
}

// use is, of all that fills what is held, what says most of the version.
func (l *locator) use() (use flux.Use, ok bool) {
	said := []string{l.held.Version.Digest, l.held.Version.Tag}
	if l.byRepository {
		said = []string{l.held.Version.Repository}
	}
	most := 0
	if len(l.held.Uses) == 1 {
		use, ok = l.held.Uses[0], true // whatever is made of it
	}
	for _, one := range l.held.Uses {
		for _, part := range said {
			isIn := strings.Contains(part, one.Text) || strings.Contains(one.Text, part)
			if says := min(len(one.Text), len(part)); isIn && says > most {
				use, ok, most = one, true, says
			}
		}
	}
	return use, ok
}

// entryOf finds the entry of a ConfigMap in an overlay's own files, else in those that it takes from.
func (l *locator) entryOf(o *overlay.Overlay, use flux.Use) (state.Location, bool) {
	files := slices.Concat(o.Manifests, o.Layers, kustomizationFiles(o.Closure), o.Closure.Read())
	for _, file := range files {
		f := l.parsed(l.tree, l.config, file)
		if f == nil {
			continue
		}
		for _, d := range f.documents {
			if found, ok := l.entryIn(file, f.data, d.root, use); ok {
				return found, true
			}
		}
	}
	for _, provider := range o.Providers {
		if found, ok := l.entryOf(provider, use); ok {
			return found, true
		}
	}
	return state.Location{}, false
}

// entryIn finds the entry in a document: in a ConfigMap, or in what one is generated from.
func (l *locator) entryIn(file string, data []byte, root *yaml.Node, use flux.Use) (state.Location, bool) {
	isCalled := func(name string) bool { return name != "" && strings.Contains(use.Name, name) }
	if config := flux.ConfigOf(root); config != nil && config.Kind == use.Kind && isCalled(config.Name) {
		if value := config.Entries[use.Key]; value != nil {
			if within, ok := l.inline(file, data, value, true); ok {
				return within, true
			}
			return placeIn(file, value.Line, value.Column), true
		}
	}
	for _, generated := range document.Items(document.Get(root, "configMapGenerator")) {
		if isCalled(document.Text(document.Get(generated, "name"))) {
			if found, ok := l.generated(file, generated, use.Key); ok {
				return found, true
			}
		}
	}
	return state.Location{}, false
}

// generated finds an entry of a ConfigMap that a kustomization generates: a literal, a line of variables, or a file.
func (l *locator) generated(file string, generator *yaml.Node, key string) (state.Location, bool) {
	for _, literal := range document.Items(document.Get(generator, "literals")) {
		if name, _, _ := strings.Cut(document.Text(literal), "="); name == key {
			return placeIn(file, literal.Line, literal.Column), true
		}
	}
	environment := append(document.Items(document.Get(generator, "envs")), document.Get(generator, "env"))
	for _, named := range environment {
		at := path.Join(path.Dir(file), document.Text(named))
		data, err := l.tree.ReadFile(at)
		if err != nil {
			continue
		}
		number := 0
		for line := range strings.Lines(string(data)) {
			number++
			if name, _, found := strings.Cut(line, "="); found && strings.TrimSpace(name) == key {
				return placeIn(at, number, len([]rune(name))+2), true
			}
		}
	}
	for _, named := range document.Items(document.Get(generator, "files")) {
		name, at, keyed := strings.Cut(document.Text(named), "=")
		if !keyed {
			name, at = path.Base(name), name
		}
		if name != key {
			continue
		}
		at = path.Join(path.Dir(file), at)
		if found, ok := l.file(at); ok {
			return found, true
		}
		return placeIn(at, 1, 1), true
	}
	return state.Location{}, false
}
