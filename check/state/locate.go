package state

import (
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Location is a place in a file. Line and Column count from 1; both are 0 for the file as a whole.
type Location struct {
	Path         string
	Line, Column int
}

// MainLocation is the overlay's own file, as a whole.
func MainLocation(o *overlay.Overlay) Location { return Location{Path: mainFile(o)} }

// Locate finds the scalar that a person would edit to change what the overlay holds: the outermost
// one that says this version, since outer layers have the last word. before is what it replaces, nil
// if nothing: where only the repository changed, its name is what to look for.
func Locate(t *tree.Tree, o *overlay.Overlay, held Held, before *artifact.Version) Location {
	l := locator{
		tree: t, held: held, byRepository: before != nil && before.Same(held.Version),
		names: map[string]bool{held.Version.Repository: true}, seen: map[string]bool{},
	}
	for repository, name := range logicalNames(o.Closure.Files) {
		if name == held.Artifact.Name {
			l.names[repository] = true
		}
	}
	for _, file := range o.Closure.Files {
		for _, entry := range file.Images {
			if a, version, err := artifact.ParseImage(entry.Name); err == nil && a.Name == held.Artifact.Name {
				l.names[version.Repository] = true
			}
		}
	}
	found, ok := l.overlay(o)
	if !ok {
		return MainLocation(o)
	}
	return found
}

// locator looks for the place of one version.
type locator struct {
	tree         *tree.Tree
	held         Held
	byRepository bool
	names        map[string]bool // the repositories that the artifact goes by on its way through the layers
	seen         map[string]bool // kustomization files
	files        map[string]*kustomization.File
}

func (l *locator) overlay(o *overlay.Overlay) (Location, bool) {
	for _, manifest := range o.Manifests {
		if found, ok := l.file(manifest); ok {
			return found, true
		}
	}
	for _, layer := range slices.Backward(o.Layers) {
		if found, ok := l.file(layer); ok {
			return found, true
		}
	}
	for _, remote := range o.Closure.Remotes {
		if l.held.Artifact.Kind == artifact.Git && remote.Remote.Version == l.held.Version {
			line, column := remote.File.Find(remote.Value)
			return Location{remote.File.Path, line, column}, true
		}
	}
	l.files = map[string]*kustomization.File{}
	for _, file := range o.Closure.Files {
		l.files[file.Dir] = file
	}
	if len(o.Closure.Files) == 0 {
		return Location{}, false
	}
	return l.kustomization(o.Closure.Files[0])
}

// kustomization searches one layer: what is applied last first, then what it is built from.
func (l *locator) kustomization(file *kustomization.File) (Location, bool) {
	if l.seen[file.Path] {
		return Location{}, false
	}
	l.seen[file.Path] = true
	if found, ok := l.entries(file); ok {
		return found, true
	}
	for _, field := range [][]string{
		patchFiles(file), texts(file.PatchesStrategicMerge), file.Transformers, file.Components, file.Generators, file.Resources,
	} {
		for _, entry := range field {
			if found, ok := l.entry(file, entry); ok {
				return found, true
			}
		}
	}
	return Location{}, false
}

func patchFiles(file *kustomization.File) []string {
	var names []string
	for _, patch := range file.PatchesJson6902 {
		names = append(names, patch.Path)
	}
	for _, patch := range file.Patches {
		names = append(names, patch.Path)
	}
	return names
}

func texts[S ~string](entries []S) []string {
	var texts []string
	for _, entry := range entries {
		texts = append(texts, string(entry))
	}
	return texts
}

// entry follows a reference to a file or a directory.
func (l *locator) entry(file *kustomization.File, entry string) (Location, bool) {
	if entry == "" {
		return Location{}, false
	}
	resolved, err := l.tree.Resolve(file.Join(entry))
	switch {
	case err != nil:
		return Location{}, false
	case !resolved.Entry.Mode.IsDir():
		return l.file(resolved.Path)
	}
	if built, ok := l.files[resolved.Path]; ok {
		return l.kustomization(built)
	}
	return Location{}, false
}

// entries searches the kustomization file itself: its images entries, then its inline patches.
func (l *locator) entries(file *kustomization.File) (Location, bool) {
	documents, _ := document.Parse(file.Data)
	for _, root := range documents {
		for _, field := range []string{"images", "imageTags"} {
			for _, entry := range document.Items(document.Get(root, field)) {
				if scalar := l.imagesEntry(entry); scalar != nil {
					return Location{file.Path, scalar.Line, scalar.Column}, true
				}
			}
		}
		for _, chart := range document.Items(document.Get(root, "helmCharts")) {
			if scalar := document.Get(chart, "version"); l.held.Artifact.Kind == artifact.Chart && scalar != nil &&
				document.Text(document.Get(chart, "name")) == l.held.Artifact.Name && document.Text(scalar) == l.held.Version.Tag {
				return Location{file.Path, scalar.Line, scalar.Column}, true
			}
		}
		if found, ok := l.document(file.Path, file.Data, root); ok {
			return found, true
		}
	}
	return Location{}, false
}

// imagesEntry returns the scalar of an images entry that says the version, nil if it says another.
func (l *locator) imagesEntry(entry *yaml.Node) *yaml.Node {
	name, newName := document.Get(entry, "name"), document.Get(entry, "newName")
	if !l.isName(document.Text(name)) && !l.isName(document.Text(newName)) {
		return nil
	}
	if l.byRepository {
		if l.isRepository(document.Text(newName)) {
			return newName
		}
		return nil
	}
	tag, digest := document.Get(entry, "newTag"), document.Get(entry, "digest")
	version := l.held.Version
	switch {
	case version.Digest != "" && document.Text(digest) == version.Digest:
		return digest
	case version.Tag != "" && document.Text(tag)+document.Text(document.Get(entry, "tagSuffix")) == version.Tag:
		return tag
	case document.Text(tag) == "" && document.Text(digest) == "" && l.says("image", document.Text(newName)):
		return newName // some write the tag into the name
	}
	return nil
}

func (l *locator) isName(image string) bool {
	_, version, err := artifact.ParseImage(image)
	return err == nil && l.names[version.Repository]
}

func (l *locator) isRepository(image string) bool {
	_, version, err := artifact.ParseImage(image)
	return err == nil && version.Repository == l.held.Version.Repository
}

// file searches a manifest or patch.
func (l *locator) file(path string) (Location, bool) {
	data, err := l.tree.ReadFile(path)
	if err != nil {
		return Location{}, false
	}
	documents, _ := layerOf(path, data)
	for _, root := range documents {
		if found, ok := l.document(path, data, root); ok {
			return found, true
		}
	}
	return Location{}, false
}

// document searches a document for what says the version: an image reference, also within scalars that
// hold YAML of their own, as inline patches do; or whatever says it in another form.
func (l *locator) document(path string, data []byte, root *yaml.Node) (found Location, ok bool) {
	if scalar := l.inForm(root); scalar != nil {
		return Location{path, scalar.Line, scalar.Column}, true
	}
	document.Scalars(root, func(key string, scalar *yaml.Node) bool {
		if l.says(key, scalar.Value) {
			found, ok = Location{path, scalar.Line, scalar.Column}, true
		} else if strings.Contains(scalar.Value, "\n") {
			found, ok = l.inline(path, data, scalar)
		}
		return !ok
	})
	return found, ok
}

// inForm returns the scalar that says the version in one of the forms that objects and values have, or
// in a patch of such an object, which need not say what the version is of.
func (l *locator) inForm(root *yaml.Node) *yaml.Node {
	if !document.IsMapping(root) {
		return nil
	}
	for _, found := range append(form.Object(root), form.Values(root)...) {
		if found.Version == l.held.Version && len(found.Scalars) > 0 && found.Scalars[0].Line > 0 && !l.byRepository {
			return found.Scalars[0]
		}
	}
	object := identify(root, "")
	if !strings.Contains(l.held.Slot.Object, "/"+object.Kind+"/") {
		return nil
	}
	var patched *yaml.Node
	document.Scalars(root, func(key string, scalar *yaml.Node) bool {
		if form.SaysVersion(key) && scalar.Value != "" &&
			(scalar.Value == l.held.Version.Tag || scalar.Value == l.held.Version.Digest) {
			patched = scalar
		}
		return patched == nil
	})
	return patched
}

// says reports whether the scalar under a key is an image reference that says the version: that of a
// container or volume, or the value of a JSON patch.
func (l *locator) says(key, image string) bool {
	if key != "image" && key != "reference" && key != "value" {
		return false
	}
	_, version, err := artifact.ParseImage(image)
	if err != nil || !l.names[version.Repository] {
		return false
	}
	if l.byRepository {
		return version.Repository == l.held.Version.Repository
	}
	return version.Tag == l.held.Version.Tag && version.Digest == l.held.Version.Digest
}

// inline searches the YAML in a block scalar, whose lines are those of the file after the scalar's.
func (l *locator) inline(path string, data []byte, scalar *yaml.Node) (found Location, ok bool) {
	documents, err := document.Parse([]byte(scalar.Value))
	if err != nil {
		return Location{}, false
	}
	lines := strings.Split(string(data), "\n")
	for _, root := range documents {
		document.Scalars(root, func(key string, inner *yaml.Node) bool {
			line := scalar.Line + inner.Line
			if !l.says(key, inner.Value) || line > len(lines) {
				return true
			}
			if before, _, written := strings.Cut(lines[line-1], inner.Value); written {
				found, ok = Location{path, line, len([]rune(before)) + 1}, true
			}
			return !ok
		})
	}
	return found, ok
}
