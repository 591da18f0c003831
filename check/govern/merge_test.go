package govern_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/govern"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/tree"
	"github.com/promocheck/promocheck/internal/treetest"
)

const project = `kind: AppProject
apiVersion: argoproj.io/v1alpha1
metadata: {name: shops}
spec:
  syncWindows: [{kind: deny, schedule: "0 8 * * *", duration: 8h}]
`

var base = treetest.Files{
	".promocheck.yaml":        "windowsFrom: [\"argocd/*.yaml\"]\n",
	"argocd/projects.yaml":    project,
	".promocheck-freeze.yaml": "reason: Stocktaking\n",
	"shop/deployment.yaml":    "kind: Deployment\n",
}

// ruled names a directory of rules, in the base's configuration.
var ruled = treetest.Files{
	".promocheck.yaml": "windowsFrom: [\"argocd/*.yaml\"]\npolicies: [ours]\n",
	"ours/a.rego":      "right",
}

func waiverOf(rule string) string {
	return "rule: " + rule + "\napp: shop\nenvironment: prod\nreason: x\nexpires: 2026-12-01\n"
}

// try reads windows and the freeze for some environments, and rules; it knows no overlay patterns.
func try(g *govern.Governing) error {
	if len(g.Config.Overlays) > 0 {
		return mistake.Configured(g.Config.Path, g.Config.Overlays[0].Line, "bad pattern")
	}
	files, err := g.Rules()
	if err != nil {
		return err
	}
	for _, file := range files {
		if string(file.Text) == "wrong" {
			return mistake.Configured(file.Name, 7, "does not compile")
		}
	}
	_, err = g.Calendar([]string{"staging", "prod"})
	return err
}

// TestCheckMerge has changes to what governs. The ones that nobody could check after them are refused, and the
// mistake is said to be theirs.
func TestCheckMerge(t *testing.T) {
	for _, test := range []struct {
		about         string
		before, after treetest.Files
		want          string // empty: accepted
	}{
		{"nothing that governs", nil, treetest.Files{"shop/deployment.yaml": "kind: Job\n"}, ""},
		{"a configuration", nil, treetest.Files{".promocheck.yaml": "timezone: Europe/Berlin\n"}, ""},
		{"a wrong one", nil, treetest.Files{".promocheck.yaml": "rulez: {}\n"}, ".promocheck.yaml:1: the change makes the configuration wrong, and merging it would stop every check: unknown key"},
		{"one with a wrong time zone", nil, treetest.Files{".promocheck.yaml": "timezone: x\n"}, ".promocheck.yaml:1: the change makes the configuration wrong, and"},
		{"one with a wrong pattern", nil, treetest.Files{".promocheck.yaml": "overlays: [x]\n"}, ".promocheck.yaml:1: the change makes the configuration wrong, and"},
		{"one that names no file", nil, treetest.Files{".promocheck.yaml": "windowsFrom: [x]\n"}, ".promocheck.yaml:1: the change makes the configuration wrong, and merging it would stop every check: windowsFrom: no file matches"},
		{"a waiver", nil, treetest.Files{".promocheck/waivers/a.yaml": waiverOf("friday-push")}, ""},
		{"a wrong one", nil, treetest.Files{".promocheck/waivers/a.yaml": "rule: friday-push\n"}, ".promocheck/waivers/a.yaml:1: the change makes this wrong, and merging it would stop every check: a waiver needs an app"},
		{"one that would be passed over", nil, treetest.Files{".promocheck/waivers/a.yml": waiverOf("friday-push")}, ".promocheck/waivers/a.yml: the change makes this wrong, and"},
		{"one in a directory that is not read", nil, treetest.Files{".promocheck/wavers/a.yaml": waiverOf("friday-push")}, ".promocheck/wavers: the change makes this wrong, and"},
		{"none any more", nil, treetest.Files{".promocheck.yaml": treetest.Gone}, ""},
		{"a freeze", nil, treetest.Files{".promocheck-freeze.yaml": "reason: Moving\nenvironments: [production]\n"}, ""},
		{"a wrong one", nil, treetest.Files{".promocheck-freeze.yaml": "reason:\n"}, ".promocheck-freeze.yaml:1: the change makes this wrong, and"},
		{"one of no environment", nil, treetest.Files{".promocheck-freeze.yaml": "reason: x\nenvironments: [eu]\n"}, `.promocheck-freeze.yaml:1: the change makes this wrong, and merging it would stop every check: environment "eu"`},
		{"one with another extension", treetest.Files{".promocheck-freeze.yaml": treetest.Gone}, treetest.Files{".promocheck-freeze.yml": "reason: x\n"}, ".promocheck-freeze.yml:1: the change makes this wrong, and"},
		{"an AppProject", nil, treetest.Files{"argocd/projects.yaml": strings.Replace(project, "8h", "9h", 1)}, ""},
		{"a wrong one", nil, treetest.Files{"argocd/projects.yaml": strings.Replace(project, "8h", "x", 1)}, "argocd/projects.yaml:5: the change makes this wrong, and"},
		{"what was wrong before", treetest.Files{".promocheck-freeze.yaml": "reason: x\nenvironments: [eu]\n"}, treetest.Files{".promocheck-freeze.yaml": "reason:\n"}, ".promocheck-freeze.yaml:1: reason must be text"},
		{"what is wrong no more", treetest.Files{".promocheck-freeze.yaml": "reason: x\nenvironments: [eu]\n"}, treetest.Files{".promocheck-freeze.yaml": treetest.Gone}, ""},
		{"what the freeze file is a link to", treetest.Files{".promocheck-freeze.yaml": treetest.Link("ops/freeze"), "ops/freeze": "reason: x\n"},
			treetest.Files{"ops/freeze": "reason:\n"}, ".promocheck-freeze.yaml:1: the change makes this wrong, and"},
		{"a rule", ruled, treetest.Files{"ours/b.rego": "right"}, ""},
		{"a wrong one", ruled, treetest.Files{"ours/b.rego": "wrong"}, "ours/b.rego:7: the change makes this wrong, and merging it would stop every check: does not"},
		{"one that gets wrong", ruled, treetest.Files{"ours/a.rego": "wrong"}, "ours/a.rego:7: the change makes this wrong, and"},
		{"one that was wrong", ruled.With(treetest.Files{"ours/a.rego": "wrong"}), treetest.Files{"ours/b.rego": "wrong"}, "ours/a.rego:7: does not compile"},
		{"one elsewhere", ruled, treetest.Files{"other/b.rego": "wrong"}, ""},
		{"the first directory of rules", nil, treetest.Files{".promocheck.yaml": "policies: [ours]\n", "ours/b.rego": "wrong"}, "ours/b.rego:7: the change makes this wrong, and"},
		{"no rule any more", ruled, treetest.Files{"ours/a.rego": treetest.Gone, "ours/README.md": ""}, ".promocheck.yaml:2: the change makes the configuration wrong, and merging it would stop every check: policies: there is no rule in ours"},
		{"a file in the directory's place", ruled, treetest.Files{"ours/a.rego": treetest.Gone, "ours": "right"}, ".promocheck.yaml:2: the change makes the configuration wrong, and"},
		{"a submodule in its place", ruled, treetest.Files{"ours/a.rego": treetest.Gone, "ours": treetest.Submodule("a")}, ".promocheck.yaml:2: the change makes the configuration wrong, and"},
		{"a submodule in it", ruled, treetest.Files{"ours/more": treetest.Submodule("a")}, "ours/more: the change makes this wrong, and"},
		{"a link in it", ruled, treetest.Files{"ours/more": treetest.Link("../shop")}, "ours/more: the change makes this wrong, and"},
		{"what a rule is a link to", ruled.With(treetest.Files{"ours/a.rego": treetest.Link("../lib/a.rego"), "lib/a.rego": "right"}),
			treetest.Files{"lib/a.rego": "wrong"}, "ours/a.rego:7: the change makes this wrong, and"},
		{"what the directory is a link to", ruled.With(treetest.Files{"ours/a.rego": treetest.Gone, "ours": treetest.Link("lib"), "lib/a.rego": "right"}),
			treetest.Files{"lib/b.rego": "wrong"}, "ours/b.rego:7: the change makes this wrong, and"},
	} {
		t.Run(test.about, func(t *testing.T) {
			store := treetest.New()
			was := base.With(test.before)
			before, after := store.Tree(t, was), store.Tree(t, was.With(test.after))
			changes, err := tree.Diff(before, after)
			if err != nil {
				t.Fatal(err)
			}
			governing, err := govern.Read(before)
			if err != nil {
				t.Fatal(err)
			}
			err = governing.CheckMerge(after, changes, try)
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

// TestCallersConfiguration requires that the caller's file is read instead of the tree's, which may then be wrong.
func TestCallersConfiguration(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "own.yaml"), []byte("repository: acme/config\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	store := treetest.New()
	files := treetest.Files{".promocheck.yaml": "rulez: {}\n"}
	at := store.Tree(t, files)
	governing, err := govern.ReadWith(at, dir, "own.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(governing.Config.Repositories, []string{"acme/config"}) || governing.Config.Path != "own.yaml" {
		t.Errorf("%+v", governing.Config)
	}
	if err := governing.CheckMerge(at, []tree.Change{{Path: ".promocheck.yaml"}}, try); err != nil {
		t.Error(err)
	}

	var wrong *mistake.Error
	if _, err := govern.ReadWith(at, dir, "other.yaml"); !errors.As(err, &wrong) || wrong.Hint == "" || !wrong.Usage {
		t.Errorf("of a file that is not there: %v", err)
	}
	if _, err := govern.ReadWith(at, dir, ""); !errors.As(err, &wrong) || wrong.Path != ".promocheck.yaml" {
		t.Errorf("without a file of the caller's: %v", err)
	}
}
