package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

// Difference is something that the program does differently from what the scenario expects.
type Difference struct{ What, Want, Got string }

// Compare compares what the program did with what the scenario expects.
func (s *Scenario) Compare(o *Outcome) []Difference {
	var differences []Difference
	differ := func(what, want, got string) {
		if want != got {
			differences = append(differences, Difference{what, want, got})
		}
	}
	differ("exit code", s.exit, fmt.Sprint(o.Exit))
	for _, name := range order {
		want, has := s.Section(name)
		if has || s.compares(name, o) {
			differ(name, want, o.section(name))
		}
	}
	for _, name := range s.andWritten(o) {
		want, has := s.Section(name)
		got, wrote := o.written[name]
		if has != wrote {
			want, got = thereOrNot(has), thereOrNot(wrote)
		}
		differ(name, want, got)
	}
	return differences
}

// compares reports whether a section is compared that the scenario does not have.
func (s *Scenario) compares(name string, o *Outcome) bool {
	_, whole := s.Section(stdout)
	switch name {
	case stderr:
		return true
	case stdout:
		return o.sections == nil
	case findings:
		return o.sections != nil && !whole
	}
	return false
}

func (o *Outcome) section(name string) string {
	switch name {
	case stdout:
		return o.Stdout
	case stderr:
		return o.Stderr
	}
	return o.sections[name]
}

func thereOrNot(is bool) string {
	if is {
		return "a file"
	}
	return "no file"
}

// andWritten are the names of the files that the program wrote, or should have written.
func (s *Scenario) andWritten(o *Outcome) []string {
	names := maps.Clone(o.written)
	for _, file := range s.archive.Files {
		if strings.HasPrefix(file.Name, written) {
			names[file.Name] = ""
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// Update returns the scenario with what the program did in the place of what was expected. Sections that
// are compared only where they are there stay what they are, there or not; a new scenario, which states no
// exit code, gets its changes.
func (s *Scenario) Update(o *Outcome) []byte {
	updated := &txtar.Archive{Comment: s.withExit(o.Exit)}
	for _, file := range s.archive.Files {
		if !slices.Contains(order, file.Name) && !strings.HasPrefix(file.Name, written) {
			updated.Files = append(updated.Files, file)
		}
	}
	for _, name := range order {
		_, has := s.Section(name)
		has = has && name != stderr && (o.sections != nil || name == stdout)
		isNew := s.exit == "" && name == changes && o.sections != nil
		text := o.section(name)
		if has || isNew || s.compares(name, o) && text != "" {
			updated.Files = append(updated.Files, txtar.File{Name: name, Data: []byte(text)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.written)) {
		updated.Files = append(updated.Files, txtar.File{Name: name, Data: []byte(o.written[name])})
	}
	return txtar.Format(updated)
}

// withExit is the comment with an exit code.
func (s *Scenario) withExit(exit int) []byte {
	var comment strings.Builder
	for line := range strings.Lines(string(s.archive.Comment)) {
		if strings.HasPrefix(line, "exit: ") {
			continue
		}
		comment.WriteString(line)
		if strings.HasPrefix(line, prompt) {
			fmt.Fprintf(&comment, "exit: %d\n", exit)
		}
	}
	return []byte(comment.String())
}
