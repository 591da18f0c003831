package refs_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/check/tree"
	"github.com/promocheck/promocheck/internal/fastimport"
)

// repository has a main of its own that is older than the remote's, and a topic that forked from that one.
//
//	old --- main --- tip       the remote's main; the local one is old
//	          \ topic
func repository(t *testing.T) *git.Repo {
	t.Helper()
	dir := t.TempDir()
	var commits []fastimport.Commit
	for i, c := range []struct{ branch, from string }{{"old", ""}, {"main", "old"}, {"topic", "main"}, {"tip", "main"}} {
		commit := fastimport.Commit{
			Branch: c.branch, Author: "A <a@example.com>", Time: time.Unix(int64(i), 0), Message: c.branch,
			Files: map[string]fastimport.File{"first": {Data: []byte("first\n")}, c.branch: {Data: []byte(c.branch + "\n")}},
		}
		if c.from != "" {
			commit.From = []string{c.from}
		}
		commits = append(commits, commit)
	}
	if err := fastimport.Write(dir, commits); err != nil {
		t.Fatal(err)
	}
	for _, arguments := range [][]string{
		{"remote", "add", "origin", "nowhere"},
		{"update-ref", "refs/remotes/origin/main", "tip"},
		{"update-ref", "refs/heads/main", "old"},
		{"update-ref", "refs/heads/release", "old"},
	} {
		if err := fastimport.Run(dir, nil, arguments...); err != nil {
			t.Fatal(err)
		}
	}
	repo, err := git.Open(context.Background(), dir, git.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = repo.Close() })
	return repo
}

func TestBase(t *testing.T) {
	repo := repository(t)
	oid := func(name string) string {
		commit, err := repo.Resolve(context.Background(), name)
		if err != nil {
			t.Fatal(err)
		}
		return string(commit.OID)
	}
	for name, test := range map[string]struct {
		request refs.Request
		base    string // what it is called
		commit  string
		merged  bool // the tree to judge is neither side's
	}{
		"target of a pull request, not what an earlier build left": {refs.Request{Target: "main", Head: "topic"}, "origin/main", "tip", true},
		"target that is here only":                                 {refs.Request{Target: "release", Head: "topic"}, "release", "old", false},
		"base that is given":                                       {refs.Request{Base: "release", Target: "main", Head: "topic"}, "release", "old", false},
		"push of a topic":                                          {refs.Request{Push: &refs.Push{Remote: "origin", Branch: "refs/heads/topic", From: oid("old"), To: oid("topic")}}, "origin/main", "tip", true},
		"push of a new topic":                                      {refs.Request{Push: &refs.Push{Remote: "origin", Branch: "refs/heads/topic", To: "refs/heads/topic"}}, "origin/main", "tip", true},
		"push to the default branch, by what the remote has":       {refs.Request{Push: &refs.Push{Remote: "origin", Branch: "refs/heads/main", From: oid("old"), To: oid("topic")}}, "origin/main", "old", false},
		"forced push to the default branch":                        {refs.Request{Push: &refs.Push{Remote: "origin", Branch: "refs/heads/main", From: oid("tip"), To: oid("topic")}}, "origin/main", "tip", false},
		"push of another remote's default branch":                  {refs.Request{Push: &refs.Push{Remote: "fork", Branch: "refs/heads/main", From: oid("old"), To: oid("topic")}}, "origin/main", "tip", true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := refs.Compare(context.Background(), repo, tree.NewStore(repo), test.request)
			if err != nil {
				t.Fatal(err)
			}
			if got.Base.Name != test.base || string(got.Base.OID) != oid(test.commit) {
				t.Errorf("base %s (%s), want %s (%s)", got.Base.Name, got.Base.OID, test.base, oid(test.commit))
			}
			if merged := got.After.OID() != got.Head.Tree; merged != test.merged {
				t.Errorf("merged: %v", merged)
			}
		})
	}
}

func TestNothingToCompare(t *testing.T) {
	repo := repository(t)
	_, err := refs.Compare(context.Background(), repo, tree.NewStore(repo), refs.Request{
		Push: &refs.Push{Remote: "origin", Branch: "refs/tags/v1", To: "refs/remotes/origin/main"},
	})
	if !errors.Is(err, refs.ErrSame) {
		t.Errorf("a push of what is there: %v", err)
	}
	_, err = refs.Compare(context.Background(), repo, tree.NewStore(repo), refs.Request{Target: "gone", Head: "topic"})
	if !errors.Is(err, git.ErrMissing) || !strings.Contains(err.Error(), `"gone", which the pull request goes into`) {
		t.Errorf("a target that is not here: %v", err)
	}

	dir := t.TempDir()
	err = fastimport.Write(dir, []fastimport.Commit{{Branch: "main", Author: "A <a@example.com>", Message: "First"}})
	if err == nil {
		err = fastimport.Run(dir, nil, "remote", "add", "origin", "nowhere")
	}
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := git.Open(context.Background(), dir, git.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	push := &refs.Push{Remote: "origin", Branch: "refs/heads/main", To: "refs/heads/main"}
	if _, err := refs.Compare(context.Background(), fresh, tree.NewStore(fresh), refs.Request{Push: push}); !errors.Is(err, refs.ErrFirstPush) {
		t.Errorf("a first push: %v", err)
	}
	push.From = "refs/heads/main"
	if _, err := refs.Compare(context.Background(), fresh, tree.NewStore(fresh), refs.Request{Push: push}); err == nil || errors.Is(err, refs.ErrFirstPush) {
		t.Errorf("a later push, to a remote whose default branch is not known: %v", err)
	}
}
