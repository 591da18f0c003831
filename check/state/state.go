// Package state works out what an overlay deploys: the objects that it renders to, and the versions
// that they run. It renders with Kustomize in process, straight from the tree, and touches neither
// network nor disk. What cannot be rendered is read from what the kustomization files declare, and
// what cannot be read at all is said to be unresolved.
package state

import (
	"cmp"
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/tree"
)

// Fidelity says how a state was worked out.
type Fidelity string

// Fidelities, the best first.
const (
	Rendered Fidelity = "rendered" // as Kustomize builds it
	Partial  Fidelity = "partial"  // without what would have to be fetched or executed
	Declared Fidelity = "declared" // only what the kustomization files say of versions
)

// Worst returns the fidelity of what is worked out from two states.
func Worst(a, b Fidelity) Fidelity {
	order := []Fidelity{"", Rendered, Partial, Declared}
	if slices.Index(order, a) > slices.Index(order, b) {
		return a
	}
	return b
}

// State is what one overlay deploys.
type State struct {
	Fidelity   Fidelity
	Objects    []Object
	Held       []Held
	Unresolved []Unresolved

	settings form.Settings
	keys     map[string]int // how many objects there are of a key
}

// Object is a deployed object, or a part that was left out of rendering and is compared as it is
// written.
type Object struct {
	Group, Kind, Namespace, Name string

	content fingerprint // of all of it
	beside  fingerprint // of all of it but its versions
}

// Key identifies the object within a state.
func (o Object) Key() string {
	return o.Group + "/" + o.Kind + "/" + o.Namespace + "/" + o.Name
}

// Equal reports whether two objects deploy alike.
func (o Object) Equal(p Object) bool { return o.content == p.content }

// EqualButVersions reports whether two objects differ in nothing but versions.
func (o Object) EqualButVersions(p Object) bool { return o.beside == p.beside }

// Held is a version of an artifact that the overlay deploys, and where in it.
type Held struct {
	Artifact artifact.Artifact
	Version  artifact.Version
	Slot     Slot

	from Location // where it is known to be written; else it is looked for
}

// Holds reports whether the state has the version of what h holds, from the same repository.
func (s *State) Holds(h Held) bool {
	return slices.ContainsFunc(s.Held, func(o Held) bool {
		return o.Artifact == h.Artifact && o.Version.Unchanged(h.Version)
	})
}

// Slot is the place in a deployed object that holds a version: before and after pair by it.
type Slot struct {
	Object string // the object's key
	Part   string // the container, or what else within the object
}

// Compare orders slots.
func (s Slot) Compare(t Slot) int {
	return cmp.Or(cmp.Compare(s.Object, t.Object), cmp.Compare(s.Part, t.Part))
}

// Unresolved is something that the overlay would deploy and that cannot be worked out.
type Unresolved struct {
	Reason string
	Path   string
	Line   int // 0: the whole file
	Column int
	Slot   Slot // that should hold a version; empty where it is about more

	content fingerprint // of what could not be read, so that a change of it shows
	given   fingerprint // of what a version is made from that could not be made
}

// Same reports whether two are about the same thing, which has not changed either.
func (u Unresolved) Same(w Unresolved) bool {
	return u.Reason == w.Reason && u.content == w.content && u.given == w.given
}

// Hides reports whether what is at a slot may be there still, in what could not be worked out.
func (u Unresolved) Hides(slot Slot) bool { return u.Slot == slot || u.content != fingerprint{} }

// Of works out what an overlay of the tree deploys.
func Of(t *tree.Tree, o *overlay.Overlay) *State {
	state := &State{Fidelity: Rendered, settings: formsOf(t, o)}
	switch {
	case o.Manifests != nil:
		state.addManifests(t, o.Manifests)
	case o.Layers != nil:
		state.addLayers(t, o.Layers)
	default:
		state.build(t, o)
	}
	state.dropFollowers()
	return state
}

// dropFollowers drops what a deployment only follows: a tag of an image stream that is deployed with it
// says the version.
func (s *State) dropFollowers() {
	s.Held = slices.DeleteFunc(s.Held, func(h Held) bool {
		return strings.HasPrefix(h.Slot.Part, "triggers/") && slices.ContainsFunc(s.Held, func(stream Held) bool {
			return strings.Contains(stream.Slot.Object, "/ImageStream/") && strings.HasSuffix(stream.Slot.Object, "/"+h.Artifact.Name) &&
				stream.Slot.Part == "tags/"+h.Version.Tag
		})
	})
}

// formsOf is what an overlay's repo says of the forms that it uses.
func formsOf(t *tree.Tree, o *overlay.Overlay) form.Settings {
	if o.Config == nil {
		return form.Settings{}
	}
	return form.Settings{
		Variables: o.Config.Images.Variables,
		Repo:      &argocd.Repo{URL: o.Config.Repository, Files: t},
	}
}

// addManifests reads a directory that has no kustomization: whatever lies in it is deployed as it is.
func (s *State) addManifests(t *tree.Tree, files []string) {
	for _, file := range files {
		data, err := t.ReadFile(file)
		if err != nil {
			s.unresolved(err.Error(), file, 0, 0)
			continue
		}
		documents, err := document.Parse(data)
		for _, root := range documents {
			s.addDocument(root, file)
		}
		var mistake *document.Error
		if errors.As(err, &mistake) {
			s.unreadable("is not valid YAML: "+mistake.Problem, file, mistake.Line, data)
		}
	}
}

// build renders a kustomization.
func (s *State) build(t *tree.Tree, o *overlay.Overlay) {
	rendering := newRendering(t, o.Closure)
	objects, err := rendering.build(o.Dir)
	if err != nil {
		s.Fidelity = Declared
		s.Held = append(declaredImages(o.Closure.Files), remotes(o.Closure.Remotes)...)
		problem := whyNot(t, err, o)
		s.unresolved(problem.Reason, problem.Path, problem.Line, problem.Column)
		return
	}
	names := logicalNames(o.Closure.Files)
	for _, object := range objects {
		s.addRendered(object, names, mainFile(o))
	}
	// Kustomize may get along without what this program finds no way to: then it reads something else.
	for _, problem := range o.Closure.Problems {
		s.unresolved(problem.Reason, problem.Path, problem.Line, problem.Column)
	}
	if rendering.partial() {
		s.Fidelity = Partial
		s.addLeftOut(rendering, o.Closure)
	}
}

// whyNot finds the place to go to: what the walk through the files found wrong is closer to it than
// Kustomize's own error.
func whyNot(t *tree.Tree, err error, o *overlay.Overlay) kustomization.Problem {
	if len(o.Closure.Problems) > 0 {
		return o.Closure.Problems[0]
	}
	if broken, ok := brokenFile(t, err, o.Closure); ok {
		return broken
	}
	return kustomization.Problem{Path: mainFile(o), Reason: "does not build: " + plainError(err)}
}

// brokenFile finds a file that is no YAML among those of an overlay that does not build: Kustomize's
// errors leave out its directory, and which document of it they count lines in.
func brokenFile(t *tree.Tree, err error, closure *kustomization.Closure) (kustomization.Problem, bool) {
	var refused *refusal
	if errors.As(err, &refused) {
		return kustomization.Problem{Path: refused.path, Line: refused.mistake.Line, Reason: refused.mistake.Problem}, true
	}
	for _, file := range closure.Named() {
		switch path.Ext(file) {
		case ".yaml", ".yml", ".json":
		default:
			continue
		}
		data, readErr := t.ReadFile(file)
		if readErr != nil {
			continue
		}
		var mistake *document.Error
		if _, err := document.Parse(data); errors.As(err, &mistake) {
			return kustomization.Problem{Path: file, Line: mistake.Line, Reason: "is not valid YAML: " + mistake.Problem}, true
		}
	}
	return kustomization.Problem{}, false
}

// mainFile is the overlay's own kustomization file.
func mainFile(o *overlay.Overlay) string {
	if len(o.Closure.Files) > 0 {
		return o.Closure.Files[0].Path
	}
	if len(o.Manifests) > 0 {
		return o.Manifests[0]
	}
	if o.Layers != nil {
		return o.Dir
	}
	return path.Join(o.Dir, kustomization.Names[0])
}

// unreadable notes a file that cannot be read to its end.
func (s *State) unreadable(reason, path string, line int, data []byte) {
	s.Unresolved = append(s.Unresolved, Unresolved{Reason: reason, Path: path, Line: line, content: textFingerprint(string(data))})
}

func (s *State) unresolved(reason, path string, line, column int) {
	s.Unresolved = append(s.Unresolved, Unresolved{Reason: reason, Path: path, Line: line, Column: column})
}
