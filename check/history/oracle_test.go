package history_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
)

var seeds = flag.Uint64("seeds", 4, "how many `HISTORIES` are made up and compared with their every commit")

// TestAgainstEveryCommit compares with what rendering each single commit says, for histories that are
// made up at random: of overlays that come and go, bases and components that change under them, values that move
// no version, versions that are put together from pieces.
func TestAgainstEveryCommit(t *testing.T) {
	for seed := range *seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			steps := invent(rand.New(rand.NewPCG(seed, 7)))
			p := open(t, 1000, steps...)
			for _, app := range apps(p.layout) {
				all := p.everyCommit(t, app)
				for _, tag := range tags { // one by one, so that the others are not looked for
					compare(t, p, app, all, tag)
				}
				compare(t, p, app, all, tags...)
			}
		})
	}
}

// compare asks all that there is to ask of some versions.
func compare(t *testing.T, p past, app string, all everyCommit, tags ...string) {
	t.Helper()
	inquiry := p.Inquire()
	type expected struct {
		what, want string
		got        func() string
	}
	var expect []expected
	for _, tag := range tags {
		v := version(tag)
		for _, environment := range []string{"dev", "staging", "prod"} {
			for _, must := range []bool{false, true} {
				q := history.Question{App: app, Place: history.Place{Environment: environment, All: must}, Artifact: image, Version: v}
				stays, brief := inquiry.Stays(q, true), inquiry.Stays(q, false)
				want := all.stays(environment, v, must)
				expect = append(expect,
					expected{fmt.Sprintf("%s in %s, all %v", tag, environment, must), newestAndLongest(want), func() string { return hours(stays) }},
					expected{fmt.Sprintf("newest of %s in %s, all %v", tag, environment, must), newest(want), func() string { return hours(brief) }})
			}
		}
		for target := range all.targets() {
			environment, name, _ := strings.Cut(target, " ")
			q := history.Question{App: app, Place: history.Place{Environment: environment, Target: name}, Artifact: image, Version: v}
			exact, before := inquiry.ExactStays(q), inquiry.Before(q)
			expect = append(expect,
				expected{tag + " exactly at " + target, fmt.Sprint(all.ever(target, v)), func() string { return fmt.Sprint(exact.Held) }},
				expected{"before " + tag + " at " + target, all.before(target, v), func() string { return before.By.Subject + " " + fmt.Sprint(before.Versions) }})
		}
		for _, environment := range []string{"staging", "prod"} {
			left := inquiry.Left(history.Question{App: app, Place: history.Place{Environment: environment}, Artifact: image, Version: v})
			for target := range all.targets() {
				if e, name, _ := strings.Cut(target, " "); e == environment {
					want := all.left(target, v)
					expect = append(expect, expected{tag + " left by " + target, want, func() string {
						departure := left.Targets[name]
						switch {
						case departure == nil && len(all[len(all)-1][target]) == 0:
							return want // it is not there any more, and need not be looked for
						case departure == nil:
							return ""
						}
						came := ""
						followers, err := p.Followers(departure, history.Question{App: app, Place: history.Place{Environment: environment, Target: name}, Artifact: image, Version: v})
						for _, f := range followers {
							came += fmt.Sprintf(" %s %v", f.By.Subject, f.Is)
						}
						if err != nil {
							return err.Error()
						}
						return fmt.Sprintf("%s by %s %v %v%s", departure.Gone.Subject, departure.By.Subject, departure.Was, departure.Is, came)
					}})
				}
			}
		}
		first := inquiry.First(history.Question{App: app, Artifact: image, Version: v})
		expect = append(expect, expected{tag + " first", all.first(v), func() string {
			if first.At.IsZero() {
				return "never"
			}
			return fmt.Sprint(first.At.Sub(begin).Hours())
		}})
	}
	answer(t, inquiry)
	for _, e := range expect {
		if got := e.got(); got != e.want {
			t.Errorf("%v of %s: %s: %q, not %q", tags, app, e.what, got, e.want)
		}
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
	at["parts/kustomization.yaml"] = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nconfigMapGenerator: [{name: settings, envs: [settings.env]}]\n"
	at["parts/settings.env"] = "A=1\n"
	steps := []files{maps.Clone(at)}
	for range 30 {
		path, text := overlayOf("shop", pick("dev", "staging", "prod", "prod/eu", "prod/us"), pick(tags...))
		if strings.Contains(path, "/prod/") {
			text = strings.Replace(text, "../../base", "../../../base", 1)
		} else if r.IntN(2) == 0 {
			text += "components: [../../../parts]\n"
		}
		switch r.IntN(16) {
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
		case 6, 7: // values
			at["shop/base/deployment.yaml"] = strings.Replace(deployment(pick(tags...)), "}]}}}", pick(
				", env: [{name: LOG, value: debug}]}]}}}", ", env: [{name: LOG, value: info}, {name: V, value: v1}]}]}}}",
				", env: [{name: SIDE_IMAGE, value: 'ghcr.io/acme/shop:v2'}]}]}}}", ", resources: {limits: {memory: 1Mi}}}]}}}",
				", resources: {limits: {memory: 2Mi}}}]}}}"), 1)
		case 8: // variables
			at["parts/settings.env"] = pick("A=1\n", "A=v2\n", "A=1\nB=2\n", "not a variable\n", "SHOP_IMAGE=ghcr.io/acme/shop:v3\n")
		case 9: // a component, or an overlay in its place
			at["parts/kustomization.yaml"] = strings.Replace(at["parts/kustomization.yaml"], pick("Component", "Kustomization"), pick("Component", "Kustomization"), 1)
		case 10: // a sidecar of the same image
			at["parts/kustomization.yaml"] = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{path: side.yaml, target: {kind: Deployment}}]\n"
			at["parts/side.yaml"] = strings.Replace(deployment(pick(tags...)), "name: shop, image", "name: "+pick("side", "shop")+", image", 1)
		case 11: // a patch that counts on what there is
			at[path] = text + "patches: [{target: {kind: Deployment}, patch: '[{op: " + pick("replace", "add", "test", "remove") +
				", path: /spec/template/spec/containers/0/" + pick("image", "env/0/value", "name") + ", value: " + pick("ghcr.io/acme/shop:v3", "info") + "}]'}]\n"
		default:
			at[path] = text
		}
		steps = append(steps, maps.Clone(at))
	}
	return steps
}

// holdings are what each target ran at a commit, by environment and target.
type holdings map[string][]artifact.Version

// everyCommit is what was held at every commit, the oldest first.
type everyCommit []holdings

func (p past) everyCommit(t *testing.T, app string) everyCommit {
	t.Helper()
	tip, err := p.repo.Resolve(t.Context(), "main")
	if err != nil {
		t.Fatal(err)
	}
	past, err := p.repo.Past(t.Context(), tip, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var all everyCommit
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
		held := holdings{}
		for _, site := range layout.Sites {
			if site.App != app {
				continue
			}
			s, err := state.Of(t.Context(), at, site.Overlay)
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range s.Held {
				if h.Artifact == image && h.Mention == "" { // an env entry proves nothing of what a container runs
					held[site.Environment+" "+site.Target] = append(held[site.Environment+" "+site.Target], h.Version)
				}
			}
		}
		all = append(all, held)
	}
	return all
}

// targets are all that there ever were.
func (all everyCommit) targets() map[string]bool {
	targets := map[string]bool{}
	for _, held := range all {
		for target := range held {
			targets[target] = true
		}
	}
	return targets
}

// span is a stay by the commits that it begins and ends with; to is -1 where it has not ended.
type span struct{ from, to int }

// stays works out stays commit by commit, the newest first.
func (all everyCommit) stays(environment string, version artifact.Version, must bool) []span {
	var stays []span
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
			stays = append([]span{{since, i}}, stays...)
			since = -1
		}
	}
	if since >= 0 {
		stays = append([]span{{since, -1}}, stays...)
	}
	return stays
}

func newest(stays []span) string {
	switch {
	case len(stays) == 0:
		return ""
	case stays[0].to < 0:
		return fmt.Sprintf("%d..", stays[0].from)
	}
	return fmt.Sprintf("%d..%d", stays[0].from, stays[0].to)
}

func newestAndLongest(stays []span) string {
	longest := span{}
	for _, s := range stays {
		if s.to >= 0 && s.to-s.from > longest.to-longest.from {
			longest = s
		}
	}
	text := newest(stays)
	if longest != (span{}) && longest.from != stays[0].from {
		text += fmt.Sprintf(", %d..%d", longest.from, longest.to)
	}
	return text
}

// ever reports whether a target ever ran just the version.
func (all everyCommit) ever(target string, version artifact.Version) bool {
	return slices.ContainsFunc(all, func(held holdings) bool { return slices.ContainsFunc(held[target], version.Unchanged) })
}

// before says what brought the version that a target runs now, and what it ran before.
func (all everyCommit) before(target string, version artifact.Version) string {
	for i, held := range slices.Backward(all) {
		if slices.ContainsFunc(held[target], version.Unchanged) {
			continue
		}
		if i == len(all)-1 {
			break
		}
		versions := slices.Clone(held[target])
		slices.SortFunc(versions, artifact.Version.Compare)
		return fmt.Sprintf("Step %d %v", i+1, slices.Compact(versions))
	}
	return " []"
}

// left says what took a version away from a target last, what had brought it, what the target had before and after, and what
// came later.
func (all everyCommit) left(target string, version artifact.Version) string {
	has := func(i int) bool { return slices.ContainsFunc(all[i][target], version.Same) }
	gone := len(all)
	for gone > 0 && !has(gone-1) {
		gone--
	}
	if gone == 0 || gone == len(all) {
		return ""
	}
	by := gone - 1
	for by > 0 && has(by-1) {
		by--
	}
	sorted := func(versions []artifact.Version) []artifact.Version {
		versions = slices.Clone(versions)
		slices.SortFunc(versions, artifact.Version.Compare)
		return slices.Compact(versions)
	}
	told := fmt.Sprintf("Step %d by Step %d %v %v", gone, by, sorted(all[gone-1][target]), sorted(all[gone][target]))
	for i := gone + 1; i < len(all); i++ {
		if is := sorted(all[i][target]); !slices.Equal(is, sorted(all[i-1][target])) {
			told += fmt.Sprintf(" Step %d %v", i, is)
		}
	}
	return told
}

func (all everyCommit) first(version artifact.Version) string {
	for i, held := range all {
		for _, versions := range held {
			if slices.ContainsFunc(versions, version.Same) {
				return fmt.Sprint(i)
			}
		}
	}
	return "never"
}
