package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/git/gittest"
)

func open(t testing.TB, dir string) *git.Repo {
	t.Helper()
	r, err := git.Open(t.Context(), dir, git.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// at is the tree of a commit.
func at(t testing.TB, repo *gittest.Repo, name string) *Tree {
	t.Helper()
	r := open(t, repo.Dir)
	commit, err := r.Resolve(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return NewStore(r).Tree(commit.Tree)
}

// linked is a repository with links of every kind.
func linked(t testing.TB) *gittest.Repo {
	repo := gittest.New(t)
	repo.Write("file", "top")
	repo.Write("base/deployment.yaml", "base")
	repo.Write("base/nested/deep", "deep")
	repo.Write("apps/a:b/c d", "odd")
	repo.Write(".hidden/.file", "hidden")
	repo.Link("links/up", "../base")
	repo.Link("links/chain", "up/nested/../deployment.yaml")
	repo.Link("links/top", "..")
	repo.Link("links/absolute", "/etc/passwd")
	repo.Link("links/outside", "../../etc/passwd")
	repo.Link("links/dangling", "nothing/here")
	repo.Link("links/self", "self")
	repo.Link("links/ping", "pong")
	repo.Link("links/pong", "ping")
	repo.Commit("one")
	return repo
}

func TestResolve(t *testing.T) {
	repo := linked(t)
	head := repo.Git("rev-parse", "HEAD")
	repo.Git("update-index", "--add", "--cacheinfo", "160000,"+head+",sub")
	repo.Git("commit", "--quiet", "--message=submodule")
	tree := at(t, repo, "HEAD")
	for _, test := range []struct {
		path  string
		want  string
		links []string
		err   error
	}{
		{path: "", want: "."},
		{path: ".", want: "."},
		{path: "./base/../base//nested/", want: "base/nested"},
		{path: "base/..", want: "."},
		{path: "file", want: "file"},
		{path: "apps/a:b/c d", want: "apps/a:b/c d"},
		{path: "links/up", want: "base", links: []string{"links/up"}},
		{path: "links/up/../file", want: "file", links: []string{"links/up"}},
		{path: "links/top/links/chain", want: "base/deployment.yaml", links: []string{"links/top", "links/chain", "links/up"}},
		{path: "sub", want: "sub"},
		{path: "sub/file", want: "sub", err: ErrSubmodule},
		{path: "file/", want: "file", err: ErrNotDirectory},
		{path: "file/x", want: "file", err: ErrNotDirectory},
		{path: "file/..", want: "file", err: ErrNotDirectory},
		{path: "..", err: ErrLeaves},
		{path: "base/../../repo/file", err: ErrLeaves},
		{path: "/file", err: ErrLeaves},
		{path: "links/absolute", links: []string{"links/absolute"}, err: ErrLeaves},
		{path: "links/outside", links: []string{"links/outside"}, err: ErrLeaves},
		{path: "links/dangling", want: "links/nothing", links: []string{"links/dangling"}, err: fs.ErrNotExist},
		{path: "links/self", err: ErrLoop},
		{path: "links/ping/x", err: ErrLoop},
		{path: "none", want: "none", err: fs.ErrNotExist},
		{path: "base/none/x", want: "base/none", err: fs.ErrNotExist},
	} {
		got, err := tree.Resolve(test.path)
		if !errors.Is(err, test.err) || (err == nil) != (test.err == nil) {
			t.Errorf("%q: got error %v, want %v", test.path, err, test.err)
		}
		if got.Path != test.want {
			t.Errorf("%q: got %q, want %q", test.path, got.Path, test.want)
		}
		if test.err != ErrLoop && !slices.Equal(got.Links, test.links) {
			t.Errorf("%q: got links %q, want %q", test.path, got.Links, test.links)
		}
	}
	if err := func() error { _, err := tree.Resolve("links/outside"); return err }(); err.Error() != "resolve links/outside: leaves the repository" {
		t.Error(err)
	}
	if entry, err := tree.Lookup("links/top/links/self"); err != nil || !entry.Mode.IsSymlink() {
		t.Errorf("Lookup does not stop at a link: %v, %v", entry, err)
	}
	for path, want := range map[string]error{"sub": ErrSubmodule, "base": ErrIsDirectory, "links/up": ErrIsDirectory} {
		if _, err := tree.ReadFile(path); !errors.Is(err, want) {
			t.Errorf("ReadFile(%q): %v", path, err)
		}
	}
	for path, want := range map[string]error{"sub": ErrSubmodule, "file": ErrNotDirectory} {
		if _, err := tree.ReadDir(path); !errors.Is(err, want) {
			t.Errorf("ReadDir(%q): %v", path, err)
		}
		if err := tree.Walk(path, nil); !errors.Is(err, want) {
			t.Errorf("Walk(%q): %v", path, err)
		}
	}
}

func TestReadFileGivesACopy(t *testing.T) {
	tree := at(t, linked(t), "HEAD")
	for range 2 {
		data, err := tree.ReadFile("links/chain")
		if err != nil || string(data) != "base" {
			t.Fatalf("%q, %v", data, err)
		}
		data[0] = 'X'
	}
}

// random is a repository whose commits move files of many kinds about.
func random(t testing.TB, seed uint64, commits int) *gittest.Repo {
	repo := gittest.New(t)
	r := rand.New(rand.NewPCG(seed, 1))
	var blobs []string
	for i := range 4 {
		blobs = append(blobs, repo.GitInput(strings.Repeat("x", i), "hash-object", "-w", "--stdin"))
	}
	// A name that is a file here and a directory there, and sorts apart as such.
	names := []string{"a", "a-b", "a.b", "a0", "a\nb", "\xff", " c:d", "é"}
	for range commits {
		var index strings.Builder
		paths := map[string]bool{}
		for range 1 + r.IntN(25) {
			path := names[r.IntN(len(names))]
			for range r.IntN(4) {
				path += "/" + names[r.IntN(len(names))]
			}
			clash := false
			for other := range paths {
				clash = clash || path == other || strings.HasPrefix(path, other+"/") || strings.HasPrefix(other, path+"/")
			}
			if clash {
				continue
			}
			paths[path] = true
			mode := []string{"100644", "100755", "120000", "160000"}[r.IntN(4)]
			fmt.Fprintf(&index, "%s %s\t%s\x00", mode, blobs[r.IntN(len(blobs))], path)
		}
		repo.Git("read-tree", "--empty")
		repo.GitInput(index.String(), "update-index", "-z", "--index-info")
		repo.Git("commit", "--quiet", "--allow-empty", "--message=random")
	}
	return repo
}

const (
	seeds   = 6
	commits = 8
)

func TestWalkFindsWhatGitLists(t *testing.T) {
	for seed := range uint64(seeds) {
		repo := random(t, seed, commits)
		for i := range commits {
			name := fmt.Sprintf("HEAD~%d", i)
			var want, got []string
			for line := range strings.SplitSeq(strings.TrimSuffix(repo.Git("ls-tree", "-r", "-t", "-z", name), "\x00"), "\x00") {
				about, path, _ := strings.Cut(line, "\t")
				fields := strings.Fields(about)
				want = append(want, path+" "+fields[0]+" "+fields[2])
			}
			visited := map[string]bool{"": true}
			err := at(t, repo, name).Walk(".", func(path string, entry Entry) error {
				got = append(got, fmt.Sprintf("%s %06o %s", path, entry.Mode, entry.OID))
				visited[path] = true
				if dir := path[:max(0, strings.LastIndex(path, "/"))]; !visited[dir] {
					t.Errorf("%q comes before its directory", path)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Fatalf("seed %d, %s: got\n%q\nwant\n%q", seed, name, got, want)
			}
		}
	}
}

func TestWalkBelow(t *testing.T) {
	tree := at(t, linked(t), "HEAD")
	for _, dir := range []string{"base", "links/up", "./base/"} {
		var got []string
		if err := tree.Walk(dir, func(path string, _ Entry) error { got = append(got, path); return nil }); err != nil {
			t.Fatal(err)
		}
		if want := []string{"base/deployment.yaml", "base/nested", "base/nested/deep"}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q", dir, got)
		}
	}
	stop := errors.New("stop")
	if err := tree.Walk("", func(string, Entry) error { return stop }); err != stop {
		t.Errorf("got %v", err)
	}
}

func TestDiffFindsWhatGitFinds(t *testing.T) {
	differences := 0
	for seed := range uint64(seeds) {
		repo := random(t, seed, commits)
		store := NewStore(open(t, repo.Dir))
		trees := make([]*Tree, commits)
		for i := range trees {
			trees[i] = store.Tree(git.OID(repo.Git("rev-parse", fmt.Sprintf("HEAD~%d^{tree}", i))))
		}
		for i := range commits {
			for j := range i + 1 {
				a, b := fmt.Sprintf("HEAD~%d", i), fmt.Sprintf("HEAD~%d", j)
				changes, err := Diff(trees[i], trees[j])
				if err != nil {
					t.Fatal(err)
				}
				back, err := Diff(trees[j], trees[i])
				if err != nil {
					t.Fatal(err)
				}
				want := gitDiff(t, repo, a, b)
				if !reflect.DeepEqual(changes, want) {
					t.Fatalf("seed %d, %s to %s: got\n%+v\nwant\n%+v", seed, a, b, changes, want)
				}
				for k, change := range want {
					want[k].Before, want[k].After = change.After, change.Before
				}
				if !reflect.DeepEqual(back, want) {
					t.Fatalf("seed %d, %s to %s: got\n%+v\nwant\n%+v", seed, b, a, back, want)
				}
				differences += len(changes)
			}
		}
	}
	if differences == 0 {
		t.Error("nothing was compared")
	}
}

func gitDiff(t *testing.T, repo *gittest.Repo, a, b string) []Change {
	t.Helper()
	var changes []Change
	fields := strings.Split(repo.Git("diff-tree", "-r", "--raw", "-z", "--no-renames", a, b), "\x00")
	for i := 0; i+1 < len(fields); i += 2 {
		var before, after git.Mode
		var beforeOID, afterOID, status string
		if _, err := fmt.Sscanf(fields[i], ":%o %o %s %s %s", &before, &after, &beforeOID, &afterOID, &status); err != nil {
			t.Fatal(err)
		}
		change := Change{Path: fields[i+1]}
		if before != 0 {
			change.Before = Entry{before, git.OID(beforeOID)}
		}
		if after != 0 {
			change.After = Entry{after, git.OID(afterOID)}
		}
		if beforeOID == afterOID && before.IsFile() && after.IsFile() {
			continue // only the executable bit
		}
		changes = append(changes, change)
	}
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return changes
}

// What is staged, grafted onto HEAD, is the tree that committing it would give.
func TestGraftGivesWhatGitWrites(t *testing.T) {
	for seed := range uint64(seeds) {
		repo := random(t, seed, commits)
		for i := range commits {
			repo.Git("read-tree", fmt.Sprintf("HEAD~%d", i))
			want := repo.Git("write-tree")
			graftMatches(t, repo, want)
		}
		repo.Git("read-tree", "--empty")
		graftMatches(t, repo, repo.Git("write-tree"))
	}
}

func TestGraftBeforeTheFirstCommit(t *testing.T) {
	for _, format := range []string{"sha1", "sha256"} {
		repo := gittest.New(t, "--object-format="+format)
		graftMatches(t, repo, repo.Git("write-tree"))
		repo.Write("a/b/c", "1")
		repo.Write("a.b", "2")
		repo.Git("add", ".")
		graftMatches(t, repo, repo.Git("write-tree"))
	}
}

func graftMatches(t *testing.T, repo *gittest.Repo, want string) {
	t.Helper()
	r := open(t, repo.Dir)
	staged, err := r.Staged(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	store := NewStore(r)
	tree, err := store.Graft(staged.Base.Tree, staged.Changes)
	if err != nil {
		t.Fatal(err)
	}
	if string(tree.OID()) != want {
		t.Errorf("tree is %s, want %s", tree.OID(), want)
	}
	changes, err := Diff(store.Tree(staged.Base.Tree), tree)
	if err != nil {
		t.Fatal(err)
	}
	paths := map[string]bool{}
	for _, change := range staged.Changes {
		paths[change.Path] = true
	}
	for _, change := range changes {
		if !paths[change.Path] {
			t.Errorf("%q differs but is not staged", change.Path)
		}
	}
}

func TestConcurrentReaders(t *testing.T) {
	tree := at(t, linked(t), "HEAD")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if err := tree.Walk("", func(string, Entry) error { return nil }); err != nil {
				t.Error(err)
			}
			if err := Prefetch(Files{tree, []string{"file", "links/chain", "none", "base"}}); err != nil {
				t.Error(err)
			}
			if data, err := tree.ReadFile("links/chain"); err != nil || string(data) != "base" {
				t.Errorf("%q, %v", data, err)
			}
		})
	}
	group.Wait()
}

// once fails over an object that it is asked for a second time.
type once struct {
	objects Objects
	t       *testing.T
	asked   map[git.OID]bool
}

func (o once) Objects(oids []git.OID, limit int64) ([]git.Object, error) {
	for _, oid := range oids {
		if o.asked[oid] {
			o.t.Errorf("%s is read again", oid)
		}
		o.asked[oid] = true
	}
	return o.objects.Objects(oids, limit)
}

// Two trees share most of their files, which are read once.
func TestPrefetchReadsOnce(t *testing.T) {
	repo := gittest.New(t)
	repo.Write("same", "1")
	repo.Write("other", "1")
	before := repo.Commit("before")
	repo.Write("other", "2")
	after := repo.Commit("after")
	r := open(t, repo.Dir)
	store := NewStore(once{r, t, map[git.OID]bool{}})
	for _, name := range []string{before, after} {
		commit, err := r.Resolve(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		tree := store.Tree(commit.Tree)
		if err := Prefetch(Files{tree, []string{"same", "other"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := tree.ReadFile("other"); err != nil {
			t.Error(err)
		}
	}
}

// limited notes how much of each object it is asked for.
type limited struct {
	objects Objects
	limits  map[git.OID]int64
}

func (l limited) Objects(oids []git.OID, limit int64) ([]git.Object, error) {
	for _, oid := range oids {
		l.limits[oid] = limit
	}
	return l.objects.Objects(oids, limit)
}

// Nobody can make this program hold a lot at once by naming many large files.
func TestPrefetchReadsNoLargeFiles(t *testing.T) {
	repo := gittest.New(t)
	repo.Write("large", strings.Repeat("x", maxKept+1))
	repo.Write("small", "x")
	commit := repo.Commit("both")
	r := open(t, repo.Dir)
	resolved, err := r.Resolve(t.Context(), commit)
	if err != nil {
		t.Fatal(err)
	}
	l := limited{r, map[git.OID]int64{}}
	tree := NewStore(l).Tree(resolved.Tree)
	if err := Prefetch(Files{tree, []string{"large", "small"}}); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"large", "small"} {
		entry, err := tree.Lookup(file)
		if err != nil {
			t.Fatal(err)
		}
		if l.limits[entry.OID] != maxKept {
			t.Errorf("%s is read ahead up to %d bytes", file, l.limits[entry.OID])
		}
		if data, err := tree.ReadFile(file); err != nil || len(data) == 0 {
			t.Errorf("%s cannot be read: %v", file, err)
		}
		if again := l.limits[entry.OID] != maxKept; again != (file == "large") {
			t.Errorf("%s is read again: %v", file, again)
		}
	}
}

// A tree or a file that the clone lacks is no absent file.
func TestMissingObjects(t *testing.T) {
	for _, path := range []string{"base/nested", "base/nested/deep"} {
		repo := linked(t)
		oid := repo.Git("rev-parse", "HEAD:"+path)
		repo.Remove(".git/objects/" + oid[:2] + "/" + oid[2:])
		tree := at(t, repo, "HEAD")
		_, err := tree.ReadFile("links/up/nested/deep")
		var storage *StorageError
		if !errors.As(err, &storage) || storage.Path != path || string(storage.OID) != oid || !errors.Is(err, git.ErrMissing) {
			t.Errorf("got %v", err)
		}
		fsys := NewFileSystem(tree, nil)
		if fsys.Exists(Mount + "/base/nested/deep/x") {
			t.Error("exists")
		}
		if _, err := fsys.ReadFile(Mount + "/base/nested/deep"); !errors.Is(err, git.ErrMissing) {
			t.Errorf("got %v", err)
		}
		if !errors.Is(fsys.Err(), git.ErrMissing) {
			t.Errorf("Err is %v", fsys.Err())
		}
	}
}

func FuzzParseDirectory(f *testing.F) {
	oid := strings.Repeat("\x0a", 20)
	f.Add([]byte("100644 a.b\x00" + oid + "40000 a\x00" + oid + "160000 z\x00" + oid))
	f.Add([]byte("100644 ..\x00" + oid))
	f.Add([]byte("100644 a\x00" + oid[1:]))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := parseDirectory(data, 20)
		if err != nil {
			return
		}
		if !slices.IsSortedFunc(entries, byName) {
			t.Error("not in order")
		}
		for _, entry := range entries {
			if found, ok := find(entries, entry.Name); !ok || found != entry.Entry || !validName(entry.Name) {
				t.Errorf("%q is not found", entry.Name)
			}
		}
		if len(data) > 0 && len(entries) == 0 {
			t.Error("nothing was found")
		}
	})
}

func BenchmarkWalk(b *testing.B) {
	repo := wide(b)
	tree := at(b, repo, "HEAD")
	for b.Loop() {
		fresh := NewStore(tree.store.objects).Tree(tree.root)
		if err := fresh.Walk("", func(string, Entry) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenResolveDiff(b *testing.B) {
	repo := wide(b)
	for b.Loop() {
		r, err := git.Open(b.Context(), repo.Dir, git.Options{})
		if err != nil {
			b.Fatal(err)
		}
		base, err := r.Resolve(b.Context(), "HEAD~1")
		if err != nil {
			b.Fatal(err)
		}
		head, err := r.Resolve(b.Context(), "main")
		if err != nil {
			b.Fatal(err)
		}
		store := NewStore(r)
		if changes, err := Diff(store.Tree(base.Tree), store.Tree(head.Tree)); err != nil || len(changes) != 1 {
			b.Fatal(changes, err)
		}
		r.Close()
	}
}

// wide is a repository of 1,000 overlays.
func wide(b *testing.B) *gittest.Repo {
	repo := gittest.New(b)
	for app := range 250 {
		for _, env := range []string{"base", "overlays/dev", "overlays/staging", "overlays/prod"} {
			repo.Write(fmt.Sprintf("apps/app-%d/%s/kustomization.yaml", app, env), fmt.Sprintf("# %d %s\n", app, env))
		}
	}
	repo.Commit("one")
	repo.Git("gc", "--quiet")
	repo.Write("apps/app-7/overlays/prod/kustomization.yaml", "# changed\n")
	repo.Commit("two")
	return repo
}

// TestLoadRefusesWhatUnfolds has ten directories in each of some levels, all of which are the same object.
func TestLoadRefusesWhatUnfolds(t *testing.T) {
	repo := gittest.New(t)
	entry := "100644 blob " + repo.GitInput("x", "hash-object", "-w", "--stdin") + "\tf"
	for level := range 7 {
		lines := ""
		for i := range 10 {
			lines += strings.Replace(entry, "\t", fmt.Sprintf("\t%d", i), 1) + "\n"
		}
		oid := git.OID(repo.GitInput(lines, "mktree"))
		entry = "040000 tree " + string(oid) + "\td"
		paths := 0 // 10 files, and then 10 directories of that each time
		for range level + 1 {
			paths = 10 * (paths + 1)
		}
		err := Load(NewStore(open(t, repo.Dir)).Tree(oid))
		if (err != nil) != (paths > mostPaths) || err != nil && !strings.Contains(err.Error(), "more than 1000000 files and directories") {
			t.Errorf("%d paths: %v", paths, err)
		}
	}
}
