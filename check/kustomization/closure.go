package kustomization

import (
	"slices"
	"strings"
)

// Closure is all that a directory is built from.
type Closure struct {
	Dir      string    // that is built; empty where files stand for themselves
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

// ReachedBy are those of some paths, in order, that decide what the directory deploys. The fewer of both sides are looked at:
// there may be thousands of either.
func (c *Closure) ReachedBy(paths []string) []string {
	if len(paths) <= len(c.paths)+len(c.hints)+len(c.taken.files) {
		return slices.DeleteFunc(slices.Clone(paths), func(path string) bool { return !c.Reaches(path) })
	}
	var reached []string
	for _, own := range []map[string]bool{c.paths, c.hints, c.taken.files} {
		for path := range own {
			if _, found := slices.BinarySearch(paths, path); found {
				reached = append(reached, path)
			}
		}
	}
	for _, dir := range slices.Concat(c.under, c.taken.under) {
		if dir == "." {
			return slices.Clone(paths)
		}
		at, _ := slices.BinarySearch(paths, dir)
		for ; at < len(paths) && strings.HasPrefix(paths[at], dir); at++ {
			if within(paths[at], dir) {
				reached = append(reached, paths[at])
			}
		}
	}
	slices.Sort(reached)
	return slices.Compact(reached)
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
	return slices.ContainsFunc(c.under, func(under string) bool { return within(under, dir) || within(dir, under) })
}

func within(path, dir string) bool {
	return dir == "." || path == dir || strings.HasPrefix(path, dir+"/")
}

func newClosure() *Closure {
	return &Closure{paths: map[string]bool{}, hints: map[string]bool{}, names: map[entry][]string{}, users: map[string][]use{}}
}
