package git

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/promocheck/promocheck/check/mistake"
)

// program is the git program, bound to a directory and an environment that
// are settled once: later changes of PATH or of the working directory do not matter.
type program struct {
	path string
	dir  string
	env  []string
}

// Find looks for git on the PATH, once for the process: later changes of PATH do not matter. Whoever changes it
// calls this first.
func Find() error {
	_, err := lookUp()
	return err
}

var lookUp = sync.OnceValues(func() (found, error) {
	at, err := exec.LookPath("git")
	if err == nil {
		at, err = filepath.Abs(at)
	}
	return found{at, os.Getenv("PATH")}, err
})

// found is where git is, and the PATH that it was found on.
type found struct{ at, path string }

func findProgram(dir string) (program, error) {
	git, err := lookUp()
	if err != nil {
		return program{}, &mistake.Error{
			Problem: "the git program was not found",
			Hint:    "install Git 2.38 or later and put it on the PATH",
			Err:     err,
		}
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return program{}, err
	}
	return program{path: git.at, dir: dir, env: environment(git.path)}, nil
}

// environment is the caller's with the PATH that git was found on, without the variables that would point
// git elsewhere, and with what keeps it from writing, asking and fetching. A partial clone fetches what it
// lacks on demand: older versions do not know GIT_NO_LAZY_FETCH, but no version uses a protocol that is not
// allowed.
func environment(path string) []string {
	var env []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "GIT_") {
			env = append(env, variable)
		}
	}
	return append(env,
		"PATH="+path,
		"LC_ALL=C",
		"GIT_ALLOW_PROTOCOL=none",
		"GIT_ATTR_NOSYSTEM=1",
		"GIT_NO_LAZY_FETCH=1",
		"GIT_NO_REPLACE_OBJECTS=1",
		"GIT_OPTIONAL_LOCKS=0",
		"GIT_TERMINAL_PROMPT=0",
	)
}

// callersIndexFile is the index that a hook was given, empty if there is none.
func callersIndexFile() (string, error) {
	file := os.Getenv("GIT_INDEX_FILE")
	if file == "" {
		return "", nil
	}
	return filepath.Abs(file)
}

// overrides outrank the repository's configuration, which may name programs.
// The user's own stays readable: safe.directory lives there.
var overrides = []string{
	"--no-pager",
	"-c", "core.fsmonitor=false",
	"-c", "core.hooksPath=/dev/null",
	"-c", "core.attributesFile=/dev/null",
	"-c", "trailer.separators=:",
}

// with is the program in the same place with more environment.
func (p program) with(variables ...string) program {
	p.env = append(p.env[:len(p.env):len(p.env)], variables...)
	return p
}

func (p program) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.path, append(overrides[:len(overrides):len(overrides)], args...)...)
	cmd.Dir = p.dir
	cmd.Env = p.env
	return cmd
}

// output runs a command to its end. args[0] is the git command.
func (p program) output(ctx context.Context, args ...string) ([]byte, error) {
	cmd := p.command(ctx, args...)
	var stdout bytes.Buffer
	var stderr diagnostics
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.Bytes(), p.failed(ctx, args[0], stderr.String(), err)
	}
	return stdout.Bytes(), nil
}

func (p program) failed(ctx context.Context, command, stderr string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("git %s: %w", command, ctx.Err())
	}
	return failure(command, p.dir, stderr, err)
}

// diagnostics keeps the start of what git complains about.
type diagnostics struct{ kept bytes.Buffer }

const maxDiagnostics = 4 << 10

func (d *diagnostics) Write(p []byte) (int, error) {
	d.kept.Write(p[:min(len(p), maxDiagnostics-d.kept.Len())])
	return len(p), nil
}

func (d *diagnostics) String() string { return d.kept.String() }
