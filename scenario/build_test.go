package scenario

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

const history = `A repository with all that a scenario can say.

$ promocheck
at: base 2026-01-02T03:04:05Z
by: then-1 Bob <bob@example.com>
message: head First line\n\nSecond
delete: then-1/gone.yaml
link: head/link.yaml -> a.yaml

-- base/a.yaml --
1
-- base/gone.yaml --
-- then-1/a.yaml --
2
-- then-2/b.yaml --
3
-- head/a.yaml --
4
-- later/a.yaml --
5
-- staged/a.yaml --
6
`

func build(t *testing.T, text string) string {
	t.Helper()
	s, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	repo, err := s.Build(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return repo
}

func git(t *testing.T, repo string, arguments ...string) string {
	t.Helper()
	command := exec.Command("git", append([]string{"-C", repo}, arguments...)...)
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	out, err := command.Output()
	if err != nil {
		t.Fatalf("git %q: %v", arguments, err)
	}
	return strings.TrimSuffix(string(out), "\n")
}

func TestBuild(t *testing.T) {
	repo := build(t, history)
	for _, test := range []struct{ arguments, want string }{
		{"log --format=%s main", "Meanwhile on main\nStep 2\nStep 1\nWhat is there"},
		{"log --format=%B -1 change", "First line\n\nSecond"},
		{"rev-parse change~1", git(t, repo, "rev-parse", "main~1")},
		{"log --format=%at -1 main~3", "1767323045"},
		{"log --format=%an -1 main~2", "Bob"},
		{"log --format=%an -1 main~1", "Ada Example"},
		{"ls-tree --name-only main~2", "a.yaml"},
		{"ls-tree --name-only change", "a.yaml\nb.yaml\nlink.yaml"},
		{"cat-file blob main~3:a.yaml", "1"},
		{"cat-file blob main~2:a.yaml", "2"},
		{"cat-file blob change:a.yaml", "4"},
		{"cat-file blob main:a.yaml", "5"},
		{"cat-file blob change:link.yaml", "a.yaml"},
		{"cat-file blob :a.yaml", "6"},
		{"rev-parse --is-shallow-repository", "false"},
	} {
		if got := git(t, repo, strings.Fields(test.arguments)...); got != test.want {
			t.Errorf("git %s: %q, not %q", test.arguments, got, test.want)
		}
	}
}

func TestBuildClone(t *testing.T) {
	repo := build(t, strings.Replace(history, "$ promocheck\n", "$ promocheck\ndepth: 2\n", 1))
	for _, test := range []struct{ arguments, want string }{
		{"log --format=%s origin/main", "Meanwhile on main\nStep 2"},
		{"log --format=%s -1 origin/change", "First line"},
		{"rev-parse --is-shallow-repository", "true"},
	} {
		if got := git(t, repo, strings.Fields(test.arguments)...); got != test.want {
			t.Errorf("git %s: %q, not %q", test.arguments, got, test.want)
		}
	}
}
