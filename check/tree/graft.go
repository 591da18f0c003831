package tree

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/promocheck/promocheck/check/git"
)

// Graft is the tree at root with changes applied. It exists in the store only,
// but has the object names that Git would give it.
func (s *Store) Graft(root git.OID, changes []git.StagedChange) (*Tree, error) {
	oid, err := s.graft("", root, changes)
	if err != nil {
		return nil, err
	}
	if oid == "" {
		oid = s.put(nil, len(root))
	}
	return s.Tree(oid), nil
}

// graft changes one directory, with paths relative to it. It is "" both for a
// directory that did not exist and for one that nothing is left of.
func (s *Store) graft(dir string, oid git.OID, changes []git.StagedChange) (git.OID, error) {
	old, err := s.entriesOrNone(dir, oid)
	if err != nil {
		return "", err
	}
	digits := len(oid)
	entries := map[string]Entry{}
	for _, entry := range old {
		entries[entry.Name] = entry.Entry
	}
	// What is removed goes first: a file may have become a directory.
	below := map[string][]git.StagedChange{}
	for _, change := range changes {
		name, rest, deeper := strings.Cut(change.Path, "/")
		switch {
		case deeper:
			change.Path = rest
			below[name] = append(below[name], change)
		case change.Mode == 0:
			delete(entries, name)
		}
		digits = max(digits, len(change.OID))
	}
	for name, changes := range below {
		child, err := s.graft(path.Join(dir, name), directoryOID(entries[name]), changes)
		if err != nil {
			return "", err
		}
		if child != "" {
			entries[name] = Entry{git.ModeDir, child}
		} else {
			delete(entries, name)
		}
	}
	for _, change := range changes {
		if change.Mode != 0 && !strings.Contains(change.Path, "/") {
			entries[change.Path] = Entry{change.Mode, change.OID}
		}
	}
	if len(entries) == 0 {
		return "", nil
	}
	return s.put(entries, digits), nil
}

// put keeps a directory that Git does not have.
func (s *Store) put(entries map[string]Entry, digits int) git.OID {
	list := make([]DirEntry, 0, len(entries))
	for name, entry := range entries {
		list = append(list, DirEntry{name, entry})
	}
	oid := hashDirectory(list, digits)
	slices.SortFunc(list, byName)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.grafted[oid] = list
	return oid
}

// hashDirectory names a directory as Git does. The length of the names decides
// the hash function.
func hashDirectory(entries []DirEntry, digits int) git.OID {
	slices.SortFunc(entries, func(a, b DirEntry) int { return strings.Compare(sortKey(a), sortKey(b)) })
	var content []byte
	for _, entry := range entries {
		content = strconv.AppendUint(content, uint64(entry.Mode), 8)
		content = append(content, ' ')
		content = append(content, entry.Name...)
		content = append(content, 0)
		raw, _ := hex.DecodeString(string(entry.OID)) // it was encoded or checked when it was read
		content = append(content, raw...)
	}
	object := append([]byte(fmt.Sprintf("tree %d\x00", len(content))), content...)
	if digits == hex.EncodedLen(sha256.Size) {
		sum := sha256.Sum256(object)
		return git.OID(hex.EncodeToString(sum[:]))
	}
	sum := sha1.Sum(object)
	return git.OID(hex.EncodeToString(sum[:]))
}

func sortKey(entry DirEntry) string {
	if entry.Mode.IsDir() {
		return entry.Name + "/"
	}
	return entry.Name
}
