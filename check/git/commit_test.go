package git

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/git/gittest"
	"github.com/promocheck/promocheck/check/mistake"
)

// odd commits: their headers after the parent, and their messages.
var odd = []struct{ author, committer, headers, message string }{
	{"Ann Author <ann@example.com> 1 +0000", "C <c@d> 1800000000 +0100", "", "A subject\n"},
	{"Ann  Author  <ann@example.com> 1 +0000", "<> 1800000001 +0100", "", "\n \n  A subject  \nover two lines\t\n \t\nBody\n"},
	{" <@> 1 +0000", "C <c@d>  1800000002 +0100", "", ""},
	{"<a@b> 1 +0000", "C <c <d> e> 1800000003 -0000", "", "\n\n"},
	{"André <a@b> 1 +0000", "C <c@d> 1800000004 +0100", "encoding utf-8\n", "café"},
	{"Andr\xe9 <a@b> 1 +0000", "C <c@d> 1800000005 +0100", "encoding ISO-8859-1\n", "caf\xe9\n\nText: \xe9"},
	{"A\xff <a@b> 1 +0000", "C <c@d> 1800000006 +0100", "", "bad \xc3\x28\x1b]0;title\x07\n\n\nBody \xfe\n\nThis reverts commit " + strings.Repeat("ab", 20) + ".\n"},
	{
		"A <a@b> 1 +0000", "C <c@d> 1800000007 +0100",
		"gpgsig -----BEGIN PGP SIGNATURE-----\n \n parent x\n author X <x@y> 3 +0000\n -----END PGP SIGNATURE-----\n", "Signed\n",
	},
	{"A <a@b> 1 +0000", "C <c@d> 1800000008 +0100", "", "fix: no trailer\n\nThis reverts commit " + strings.Repeat("cd", 20) + "\n"},
	{"A <a@b> 1 +0000", "C <c@d> 1800000009 +0100", "", "This reverts commit " + strings.Repeat("ef", 20) + "\n"},
}

// commitOdd makes the odd commits, one on top of the other.
func commitOdd(t *testing.T, repo *gittest.Repo) []string {
	t.Helper()
	commits := []string{repo.Commit("base")}
	tree := repo.Git("rev-parse", "HEAD^{tree}")
	for _, o := range odd {
		commits = append(commits, repo.GitInput(fmt.Sprintf("tree %s\nparent %s\nauthor %s\ncommitter %s\n%s\n%s",
			tree, commits[len(commits)-1], o.author, o.committer, o.headers, o.message), "hash-object", "-t", "commit", "-w", "--stdin", "--literally"))
	}
	repo.Git("update-ref", "refs/heads/side", commits[len(commits)-1])
	return commits
}

// TestCommitsAreReadAsGitDoes reads each of the odd commits in this process, and has git do it.
func TestCommitsAreReadAsGitDoes(t *testing.T) {
	repo := gittest.New(t)
	commits := commitOdd(t, repo)
	r := open(t, repo.Dir)
	for i, o := range odd {
		base, head := resolve(t, r, commits[i]), resolve(t, r, commits[i+1])
		got, own, err := r.onTop(base, head)
		if err != nil {
			t.Fatal(err)
		}
		foreign := strings.Contains(o.headers, "ISO")
		if own == foreign {
			t.Errorf("%q is read in this process: %t", o.message, own)
		}
		want, err := r.list(t.Context(), "", commits[i+1], "^"+commits[i])
		if err != nil {
			t.Fatal(err)
		}
		if own && (got.Behind || !reflect.DeepEqual(got.Commits, want)) {
			t.Errorf("%q\ngot  %+v\nwant %+v", o.message, got, want)
		}
		if entries, err := r.entries(t.Context(), []string{commits[i+1]}); err != nil || !reflect.DeepEqual(entries, want) {
			t.Errorf("%q\ngot  %+v, %v\nwant %+v", o.message, entries, err, want)
		}
	}
	past, err := r.Past(t.Context(), resolve(t, r, "side"), 100)
	if err != nil {
		t.Fatal(err)
	}
	for i, commit := range past.Commits {
		want := valid(repo.Git("log", "-1", "--encoding=UTF-8", "--format=%T %ct%n%an <%ae>%n%s.", string(commit.OID)))
		got := fmt.Sprintf("%s %d\n%s\n%s.", commit.Tree, commit.Time.Unix(), commit.Author, commit.Subject)
		if got != want || string(commit.OID) != commits[len(commits)-1-i] {
			t.Errorf("commit %d\ngot  %q\nwant %q", i, got, want)
		}
	}
}

func TestPast(t *testing.T) {
	repo := gittest.New(t)
	var commits []string
	for range firstChunk + 3 {
		commits = append(commits, repo.Commit("a commit"))
		if len(commits) == firstChunk {
			repo.Git("checkout", "--quiet", "-b", "side")
			repo.Commit("beside it")
			repo.Git("checkout", "--quiet", "main")
		}
	}
	repo.Git("merge", "--quiet", "--no-ff", "--message", "merge", "side")
	commits = append(commits, repo.Git("rev-parse", "HEAD"))
	shallow := t.TempDir()
	repo.Git("clone", "--quiet", "--depth", "3", "file://"+repo.Dir, shallow)

	for name, test := range map[string]struct {
		dir            string
		depth, want    int
		whole, shallow bool
	}{
		"all of it":             {repo.Dir, 1000, len(commits), true, false},
		"just all of it":        {repo.Dir, len(commits), len(commits), true, false},
		"all but one":           {repo.Dir, len(commits) - 1, len(commits) - 1, false, false},
		"a part of what is cut": {shallow, 2, 2, false, false},
		"what is left":          {shallow, 1000, 3, false, true},
	} {
		r := open(t, test.dir)
		past, err := r.Past(t.Context(), resolve(t, r, "main"), test.depth)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, commit := range past.Commits {
			got = append([]string{string(commit.OID)}, got...)
		}
		if want := commits[len(commits)-test.want:]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
		if past.Whole != test.whole || past.Shallow != test.shallow {
			t.Errorf("%s: whole %t, shallow %t", name, past.Whole, past.Shallow)
		}
	}
}

func TestPastOfDamagedCommit(t *testing.T) {
	repo := gittest.New(t)
	tree := repo.Commit("one")
	tree = repo.Git("rev-parse", tree+"^{tree}")
	damaged := repo.GitInput("tree "+tree+"\nauthor a <a@b> 1 +0000\ncommitter c <c@d> today\n\nx\n", "hash-object", "-t", "commit", "-w", "--stdin", "--literally")
	r := open(t, repo.Dir)
	_, err := r.Past(t.Context(), resolve(t, r, damaged), 10)
	var broken *mistake.Error
	if !errors.As(err, &broken) || !strings.Contains(err.Error(), "does not say when it was made") {
		t.Errorf("got %v", err)
	}
}

func TestPastWithMissingHistory(t *testing.T) {
	repo := gittest.New(t)
	one := repo.Commit("one")
	repo.Commit("two")
	r := open(t, repo.Dir)
	tip := resolve(t, r, "main")
	if err := os.Remove(repo.Dir + "/.git/objects/" + one[:2] + "/" + one[2:]); err != nil {
		t.Fatal(err)
	}
	_, err := r.Past(t.Context(), tip, 10)
	wantError(t, err, false, one)
}

// TestLargeMessages requires that commits whose messages are larger than what is read at once are read all the same, and
// that no more of a subject is kept than anyone reads.
func TestLargeMessages(t *testing.T) {
	repo := gittest.New(t)
	base := repo.Commit("one")
	repo.GitInput("fast-forward "+strings.Repeat("é", usualCommit), "commit", "--quiet", "--allow-empty", "--file=-")
	repo.GitInput("title\n\n"+strings.Repeat("text\n", usualCommit)+"\nRollback: broken\n", "commit", "--quiet", "--allow-empty", "--file=-")
	for range mostOnTop {
		repo.Commit("more")
	}
	r := open(t, repo.Dir)
	log, err := r.Between(t.Context(), resolve(t, r, base), resolve(t, r, "HEAD"))
	if err != nil || len(log.Commits) != mostOnTop+2 || log.Behind {
		t.Fatalf("%d commits, %t, %v", len(log.Commits), log.Behind, err)
	}
	declared, long := log.Commits[mostOnTop], log.Commits[mostOnTop+1].Subject
	if !reflect.DeepEqual(declared.Trailers, map[string][]string{"rollback": {"broken"}}) {
		t.Errorf("trailers of a large message are %v", declared.Trailers)
	}
	if len(long) > 5<<10 || !strings.HasPrefix(long, "fast-forward éé") || !strings.HasSuffix(long, "é…") {
		t.Errorf("a long subject has %d bytes, and ends with %q", len(long), long[len(long)-10:])
	}
	past, err := r.Past(t.Context(), resolve(t, r, "HEAD"), 100)
	if err != nil || !past.Whole || len(past.Commits) != mostOnTop+3 || past.Commits[mostOnTop+1].Subject != long {
		t.Errorf("the past is %d commits, %v", len(past.Commits), err)
	}
}
