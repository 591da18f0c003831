package scenario

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Process is what the program is given. It is the same as what its command line takes, which this package
// does not know.
type Process struct {
	Arguments []string
	Stdin     io.Reader
	Stdout    io.Writer
	Stderr    io.Writer
	Getenv    func(string) string
	Now       func() time.Time
}

// Program runs the program and returns its exit code. Programs run side by side.
type Program func(Process) int

// Output is what the program did.
type Output struct {
	Stdout, Stderr string
	Exit           int
}

// Run runs the program in a repository as the scenario's user would, with other arguments.
func (s *Scenario) Run(program Program, repo string, arguments ...string) Output {
	var out, err bytes.Buffer
	exit := program(Process{
		Arguments: slices.Concat([]string{"-C", repo}, s.policies(), arguments),
		Stdin:     strings.NewReader(""),
		Stdout:    &out,
		Stderr:    &err,
		Getenv:    func(name string) string { return s.env[name] },
		Now:       func() time.Time { return Now },
	})
	anonymous := strings.NewReplacer(repo, "REPO").Replace
	return Output{anonymous(out.String()), anonymous(err.String()), exit}
}

// policies makes rules count that are given to all scenarios.
func (s *Scenario) policies() []string {
	if s.rules == "" || slices.ContainsFunc(s.arguments, func(argument string) bool { return slices.Contains(withoutRules, argument) }) {
		return nil
	}
	return []string{"--policy", s.rules}
}

// withoutRules are the commands that ask no rules.
var withoutRules = []string{"history", "diff", "init", "help", "version"}

// Outcome is what the program made of a scenario.
type Outcome struct {
	Output
	Event    string            // what it gives to policies; empty where nothing was judged
	written  map[string]string // by the section's name
	sections map[string]string // findings and so on, where the program reports them
}

// lastVerdict is the highest exit code with which the program has judged the change.
const lastVerdict = 1

// Play builds the scenario's repository in a directory that is empty, and runs the program in it.
func (s *Scenario) Play(program Program, dir string) (*Outcome, error) {
	repo, err := s.Build(dir)
	if err != nil {
		return nil, err
	}
	arguments, report := s.arguments, filepath.Join(dir, "report.json")
	if s.reports() {
		arguments = append([]string{"--format", "text", "--format", "json=" + report}, arguments...)
	}
	o := &Outcome{Output: s.Run(program, repo, arguments...)}
	if o.written, err = top(repo); err != nil {
		return nil, err
	}
	if o.Exit > lastVerdict || !s.judges() {
		return o, nil
	}
	event := s.Run(program, repo, s.eventArguments()...)
	if event.Exit != 0 {
		return nil, fmt.Errorf("event exits with %d: %s", event.Exit, event.Stderr)
	}
	o.Event = event.Stdout
	if !s.reports() {
		return o, nil
	}
	data, err := os.ReadFile(report)
	if err != nil {
		return nil, err
	}
	o.sections, err = sectionsOf(data, []byte(o.Event), o.Stdout)
	return o, err
}

// others are the commands that are not about a change.
var others = []string{"history", "diff", "replay", "windows", "init", "help", "version", "rules", "explain", "waive", "waivers"}

// judges reports whether the scenario is about a change, and not about another command.
func (s *Scenario) judges() bool {
	return !slices.ContainsFunc(s.arguments, func(argument string) bool { return slices.Contains(others, argument) })
}

// reports reports whether the scenario is a check whose report is for a person.
func (s *Scenario) reports() bool {
	return s.judges() && !slices.ContainsFunc(s.arguments, func(argument string) bool {
		return argument == "event" || strings.HasPrefix(argument, "--format")
	})
}

// eventArguments make the program print the event that it judges.
func (s *Scenario) eventArguments() []string {
	arguments := []string{"event"}
	for i := 0; i < len(s.arguments); i++ {
		switch s.arguments[i] {
		case "check", "event", "--trace":
		case "hook":
			arguments = append(arguments, "--staged")
		case "--format", "--fail-on":
			i++
		default:
			arguments = append(arguments, s.arguments[i])
		}
	}
	return arguments
}

// top are the files at the top of a repository, which has no work tree of its own, and its waivers.
func top(repo string) (map[string]string, error) {
	files := map[string]string{}
	for _, dir := range []string{".", ".promocheck/waivers"} {
		entries, err := os.ReadDir(filepath.Join(repo, dir))
		if err != nil && (dir == "." || !errors.Is(err, fs.ErrNotExist)) {
			return nil, err
		}
		for _, entry := range entries {
			if entry.IsDir() {
				continue
			}
			name := path.Join(dir, entry.Name())
			data, err := os.ReadFile(filepath.Join(repo, name))
			if err != nil {
				return nil, err
			}
			files[written+name] = string(data)
		}
	}
	return files, nil
}
