package tree

import (
	"bytes"
	"io/fs"
	"path"
	"time"

	"github.com/promocheck/promocheck/check/git"
)

// file is an open file.
type file struct {
	bytes.Reader
	info fileInfo
}

func (f *file) Close() error               { return nil }
func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *file) Write([]byte) (int, error)  { return 0, readOnly("write", f.info.name) }

// fileInfo describes an entry.
type fileInfo struct {
	name string
	mode git.Mode
	size int64
}

func (i fileInfo) Name() string       { return i.name }
func (i fileInfo) Size() int64        { return i.size }
func (i fileInfo) IsDir() bool        { return i.Mode().IsDir() }
func (i fileInfo) ModTime() time.Time { return time.Time{} } // Git keeps none
func (i fileInfo) Sys() any           { return nil }

func (i fileInfo) Mode() fs.FileMode {
	switch {
	case i.mode.IsDir():
		return fs.ModeDir | 0o555
	case i.mode.IsSymlink():
		return fs.ModeSymlink | 0o777
	case i.mode.IsSubmodule():
		return fs.ModeIrregular
	case i.mode == git.ModeExecutable:
		return 0o555
	}
	return 0o444
}

// stat describes what a path leads to.
func (f *FileSystem) stat(name string) (fileInfo, error) {
	resolved, err := f.resolve("stat", name)
	if err != nil {
		return fileInfo{}, err
	}
	return f.info(name, resolved.Entry)
}

// lstat describes a path itself, which may be a symbolic link.
func (f *FileSystem) lstat(name string) (fileInfo, error) {
	inside, err := below("lstat", name)
	if err != nil {
		return fileInfo{}, err
	}
	entry, err := f.tree.Lookup(inside)
	if err != nil {
		return fileInfo{}, f.noted(err)
	}
	return f.info(name, entry)
}

func (f *FileSystem) info(name string, entry Entry) (fileInfo, error) {
	info := fileInfo{name: path.Base(name), mode: entry.Mode}
	if entry.Mode.IsFile() {
		data, err := f.content("stat", name)
		if err != nil {
			return fileInfo{}, err
		}
		info.size = int64(len(data))
	}
	return info, nil
}

// globbed is a FileSystem as the standard library's Glob wants it.
type globbed struct{ files *FileSystem }

func (g globbed) Open(name string) (fs.File, error)     { return g.files.Open(name) }
func (g globbed) Stat(name string) (fs.FileInfo, error) { return g.files.lstat(name) }

func (g globbed) ReadDir(name string) ([]fs.DirEntry, error) {
	names, err := g.files.ReadDir(name)
	if err != nil {
		return nil, err
	}
	entries := make([]fs.DirEntry, len(names))
	for i, name := range names {
		entries[i] = fs.FileInfoToDirEntry(fileInfo{name: name}) // Glob only asks for names
	}
	return entries, nil
}
