// Package rego finds the Rego files below a directory: all that are rules or what rules share, or an error. A file that
// is passed over in silence would be a rule that never fires.
package rego

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/mistake"
)

// File is a Rego file.
type File struct {
	Name string // with that of the directory, as error messages give it
	Text []byte
}

// IsRule reports whether a file holds a rule or what rules share, by its name.
func IsRule(name string) bool { return isRego(name) && !isTest(name) }

// IsTest reports whether a file tests rules, by its name: in Rego, or as a scenario.
func IsTest(name string) bool { return isTest(name) || path.Ext(name) == ".txtar" }

func isRego(name string) bool { return strings.EqualFold(path.Ext(name), ".rego") }

func isTest(name string) bool { return strings.HasSuffix(strings.ToLower(name), "_test.rego") }

// Read reads the files below a directory, which error messages call name, in the order of their names and without tests.
// What is wrong with them is a *mistake.Error.
func Read(name string, files fs.FS) ([]File, error) {
	all, err := ReadAll(name, files)
	return slices.DeleteFunc(all, func(f File) bool { return isTest(f.Name) }), err
}

// ReadAll reads them with the tests.
func ReadAll(name string, files fs.FS) (all []File, err error) {
	err = fs.WalkDir(files, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		at := path.Join(name, file)
		if entry.Type()&(fs.ModeSymlink|fs.ModeIrregular) != 0 {
			if err := refuse(files, file, at, entry); err != nil {
				return err
			}
		}
		if entry.IsDir() || !isRego(file) {
			return nil
		}
		text, err := fs.ReadFile(files, file)
		if err != nil {
			return err
		}
		all = append(all, File{at, text})
		return nil
	})
	return all, err
}

// refuse refuses what may have files below it that a walk does not come to.
func refuse(files fs.FS, file, at string, entry fs.DirEntry) error {
	wrong := func(problem, hint string) error {
		return &mistake.Error{Path: at, Problem: problem, Hint: hint, Usage: true}
	}
	if entry.Type()&fs.ModeIrregular != 0 {
		return wrong("a submodule, whose files would not be read", "keep the rules in this repository")
	}
	switch to, err := fs.Stat(files, file); {
	case err != nil:
		return wrong("a link that leads to nothing that can be read here", "remove it, or put the file itself in its place")
	case to.IsDir():
		return wrong("a link to a directory, whose files would not be read", "name that directory, too, in its place")
	}
	return nil
}
