package history_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
	"github.com/promocheck/promocheck/internal/fastimport"
)

var (
	begin = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	now   = begin.Add(1000 * time.Hour)
	image = artifact.Artifact{Kind: artifact.Image, Name: "acme/shop"}
)

type files map[string]string

// past is a branch whose history is asked for.
type past struct {
	*history.History
	repo   *git.Repo
	layout *overlay.Layout
	states *state.Cache
}

// open writes a repository of commits an hour apart and opens the history of its branch.
func open(t *testing.T, depth int, steps ...files) past {
	t.Helper()
	commits := make([]fastimport.Commit, 0, len(steps))
	for i, step := range steps {
		commit := fastimport.Commit{
			Branch: "main", Author: "Ada Example <ada@example.com>", Message: fmt.Sprintf("Step %d", i),
			Time: begin.Add(time.Duration(i) * time.Hour), Files: map[string]fastimport.File{},
		}
		for path, text := range step {
			commit.Files[path] = fastimport.File{Data: []byte(text)}
		}
		commits = append(commits, commit)
	}
	return openCommits(t, depth, commits)
}

func openCommits(t *testing.T, depth int, commits []fastimport.Commit) past {
	t.Helper()
	dir := t.TempDir()
	if err := fastimport.Write(dir, commits); err != nil {
		t.Fatal(err)
	}
	return openDir(t, depth, dir)
}

func openDir(t *testing.T, depth int, dir string) past {
	t.Helper()
	repo, err := git.Open(t.Context(), dir, git.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { repo.Close() })
	tip, err := repo.Resolve(t.Context(), "main")
	if err != nil {
		t.Fatal(err)
	}
	states := state.NewCache()
	at := tree.NewStore(repo).Tree(tip.Tree)
	finder, err := overlay.NewFinder(config.Default(), kustomization.Cache{})
	if err != nil {
		t.Fatal(err)
	}
	layout, err := finder.Of(at)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := history.Open(t.Context(), history.Source{
		Repo: repo, Branch: tip, Tree: at, Depth: depth, Now: now, Layout: layout, States: states,
	})
	if err != nil {
		t.Fatal(err)
	}
	return past{opened, repo, layout, states}
}

// stays asks for the stays of a version of the image, of which history tells the newest and the longest.
func (p past) stays(t *testing.T, app string, at history.Place, tag string) *history.Stays {
	t.Helper()
	inquiry := p.Inquire()
	stays := inquiry.Stays(history.Question{App: app, Place: at, Artifact: image, Version: version(tag)}, true)
	answer(t, inquiry)
	return stays
}

func answer(t *testing.T, inquiry *history.Inquiry) {
	t.Helper()
	if err := inquiry.Answer(); err != nil {
		t.Fatal(err)
	}
}

func version(tag string) artifact.Version {
	return artifact.Version{Repository: "ghcr.io/acme/shop", Tag: tag}
}

// overlayOf sets a tag on top of the app's base.
func overlayOf(app, environment, tag string) (path, text string) {
	return app + "/overlays/" + environment + "/kustomization.yaml",
		"resources: [../../base]\nimages: [{name: ghcr.io/acme/shop, newTag: " + tag + "}]\n"
}

// shop is an app with a tag in each environment.
func shop(app string, tags files) files {
	all := files{
		app + "/base/kustomization.yaml": "resources: [deployment.yaml]\n",
		app + "/base/deployment.yaml":    deployment("base"),
	}
	for environment, tag := range tags {
		path, text := overlayOf(app, environment, tag)
		all[path] = text
	}
	return all
}

func deployment(tag string) string {
	return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec: {template: {spec: {containers: [" +
		"{name: shop, image: 'ghcr.io/acme/shop:" + tag + "'}]}}}\n"
}

// hours writes down the newest stay by the hours after the beginning: since..until, with a question mark where
// the beginning is not known, and nothing where the end is not there yet. The longest that is over follows, if
// it is another one.
func hours(stays *history.Stays) string {
	if !stays.Held {
		return ""
	}
	newest := stays.Newest
	text := fmt.Sprint(newest.Seen.Sub(begin).Hours())
	if !newest.Known() {
		text += "?"
	} else if newest.By.Subject != "Step "+text {
		text += " by " + newest.By.Subject
	}
	text += ".."
	if !newest.Until.IsZero() {
		text += fmt.Sprint(newest.Until.Sub(begin).Hours())
	}
	if longest := stays.Longest; !longest.Seen.IsZero() && !longest.Seen.Equal(newest.Seen) {
		text += fmt.Sprintf(", %v..%v", longest.Seen.Sub(begin).Hours(), longest.Until.Sub(begin).Hours())
	}
	return text
}

func TestStays(t *testing.T) {
	p := open(t, 100,
		shop("shop", files{"staging": "v1", "prod": "v1"}), // 0
		shop("shop", files{"staging": "v1", "prod": "v1"}),
		shop("shop", files{"staging": "v2", "prod": "v2"}), // 2
		shop("shop", files{"staging": "v1", "prod": "v2"}),
		shop("shop", files{"staging": "v2", "prod": "v2"}), // 4
		shop("shop", files{"staging": "v2", "prod": "v1"}),
	)
	for _, test := range []struct{ environment, tag, want string }{
		{"staging", "v1", "3..4, 0..2"},
		{"staging", "v2", "4.., 2..3"},
		{"prod", "v1", "5.., 0..2"},
		{"prod", "v2", "2..5"},
		{"prod", "v3", ""},
		{"dev", "v1", ""},
	} {
		if got := hours(p.stays(t, "shop", history.Place{Environment: test.environment}, test.tag)); got != test.want {
			t.Errorf("%s %s: %s, not %s", test.environment, test.tag, got, test.want)
		}
	}
}

// TestDepth asks for less than there is: what began before counts as there, from then on.
func TestDepth(t *testing.T) {
	steps := []files{
		shop("shop", files{"staging": "v1", "prod": "v0"}),
		shop("shop", files{"staging": "v2", "prod": "v0"}),
		shop("shop", files{"staging": "v2", "prod": "v1"}),
		shop("shop", files{"staging": "v3", "prod": "v1"}),
	}
	p := open(t, 2, steps...)
	if p.Whole() {
		t.Error("the history is not whole")
	}
	if got, want := hours(p.stays(t, "shop", history.Place{Environment: "staging"}, "v2")), "2?..3"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	if got, want := hours(open(t, 4, steps...).stays(t, "shop", history.Place{Environment: "staging"}, "v2")), "1..3"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}

// TestClocks has committers whose clocks are wrong: none makes a version look older than it is, and what is replaced at the
// moment at which it came was never there.
func TestClocks(t *testing.T) {
	var commits []fastimport.Commit
	for i, at := range []time.Duration{0, 5 * time.Hour, time.Hour, 9000 * time.Hour} {
		commit := fastimport.Commit{
			Branch: "main", Author: "Ada Example <ada@example.com>", Message: fmt.Sprintf("Step %d", i), Time: begin.Add(at), Files: map[string]fastimport.File{},
		}
		for path, text := range shop("shop", files{"staging": fmt.Sprintf("v%d", i)}) {
			commit.Files[path] = fastimport.File{Data: []byte(text)}
		}
		commits = append(commits, commit)
	}
	p := openCommits(t, 100, commits)
	for tag, want := range map[string]string{
		"v0": "0..5", "v1": "", "v2": "5 by Step 2..1000", "v3": "1000 by Step 3..",
	} {
		if got := hours(p.stays(t, "shop", history.Place{Environment: "staging"}, tag)); got != want {
			t.Errorf("%s: %s, not %s", tag, got, want)
		}
	}
}

// TestMove follows an app that moves to another directory, and gets another name by that.
func TestMove(t *testing.T) {
	p := open(t, 100,
		shop("shop", files{"staging": "v1", "prod": "v1"}),
		shop("shop", files{"staging": "v2", "prod": "v1"}),
		shop("apps/shop", files{"staging": "v2", "prod": "v1"}),
		shop("apps/shop", files{"staging": "v2", "prod": "v2"}),
	)
	for at, want := range map[string]string{"staging v1": "0..1", "staging v2": "1..", "prod v1": "0..3"} {
		environment, tag, _ := strings.Cut(at, " ")
		if got := hours(p.stays(t, "apps/shop", history.Place{Environment: environment}, tag)); got != want {
			t.Errorf("%s: %s, not %s", at, got, want)
		}
	}
}

// TestComposed has tags that no file says whole.
func TestComposed(t *testing.T) {
	overlays := files{
		"v1-x-x": "resources: [../../base]\nimages: [{name: ghcr.io/acme/shop, tagSuffix: -x}]\n",
		"v1-y": "resources: [../../base]\nconfigMapGenerator: [{name: piece, literals: [piece=y]}]\n" +
			"replacements:\n  - source: {kind: ConfigMap, name: piece, fieldPath: data.piece}\n    targets:\n" +
			"      - select: {kind: Deployment}\n        fieldPaths: [spec.template.spec.containers.0.image]\n        options: {delimiter: '-', index: 1}\n",
	}
	for tag, overlay := range overlays {
		before, after := shop("shop", files{"staging": "v1"}), shop("shop", files{"staging": "v1"})
		after["shop/base/deployment.yaml"] = deployment(strings.TrimSuffix(strings.Replace(tag, "y", "base", 1), "-x-x"))
		after["shop/overlays/staging/kustomization.yaml"] = overlay
		p := open(t, 10, before, after)
		if got, want := hours(p.stays(t, "shop", history.Place{Environment: "staging"}, tag)), "1.."; got != want {
			t.Errorf("%s: %s, not %s", tag, got, want)
		}
	}
}
