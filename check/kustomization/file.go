// Package kustomization reads kustomization files as Kustomize does, finds out which files and
// directories each is built from, and tells what of it Kustomize would fetch from elsewhere.
package kustomization

import (
	"errors"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/mistake"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Names are the file names that make a directory a kustomization. A directory has one of them.
var Names = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// IsName reports whether a path is that of a kustomization file.
func IsName(p string) bool { return slices.Contains(Names, path.Base(p)) }

// File is a kustomization file.
type File struct {
	Path string // in the tree
	Dir  string // what its references are relative to
	Data []byte
	types.Kustomization
	// Edits are what a deployer puts into it, which Kustomization has; nil: nothing.
	Edits *Edits
	// Generated is set where a deployer makes the file, and there is none.
	Generated bool
}

// Component reports whether the file is a part that only others are built with.
func (f *File) Component() bool { return f.Kind == types.ComponentKind }

// parse reads a kustomization as leniently as Kustomize does, and moves deprecated fields to where
// they belong.
func parse(data []byte) (types.Kustomization, error) {
	var k types.Kustomization
	if err := document.Check(data); err != nil {
		return k, err
	}
	if err := k.Unmarshal(data); err != nil {
		return k, syntax(data, err)
	}
	k.FixKustomization()
	return k, nil
}

// syntax prefers our own reader's error, which has a line, to that of the conversion to JSON.
func syntax(data []byte, err error) error {
	var broken *mistake.Error
	if _, parseErr := document.Parse(data); errors.As(parseErr, &broken) {
		return &mistake.Error{Line: broken.Line, Problem: "is not valid YAML: " + broken.Problem}
	}
	message := strings.TrimPrefix(err.Error(), "invalid Kustomization: ")
	wrong := &mistake.Error{Problem: strings.TrimPrefix(message, "json: ")}
	if field := noText.FindStringSubmatch(message); field != nil {
		wrong.Problem = field[1] + " has to be text: put it in quotes"
		wrong.Line = lineOfNoText(data, field[1])
	}
	if _, field, found := strings.Cut(message, "unknown field \""); found {
		wrong.Line = lineOfKey(data, strings.TrimSuffix(field, "\""))
	}
	return wrong
}

// noText matches the error about a number, or the like, where Kustomize takes only text.
var noText = regexp.MustCompile(`cannot unmarshal (?:number|bool) into Go struct field (?:\S*\.)?(\w+) of type string`)

// lineOfNoText finds the first value of a key that is no text.
func lineOfNoText(data []byte, key string) (line int) {
	documents, _ := document.Parse(data)
	for _, root := range documents {
		document.Scalars(root, func(under string, scalar *yaml.Node) bool {
			if under == key && scalar.ShortTag() != yaml.NodeTagString {
				line = scalar.Line
			}
			return line == 0
		})
	}
	return line
}

func lineOfKey(data []byte, key string) int {
	documents, _ := document.Parse(data)
	for _, root := range documents {
		if line := lineOfKeyIn(root, key); line > 0 {
			return line
		}
	}
	return 0
}

func lineOfKeyIn(node *yaml.Node, key string) int {
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 0 {
			if child.Value == key {
				return child.Line
			}
			continue
		}
		if line := lineOfKeyIn(child, key); line > 0 {
			return line
		}
	}
	return 0
}

// Find returns line and column of the first scalar in the file that has this text, 0 if there is none.
func (f *File) Find(text string) (line, column int) {
	documents, _ := document.Parse(f.Data)
	for _, root := range documents {
		document.Scalars(root, func(_ string, scalar *yaml.Node) bool {
			if scalar.Value == text {
				line, column = scalar.Line, scalar.Column
			}
			return line == 0
		})
	}
	return line, column
}

// find is like Find, with the file that has the text: it may be written in what edits this one.
func (f *File) find(text string) (file string, line, column int) {
	line, column = f.Find(text)
	if line == 0 && f.Edits != nil {
		if file, line, column = f.Edits.find(text); line > 0 {
			return file, line, column
		}
	}
	return f.Path, line, column
}

// Join is the path in the tree of what the file names by a relative path.
func (f *File) Join(entry string) string { return path.Join(f.Dir, entry) }
