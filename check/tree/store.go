// Package tree is a read-only file tree at a Git tree object: nothing is
// checked out.
package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"github.com/promocheck/promocheck/check/git"
)

// Objects is where trees and contents come from.
type Objects interface {
	Objects(oids []git.OID, limit int64) ([]git.Object, error)
}

// Store holds what was read, by object: the two trees of a comparison share
// most of it. It is safe for concurrent use.
type Store struct {
	objects Objects

	mu          sync.RWMutex
	directories map[git.OID][]DirEntry
	contents    map[git.OID][]byte
	contentSize int
}

// Contents of any size can be read, but only so much is kept for the next reader.
const (
	maxKept      = 1 << 20
	maxKeptTotal = 256 << 20
	mostAhead    = 256 // how many contents are asked for at once
)

// NewStore reads from objects.
func NewStore(objects Objects) *Store {
	return &Store{
		objects:     objects,
		directories: map[git.OID][]DirEntry{},
		contents:    map[git.OID][]byte{},
	}
}

// Tree is the tree with the given root.
func (s *Store) Tree(root git.OID) *Tree {
	return &Tree{store: s, root: root}
}

// directory reads one directory's entries, in the order of their names.
func (s *Store) directory(path string, oid git.OID) ([]DirEntry, error) {
	s.mu.RLock()
	entries, ok := s.directories[oid]
	s.mu.RUnlock()
	if ok {
		return entries, nil
	}
	if err := s.loadDirectories([]located{{path, oid}}); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.directories[oid], nil
}

// located is an object and where it was found, for errors.
type located struct {
	path string
	oid  git.OID
}

// loadDirectories reads those directories that are not known yet, in one go.
func (s *Store) loadDirectories(wanted []located) error {
	var unknown []located
	var oids []git.OID
	asked := map[git.OID]bool{}
	s.mu.RLock()
	for _, directory := range wanted {
		if _, ok := s.directories[directory.oid]; !ok && !asked[directory.oid] {
			asked[directory.oid] = true
			unknown = append(unknown, directory)
			oids = append(oids, directory.oid)
		}
	}
	s.mu.RUnlock()
	if len(oids) == 0 {
		return nil
	}
	objects, err := s.objects.Objects(oids, git.MaxObjectSize)
	if err != nil {
		return &StorageError{Path: unknown[0].path, OID: unknown[0].oid, Err: err}
	}
	parsed := make([][]DirEntry, len(objects))
	for i, object := range objects {
		if parsed[i], err = parseObject(object, oids[i]); err != nil {
			return &StorageError{Path: unknown[i].path, OID: oids[i], Err: err}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, oid := range oids {
		s.directories[oid] = parsed[i]
	}
	return nil
}

func parseObject(object git.Object, oid git.OID) ([]DirEntry, error) {
	if object.Err != nil {
		return nil, object.Err
	}
	if object.Type != "tree" {
		return nil, fmt.Errorf("object is a %s, not a tree", object.Type)
	}
	return parseDirectory(object.Data, len(oid)/2)
}

// content reads a file's content, which callers must not change.
func (s *Store) content(path string, oid git.OID) ([]byte, error) {
	s.mu.RLock()
	data, ok := s.contents[oid]
	s.mu.RUnlock()
	if ok {
		return data, nil
	}
	objects, err := s.objects.Objects([]git.OID{oid}, git.MaxObjectSize)
	if err == nil {
		data, err = blob(objects[0])
	}
	if err != nil {
		return nil, &StorageError{Path: path, OID: oid, Err: err}
	}
	s.keep(oid, data)
	return data, nil
}

// loadContents reads those contents ahead that are not known yet, as far as
// they are kept. What cannot be read is reported when it is asked for.
func (s *Store) loadContents(oids []git.OID) error {
	s.mu.RLock()
	oids = slices.DeleteFunc(oids, func(oid git.OID) bool {
		_, known := s.contents[oid]
		return known
	})
	s.mu.RUnlock()
	for some := range slices.Chunk(oids, mostAhead) {
		objects, err := s.objects.Objects(some, maxKept)
		if err != nil {
			return err
		}
		for i, object := range objects {
			if data, err := blob(object); err == nil && !s.keep(some[i], data) {
				return nil
			}
		}
	}
	return nil
}

func blob(object git.Object) ([]byte, error) {
	if object.Err != nil {
		return nil, object.Err
	}
	if object.Type != "blob" {
		return nil, fmt.Errorf("object is a %s, not a blob", object.Type)
	}
	return object.Data, nil
}

// keep reports whether a content is at hand from now on.
func (s *Store) keep(oid git.OID, data []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, known := s.contents[oid]
	switch {
	case known:
		return true
	case len(data) > maxKept || s.contentSize+len(data) > maxKeptTotal:
		return false
	}
	s.contents[oid] = data
	s.contentSize += len(data)
	return true
}

// StorageError is a failure to read what the tree says is there, as opposed to
// a path that leads nowhere.
type StorageError struct {
	Path string
	OID  git.OID
	Err  error
}

func (e *StorageError) Error() string {
	return fmt.Sprintf("read %s (object %s): %v", e.Path, e.OID, e.Err)
}

func (e *StorageError) Unwrap() error { return e.Err }

// Why a path leads nowhere; each comes inside an *fs.PathError. A path that
// does not exist is fs.ErrNotExist.
var (
	ErrLeaves       = errors.New("leaves the repository")
	ErrLoop         = errors.New("too many symbolic links")
	ErrSubmodule    = errors.New("is in a submodule, whose content is not in the repository")
	ErrNotDirectory = errors.New("not a directory")
	ErrIsDirectory  = errors.New("is a directory")
)

func pathError(op, path string, err error) error {
	return &fs.PathError{Op: op, Path: path, Err: err}
}
