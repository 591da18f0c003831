package rego_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/rego"
	"github.com/promocheck/promocheck/internal/treetest"
)

var some = treetest.Files{
	"a.rego": "a", "deep/below/b.rego": "b", "C.REGO": "c", "x.rego/d.rego": "d",
	"a_test.rego": "t", "A_Test.Rego": "t", "a.txtar": "s", "README.md": "r", "rego": "r",
	"linked.rego": treetest.Link("README.md"), "other": treetest.Link("a.rego"),
}

// onDisk writes files to a directory.
func onDisk(t *testing.T, files treetest.Files) fs.FS {
	t.Helper()
	dir := t.TempDir()
	for file, content := range files {
		at := filepath.Join(dir, filepath.FromSlash(file))
		err := os.MkdirAll(filepath.Dir(at), 0o755)
		if target, ok := linked[content]; ok {
			err = errors.Join(err, os.Symlink(target, at))
		} else {
			err = errors.Join(err, os.WriteFile(at, []byte(content), 0o600))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return os.DirFS(dir)
}

var linked = map[string]string{}

func init() {
	for _, target := range []string{"README.md", "a.rego", "deep", "../elsewhere", "more"} {
		linked[treetest.Link(target)] = target
	}
}

// TestRead finds the same in a tree of Git and on disk.
func TestRead(t *testing.T) {
	want := []string{"ours/C.REGO c", "ours/a.rego a", "ours/deep/below/b.rego b", "ours/linked.rego r", "ours/x.rego/d.rego d"}
	for where, files := range map[string]fs.FS{"tree": treetest.New().Tree(t, some).FS("."), "disk": onDisk(t, some)} {
		read, err := rego.Read("ours", files)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, file := range read {
			got = append(got, file.Name+" "+string(file.Text))
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s: %q", where, got)
		}
		all, err := rego.ReadAll("ours", files)
		if err != nil || len(all) != len(want)+2 {
			t.Errorf("%s: with tests: %d, %v", where, len(all), err)
		}
	}
}

// TestRefused has what may be a directory of rules, and that a walk does not come to.
func TestRefused(t *testing.T) {
	for about, extra := range map[string]treetest.Files{
		"a link to a directory":            {"more": treetest.Link("deep")},
		"one called like a rule":           {"more.rego": treetest.Link("deep")},
		"a link that leads nowhere":        {"deep/more": treetest.Link("../elsewhere")},
		"a link that leads to itself":      {"more": treetest.Link("more")},
		"a submodule":                      {"more": treetest.Submodule("shared")},
		"a submodule among deeper ones":    {"deep/more": treetest.Submodule("shared")},
		"a submodule called like one rule": {"deep/more.rego": treetest.Submodule("shared")},
	} {
		files := map[string]fs.FS{"tree": treetest.New().Tree(t, some.With(extra)).FS(".")}
		if !containsSubmodule(extra) { // on disk it is a directory like others
			files["disk"] = onDisk(t, some.With(extra))
		}
		for where, files := range files {
			_, err := rego.Read("ours", files)
			var wrong *mistake.Error
			if !errors.As(err, &wrong) || !wrong.Usage || wrong.Path == "" || wrong.Hint == "" {
				t.Errorf("%s, %s: %v", about, where, err)
			}
		}
	}
}

func containsSubmodule(files treetest.Files) bool {
	for _, content := range files {
		if content == treetest.Submodule("shared") {
			return true
		}
	}
	return false
}
