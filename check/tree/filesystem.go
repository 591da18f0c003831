package tree

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// Mount is the directory at which a FileSystem shows the top of the repository.
// Nothing is beside it, so that ../ past the top and the host's own paths lead nowhere.
const Mount = "/.promocheck"

// FileSystem shows a tree to Kustomize. It only takes absolute paths below
// Mount, and refuses to write. It is safe for concurrent use.
type FileSystem struct {
	tree     *Tree
	replaced map[string][]byte

	mu  sync.Mutex
	err error
}

var _ filesys.FileSystem = (*FileSystem)(nil)

// NewFileSystem shows a tree, but for the files in replaced, by path from the
// top of the repository, with other content. A symbolic link can be replaced
// as well, and is then not followed. The map must not be changed afterwards.
func NewFileSystem(t *Tree, replaced map[string][]byte) *FileSystem {
	return &FileSystem{tree: t, replaced: replaced}
}

// Err is the first failure to read what the tree says is there. Exists, IsDir
// and Glob cannot report one, and users of a file system take any for an
// absent file: with Err set, nothing made from the file system can be relied on.
func (f *FileSystem) Err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// noted remembers a failure of the storage.
func (f *FileSystem) noted(err error) error {
	var storage *StorageError
	if errors.As(err, &storage) {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.err == nil {
			f.err = err
		}
	}
	return err
}

// below is the path within the repository.
func below(op, name string) (string, error) {
	rest, ok := strings.CutPrefix(name, Mount)
	if !ok || rest != "" && rest[0] != '/' {
		return "", pathError(op, name, fs.ErrNotExist)
	}
	return strings.TrimLeft(rest, "/"), nil
}

// above is the path that users of the file system see.
func above(name string) string { return path.Join(Mount, name) }

func (f *FileSystem) resolve(op, name string) (Resolved, error) {
	inside, err := below(op, name)
	if err != nil {
		return Resolved{}, err
	}
	resolved, err := f.tree.Resolve(inside)
	return resolved, f.noted(err)
}

// content is a file's content, which callers must not change.
func (f *FileSystem) content(op, name string) ([]byte, error) {
	inside, err := below(op, name)
	if err != nil {
		return nil, err
	}
	if data, ok := f.replacedLink(inside); ok {
		return data, nil
	}
	resolved, err := f.tree.Resolve(inside)
	if err != nil {
		return nil, f.noted(err)
	}
	if data, ok := f.replaced[resolved.Path]; ok {
		return data, nil
	}
	data, err := f.tree.readResolved(inside, resolved)
	return data, f.noted(err)
}

// replacedLink is the content in place of what is at a path itself, which may be
// a symbolic link.
func (f *FileSystem) replacedLink(inside string) ([]byte, bool) {
	dir, err := f.tree.Resolve(path.Dir(inside))
	if err != nil {
		return nil, false
	}
	data, ok := f.replaced[path.Join(dir.Path, path.Base(inside))]
	return data, ok
}

// ReadFile reads a file, following symbolic links.
func (f *FileSystem) ReadFile(name string) ([]byte, error) {
	data, err := f.content("open", name)
	return bytes.Clone(data), err
}

// Exists says whether a path leads to anything.
func (f *FileSystem) Exists(name string) bool {
	_, err := f.resolve("stat", name)
	return err == nil
}

// IsDir says whether a path leads to a directory.
func (f *FileSystem) IsDir(name string) bool {
	resolved, err := f.resolve("stat", name)
	return err == nil && resolved.Entry.Mode.IsDir()
}

// CleanedAbs splits a path, once freed of symbolic links, into a directory and
// the name of a file in it, empty if the path leads to a directory.
func (f *FileSystem) CleanedAbs(name string) (filesys.ConfirmedDir, string, error) {
	resolved, err := f.resolve("resolve", path.Clean(name))
	if err != nil {
		return "", "", err
	}
	switch mode := resolved.Entry.Mode; {
	case mode.IsSubmodule():
		return "", "", pathError("resolve", name, ErrSubmodule)
	case mode.IsDir():
		return filesys.ConfirmedDir(above(resolved.Path)), "", nil
	}
	dir, file := path.Split(resolved.Path)
	return filesys.ConfirmedDir(above(dir)), file, nil
}

// ReadDir lists the names in a directory.
func (f *FileSystem) ReadDir(name string) ([]string, error) {
	entries, err := f.entries(name)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name
	}
	return names, nil
}

func (f *FileSystem) entries(name string) ([]DirEntry, error) {
	inside, err := below("open", name)
	if err != nil {
		return nil, err
	}
	entries, err := f.tree.ReadDir(inside)
	return entries, f.noted(err)
}

// Open opens a file for reading.
func (f *FileSystem) Open(name string) (filesys.File, error) {
	info, err := f.stat(name)
	if err != nil {
		return nil, err
	}
	file := &file{info: info}
	if !info.IsDir() {
		data, err := f.content("open", name)
		if err != nil {
			return nil, err
		}
		file.Reader = *bytes.NewReader(data)
	}
	return file, nil
}

// Glob lists the paths that match a pattern, without hidden ones unless the
// pattern is for them.
func (f *FileSystem) Glob(pattern string) ([]string, error) {
	matches, err := fs.Glob(globbed{f}, pattern)
	if err != nil || filesys.IsHiddenFilePath(pattern) {
		return matches, err
	}
	return filesys.RemoveHiddenFiles(matches), nil
}

// Walk visits a path and everything below it without following symbolic links.
func (f *FileSystem) Walk(name string, visit filepath.WalkFunc) error {
	info, err := f.lstat(name)
	if err != nil {
		err = visit(name, nil, err)
	} else {
		err = f.walk(name, info, visit)
	}
	if errors.Is(err, filepath.SkipDir) || errors.Is(err, filepath.SkipAll) {
		return nil
	}
	return err
}

func (f *FileSystem) walk(name string, info fs.FileInfo, visit filepath.WalkFunc) error {
	if !info.IsDir() {
		return visit(name, info, nil)
	}
	entries, unreadable := f.entries(name)
	if err := visit(name, info, unreadable); err != nil || unreadable != nil {
		return err
	}
	for _, entry := range entries {
		child := path.Join(name, entry.Name)
		info, err := f.lstat(child)
		if err != nil {
			err = visit(child, nil, err)
		} else {
			err = f.walk(child, info, visit)
		}
		skipped := errors.Is(err, filepath.SkipDir) && info.IsDir()
		if err != nil && !skipped {
			return err
		}
	}
	return nil
}

// Create, Mkdir, MkdirAll, RemoveAll and WriteFile fail: what is in Git stays as it is.

func (f *FileSystem) Create(name string) (filesys.File, error) { return nil, readOnly("create", name) }
func (f *FileSystem) Mkdir(name string) error                  { return readOnly("mkdir", name) }
func (f *FileSystem) MkdirAll(name string) error               { return readOnly("mkdir", name) }
func (f *FileSystem) RemoveAll(name string) error              { return readOnly("remove", name) }
func (f *FileSystem) WriteFile(name string, _ []byte) error    { return readOnly("write", name) }

var errReadOnly = errors.New("read-only file system")

func readOnly(op, name string) error { return pathError(op, name, errReadOnly) }
