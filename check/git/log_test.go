package git

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/promocheck/promocheck/check/git/gittest"
)

func between(t *testing.T, repo *gittest.Repo, base, head string) Log {
	t.Helper()
	r := open(t, repo.Dir)
	log, err := r.Between(t.Context(), resolve(t, r, base), resolve(t, r, head))
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func TestBetween(t *testing.T) {
	repo := gittest.New(t)
	repo.Commit("one")
	repo.Git("config", "log.showSignature", "true")
	repo.Git("config", "i18n.logOutputEncoding", "latin1")
	repo.Git("config", "trailer.separators", "=")
	repo.Git("checkout", "--quiet", "-b", "side")
	two := repo.Commit("two \U0001F680\n\nText.\n\nKey: not a trailer\n\n" +
		"Approved-by: B <b@example.com>\napproved-by: C: d\nTicket: a\n long\n  one\nEmpty:\n")
	three := repo.Commit("")
	four := repo.Commit("a subject\nover two lines\n\nPlain text: that is no trailer, since most of it is text\nand more\nand more\nand more.\n" +
		"\nThis reverts commit 0123456789012345678901234567890123456789, reversing\nchanges made to 1.\n")

	author := "Ann Author <ann@example.com>"
	want := Log{Commits: []LogEntry{
		{OID: OID(four), Author: author, Subject: "a subject over two lines", Trailers: map[string][]string{},
			Reverts: Revert{Commits: []string{"0123456789012345678901234567890123456789"}}, Called: Called{Titles: []string{"a subject over two lines"}}},
		{OID: OID(three), Author: author, Trailers: map[string][]string{}},
		{OID: OID(two), Author: author, Subject: "two \U0001F680", Trailers: map[string][]string{
			"approved-by": {"B <b@example.com>", "C: d"},
			"ticket":      {"a long one"},
			"empty":       {""},
		}, Called: Called{Titles: []string{"two \U0001F680"}}},
	}}
	if got := between(t, repo, "main", "side"); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got := between(t, repo, "side", "main"); !reflect.DeepEqual(got, Log{Behind: true}) {
		t.Errorf("head is an ancestor: %+v", got)
	}
	if got := between(t, repo, "side", "HEAD"); !reflect.DeepEqual(got, Log{}) {
		t.Errorf("the same commit: %+v", got)
	}
	repo.Git("checkout", "--quiet", "main")
	repo.Commit("five")
	if got := between(t, repo, "main", "side"); !got.Behind || len(got.Commits) != 3 {
		t.Errorf("base is ahead: %+v", got)
	}
	repo.Git("checkout", "--quiet", "side")
	repo.Git("merge", "--quiet", "--no-edit", "main")
	if got := between(t, repo, "main", "side"); got.Behind || len(got.Commits) != 4 {
		t.Errorf("base was merged: %+v", got)
	}
}

func TestBetweenInvalidText(t *testing.T) {
	repo := gittest.New(t)
	repo.Commit("one")
	tree, parent := repo.Git("rev-parse", "HEAD^{tree}"), repo.Git("rev-parse", "HEAD")
	write := func(parent, encoding, author, message string) string {
		return repo.GitInput(fmt.Sprintf("tree %s\nparent %s\nauthor %s <a@b> 1 +0000\ncommitter c <c@d> 1 +0000\n%s\n%s",
			tree, parent, author, encoding, message), "hash-object", "-t", "commit", "-w", "--stdin")
	}
	latin := write(parent, "encoding ISO-8859-1\n", "Andr\xe9", "caf\xe9\n\nBy: Ren\xe9\n")
	broken := write(latin, "", "x\xff\x01\x1b[31m", "bad \xc3\x28\x1b]0;title\x07\n\nBy: \xfe\n")
	repo.Git("update-ref", "refs/heads/side", broken)
	log := between(t, repo, "main", "side")
	if len(log.Commits) != 2 {
		t.Fatalf("got %+v", log)
	}
	if got := log.Commits[1]; got.Author != "André <a@b>" || got.Subject != "café" || got.Trailers["by"][0] != "René" {
		t.Errorf("Latin-1: %+v", got)
	}
	got := log.Commits[0]
	for _, text := range append(got.Trailers["by"], got.Author, got.Subject) {
		if !utf8.ValidString(text) || text == "" {
			t.Errorf("%q", text)
		}
	}
}

func TestBetweenIsBounded(t *testing.T) {
	repo := gittest.New(t)
	repo.Commit("one")
	var stream strings.Builder
	for i := range MaxCommits + 1 {
		fmt.Fprintf(&stream, "commit refs/heads/side\ncommitter a <a@b> %d +0000\ndata 1\nx\n", 1800000000+i)
		if i == 0 {
			stream.WriteString("from refs/heads/main^0\n")
		}
	}
	repo.GitInput(stream.String(), "fast-import", "--quiet")
	log := between(t, repo, "main", "side")
	if len(log.Commits) != MaxCommits || !log.Truncated || log.Behind {
		t.Errorf("%d commits, %v, %v", len(log.Commits), log.Truncated, log.Behind)
	}
	repo.Commit("two")
	if log := between(t, repo, "main", "side"); !log.Truncated || !log.Behind {
		t.Errorf("%d commits, %v, %v", len(log.Commits), log.Truncated, log.Behind)
	}
}

func TestBetweenWithMissingHistory(t *testing.T) {
	repo := gittest.New(t)
	one := repo.Commit("one")
	two := repo.Commit("two")
	three := repo.Commit("three")
	r := open(t, repo.Dir)
	base, head := resolve(t, r, one), resolve(t, r, three)
	if err := os.Remove(repo.Dir + "/.git/objects/" + two[:2] + "/" + two[2:]); err != nil {
		t.Fatal(err)
	}
	_, err := r.Between(t.Context(), base, head)
	wantError(t, err, false, two)
}
