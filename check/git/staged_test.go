package git

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/git/gittest"
)

func staged(t *testing.T, dir string, options Options) Staged {
	t.Helper()
	staged, err := openWith(t, dir, options).Staged(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return staged
}

func TestStaged(t *testing.T) {
	repo := gittest.New(t)
	for _, path := range []string{"changed", "removed", "kept", "file", "dir/f", "from"} {
		repo.Write(path, path)
	}
	head := repo.Commit("one")
	repo.Git("config", "diff.relative", "true")
	repo.Git("config", "diff.renames", "true")
	repo.Git("config", "diff.ignoreSubmodules", "all")

	if got := staged(t, repo.Dir, Options{}); len(got.Changes) != 0 || string(got.Base.OID) != head {
		t.Errorf("nothing is staged: %+v", got)
	}

	repo.Write("changed", "new")
	repo.Write("odd\nname", "")
	repo.Remove("removed")
	repo.Remove("file")
	repo.Write("file/inside", "")
	repo.Remove("dir")
	repo.Link("dir", "kept")
	repo.Git("mv", "from", "to")
	repo.Git("add", "--all")
	repo.Git("update-index", "--add", "--cacheinfo", "160000,"+head+",sub")
	repo.Write("kept", "not staged")
	repo.Write("intended", "")
	repo.Git("add", "--intent-to-add", "intended")

	blob := func(content string) OID { return OID(repo.GitInput(content, "hash-object", "--stdin")) }
	want := []StagedChange{
		{"changed", ModeFile, blob("new")},
		{"dir", ModeSymlink, blob("kept")},
		{Path: "dir/f"},
		{Path: "file"},
		{"file/inside", ModeFile, blob("")},
		{Path: "from"},
		{"odd\nname", ModeFile, blob("")},
		{Path: "removed"},
		{"sub", ModeSubmodule, OID(head)},
		{"to", ModeFile, blob("from")},
	}
	// From a subdirectory too, paths are relative to the top.
	for _, dir := range []string{".", "file"} {
		if got := staged(t, filepath.Join(repo.Dir, dir), Options{}); !reflect.DeepEqual(got.Changes, want) {
			t.Errorf("in %s: got\n%v\nwant\n%v", dir, got.Changes, want)
		}
	}
}

func TestStagedBeforeTheFirstCommit(t *testing.T) {
	for format, empty := range map[string]OID{"sha1": emptyTree, "sha256": emptyTreeSHA256} {
		repo := gittest.New(t, "--object-format="+format)
		repo.Write("f", "1")
		repo.Git("add", "f")
		got := staged(t, repo.Dir, Options{})
		if got.Base != (Commit{Name: "HEAD", Tree: empty}) || len(got.Changes) != 1 || got.Changes[0].Path != "f" {
			t.Errorf("%s: %+v", format, got)
		}
	}
}

func TestStagedConflict(t *testing.T) {
	repo := diverged(t, map[string]string{"f": "1"}, map[string]string{"f": "2"}, map[string]string{"f": "3"})
	if _, err := repo.Try("", "merge", "side"); err == nil {
		t.Fatal("no conflict")
	}
	_, err := open(t, repo.Dir).Staged(t.Context())
	wantError(t, err, false, "unresolved conflicts, in f", "git add")
}

// `git commit FILE` gives its hooks another index than the usual one.
func TestStagedInHook(t *testing.T) {
	repo := gittest.New(t)
	repo.Commit("one")
	repo.Write("f", "1")
	repo.Git("add", "f")
	other := filepath.Join(repo.Dir, ".git/next-index")
	index, err := os.ReadFile(filepath.Join(repo.Dir, ".git/index"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(other, index, 0o644); err != nil {
		t.Fatal(err)
	}
	repo.Git("rm", "--quiet", "--cached", "f")

	t.Chdir(repo.Dir)
	for _, name := range []string{".git/next-index", other} {
		t.Setenv("GIT_INDEX_FILE", name)
		if got := staged(t, ".", Options{UseIndexFile: true}); len(got.Changes) != 1 {
			t.Errorf("%s: got %v", name, got.Changes)
		}
		if got := staged(t, ".", Options{}); len(got.Changes) != 0 {
			t.Errorf("%s was not asked for: %v", name, got.Changes)
		}
	}
}

func FuzzParseRawDiff(f *testing.F) {
	oid := strings.Repeat("0a", 20)
	f.Add([]byte(":100644 100644 " + oid + " " + oid + " M\x00a b\nc\x00:100644 000000 " + oid + " " + oid + " D\x00d\x00"))
	f.Add([]byte(":100644 100644 " + oid + " " + oid + " U\x00a\x00"))
	f.Add([]byte(":000000 160000 " + oid + " " + oid))
	f.Fuzz(func(t *testing.T, raw []byte) {
		changes, err := parseRawDiff(raw)
		if err != nil {
			return
		}
		if len(raw) > 0 && len(changes) == 0 {
			t.Error("output is passed over")
		}
		for _, change := range changes {
			if change.Path == "" || strings.Contains(change.Path, "\x00") || (change.Mode == 0) != (change.OID == "") {
				t.Errorf("%+v", change)
			}
		}
	})
}
