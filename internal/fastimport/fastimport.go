// Package fastimport writes Git repositories in one go, for the demo and for tests.
package fastimport

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Modes of a file, as Git writes them.
const (
	Regular = "100644"
	Symlink = "120000"
)

// File is a file of a commit. A symbolic link's data is its target.
type File struct {
	Mode string // empty: Regular
	Data []byte
}

// Commit is a commit on top of what its branch has so far: its whole tree, or what is new in it.
type Commit struct {
	Branch  string
	From    []string // branches that it starts from, then those that it merges; empty: the branch itself
	Author  string   // "Name <email>"
	Time    time.Time
	Message string
	Files   map[string]File
	OnTop   bool // what the branch has beside Files stays
}

// The program's path is found before anything can change the PATH.
var git, errGit = exec.LookPath("git")

// Write makes a new repository in dir, with HEAD on the branch main, and returns what git said where
// it failed. The work tree stays empty.
func Write(dir string, commits []Commit) error {
	if errGit != nil {
		return errGit
	}
	if err := Run(dir, nil, "init", "--quiet", "--template=", "--initial-branch=main", "."); err != nil {
		return err
	}
	return Run(dir, stream(commits), "fast-import", "--quiet", "--force")
}

// Run runs git in dir, away from the user's own configuration.
func Run(dir string, input []byte, arguments ...string) error {
	command := exec.Command(git, arguments...)
	command.Dir = dir
	command.Stdin = bytes.NewReader(input)
	command.Env = append(environment(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("git %s: %w: %s", arguments[0], err, bytes.TrimSpace(out))
	}
	return nil
}

func environment() []string {
	var kept []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "GIT_") {
			kept = append(kept, variable)
		}
	}
	return kept
}

func stream(commits []Commit) []byte {
	var b bytes.Buffer
	for _, c := range commits {
		stamp := fmt.Sprintf("%s %d +0000", c.Author, c.Time.Unix())
		fmt.Fprintf(&b, "commit refs/heads/%s\nauthor %s\ncommitter %s\ndata %d\n%s\n", c.Branch, stamp, stamp, len(c.Message), c.Message)
		for i, from := range c.From {
			if i == 0 && from == c.Branch {
				continue // where it is anyway
			}
			fmt.Fprintf(&b, "%s refs/heads/%s\n", map[bool]string{true: "from", false: "merge"}[i == 0], from)
		}
		if !c.OnTop {
			b.WriteString("deleteall\n")
		}
		for path, file := range c.Files {
			mode := file.Mode
			if mode == "" {
				mode = Regular
			}
			fmt.Fprintf(&b, "M %s inline %s\ndata %d\n", mode, quote(path), len(file.Data))
			b.Write(file.Data)
			b.WriteByte('\n')
		}
	}
	return b.Bytes()
}

// quote writes a path as fast-import reads it, whatever bytes it has.
func quote(path string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(path) {
		if c < ' ' || c == '"' || c == '\\' || c > '~' {
			fmt.Fprintf(&b, `\%03o`, c)
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
