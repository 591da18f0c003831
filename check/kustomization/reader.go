package kustomization

import (
	"errors"
	"path"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/tree"
)

// Reader reads kustomizations of one tree. Files that stand in more trees than one are parsed once
// for all readers of the same cache. It is not safe for concurrent use.
type Reader struct {
	tree  *tree.Tree
	cache Cache
	dirs  map[string]*directory

	asking map[string]bool   // by directory, whether a chart's templates ask for files
	belows map[string]*below // what lies in directories of charts, by the first of them
}

// Cache holds parsed kustomization files by their content's object name, up to mostParsed of them: a walk through
// history comes by any number.
type Cache map[git.OID]parsedFile

const mostParsed = 1 << 13

type parsedFile struct {
	file File
	err  error
}

// NewReader returns a reader of t.
func NewReader(t *tree.Tree, cache Cache) *Reader {
	return &Reader{tree: t, cache: cache, dirs: map[string]*directory{}, asking: map[string]bool{}, belows: map[string]*below{}}
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
	return r.Edited(dir, nil)
}

// from walks from a directory on.
func (w *walk) from(dir string) *Closure {
	w.closure.Dir = dir
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
		if len(r.cache) >= mostParsed {
			clear(r.cache)
		}
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
