package waiver

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/spelling"
	"github.com/promocheck/promocheck/check/tree"
)

// Waivers have a directory, in which each has a file of its own: two teams never edit the same one.
const (
	Directory = above + "/" + called

	above     = ".promocheck"
	called    = "waivers"
	extension = ".yaml"
)

// beside are files that may lie beside waivers.
var beside = []string{"README.md", "README", "OWNERS", "CODEOWNERS", ".gitkeep", ".keep"}

// MayBeIn reports whether a file may state waivers, or should not be where it is.
func MayBeIn(file string) bool { return file == above || strings.HasPrefix(file, above+"/") }

// IsFile reports whether a file states a waiver, and nothing else.
func IsFile(file string) bool { return path.Dir(file) == Directory }

// readDirectory reads the waivers that have files of their own. Whatever else is there was meant to be one: it would
// excuse nothing, and nobody would be told.
func readDirectory(t *tree.Tree, zone *time.Location) ([]Waiver, error) {
	if is, err := isDirectory(t, above); err != nil || !is {
		return nil, err
	}
	names, err := t.ReadDir(above)
	if err != nil {
		return nil, err
	}
	for _, entry := range names {
		if entry.Name != called && spelling.Nearest(strings.TrimSuffix(entry.Name, path.Ext(entry.Name)), []string{called}) != "" {
			return nil, mistake.Configured(path.Join(above, entry.Name), 0, "this waives nothing: waivers are in "+Directory)
		}
	}
	if is, err := isDirectory(t, Directory); err != nil || !is {
		return nil, err
	}
	files, err := t.ReadDir(Directory)
	if err != nil {
		return nil, err
	}
	var waivers []Waiver
	for _, file := range files {
		if file.Mode.IsFile() && slices.Contains(beside, file.Name) {
			continue
		}
		w, err := readFile(t, path.Join(Directory, file.Name), file.Entry, zone)
		if err != nil {
			return nil, err
		}
		waivers = append(waivers, w)
	}
	return waivers, nil
}

// isDirectory reports whether there is a directory. What is something else of its name is a mistake.
func isDirectory(t *tree.Tree, name string) (bool, error) {
	entry, err := t.Lookup(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case !entry.Mode.IsDir():
		return false, mistake.Configured(name, 0, "this waives nothing: it has to be a directory of this repository, and no link to one")
	}
	return true, nil
}

func readFile(t *tree.Tree, file string, entry tree.Entry, zone *time.Location) (Waiver, error) {
	var problem string
	switch {
	case entry.Mode.IsSymlink():
		problem = "a waiver is a file of its own, and no link to one"
	case !entry.Mode.IsFile():
		problem = "waivers lie side by side in " + Directory + ", and in no directory below it"
	case path.Ext(file) != extension:
		problem = fmt.Sprintf("this waives nothing: the file of a waiver ends in %s", extension)
	}
	if problem != "" {
		return Waiver{}, mistake.Configured(file, 0, problem)
	}
	data, err := t.Content(file, entry)
	if err != nil {
		return Waiver{}, mistake.Configured(file, 0, "the waiver cannot be read: "+err.Error())
	}
	return ParseFile(file, data, zone)
}
