package kustomization

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/tree"
)

// Closure is all that a directory is built from.
type Closure struct {
	Files    []*File   // each kustomization file once, the directory's own first
	Built    []string  // the other directories that are built into it
	Remotes  []Named   // what Kustomize would fetch for it
	Missing  []Named   // what is named, and is not there
	Problems []Problem // what keeps Kustomize from building it, as far as that shows without building

	paths map[string]bool // every path whose entry decides, existing or not
	hints map[string]bool // paths that decide once there is a file
	names map[entry][]string
	under []string         // directories that count with all that is below
	taken taken            // what deployed objects take from elsewhere in the repo
	users map[string][]use // by directory, what builds it in
}

// taken are files, and directories with all that is below them.
type taken struct {
	files map[string]bool
	under []string
}

// TakeIn adds what objects that are built here take from elsewhere in the repo once they are deployed.
func (c *Closure) TakeIn(files, under []string) {
	c.taken.files = map[string]bool{}
	for _, file := range files {
		c.taken.files[file] = true
	}
	c.taken.under = slices.Compact(slices.Sorted(slices.Values(under)))
}

// use is a directory that another is built into.
type use struct {
	dir       string
	component bool
}

// Applied lists the files whose transformers apply to what file brings in: its own, those of what it
// is built into, and those of their components. They are in the order of Files.
func (c *Closure) Applied(file *File) []*File {
	applied := map[string]bool{file.Dir: true}
	for grown := true; grown; {
		grown = false
		for dir, users := range c.users {
			for _, user := range users {
				grows, from := user.dir, dir
				if user.component && applied[user.dir] {
					grows, from = dir, user.dir
				}
				if applied[from] && !applied[grows] {
					applied[grows], grown = true, true
				}
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(c.Files), func(f *File) bool { return !applied[f.Dir] })
}

// Named is a reference and the file that it stands in.
type Named struct {
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

// Named lists the files that entries which Kustomize reads as YAML name, in order.
func (c *Closure) Named() []string {
	var named []string
	for at, files := range c.names {
		if at.field != ConfigMaps && at.field != Secrets && at.field != Charts {
			named = append(named, files...)
		}
	}
	slices.Sort(named)
	return slices.Compact(named)
}

// Read lists every file that an entry names, in order.
func (c *Closure) Read() []string {
	var named []string
	for _, files := range c.names {
		named = append(named, files...)
	}
	slices.Sort(named)
	return slices.Compact(named)
}

// Reaches reports whether an entry at path decides what the directory deploys.
func (c *Closure) Reaches(path string) bool {
	return c.Builds(path) || c.taken.files[path] ||
		slices.ContainsFunc(c.taken.under, func(dir string) bool { return within(path, dir) })
}

// Builds reports whether an entry at path decides what the directory builds to.
func (c *Closure) Builds(path string) bool {
	if c.paths[path] || c.hints[path] {
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

// Closure works out what dir is built from.
func (r *Reader) Closure(dir string) *Closure {
	w := walk{reader: r, closure: newClosure(), done: map[string]bool{}}
	switch resolved, err := w.resolveOr(dir); {
	case err != nil:
		w.closure.Problems = append(w.closure.Problems, Problem{Path: dir, Reason: "cannot be read: " + cause(err)})
	case resolved.Entry.Mode.IsSubmodule():
		w.closure.Problems = append(w.closure.Problems, Problem{Path: dir, Reason: "is a submodule, whose content is not in the repository"})
	default:
		w.directory(resolved.Path)
	}
	return w.closure
}

// Plain is the closure of a directory of plain manifests: the files themselves, and what they are
// symbolic links to.
func (r *Reader) Plain(files []string) *Closure {
	w := walk{reader: r, closure: newClosure()}
	for _, file := range files {
		w.resolve(file)
	}
	return w.closure
}

func newClosure() *Closure {
	return &Closure{paths: map[string]bool{}, hints: map[string]bool{}, names: map[entry][]string{}, users: map[string][]use{}}
}

// walk follows references depth first.
type walk struct {
	reader  *Reader
	closure *Closure
	done    map[string]bool
	stack   []string // directories being walked, to tell cycles
	within  bool     // plugins' own directories are walked
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
		if err == nil && resolved.Entry.Mode.IsFile() {
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
		var wrong *mistake.Error
		if errors.As(parsed.err, &wrong) && wrong.Line > 0 {
			problem.Line, problem.Reason = wrong.Line, wrong.Problem
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
