// Package scenario runs the whole program on small repositories that are written down, with what it is
// expected to say of them, in one file each.
//
// A scenario is a txtar archive. Its comment says first, in prose, what the scenario guards. From the line
// with the command on, each line states one thing:
//
//	$ promocheck ARGUMENTS    what the user types
//	exit: N                   the exit code
//	delete: SIDE/PATH         a file that the side removes
//	link: SIDE/PATH -> TARGET a symbolic link that the side has
//	at: SIDE TIME             when the side's commit was made, in RFC 3339
//	by: SIDE NAME <EMAIL>     who made it
//	message: SIDE TEXT        its message, in which \n is a line break
//	merge: SIDE TEXT          the commit is on a branch of its own, which is merged with this message
//	env: NAME=VALUE           a variable of the environment that the program runs in
//	branch: NAME SIDE...      a branch beside main, whose commits are these sides, each on top of the one before; the first
//	                          of these may be a branch, which it forks from
//	fork: NAME                the branch that head/ and staged/ are changes of, and that is checked out; main otherwise
//	lacks: NAME               a branch that the clone does not have
//	depth: N                  that it runs in a clone with only the newest N commits of each branch
//
// Its files are the trees: base/ is the base branch, main; then-1/, then-2/ and so on are what its later
// commits change; head/ is what the branch "change" changes on top of them, and head-2/, head-3/ and so on what
// its later commits do; later/ is what main gets after the branch has forked; staged/ is what the index changes on top of main.
//
// What the program says is in sections. stderr is always compared, and written/ has all files that the
// program writes to the repository's top. Of a check without --format these say what it found:
//
//	findings  a line each: the severity, rule, app and environment, place and message, and when time alone
//	          makes it go away
//	changes   a line for each change of a version, for what else is deployed differently, and for what
//	          changes outside the promotion path
//	notices   the report's notices
//	outlook   when time alone will change the verdict
//	stdout    the whole report as it is printed
//
// A section that a scenario does not have is not compared, but for findings: without it, and without
// stdout, there must be none. An empty section says that there is nothing of the kind. Of everything else
// that can be run, stdout is compared, and a scenario without it prints nothing.
package scenario

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/promocheck/promocheck/internal/fastimport"
)

// Now is what the program takes for the present in every scenario: a Wednesday.
var Now = time.Date(2026, time.November, 25, 12, 0, 0, 0, time.UTC)

// Scenario is one archive.
type Scenario struct {
	archive   *txtar.Archive
	arguments []string
	exit      string // as written; empty in a new scenario
	deleted   []string
	links     map[string]string
	commits   map[string]*fastimport.Commit // what is said of each side's commit
	merges    map[string]string             // and of what merges it
	env       map[string]string
	depth     string // empty: not a clone
	branches  []branch
	fork      string
	lacks     []string
	rules     string
}

// With has rules count in a scenario that are in a directory on disk, beside those that it says itself.
func (s *Scenario) With(directory string) { s.rules = directory }

// branch is one beside main.
type branch struct {
	name  string
	sides []string
}

// The sections that are not trees.
const (
	stdout   = "stdout"
	stderr   = "stderr"
	findings = "findings"
	changes  = "changes"
	notices  = "notices"
	outlook  = "outlook"
	written  = "written/"
)

// order is that in which an updated scenario has its sections.
var order = []string{findings, changes, notices, outlook, stdout, stderr}

// Parse reads a scenario.
func Parse(data []byte) (*Scenario, error) {
	s := &Scenario{
		archive: txtar.Parse(data), links: map[string]string{},
		commits: map[string]*fastimport.Commit{}, merges: map[string]string{}, env: map[string]string{}, fork: "main",
	}
	for line := range strings.Lines(string(s.archive.Comment)) {
		if err := s.line(strings.TrimRight(line, "\n")); err != nil {
			return nil, fmt.Errorf("%q: %w", strings.TrimSpace(line), err)
		}
	}
	if s.arguments == nil {
		return nil, fmt.Errorf("there is no line \"%s ...\"", prompt)
	}
	return s, nil
}

const prompt = "$ promocheck"

// line reads a line of the comment. Before the one with the command there is prose.
func (s *Scenario) line(line string) error {
	if typed, ok := strings.CutPrefix(line, prompt); ok {
		s.arguments = append([]string{}, strings.Fields(typed)...)
		return nil
	}
	if s.arguments == nil || line == "" {
		return nil
	}
	name, value, _ := strings.Cut(line, ": ")
	switch name {
	case "exit":
		s.exit = value
	case "delete":
		s.deleted = append(s.deleted, value)
	case "link":
		path, target, ok := strings.Cut(value, " -> ")
		if !ok {
			return fmt.Errorf("a link is PATH -> TARGET")
		}
		s.links[path] = target
	case "env":
		variable, is, _ := strings.Cut(value, "=")
		s.env[variable] = is
	case "depth":
		s.depth = value
	case "branch":
		words := strings.Fields(value)
		s.branches = append(s.branches, branch{words[0], words[1:]})
	case "fork":
		s.fork = value
	case "lacks":
		s.lacks = append(s.lacks, value)
	case "merge":
		side, said, _ := strings.Cut(value, " ")
		s.merges[side] = unfold(said)
	case "at", "by", "message":
		side, said, _ := strings.Cut(value, " ")
		return s.say(side, name, said)
	default:
		return fmt.Errorf("a scenario states nothing of this name")
	}
	return nil
}

// say notes what the scenario says of a side's commit.
func (s *Scenario) say(side, what, said string) (err error) {
	c := s.commits[side]
	if c == nil {
		c = &fastimport.Commit{}
		s.commits[side] = c
	}
	switch what {
	case "at":
		c.Time, err = time.Parse(time.RFC3339, said)
	case "by":
		c.Author = said
	case "message":
		c.Message = unfold(said)
	}
	return err
}

// unfold is a message as it is written on one line.
func unfold(said string) string { return strings.ReplaceAll(said, `\n`, "\n") }

// Find lists the scenarios in a directory and below it, by their paths from there.
func Find(dir fs.FS) ([]string, error) {
	var paths []string
	err := fs.WalkDir(dir, ".", func(file string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && path.Ext(file) == ".txtar" {
			paths = append(paths, file)
		}
		return err
	})
	if err == nil && len(paths) == 0 {
		err = errors.New("there are no scenarios, which are files called NAME.txtar")
	}
	return paths, err
}

// Section is what the scenario expects in a section, and whether it has it.
func (s *Scenario) Section(name string) (string, bool) {
	for _, file := range s.archive.Files {
		if file.Name == name {
			return string(file.Data), true
		}
	}
	return "", false
}
