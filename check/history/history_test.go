package history_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
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
		Repo: repo, Branch: tip, Tree: at, Depth: depth, Now: now, Finder: finder, Layout: layout, States: states,
	})
	if err != nil {
		t.Fatal(err)
	}
	return past{opened, repo, layout, states}
}

func (p past) timeline(t *testing.T, app string) *history.Timeline {
	t.Helper()
	timeline, err := p.Of(app)
	if err != nil {
		t.Fatal(err)
	}
	return timeline
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

// hours writes stays down by the hours after the beginning: since..until, with a question mark where
// the beginning is not known, and nothing where the end is not there yet.
func hours(stays []history.Stay) string {
	var all []string
	for _, stay := range stays {
		text := fmt.Sprint(stay.Seen.Sub(begin).Hours())
		if !stay.Known() {
			text += "?"
		} else if stay.By.Subject != "Step "+text {
			text += " by " + stay.By.Subject
		}
		text += ".."
		if !stay.Until.IsZero() {
			text += fmt.Sprint(stay.Until.Sub(begin).Hours())
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func TestStays(t *testing.T) {
	p := open(t, 100,
		shop("shop", files{"staging": "v1", "prod": "v1"}), // 0
		shop("shop", files{"staging": "v2", "prod": "v1"}),
		shop("shop", files{"staging": "v2", "prod": "v2"}), // 2
		shop("shop", files{"staging": "v1", "prod": "v2"}),
		shop("shop", files{"staging": "v2", "prod": "v2"}), // 4
		shop("shop", files{"staging": "v2", "prod": "v1"}),
	)
	timeline := p.timeline(t, "shop")
	for _, test := range []struct{ environment, tag, want string }{
		{"staging", "v1", "3..4, 0..1"},
		{"staging", "v2", "4.., 1..3"},
		{"prod", "v1", "5.., 0..2"},
		{"prod", "v2", "2..5"},
		{"prod", "v3", ""},
		{"dev", "v1", ""},
	} {
		got := hours(timeline.Stays(history.Place{Environment: test.environment}, image, version(test.tag)))
		if got != test.want {
			t.Errorf("%s %s: %s, not %s", test.environment, test.tag, got, test.want)
		}
	}
	if before := timeline.Before(history.Place{Environment: "prod", Target: "."}, image, version("v1")); before.By.Subject != "Step 5" ||
		!slices.Equal(before.Versions, []artifact.Version{version("v2")}) {
		t.Errorf("before: %v", before)
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
	timeline := open(t, 2, steps...).timeline(t, "shop")
	if timeline.Whole() {
		t.Error("the history is not whole")
	}
	if got, want := hours(timeline.Stays(history.Place{Environment: "staging"}, image, version("v2"))), "2?..3"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	if got, want := hours(open(t, 4, steps...).timeline(t, "shop").Stays(history.Place{Environment: "staging"}, image, version("v2"))), "1..3"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}

// TestClocks has committers whose clocks are wrong: none makes a version look older than it is.
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
	timeline := openCommits(t, 100, commits).timeline(t, "shop")
	for tag, want := range map[string]string{
		"v0": "0..5", "v1": "5 by Step 1..5", "v2": "5 by Step 2..1000", "v3": "1000 by Step 3..",
	} {
		if got := hours(timeline.Stays(history.Place{Environment: "staging"}, image, version(tag))); got != want {
			t.Errorf("%s: %s, not %s", tag, got, want)
		}
	}
}

// TestMove follows an app that moves to another directory, and gets another name by that.
func TestMove(t *testing.T) {
	timeline := open(t, 100,
		shop("shop", files{"staging": "v1", "prod": "v1"}),
		shop("shop", files{"staging": "v2", "prod": "v1"}),
		shop("apps/shop", files{"staging": "v2", "prod": "v1"}),
		shop("apps/shop", files{"staging": "v2", "prod": "v2"}),
	).timeline(t, "apps/shop")
	for at, want := range map[string]string{"staging v1": "0..1", "staging v2": "1..", "prod v1": "0..3"} {
		environment, tag, _ := strings.Cut(at, " ")
		if got := hours(timeline.Stays(history.Place{Environment: environment}, image, version(tag))); got != want {
			t.Errorf("%s: %s, not %s", at, got, want)
		}
	}
}

// TestAgainstEveryCommit compares with what rendering each single commit says, for histories that are
// made up at random: of overlays that come and go, bases that change under them, versions that are put
// together from pieces.
func TestAgainstEveryCommit(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			steps := invent(rand.New(rand.NewPCG(seed, 7)))
			p := open(t, 1000, steps...)
			for _, app := range apps(p.layout) {
				timeline := p.timeline(t, app)
				all := p.everyCommit(t, app)
				for _, environment := range []string{"dev", "staging", "prod"} {
					for _, tag := range tags {
						for _, must := range []bool{false, true} {
							want := naive(all, environment, version(tag), must)
							got := hours(timeline.Stays(history.Place{Environment: environment, All: must}, image, version(tag)))
							if diff := cmp.Diff(want, got); diff != "" {
								t.Errorf("%s in %s of %s, all %v (-want +got):\n%s", tag, environment, app, must, diff)
							}
						}
					}
				}
			}
		})
	}
}

func apps(layout *overlay.Layout) []string {
	names := map[string]bool{}
	for _, site := range layout.Sites {
		names[site.App] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// Kustomize applies a suffix to the images of pods twice.
var tags = []string{"v1", "v2", "v3", "base", "v1-x-x"}

// invent makes up a history in which one thing changes with each commit.
func invent(r *rand.Rand) []files {
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	at := shop("shop", files{"dev": "v1", "staging": "v1", "prod": "v1"})
	at["readme"] = ""
	steps := []files{maps.Clone(at)}
	for range 25 {
		path, text := overlayOf("shop", pick("dev", "staging", "prod", "prod/eu", "prod/us"), pick(tags...))
		if strings.Contains(path, "/prod/") {
			text = strings.Replace(text, "../../base", "../../../base", 1)
		}
		switch r.IntN(9) {
		case 0:
			at["shop/base/deployment.yaml"] = deployment(pick(tags...))
		case 1:
			delete(at, path)
		case 2:
			before, _, _ := strings.Cut(text, "newTag")
			at[path] = before + "tagSuffix: -x}]\n"
			at["shop/base/deployment.yaml"] = deployment("v1")
		case 3:
			at[path], _, _ = strings.Cut(text, "images:")
		case 4:
			at["readme"] += "more\n"
		case 5:
			delete(at, "shop/base/more.yaml")
			if r.IntN(2) == 0 {
				at["shop/base/kustomization.yaml"] = "resources: [deployment.yaml, ../../common]\n"
				at["common/kustomization.yaml"] = "resources: [job.yaml]\n"
				at["common/job.yaml"] = strings.ReplaceAll(deployment(pick(tags...)), "{name: shop}", "{name: common}")
			}
		default:
			at[path] = text
		}
		steps = append(steps, maps.Clone(at))
	}
	return steps
}

// everyCommit is what each target ran at each commit, the oldest first.
func (p past) everyCommit(t *testing.T, app string) []map[string][]artifact.Version {
	t.Helper()
	tip, err := p.repo.Resolve(t.Context(), "main")
	if err != nil {
		t.Fatal(err)
	}
	past, err := p.repo.Past(t.Context(), tip, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string][]artifact.Version
	for _, commit := range slices.Backward(past.Commits) {
		at := tree.NewStore(p.repo).Tree(commit.Tree)
		finder, err := overlay.NewFinder(config.Default(), kustomization.Cache{})
		if err != nil {
			t.Fatal(err)
		}
		layout, err := finder.Of(at)
		if err != nil {
			t.Fatal(err)
		}
		held := map[string][]artifact.Version{}
		for _, site := range layout.Sites {
			if site.App != app {
				continue
			}
			s, err := state.Of(t.Context(), at, site.Overlay)
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range s.Held {
				if h.Artifact == image {
					held[site.Environment+" "+site.Target] = append(held[site.Environment+" "+site.Target], h.Version)
				}
			}
		}
		all = append(all, held)
	}
	return all
}

// naive works out stays commit by commit.
func naive(all []map[string][]artifact.Version, environment string, version artifact.Version, must bool) string {
	var stays []string
	since := -1
	for i, held := range all {
		some, every := false, true
		for target, versions := range held {
			if strings.HasPrefix(target, environment+" ") {
				has := slices.ContainsFunc(versions, version.Same)
				some, every = some || has, every && has
			}
		}
		is := some && (!must || every)
		switch {
		case is && since < 0:
			since = i
		case !is && since >= 0:
			stays = append([]string{fmt.Sprintf("%d..%d", since, i)}, stays...)
			since = -1
		}
	}
	if since >= 0 {
		stays = append([]string{fmt.Sprintf("%d..", since)}, stays...)
	}
	return strings.Join(stays, ", ")
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
		timeline := open(t, 10, before, after).timeline(t, "shop")
		if got, want := hours(timeline.Stays(history.Place{Environment: "staging"}, image, version(tag))), "1.."; got != want {
			t.Errorf("%s: %s, not %s", tag, got, want)
		}
	}
}
