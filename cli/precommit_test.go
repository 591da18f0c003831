//go:build integration

package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/git/gittest"
)

// TestPreCommit commits and pushes with the hooks of .pre-commit-hooks.yaml, run by the real pre-commit.
func TestPreCommit(t *testing.T) {
	for _, hook := range []string{"promocheck", "promocheck-system"} {
		t.Run(hook, func(t *testing.T) {
			d := newDeveloper(t, hook)

			d.promote("staging", "v1.2.1")
			d.write("shop/overlays/prod/kustomization.yaml", pinnedTo("v1.2.0"))
			d.git("add", "--all")
			d.git("commit", "--quiet", "--no-verify", "--message", "What there is")
			d.push("the first push, to an empty remote", true, "", "main")

			d.write("README.md", "Nothing is deployed from here.\n")
			d.commit("an unrelated commit", true, "")
			d.promote("prod", "v1.3.0")
			d.commit("a version that staging never held", false, "error[version-not-in-staging]")
			d.promote("prod", "v1.2.1")
			d.commit("a version that staging holds", true, "")
			d.push("a later push", true, "", "main")
			d.promote("prod", "v1.3.0")
			d.git("commit", "--quiet", "--no-verify", "--all", "--message", "past the hook")
			d.push("a push of what the hook did not see", false, "error[version-not-in-staging]", "main")

			d.git("checkout", "--quiet", "-b", "topic", "origin/main")
			d.promote("staging", "v1.4.0")
			d.git("commit", "--quiet", "--no-verify", "--all", "--message", "staging first")
			d.push("a new topic", true, "", "topic")
			d.promote("prod", "v1.4.0")
			d.git("commit", "--quiet", "--no-verify", "--all", "--message", "and production at once")
			d.push("a topic that would bring both at once", false, "error[version-not-in-staging]", "topic")
		})
	}
}

// developer works in a clone that has the hook.
type developer struct {
	t   *testing.T
	dir string
	env []string
}

func newDeveloper(t *testing.T, hook string) *developer {
	t.Helper()
	if _, err := exec.LookPath("pre-commit"); err != nil {
		t.Fatal("pre-commit is not on the PATH: apt-get install pre-commit")
	}
	home, program, remote := t.TempDir(), t.TempDir(), t.TempDir()
	goEnv := func(name string) string {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	d := &developer{t: t, dir: t.TempDir(), env: append(os.Environ(),
		"HOME="+home, "PRE_COMMIT_HOME="+filepath.Join(home, "pre-commit"),
		"PATH="+program+string(filepath.ListSeparator)+os.Getenv("PATH"),
		// What is built and downloaded already need not be again.
		"GOCACHE="+goEnv("GOCACHE"), "GOMODCACHE="+goEnv("GOMODCACHE"), "GOFLAGS=-buildvcs=false -modcacherw",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.com",
		"GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.com",
	)}
	source := hooksRepository(t, d)
	if hook == "promocheck-system" {
		build := exec.Command("go", "build", "-buildvcs=false", "-o", program, "..")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	d.git("init", "--quiet", "--bare", "--initial-branch=main", remote)
	d.git("init", "--quiet", "--initial-branch=main")
	d.git("remote", "add", "origin", remote)
	configuration, commands := documented(t)
	d.write(".pre-commit-config.yaml", strings.NewReplacer(
		"https://github.com/promocheck/promocheck", source, "id: promocheck", "id: "+hook).Replace(configuration))
	// What the rules about days say is none of this.
	d.write(".promocheck.yaml", "overlays: [\"{app}/overlays/{env}\"]\nrules: {friday-push: {severity: off}}\n")
	if out, err := d.run("bash", "-ec", commands); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if pinned, err := os.ReadFile(filepath.Join(d.dir, ".pre-commit-config.yaml")); err != nil || !strings.Contains(string(pinned), "rev: v1.0.0\n") {
		t.Fatalf("%v: not pinned to the newest release:\n%s", err, pinned)
	}
	return d
}

// documented is what the documentation has its readers copy: the configuration, and the commands after it.
func documented(t *testing.T) (configuration, commands string) {
	t.Helper()
	var found []string
	for _, page := range []string{"../README.md", "../docs/ci.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(text), "```yaml\n# .pre-commit-config.yaml\n")
		configuration, rest, _ := strings.Cut(rest, "```\n")
		_, rest, _ = strings.Cut(rest, "```sh\n")
		commands, _, _ := strings.Cut(rest, "```")
		found = append(found, configuration, commands)
	}
	if found[0] != found[2] || found[1] != found[3] || found[0] == "" || found[1] == "" {
		t.Fatalf("the pages do not say the same: %q", found)
	}
	return found[0], found[1]
}

// hooksRepository is this repository as pre-commit would clone it.
func hooksRepository(t *testing.T, d *developer) string {
	t.Helper()
	dir := gittest.Source(t, "..", ":!fixtures", ":!*_test.go")
	for _, arguments := range [][]string{
		{"init", "--quiet"}, {"add", "--all"}, {"commit", "--quiet", "--message", "Release"}, {"tag", "v1.0.0"},
	} {
		d.git(append([]string{"-C", dir}, arguments...)...)
	}
	return dir
}

func pinnedTo(version string) string {
	return "resources: [app.yaml]\nimages:\n  - name: example/shop\n    newTag: " + version + "\n"
}

func (d *developer) promote(environment, version string) {
	directory := "shop/overlays/" + environment
	d.write(directory+"/app.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec: {containers: [{name: shop, image: example/shop}]}\n")
	d.write(directory+"/kustomization.yaml", pinnedTo(version))
	if environment == "staging" {
		d.write("shop/overlays/prod/app.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec: {containers: [{name: shop, image: example/shop}]}\n")
	}
}

func (d *developer) write(path, text string) {
	d.t.Helper()
	path = filepath.Join(d.dir, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		d.t.Fatal(err)
	}
	write(d.t, path, text)
}

func (d *developer) run(program string, arguments ...string) (string, error) {
	command := exec.Command(program, arguments...)
	command.Dir, command.Env = d.dir, d.env
	out, err := command.CombinedOutput()
	return string(out), err
}

func (d *developer) git(arguments ...string) {
	d.t.Helper()
	if out, err := d.run("git", arguments...); err != nil {
		d.t.Fatalf("git %q: %v: %s", arguments, err, out)
	}
}

func (d *developer) commit(what string, passes bool, says string) {
	d.t.Helper()
	d.git("add", "--all")
	d.hooked(what, passes, says, "commit", "--message", what)
	if !passes {
		d.git("reset", "--quiet", "--hard")
	}
}

func (d *developer) push(what string, passes bool, says, ref string) {
	d.t.Helper()
	d.hooked(what, passes, says, "push", "origin", ref)
	if !passes && ref == "main" {
		d.git("reset", "--quiet", "--hard", "origin/main")
	}
}

func (d *developer) hooked(what string, passes bool, says string, arguments ...string) {
	d.t.Helper()
	out, err := d.run("git", arguments...)
	if (err == nil) != passes || !strings.Contains(out, says) || !strings.Contains(out, "promocheck....") {
		d.t.Errorf("%s: %v, want passes: %v, and %q:\n%s", what, err, passes, says, out)
	}
}
