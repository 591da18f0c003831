package tree

import (
	"io/fs"
	"path"
)

// FS is a directory of the tree as a file system of the standard library. Symbolic links are followed within the
// repository, the directory's own as well.
func (t *Tree) FS(dir string) fs.FS { return directory{NewFileSystem(t, nil), dir} }

type directory struct {
	files *FileSystem
	dir   string
}

func (d directory) at(op, name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", pathError(op, name, fs.ErrInvalid)
	}
	return above(path.Join(d.dir, name)), nil
}

// Open opens a file. Directories are read by ReadDir alone.
func (d directory) Open(name string) (fs.File, error) {
	at, err := d.at("open", name)
	if err != nil {
		return nil, err
	}
	return d.files.Open(at)
}

// ReadFile reads a file.
func (d directory) ReadFile(name string) ([]byte, error) {
	at, err := d.at("read", name)
	if err != nil {
		return nil, err
	}
	return d.files.ReadFile(at)
}

// Stat describes what a path leads to.
func (d directory) Stat(name string) (fs.FileInfo, error) {
	at, err := d.at("stat", name)
	if err != nil {
		return nil, err
	}
	info, err := d.files.stat(at)
	return info, err
}

// ReadDir lists a directory, with the links and submodules that are in it as what they are.
func (d directory) ReadDir(name string) ([]fs.DirEntry, error) {
	at, err := d.at("readdir", name)
	if err != nil {
		return nil, err
	}
	entries, err := d.files.entries(at)
	if err != nil {
		return nil, err
	}
	listed := make([]fs.DirEntry, len(entries))
	for i, entry := range entries {
		listed[i] = fs.FileInfoToDirEntry(fileInfo{name: entry.Name, mode: entry.Mode})
	}
	return listed, nil
}
