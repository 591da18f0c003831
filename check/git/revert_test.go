package git

import (
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/git/gittest"
)

const anOID = "8d5a2a1c5f0e4b7d9a3c6e8f1b2d4a6c8e0f2b4d"

// TestReverts holds what hosts of repositories and Git write against what they write it about.
func TestReverts(t *testing.T) {
	type message struct {
		subject, body string
		isMerge       bool
	}
	promote := message{subject: "Promote shop to v2"}
	merged := message{"Merge pull request #7 from acme/bump", "Promote shop to v2\n\nAnd more.", true}
	squashed := message{subject: "Promote shop to v2 (#7)"}
	gitlab := message{"Merge branch 'bump' into 'main'", "Promote shop to v2\n\nSee merge request acme/config!12", true}
	bitbucket := message{"Merged in bump (pull request #59)", "Promote shop to v2\n\nApproved-by: Kim", true}
	server := message{"Pull request #59: Promote shop to v2", "Merge in ACME/config from bump to main", true}
	for name, test := range map[string]struct {
		revert, of message
		want       bool
	}{
		"git revert":                       {message{subject: `Revert "Promote shop to v2"`, body: "This reverts commit " + anOID + "."}, promote, true},
		"git revert of another":            {message{subject: `Revert "Promote shop to v2"`, body: "This reverts commit " + strings.Repeat("0", 40) + "."}, promote, false},
		"git revert of a merge":            {message{subject: `Revert "x"`, body: "This reverts commit " + anOID + ", reversing\nchanges made to 1."}, merged, true},
		"git revert --reference":           {message{subject: "Shop loses orders", body: "This reverts commit 8d5a2a1 (Promote shop to v2, 2026-11-20)."}, promote, true},
		"a short name of another":          {message{subject: "Shop loses orders", body: "This reverts commit 8d5a2a2 (Promote shop to v2, 2026-11-20)."}, promote, false},
		"a name that is too short":         {message{subject: "Shop", body: "This reverts commit 8d5a2a."}, promote, false},
		"told in passing":                  {message{subject: "Shop", body: "Unlike this reverts commit " + anOID}, promote, false},
		"a revert that is reverted":        {message{subject: `Reapply "Promote shop to v2"`}, message{subject: `Revert "Promote shop to v2"`}, true},
		"a revert is not what it reverts":  {message{subject: `Reapply "Promote shop to v2"`}, promote, false},
		"title":                            {message{subject: `Revert "Promote shop to v2"`}, promote, true},
		"title without quotes":             {message{subject: "Revert Promote shop to v2"}, promote, true},
		"title of a conventional commit":   {message{subject: "revert: Promote shop to v2"}, promote, true},
		"title with other text behind":     {message{subject: `Revert "Promote shop to v2-admin"`}, promote, false},
		"title with other text before":     {message{subject: `Revert "Do not Promote shop to v2"`}, promote, false},
		"title that says less":             {message{subject: `Revert "Promote shop"`}, promote, false},
		"title that a host has cut":        {message{subject: "Revert \"Promote shop to v2, with all that the release team asked for on\u2026\" (#8)"}, message{subject: "Promote shop to v2, with all that the release team asked for on Monday (#7)"}, true},
		"a cut title of another":           {message{subject: "Revert \"Promote shop to v2, with all that the release team asked for in\u2026\" (#8)"}, message{subject: "Promote shop to v2, with all that the release team asked for on Monday (#7)"}, false},
		"title of which little is left":    {message{subject: "Revert \"Promote shop\u2026\""}, promote, false},
		"title of nothing":                 {message{subject: `Revert ""`}, message{}, false},
		"title with quotes in it":          {message{subject: `Revert "Promote "shop""`}, message{subject: `Promote "shop"`}, true},
		"about reverting":                  {message{subject: "Reverting is fun"}, promote, false},
		"title in the body":                {message{subject: "x", body: `Revert "Promote shop to v2"`}, promote, false},
		"GitHub, merge commit":             {message{subject: `Revert "Promote shop to v2"`, body: "Reverts acme/config#7"}, merged, true},
		"GitHub, another title":            {message{subject: `Revert "Shop: v2"`, body: "Reverts acme/config#7"}, merged, true},
		"GitHub, another request":          {message{subject: `Revert "Promote shop to v2"`, body: "Reverts acme/config#8"}, merged, false},
		"GitHub, squashed":                 {message{subject: `Revert "Promote shop to v2" (#9)`, body: "Reverts acme/config#7"}, squashed, true},
		"GitHub, squashed, title alone":    {message{subject: `Revert "Promote shop to v2" (#9)`}, squashed, true},
		"GitHub, of the squashed commit":   {message{subject: `Revert "Promote shop to v2 (#7)" (#9)`}, squashed, true},
		"GitHub, another squashed commit":  {message{subject: `Revert "Promote shop to v2 (#6)" (#9)`}, squashed, false},
		"GitHub, the revert merged":        {message{"Merge pull request #9 from acme/revert-7-bump", `Revert "Promote shop to v2"`, true}, merged, true},
		"GitHub, something else merged":    {message{"Merge pull request #9 from acme/fix", `Do not revert "Promote shop to v2"`, true}, merged, false},
		"GitHub, of the commit inside":     {message{subject: `Revert "Promote shop to v2"`, body: "Reverts acme/config#7"}, promote, true},
		"GitLab, merge request":            {message{subject: `Revert "Merge branch 'bump' into 'main'"`, body: "This reverts merge request !12"}, gitlab, true},
		"GitLab, another with its branch":  {message{subject: `Revert "Merge branch 'bump' into 'main'"`, body: "This reverts merge request !13"}, gitlab, false},
		"GitLab, of another project":       {message{subject: `Revert "x"`, body: "This reverts merge request acme/config!12"}, gitlab, true},
		"GitLab, title":                    {message{subject: `Revert "Promote shop to v2"`}, gitlab, true},
		"Bitbucket":                        {message{subject: `Revert "Promote shop to v2 (pull request #59)"`, body: "This reverts pull request #59."}, bitbucket, true},
		"Bitbucket, another":               {message{subject: `Revert "Promote shop to v2 (pull request #58)"`, body: "This reverts pull request #58."}, bitbucket, false},
		"Bitbucket, title":                 {message{subject: `Revert "Promote shop to v2"`}, bitbucket, true},
		"Bitbucket, title of the merge":    {message{subject: `Revert "Merged in bump (pull request #59)"`}, bitbucket, true},
		"Bitbucket Data Center":            {message{subject: `Revert "Promote shop to v2"`}, server, true},
		"Bitbucket Data Center, merged":    {message{`Pull request #60: Revert "Promote shop to v2"`, "Merge in ACME/config from back to main", true}, server, true},
		"Bitbucket Data Center, by number": {message{subject: "Back", body: "This reverts pull request #59."}, server, true},
	} {
		t.Run(name, func(t *testing.T) {
			revert := revertOf(test.revert.subject, test.revert.body, test.revert.isMerge)
			of := LogEntry{OID: anOID, Called: calledOf(test.of.subject, test.of.body, test.of.isMerge)}
			if got := revert.Of([]LogEntry{of}); got != test.want {
				t.Errorf("%v: %+v of %+v", got, revert, of.Called)
			}
		})
	}
}

// TestRevertOfMerged requires that a revert of a request is of what that one brought, also if a commit in it is called
// like what was reverted.
func TestRevertOfMerged(t *testing.T) {
	merge := LogEntry{OID: anOID, Called: calledOf("Merge pull request #7 from acme/bump", "Promote shop", true)}
	inner := LogEntry{OID: OID(strings.Repeat("1", 40)), Called: calledOf("Promote shop (#3)", "", false)}
	for body, want := range map[string]bool{
		"Reverts acme/config#7": true, "Reverts acme/config#3": true, "Reverts acme/config#6": false, "": true,
		"This reverts commit 1111111.": true, "This reverts commit " + anOID + ".": true, "This reverts commit 2222222.": false,
	} {
		if got := revertOf(`Revert "Promote shop"`, body, false).Of([]LogEntry{merge, inner}); got != want {
			t.Errorf("%q: %v", body, got)
		}
	}
	if revertOf(`Revert "Promote shop"`, "", false).Of(nil) {
		t.Error("of nothing")
	}
}

// TestRevertsOfNothing requires that a message about nothing of the kind says nothing, however long it is.
func TestRevertsOfNothing(t *testing.T) {
	long := strings.Repeat("a (#1) ", 1<<18)
	for _, text := range []string{"", "Promote shop", long, `Revert "` + long + `"`} {
		if revert := revertOf(text, text, true); revert.Any() {
			t.Errorf("%.40q: %+v", text, revert)
		}
	}
	if called := calledOf(long, long, true); len(called.Titles)+len(called.Requests) > 0 {
		t.Errorf("%+v", called)
	}
}

func TestBrought(t *testing.T) {
	repo := gittest.New(t)
	repo.Commit("one")
	repo.Git("checkout", "--quiet", "-b", "side")
	two := repo.Commit("two")
	three := repo.Commit("three\n\nThis reverts commit " + two[:8] + ".")
	repo.Git("checkout", "--quiet", "main")
	repo.Git("merge", "--quiet", "--no-ff", "-m", "Merge pull request #7 from acme/side", "-m", "Title", "side")
	merge := repo.Git("rev-parse", "HEAD")
	r := open(t, repo.Dir)
	for of, want := range map[string][]string{merge: {merge, three, two}, two: {two}} {
		brought, err := r.Brought(t.Context(), OID(of))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, entry := range brought {
			got = append(got, string(entry.OID))
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s brought %v, not %v", of, got, want)
		}
	}
	before, after, err := r.Step(OID(merge))
	if err != nil || before != OID(repo.Git("rev-parse", "HEAD~1^{tree}")) || after != OID(repo.Git("rev-parse", "HEAD^{tree}")) {
		t.Errorf("%s, %s, %v", before, after, err)
	}
	if before, _, err := r.Step(OID(repo.Git("rev-parse", "HEAD~1"))); err != nil || before != "" {
		t.Errorf("the first commit: %s, %v", before, err)
	}
	if reverts := between(t, repo, "main~1", "main").Commits[1].Reverts.Commits; len(reverts) != 1 || reverts[0] != two {
		t.Errorf("an abbreviated name is %v", reverts)
	}
}
