package render

import (
	"bytes"
	"reflect"
	"regexp"
	"slices"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"sigs.k8s.io/kustomize/api/types"
)

// apart lists the objects that an overlay is built from, in the order in which Kustomize takes them in. It reports false unless
// what becomes of each is known to depend on itself and the kustomizations alone.
func (b *builder) apart() ([]object, bool) {
	if len(b.closure.Problems) > 0 || len(b.closure.Files) == 0 || len(b.named)+len(b.made) > 0 {
		return nil, false
	}
	s := separator{builder: b, files: map[string]*kustomization.File{}, seen: map[string]bool{}}
	for _, file := range b.closure.Files {
		if !b.separates(file) {
			return nil, false
		}
		s.files[file.Dir] = file
		s.namespaced = s.namespaced || file.Namespace != ""
	}
	ok := s.directory(b.closure.Files[0], nil)
	return s.objects, ok
}

// separates reports whether a file only says what is done to each object by itself.
func (b *builder) separates(file *kustomization.File) bool {
	k := b.rendered(file)
	k.TypeMeta, k.MetaData = types.TypeMeta{}, nil
	k.Resources, k.Components, k.Images, k.Namespace = nil, nil, nil, ""
	k.Labels, k.CommonLabels, k.CommonAnnotations = nil, nil, nil //nolint:staticcheck // old, and still read
	return reflect.DeepEqual(k, types.Kustomization{})
}

// separator goes through what an overlay is built from.
type separator struct {
	*builder
	files      map[string]*kustomization.File // by directory
	seen       map[string]bool                // files and directories that were built in
	namespaced bool
	objects    []object
}

// directory adds the objects of a kustomization: those of its resources, and then those of its components.
func (s *separator) directory(file *kustomization.File, via []step) bool {
	for i, entry := range file.Resources {
		if !s.entry(entry, step{file, kustomization.Resources, i}, via) {
			return false
		}
	}
	for i, entry := range file.Components {
		if !s.entry(entry, step{file, kustomization.Components, i}, via) {
			return false
		}
	}
	return true
}

// entry adds the objects of one entry of a kustomization. What is built in twice depends on itself.
func (s *separator) entry(entry string, at step, via []step) bool {
	if s.isOut(at.file, at.field, at.index) {
		return true
	}
	resolved, err := s.tree.Resolve(at.file.Join(entry))
	if err != nil || s.seen[resolved.Path] {
		return false
	}
	s.seen[resolved.Path] = true
	via = append(via[:len(via):len(via)], at)
	if resolved.Entry.Mode.IsDir() {
		file, ok := s.files[resolved.Path]
		return ok && s.directory(file, via)
	}
	data, err := s.tree.ReadFile(resolved.Path)
	if err != nil || s.dependent(data) {
		return false
	}
	documents, ok := cutUp(resolved.Path, data)
	if !ok {
		return false
	}
	if len(documents.documents) > 1 && aList.Match(data) {
		return false // whose objects come after all others of the file
	}
	for i := range documents.documents {
		s.objects = append(s.objects, object{documents, i, via})
	}
	return true
}

// dependent reports whether a resource file may have an object that depends on others, or that others depend on: one that
// is given a name by what it says, or, where objects are put into a namespace, refers to others by name and namespace. Words
// count wherever they stand, and whatever may be another way to write them counts as well.
func (s *separator) dependent(data []byte) bool {
	words := []string{"config.kubernetes.io/", "kustomize.config.k8s.io/"}
	if s.namespaced {
		words = append(words, "subjects", "clientConfig", "configSource", "secretRef")
	}
	return !document.ToTheLetter(data) || slices.ContainsFunc(words, func(word string) bool { return bytes.Contains(data, []byte(word)) })
}

// aList matches the kind of an object that is a list of others.
var aList = regexp.MustCompile(`\bkind["']?\s*:\s*["']?[A-Za-z]*List\b`)
