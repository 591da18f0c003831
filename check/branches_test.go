package check_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/git/gittest"
	"github.com/promocheck/promocheck/check/refs"
)

// programs is where git is: a session takes that away from the whole process.
var programs = os.Getenv("PATH")

const branchesOfEnvironments = "environments: [{name: staging, branch: env/staging}, {name: prod, branch: env/prod}]\n"

func manifest(tag string) string {
	return "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec: {containers: [{name: shop, image: example/shop:" + tag + "}]}\n"
}

// environments is a clone whose remote has version 3 in staging and a proposal to take 2 to production. The clone's own
// branches are older.
func environments(t *testing.T) *gittest.Repo {
	t.Helper()
	t.Setenv("PATH", programs)
	repo := gittest.New(t)
	repo.Git("remote", "add", "origin", "https://example.invalid/config")
	repo.Write(".promocheck.yaml", branchesOfEnvironments)
	main := repo.Commit("configuration")
	repo.Git("update-ref", "refs/remotes/origin/main", main)
	commits := map[string]string{}
	for _, environment := range []string{"staging", "prod"} {
		repo.Git("checkout", "--quiet", "--orphan", "env/"+environment)
		repo.Git("rm", "-rfq", ".")
		for _, tag := range []string{"v1", "v2", "v3"} {
			repo.Write("shop/manifest.yaml", manifest(tag))
			commits[environment+" "+tag] = repo.Commit(environment + " " + tag)
		}
	}
	repo.Git("checkout", "--quiet", "--detach", "main")
	for ref, commit := range map[string]string{
		"refs/remotes/origin/env/staging": "staging v3", "refs/heads/env/staging": "staging v2",
		"refs/remotes/origin/env/prod": "prod v2", "refs/heads/env/prod": "prod v1", "refs/heads/next": "prod v3",
	} {
		repo.Git("update-ref", ref, commits[commit])
	}
	return repo
}

func checkOf(t *testing.T, repo *gittest.Repo, request refs.Request) (*check.Check, error) {
	t.Helper()
	session, err := check.Open(t.Context(), check.Options{Dir: repo.Dir, Now: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = session.Close() })
	return session.Check(t.Context(), request)
}

// TestOldBranches requires that an earlier environment is what the remote has of it, whatever the clone's own branch says,
// and that the base is what was asked for; and that both are told.
func TestOldBranches(t *testing.T) {
	repo := environments(t)
	for base, want := range map[string][]string{
		"env/prod": {
			"staging is judged by origin/env/staging; this clone's own env/staging is another commit",
			"prod is judged by this clone's own env/prod; origin/env/prod is another commit",
		},
		"origin/env/prod": {
			"staging is judged by origin/env/staging; this clone's own env/staging is another commit",
			"prod is judged by origin/env/prod; this clone's own env/prod is another commit",
		},
	} {
		got, err := checkOf(t, repo, refs.Request{Base: base, Head: "next"})
		if err != nil {
			t.Fatal(err)
		}
		for _, notice := range want {
			if !slices.Contains(got.Notices, notice) {
				t.Errorf("--base %s: %q is not among %q", base, notice, got.Notices)
			}
		}
		if len(got.Event.Changes) != 1 || !got.Event.Changes[0].Upstream[0].Holds {
			t.Errorf("--base %s: %+v", base, got.Event.Changes)
		}
	}
}

// TestPushToBranches has pushes to an environment's branch, which is judged by what it becomes, and to others.
func TestPushToBranches(t *testing.T) {
	repo := environments(t)
	oid := func(ref string) string { return repo.Git("rev-parse", ref) }
	got, err := checkOf(t, repo, refs.Request{Push: &refs.Push{Remote: "origin", Branch: "refs/heads/env/prod", From: oid("origin/env/prod"), To: oid("next")}})
	if err != nil {
		t.Fatal(err)
	}
	if got.Event.Base.Ref != "origin/env/prod" || len(got.Event.Changes) != 1 || got.Event.Changes[0].Environment != "prod" {
		t.Errorf("a push to production's branch: %+v", got.Event)
	}
	_, err = checkOf(t, repo, refs.Request{Push: &refs.Push{Remote: "origin", Branch: "refs/heads/env/prod", To: oid("next")}})
	if !errors.Is(err, refs.ErrFirstPush) {
		t.Errorf("a first push: %v", err)
	}
	_, err = checkOf(t, repo, refs.Request{Push: &refs.Push{Remote: "origin", Branch: "refs/heads/next", To: oid("next")}})
	if !errors.Is(err, refs.ErrUndeployed) {
		t.Errorf("a push to another branch: %v", err)
	}
}

// TestWhichBranch names the base in the ways in which people and pipelines do. What may be production's branch by another
// name is refused.
func TestWhichBranch(t *testing.T) {
	repo := environments(t)
	repo.Git("update-ref", "refs/heads/base", "origin/env/prod")
	repo.Git("tag", "release", "origin/env/prod")
	commit := repo.Git("rev-parse", "origin/env/prod")
	for name, test := range map[string]struct {
		request refs.Request
		want    string // what is wrong; empty: it is production
	}{
		"full name":                 {refs.Request{Base: "refs/remotes/origin/env/prod"}, ""},
		"name that git knows":       {refs.Request{Base: "remotes/origin/env/prod"}, ""},
		"what it was":               {refs.Request{Base: "origin/env/prod~1"}, ""},
		"target of a pull request":  {refs.Request{Target: "env/prod", Into: []string{"env/prod"}}, ""},
		"commit, by the pipeline":   {refs.Request{Base: commit, Into: []string{"env/prod"}}, ""},
		"other branch, by the same": {refs.Request{Base: "base", Into: []string{"env/prod"}}, ""},
		"commit":                    {refs.Request{Base: commit}, "is the branch of no environment"},
		"commit, on another branch": {refs.Request{Base: commit, Into: []string{"next"}}, "is the branch of no environment"},
		"tag":                       {refs.Request{Base: "release"}, "is the branch of no environment"},
		"other branch":              {refs.Request{Base: "base"}, "is the branch of no environment"},
	} {
		t.Run(name, func(t *testing.T) {
			test.request.Head = "next"
			got, err := checkOf(t, repo, test.request)
			switch {
			case test.want != "":
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("%v, want %s", err, test.want)
				}
			case err != nil:
				t.Error(err)
			case len(got.Event.Changes) != 1 || got.Event.Changes[0].Environment != "prod":
				t.Errorf("%+v", got.Event.Changes)
			}
		})
	}
}
