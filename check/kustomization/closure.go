package kustomization

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/tree"
)

// Closure is all that a directory is built from.
type Closure struct {
	Files    []*File   // each kustomization file once, the directory's own first
	Built    []string  // the other directories that are built into it
	Remotes  []Fetched // what Kustomize would fetch for it
	Problems []Problem // what keeps Kustomize from building it, as far as that shows without building

	paths map[string]bool // every path whose entry decides, existing or not
	names map[entry][]string
	under []string // directories that count with all that is below
}

// Fetched is a remote reference and the file that it stands in.
type Fetched struct {
	File *File
	Reference
}

// Problem is a mistake in a place that a person can go to. Line and Column are 0 where the whole file
// is meant.
type Problem struct {
	Path   string
	Line   int
	Column int
	Reason string
}

// entry is one entry of a field of a kustomization file.
type entry struct {
	file  string
	field Field
	index int
}

// FilesOf lists the files that an entry names, in the order in which it names them.
func (c *Closure) FilesOf(file *File, field Field, index int) []string {
	return c.names[entry{file.Path, field, index}]
}

// Reaches reports whether an entry at path decides what the directory builds to.
func (c *Closure) Reaches(path string) bool {
	if c.paths[path] {
		return true
	}
	return slices.ContainsFunc(c.under, func(dir string) bool { return within(path, dir) })
}

// Below reports whether the closure takes in anything at or below dir.
func (c *Closure) Below(dir string) bool {
	for p := range c.paths {
		if within(p, dir) {
			return true
		}
	}
	return slices.ContainsFunc(c.under, func(under string) bool { return within(under, dir) })
}

func within(path, dir string) bool {
	return dir == "." || path == dir || strings.HasPrefix(path, dir+"/")
}

// Reader reads kustomizations of one tree. Files that stand in more trees than one are parsed once
// for all readers of the same cache. It is not safe for concurrent use.
type Reader struct {
	tree  *tree.Tree
	cache Cache
	dirs  map[string]*directory
}

// Cache holds parsed kustomization files by their content's object name.
type Cache map[git.OID]parsedFile

type parsedFile struct {
	file File
	err  error
}

// NewReader returns a reader of t.
func NewReader(t *tree.Tree, cache Cache) *Reader {
	return &Reader{tree: t, cache: cache, dirs: map[string]*directory{}}
}

// directory is what stands in one directory: its kustomization file, or why there is none.
type directory struct {
	file       *File
	references []Reference
	problem    *Problem
}

// File returns the kustomization file of dir, nil if there is none that can be read.
func (r *Reader) File(dir string) *File { return r.directory(dir).file }

// Closure works out what dir is built from. dir has a kustomization file.
func (r *Reader) Closure(dir string) *Closure {
	w := walk{reader: r, closure: newClosure(), done: map[string]bool{}}
	if resolved, ok := w.resolve(dir); ok {
		w.directory(resolved.Path)
	}
	return w.closure
}

// Plain is the closure of a directory of plain manifests: the files themselves.
func Plain(files []string) *Closure {
	closure := newClosure()
	for _, file := range files {
		closure.paths[file] = true
	}
	return closure
}

func newClosure() *Closure {
	return &Closure{paths: map[string]bool{}, names: map[entry][]string{}}
}

// walk follows references depth first.
type walk struct {
	reader  *Reader
	closure *Closure
	done    map[string]bool
	stack   []string // directories being walked, to tell cycles
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
	case reference.Remote != nil:
		w.closure.Remotes = append(w.closure.Remotes, Fetched{file, reference})
		return
	case reference.Problem != "":
		w.problem(file, reference, reference.Problem)
		return
	}
	resolved, err := w.resolveOr(reference.Local)
	switch {
	case errors.Is(err, fs.ErrNotExist) && reference.Inline:
	case errors.Is(err, fs.ErrNotExist):
		w.problem(file, reference, "does not exist")
	case err != nil:
		w.problem(file, reference, err.Error())
	case !resolved.Entry.Mode.IsDir():
		w.file(file, reference, resolved.Path)
	case reference.Field == Charts:
		w.closure.under = append(w.closure.under, resolved.Path)
	case slices.Contains(w.stack, resolved.Path):
		w.problem(file, reference, "is built from this very directory: a cycle")
	default:
		w.build(file, reference, resolved.Path)
	}
}

// build walks a directory that is built into file. Where a plugin's configuration is what gets built
// there, the paths in it are still relative to the file that uses the plugin.
func (w *walk) build(file *File, reference Reference, dir string) {
	known := len(w.closure.Files)
	w.directory(dir)
	if !reference.plugin() {
		return
	}
	for _, built := range w.closure.Files[known:] {
		for _, resource := range w.reader.directory(built.Dir).references {
			if resolved, ok := w.resolve(resource.Local); ok && resource.Local != "" && !resolved.Entry.Mode.IsDir() {
				w.file(file, reference, resolved.Path)
			}
		}
	}
}

// file notes a file and goes on through the files that a plugin's configuration names.
func (w *walk) file(file *File, reference Reference, resolved string) {
	at := entry{file.Path, reference.Field, reference.Index}
	w.closure.names[at] = append(w.closure.names[at], resolved)
	if !reference.plugin() {
		return
	}
	data, err := w.reader.tree.ReadFile(resolved)
	if err != nil {
		w.problem(file, reference, err.Error())
		return
	}
	c := collector{file: file}
	c.pluginFiles(reference.Field, reference.Index, data)
	for _, found := range c.found {
		if found.Local == reference.Local {
			continue
		}
		// What a plugin's configuration calls a path need not be a file: no problem if there is none.
		found.Inline = true
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
	if err == nil {
		w.closure.paths[resolved.Path] = true
	}
	return resolved, err
}

func (w *walk) problem(file *File, reference Reference, reason string) {
	line, column := file.Find(reference.Value)
	w.closure.Problems = append(w.closure.Problems, Problem{
		Path: file.Path, Line: line, Column: column,
		Reason: fmt.Sprintf("%s names %q, which %s", reference.Field, reference.Value, reason),
	})
}

// directory reads the kustomization file of dir, once.
func (r *Reader) directory(dir string) *directory {
	if d, ok := r.dirs[dir]; ok {
		return d
	}
	d := r.read(dir)
	r.dirs[dir] = d
	return d
}

func (r *Reader) read(dir string) *directory {
	var found []string
	var at tree.Resolved
	for _, name := range Names {
		resolved, err := r.tree.Resolve(path.Join(dir, name))
		if err == nil && !resolved.Entry.Mode.IsDir() {
			found = append(found, name)
			at = resolved
		}
	}
	if len(found) == 0 {
		return &directory{problem: &Problem{Path: dir, Reason: "has no kustomization file"}}
	}
	file := path.Join(dir, found[0])
	if len(found) > 1 {
		return &directory{problem: &Problem{Path: file, Reason: "stands beside " + found[1] + ": Kustomize refuses more than one kustomization file"}}
	}
	parsed, ok := r.cache[at.Entry.OID]
	if !ok {
		parsed = r.parse(at.Path)
		r.cache[at.Entry.OID] = parsed
	}
	if parsed.err != nil {
		problem := &Problem{Path: file, Reason: parsed.err.Error()}
		var mistake *document.Error
		if errors.As(parsed.err, &mistake) {
			problem.Line, problem.Reason = mistake.Line, mistake.Problem
		}
		return &directory{problem: problem}
	}
	placed := parsed.file
	placed.Path, placed.Dir = file, dir
	return &directory{file: &placed, references: placed.references()}
}

func (r *Reader) parse(path string) parsedFile {
	data, err := r.tree.ReadFile(path)
	if err != nil {
		return parsedFile{err: err}
	}
	k, err := parse(data)
	return parsedFile{file: File{Data: data, Kustomization: k}, err: err}
}
