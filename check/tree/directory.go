package tree

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/promocheck/promocheck/check/git"
)

// Entry is what a path holds. The zero Entry is nothing.
type Entry struct {
	Mode git.Mode
	OID  git.OID
}

// DirEntry is an entry of a directory.
type DirEntry struct {
	Name string
	Entry
}

// parseDirectory reads a tree object: for each entry its mode in octal, a
// space, its name, a NUL and the raw object name of size bytes. The result is
// in the order of names, as a file system lists them; Git sorts directories as
// if their names ended in a slash.
func parseDirectory(data []byte, size int) ([]DirEntry, error) {
	var entries []DirEntry
	for len(data) > 0 {
		modeText, rest, ok := bytes.Cut(data, []byte{' '})
		name, rest, ok2 := bytes.Cut(rest, []byte{0})
		if !ok || !ok2 || len(rest) < size {
			return nil, errors.New("tree object is cut off")
		}
		mode, err := strconv.ParseUint(string(modeText), 8, 32)
		if err != nil || mode == 0 {
			return nil, fmt.Errorf("tree object has an entry of mode %q", modeText)
		}
		if !validName(string(name)) {
			return nil, fmt.Errorf("tree object has an entry called %q", name)
		}
		entries = append(entries, DirEntry{
			Name:  string(name),
			Entry: Entry{Mode: git.Mode(mode), OID: git.OID(hex.EncodeToString(rest[:size]))},
		})
		data = rest[size:]
	}
	slices.SortFunc(entries, byName)
	for i := 1; i < len(entries); i++ {
		if entries[i].Name == entries[i-1].Name {
			return nil, fmt.Errorf("tree object has two entries called %q", entries[i].Name)
		}
	}
	return entries, nil
}

// validName refuses names that no checkout can have: they would make paths
// mean something else.
func validName(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.Contains(name, "/")
}

func byName(a, b DirEntry) int { return strings.Compare(a.Name, b.Name) }

func find(entries []DirEntry, name string) (Entry, bool) {
	i, ok := slices.BinarySearchFunc(entries, name, func(entry DirEntry, name string) int {
		return strings.Compare(entry.Name, name)
	})
	if !ok {
		return Entry{}, false
	}
	return entries[i].Entry, true
}
