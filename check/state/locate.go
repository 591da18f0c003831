package state

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/api/types"
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
	if held.from.Path != "" {
		return held.from
	}
	l := locator{
		tree: t, settings: formsOf(t, o), held: held, byRepository: before != nil && before.Same(held.Version),
		names: map[string]bool{held.Version.Repository: true},
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
	// What is written for this very object goes before what says the same version of another.
	for _, l.strict = range []bool{true, false} {
		l.seen = map[string]bool{}
		if found, ok := l.overlay(o); ok {
			return found
		}
	}
	for _, file := range append(kustomizationFiles(o.Closure), o.Closure.Read()...) {
		if found, ok := l.text(file); ok {
			return found
		}
	}
	return MainLocation(o)
}

// locator looks for the place of one version.
type locator struct {
	tree         *tree.Tree
	settings     form.Settings
	held         Held
	byRepository bool
	strict       bool            // only what is written for the object that holds the version
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
		patchFiles(file), texts(file.PatchesStrategicMerge), file.Transformers, file.Components,
		generatorFiles(file), file.Generators, file.Resources,
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

// generatorFiles are the files that make up ConfigMaps and Secrets: each is a path, or key=path.
func generatorFiles(file *kustomization.File) []string {
	var names []string
	add := func(sources types.KvPairSources) {
		for _, source := range slices.Concat(sources.FileSources, sources.EnvSources, []string{sources.EnvSource}) {
			_, name, keyed := strings.Cut(source, "=")
			if !keyed {
				name = source
			}
			names = append(names, name)
		}
	}
	for _, generator := range file.ConfigMapGenerator {
		add(generator.KvPairSources)
	}
	for _, generator := range file.SecretGenerator {
		add(generator.KvPairSources)
	}
	return names
}

// kustomizationFiles are the paths of a closure's kustomization files.
func kustomizationFiles(closure *kustomization.Closure) []string {
	var paths []string
	for _, file := range closure.Files {
		paths = append(paths, file.Path)
	}
	return paths
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
		for _, generator := range []string{"configMapGenerator", "secretGenerator"} {
			for _, entry := range document.Items(document.Get(root, generator)) {
				for _, literal := range document.Items(document.Get(entry, "literals")) {
					if l.isLiteral(document.Text(literal)) {
						return Location{file.Path, literal.Line, literal.Column}, true
					}
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

// isLiteral reports whether a generator's literal, key=value, says the version: as an image, or as the tag
// that the key is all that is known of.
func (l *locator) isLiteral(literal string) bool {
	key, value, _ := strings.Cut(literal, "=")
	return l.says("value", value) || key == l.held.Artifact.Name && !l.byRepository && value == l.held.Version.Tag
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
	case document.Text(tag) == "" && document.Text(document.Get(entry, "tagSuffix")) != "" &&
		strings.HasSuffix(version.Tag, document.Text(document.Get(entry, "tagSuffix"))):
		return document.Get(entry, "tagSuffix")
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
	if len(documents) == 1 && documents[0].Kind == yaml.ScalarNode {
		documents, _ = form.Variables(data) // a file of variables need not be called one
	}
	for _, root := range documents {
		if found, ok := l.document(path, data, root); ok && l.isFor(root) {
			return found, true
		}
	}
	return Location{}, false
}

// document searches a document for what says the version: an image reference, also within scalars that
// hold YAML of their own, as inline patches do; or whatever says it in another form.
func (l *locator) document(path string, data []byte, root *yaml.Node) (found Location, ok bool) {
	if document.Text(document.Get(root, "kind")) == "ImageTagTransformer" {
		if scalar := l.imagesEntry(document.Get(root, "imageTag")); scalar != nil {
			return Location{path, scalar.Line, scalar.Column}, true
		}
	}
	if scalar := l.inForm(root); scalar != nil {
		if within, ok := l.inline(path, data, scalar, true); ok {
			return within, true
		}
		return Location{path, scalar.Line, scalar.Column}, true
	}
	document.Scalars(root, func(key string, scalar *yaml.Node) bool {
		if l.says(key, scalar.Value) {
			found, ok = Location{path, scalar.Line, scalar.Column}, true
		} else if isBlock(scalar) {
			found, ok = l.inline(path, data, scalar, false)
		}
		return !ok
	})
	return found, ok
}

// inForm returns the scalar that says the version in one of the forms that objects and values have, or
// in a patch of such an object, which need not say what the version is of.
func (l *locator) inForm(root *yaml.Node) *yaml.Node {
	found, _ := form.Object(root, l.settings)
	for _, found := range append(found, form.Values(root, l.settings)...) {
		switch {
		case len(found.Scalars) == 0 || !l.isHeld(found):
		case l.byRepository && found.Version.Repository == l.held.Version.Repository:
			return found.Scalars[len(found.Scalars)-1]
		case !l.byRepository && found.Version == l.held.Version:
			return found.Scalars[0]
		}
	}
	if l.byRepository {
		return nil
	}
	return l.inPatch(root)
}

// inPatch returns the scalar that is the version by itself: of a JSON patch, or of a patch or values for
// the kind of object that holds the version. What has a digest as well as a tag is edited by its digest.
func (l *locator) inPatch(root *yaml.Node) *yaml.Node {
	isOfKind := strings.Contains(l.held.Slot.Object, "/"+identify(root, "").Kind+"/")
	for _, text := range []string{l.held.Version.Digest, l.held.Version.Tag} {
		var patched *yaml.Node
		says := func(key string, scalar *yaml.Node) bool {
			if patched == nil && form.SaysVersion(key) && text != "" && document.Text(scalar) == text {
				patched = scalar
			}
			return patched == nil
		}
		for _, operation := range document.Items(root) {
			says(path.Base(document.Text(document.Get(operation, "path"))), document.Get(operation, "value"))
		}
		if isOfKind {
			document.Scalars(root, says)
		}
		if patched != nil {
			return patched
		}
	}
	return nil
}

// isHeld reports whether what was found is of the artifact that is held; in a strict search, also in
// the same place. Values without their chart name no more than the end of the place and artifact.
func (l *locator) isHeld(found form.Found) bool {
	held := l.held.Artifact
	return found.Artifact.Kind == held.Kind && (!l.strict || strings.HasSuffix(l.held.Slot.Part, found.Part)) &&
		(held.Kind == artifact.Image && found.Version.Repository != "" ||
			found.Artifact.Name == held.Name || strings.HasSuffix(held.Name, "/"+found.Artifact.Name))
}

// isFor reports whether a document may be for the object that holds the version, in a strict search:
// patches in JSON do not say what they are for.
func (l *locator) isFor(root *yaml.Node) bool {
	object := identify(root, "")
	return !l.strict || object.Kind == kindFile ||
		strings.HasPrefix(l.held.Slot.Object, object.Group+"/"+object.Kind+"/") && strings.HasSuffix(l.held.Slot.Object, "/"+object.Name)
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

// isVersion reports whether the scalar under a key is the version by itself.
func (l *locator) isVersion(key, text string) bool {
	return form.SaysVersion(key) && !l.byRepository && text != "" && (text == l.held.Version.Tag || text == l.held.Version.Digest)
}

// inline searches the YAML in a block scalar, whose lines are those of the file after the scalar's. Where
// it is known to say the version, it need not be for the object that holds it.
func (l *locator) inline(path string, data []byte, scalar *yaml.Node, isKnown bool) (found Location, ok bool) {
	documents, err := document.Parse([]byte(scalar.Value))
	if err != nil || !isBlock(scalar) {
		return Location{}, false
	}
	lines := strings.Split(string(data), "\n")
	for _, root := range documents {
		if !isKnown && !l.isFor(root) {
			continue
		}
		inner := l.inForm(root)
		if inner == nil && document.Text(document.Get(root, "kind")) == "ImageTagTransformer" {
			inner = l.imagesEntry(document.Get(root, "imageTag"))
		}
		document.Scalars(root, func(key string, scalar *yaml.Node) bool {
			if inner == nil && (l.says(key, scalar.Value) || isKnown && l.isVersion(key, scalar.Value)) {
				inner = scalar
			}
			return inner == nil
		})
		if inner == nil || scalar.Line+inner.Line > len(lines) {
			continue
		}
		line := scalar.Line + inner.Line
		// The block is indented in the file, by less than where it starts to say something.
		runes := []rune(lines[line-1])
		start := min(indent(lines[scalar.Line])-indent(scalar.Value)+inner.Column-1, len(runes))
		if before, _, written := strings.Cut(string(runes[max(start, 0):]), inner.Value); written {
			before = strings.TrimRight(before, `"'`) // quotes are part of the scalar
			return Location{path, line, max(start, 0) + len([]rune(before)) + 1}, true
		}
	}
	return Location{}, false
}

// isBlock reports whether a scalar's text stands on lines of its own.
func isBlock(scalar *yaml.Node) bool { return scalar.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 }

// indent counts the spaces that a text starts with.
func indent(text string) int { return len(text) - len(strings.TrimLeft(text, " ")) }

// text looks for the version as it is written, where nothing tells what for: in a patch within a plugin's
// configuration, in what is copied from one object into another. What else the line says has to be about
// the version.
func (l *locator) text(file string) (Location, bool) {
	data, err := l.tree.ReadFile(file)
	version := cmp.Or(l.held.Version.Digest, l.held.Version.Tag)
	if err != nil || version == "" || l.byRepository {
		return Location{}, false
	}
	written := regexp.MustCompile(`(?:^|[^\w.-])(` + regexp.QuoteMeta(version) + `)(?:$|[^\w.-])`)
	name := strings.ToLower(path.Base(l.held.Artifact.Name))
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		at := written.FindStringSubmatchIndex(line)
		lower := strings.ToLower(line)
		if at == nil || !strings.Contains(lower, name) && !strings.Contains(lower, "tag") && !strings.Contains(lower, "version") {
			continue
		}
		return Location{file, number, utf8.RuneCountInString(line[:at[2]]) + 1}, true
	}
	return Location{}, false
}
