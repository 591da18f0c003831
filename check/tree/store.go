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

// Store holds what was read lately, by object: the two trees of a comparison share
// most of it. It is safe for concurrent use.
type Store struct {
	objects Objects

	mu          sync.Mutex
	directories recent[[]DirEntry]
	contents    recent[[]byte]
	large       map[git.OID]bool       // those that are not kept
	grafted     map[git.OID][]DirEntry // directories that Git does not have
}

// Contents of any size can be read, but only so much is kept for the next reader.
const (
	maxKept        = 1 << 20
	maxContents    = 32 << 20
	maxDirectories = 24 << 20
	mostAhead      = 256 // how many contents are asked for at once
)

// NewStore reads from objects.
func NewStore(objects Objects) *Store {
	return &Store{
		objects:     objects,
		directories: newRecent(maxDirectories, sizeOf),
		contents:    newRecent(maxContents, func(data []byte) int { return len(data) }),
		large:       map[git.OID]bool{},
		grafted:     map[git.OID][]DirEntry{},
	}
}

// Tree is the tree with the given root.
func (s *Store) Tree(root git.OID) *Tree {
	return &Tree{store: s, root: root}
}

// sizeOf is about what the entries of a directory take up in memory.
func sizeOf(entries []DirEntry) int {
	size := 0
	for _, entry := range entries {
		const fixed = 80
		size += fixed + len(entry.Name) + len(entry.OID)
	}
	return size
}

// directory reads one directory's entries, in the order of their names.
func (s *Store) directory(path string, oid git.OID) ([]DirEntry, error) {
	if entries, ok := s.atHand(oid); ok {
		return entries, nil
	}
	read, err := s.readDirectories([]located{{path, oid}})
	if err != nil {
		return nil, err
	}
	return read[0], nil
}

func (s *Store) atHand(oid git.OID) ([]DirEntry, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if entries, ok := s.directories.get(oid); ok {
		return entries, true
	}
	entries, ok := s.grafted[oid]
	return entries, ok
}

// located is an object and where it was found, for errors.
type located struct {
	path string
	oid  git.OID
}

// loadDirectories reads those directories that are not at hand, in one go.
func (s *Store) loadDirectories(wanted []located) error {
	var unknown []located
	asked := map[git.OID]bool{}
	for _, directory := range wanted {
		if _, ok := s.atHand(directory.oid); !ok && !asked[directory.oid] {
			asked[directory.oid] = true
			unknown = append(unknown, directory)
		}
	}
	_, err := s.readDirectories(unknown)
	return err
}

func (s *Store) readDirectories(wanted []located) ([][]DirEntry, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	oids := make([]git.OID, len(wanted))
	for i, directory := range wanted {
		oids[i] = directory.oid
	}
	objects, err := s.objects.Objects(oids, git.MaxObjectSize)
	if err != nil {
		return nil, &StorageError{Path: wanted[0].path, OID: wanted[0].oid, Err: err}
	}
	parsed := make([][]DirEntry, len(objects))
	for i, object := range objects {
		if parsed[i], err = parseObject(object, oids[i]); err != nil {
			return nil, &StorageError{Path: wanted[i].path, OID: oids[i], Err: err}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, oid := range oids {
		s.directories.put(oid, parsed[i])
	}
	return parsed, nil
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
	s.mu.Lock()
	data, ok := s.contents.get(oid)
	s.mu.Unlock()
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

// loadContents reads those contents ahead that are not at hand, as far as they are kept. What cannot be read
// is reported when it is asked for.
func (s *Store) loadContents(oids []git.OID) error {
	s.mu.Lock()
	oids = slices.DeleteFunc(oids, func(oid git.OID) bool {
		_, known := s.contents.get(oid)
		return known
	})
	s.mu.Unlock()
	read := 0
	for some := range slices.Chunk(oids, mostAhead) {
		objects, err := s.objects.Objects(some, maxKept)
		if err != nil {
			return err
		}
		for i, object := range objects {
			if object.Size > maxKept {
				s.mu.Lock()
				s.large[some[i]] = true
				s.mu.Unlock()
			}
			if data, err := blob(object); err == nil {
				s.keep(some[i], data)
				read += len(data)
			}
		}
		if read > maxContents {
			return nil // more would push out what was just read
		}
	}
	return nil
}

func (s *Store) hasLarge() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.large) > 0
}

func (s *Store) isLarge(oid git.OID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.large[oid]
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

func (s *Store) keep(oid git.OID, data []byte) {
	if len(data) <= maxKept {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.contents.put(oid, data)
	}
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
