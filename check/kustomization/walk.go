package kustomization

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/promocheck/promocheck/check/tree"
)

// walk follows references depth first.
type walk struct {
	reader  *Reader
	closure *Closure
	done    map[string]bool
	stack   []string // directories being walked, to tell cycles
	within  bool     // plugins' own directories are walked
	edits   *Edits   // to be put into the kustomization that the walk starts at; nil: none
}

func (w *walk) directory(dir string) {
	if slices.Contains(w.stack, dir) || w.done[dir] {
		return
	}
	w.done[dir] = true
	w.stack = append(w.stack, dir)
	defer func() { w.stack = w.stack[:len(w.stack)-1] }()
	if len(w.stack) > 1 {
		w.closure.Built = append(w.closure.Built, dir)
	}
	for _, name := range Names {
		w.closure.paths[path.Join(dir, name)] = true
		w.resolve(path.Join(dir, name)) // a kustomization file may be a symbolic link
	}
	d := w.reader.directory(dir)
	if len(w.stack) == 1 {
		d = w.edited(d)
	}
	w.kustomization(d)
}

// kustomization goes through what a kustomization names.
func (w *walk) kustomization(d *directory) {
	if d.problem != nil {
		w.closure.Problems = append(w.closure.Problems, *d.problem)
		return
	}
	w.closure.Files = append(w.closure.Files, d.file)
	for _, reference := range d.references {
		w.follow(d.file, reference)
	}
}

func (w *walk) follow(file *File, reference Reference) {
	switch {
	case reference.Hint:
		w.hint(file, reference)
		return
	case reference.Remote != nil && !w.isFile(reference.Local):
		w.closure.Remotes = append(w.closure.Remotes, Named{file, reference})
		return
	case reference.Problem != "":
		w.problem(file, reference, reference.Problem)
		return
	}
	if reference.Tree { // what is not there yet, Kustomize would pull from elsewhere
		w.closure.under = append(w.closure.under, reference.Local)
	}
	resolved, err := w.resolveOr(reference.Local)
	switch {
	case errors.Is(err, fs.ErrNotExist) && reference.Inline:
	case errors.Is(err, fs.ErrNotExist):
		w.problem(file, reference, "does not exist")
		w.closure.Missing = append(w.closure.Missing, Named{file, reference})
	case err != nil:
		w.problem(file, reference, "cannot be read: "+cause(err))
	case !resolved.Entry.Mode.IsDir():
		w.file(file, reference, resolved.Path)
	case reference.Tree:
		w.tree(file, reference, resolved.Path)
	case slices.Contains(w.stack, resolved.Path):
		w.problem(file, reference, "is built from this very directory: a cycle")
	default:
		w.closure.users[resolved.Path] = append(w.closure.users[resolved.Path], use{file.Dir, reference.Field == Components})
		w.build(file, reference, resolved.Path)
	}
}

// cause is an error of the tree without the path, which is said already.
func cause(err error) string {
	var within *fs.PathError
	if errors.As(err, &within) {
		err = within.Err
	}
	return err.Error()
}

// isFile reports whether there is a file at p. That there is none decides as well.
func (w *walk) isFile(p string) bool {
	if p == "" {
		return false
	}
	resolved, ok := w.resolve(p)
	return ok && resolved.Entry.Mode.IsFile()
}

// hint follows a value that need not be the name of a file.
func (w *walk) hint(file *File, reference Reference) {
	resolved, err := w.reader.tree.Resolve(reference.Local)
	for _, p := range append(resolved.Links, reference.Local) {
		w.closure.hints[p] = true
	}
	if err != nil && resolved.Path != "" {
		w.closure.hints[resolved.Path] = true
	}
	if err == nil && resolved.Entry.Mode.IsFile() {
		w.resolve(reference.Local)
		w.file(file, reference, resolved.Path)
	}
}

// tree notes a directory with all that is below it.
func (w *walk) tree(file *File, reference Reference, dir string) {
	w.closure.under = append(w.closure.under, dir)
	w.chart(dir)
	err := w.reader.tree.Walk(dir, func(p string, _ tree.Entry) error {
		if resolved, ok := w.resolve(p); ok && resolved.Entry.Mode.IsFile() {
			w.name(file, reference, resolved.Path)
		}
		return nil
	})
	if err != nil {
		w.problem(file, reference, err.Error())
	}
}

// build walks a directory that is built into file. Where a plugin's configuration is what gets built
// there, the paths in it are still relative to the file that uses the plugin.
func (w *walk) build(file *File, reference Reference, dir string) {
	w.directory(dir)
	if !reference.plugin() || w.within {
		return
	}
	// Another file may use the same plugins: this walk has been there then.
	inner := walk{reader: w.reader, closure: newClosure(), done: map[string]bool{}, stack: slices.Clone(w.stack), within: true}
	inner.directory(dir)
	for _, built := range inner.closure.Files {
		w.plugin(file, reference, built.Data)
		for _, resource := range w.reader.directory(built.Dir).references {
			if resolved, ok := w.resolve(resource.Local); ok && resource.Local != "" && !resolved.Entry.Mode.IsDir() {
				w.file(file, reference, resolved.Path)
			}
		}
	}
}

// file notes a file and goes on through the files that a plugin's configuration names.
func (w *walk) file(file *File, reference Reference, resolved string) {
	if !w.name(file, reference, resolved) || !reference.plugin() {
		return
	}
	data, err := w.reader.tree.ReadFile(resolved)
	if err != nil {
		w.problem(file, reference, err.Error())
		return
	}
	w.plugin(file, reference, data)
}

// name notes that an entry names a file, and reports whether that is news.
func (w *walk) name(file *File, reference Reference, resolved string) bool {
	at := entry{file.Path, reference.Field, reference.Index}
	if slices.Contains(w.closure.names[at], resolved) {
		return false
	}
	w.closure.names[at] = append(w.closure.names[at], resolved)
	return true
}

// plugin follows what a plugin's configuration names.
func (w *walk) plugin(file *File, reference Reference, configuration []byte) {
	c := collector{file: file}
	c.pluginFiles(reference.Field, reference.Index, configuration)
	for _, found := range c.found {
		w.follow(file, found)
	}
}

// resolve follows symbolic links and notes every path that decides where it leads.
func (w *walk) resolve(p string) (tree.Resolved, bool) {
	resolved, err := w.resolveOr(p)
	return resolved, err == nil
}

func (w *walk) resolveOr(p string) (tree.Resolved, error) {
	w.closure.paths[p] = true
	resolved, err := w.reader.tree.Resolve(p)
	for _, link := range resolved.Links {
		w.closure.paths[link] = true
	}
	if resolved.Path != "" { // on an error, where something is missing
		w.closure.paths[resolved.Path] = true
	}
	return resolved, err
}

func (w *walk) problem(file *File, reference Reference, reason string) {
	at, line, column := file.find(reference.Value)
	w.closure.Problems = append(w.closure.Problems, Problem{
		Path: at, Line: line, Column: column,
		Reason: fmt.Sprintf("%s names %q, which %s", reference.Field, reference.Value, reason),
	})
}
