//go:build integration

// Package action runs the GitHub Action as a workflow would, on a consumer's repository, with nektos/act.
// It is behind a build tag because it needs act on the PATH: go test -tags integration ./action
package action

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/promocheck/promocheck/check/git/gittest"
	"github.com/promocheck/promocheck/internal/fastimport"
)

const (
	release  = "v1.2.3"
	setupGo  = "actions/setup-go@44694675825211faa026b3c33043df3e48a5fa00"
	keptName = "report.json report.sarif"
)

var zeros = strings.Repeat("0", 40)

// tree is a repository of one app with three environments.
func tree(dev, staging, prod string) map[string]fastimport.File {
	files := map[string]fastimport.File{"README.md": {Data: []byte("A config repo\n")}}
	for environment, version := range map[string]string{"dev": dev, "staging": staging, "prod": prod} {
		files["shop/overlays/"+environment+"/kustomization.yaml"] = fastimport.File{Data: []byte("resources: [app.yaml]\n" +
			"images:\n  - name: example/shop\n    newTag: " + version + "\n")}
		files["shop/overlays/"+environment+"/app.yaml"] = fastimport.File{Data: []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\n" +
			"spec: {containers: [{name: shop, image: example/shop}]}\n")}
	}
	return files
}

// deployed is the branch of an environment, as a hydrator writes it.
func deployed(version string) map[string]fastimport.File {
	return map[string]fastimport.File{"shop/manifest.yaml": {Data: []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec:\n" +
		"  containers: [{name: shop, image: \"example/shop:" + version + "\"}]\n")}}
}

func with(files map[string]fastimport.File, path, text string) map[string]fastimport.File {
	files = maps.Clone(files)
	if files == nil {
		files = map[string]fastimport.File{}
	}
	files[path] = fastimport.File{Data: []byte(text)}
	return files
}

var started = time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC)

// remote is what GitHub has: a bare repository, whose branches are the commits' branches. A branch
// "merge" is what GitHub would make of a pull request, and is none of the remote's own.
func remote(t *testing.T, commits ...fastimport.Commit) string {
	t.Helper()
	for i := range commits {
		commits[i].Author = "Ada <ada@example.com>"
		commits[i].Time = started.Add(time.Duration(i) * time.Hour)
		if commits[i].Message == "" {
			commits[i].Message = "Change " + commits[i].Branch
		}
	}
	dir := t.TempDir()
	if err := fastimport.Write(dir, commits); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, ".git")
}

func git(t *testing.T, dir string, arguments ...string) string {
	t.Helper()
	command := exec.Command("git", arguments...)
	command.Dir = dir
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("git %q: %v: %s", arguments, err, out)
	}
	return strings.TrimSpace(string(out))
}

// checkout is what actions/checkout leaves by default: one commit, detached, and the remote's name.
func checkout(t *testing.T, remote, ref string) string {
	t.Helper()
	dir := t.TempDir()
	git(t, dir, "init", "--quiet")
	git(t, dir, "remote", "add", "origin", "file://"+remote)
	commit := git(t, remote, "rev-parse", ref)
	git(t, dir, "fetch", "--quiet", "--no-tags", "--depth=1", "origin", "+"+commit+":refs/remotes/pull/1/merge")
	git(t, dir, "checkout", "--quiet", "--detach", commit)
	return dir
}

// releases serves a release of the program as it is here.
var releases = sync.OnceValue(func() *httptest.Server {
	dir, err := os.MkdirTemp("", "promocheck-release-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "promocheck")
	build := exec.Command("go", "build", "-buildvcs=false", "-ldflags=-s -w", "-o", program, "..")
	if out, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%v: %s", err, out))
	}
	data, err := os.ReadFile(program)
	if err != nil {
		panic(err)
	}
	var archive bytes.Buffer
	zip := gzip.NewWriter(&archive)
	tape := tar.NewWriter(zip)
	for _, err := range []error{
		tape.WriteHeader(&tar.Header{Name: "promocheck", Mode: 0o755, Size: int64(len(data))}),
		func() error { _, err := tape.Write(data); return err }(),
		tape.Close(), zip.Close(),
	} {
		if err != nil {
			panic(err)
		}
	}
	name := fmt.Sprintf("promocheck_%s_%s.tar.gz", runtime.GOOS, runtime.GOARCH)
	served := map[string][]byte{
		"/" + release + "/" + name:              archive.Bytes(),
		"/" + release + "/checksums.txt":        fmt.Appendf(nil, "%s  other.tar.gz\n%x  %s\n", strings.Repeat("1", 64), sha256.Sum256(archive.Bytes()), name),
		"/forged/" + release + "/" + name:       archive.Bytes(),
		"/forged/" + release + "/checksums.txt": fmt.Appendf(nil, "%s  %s\n", strings.Repeat("1", 64), name),
	}
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, ok := served[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(content)
	}))
})

// outcome is what GitHub would show.
type outcome struct {
	failed      bool
	outputs     map[string]string
	annotations []string // severity file:line title: message
	summary     string
	kept        map[string]string // the reports that the step's outputs name
	log         string
}

const workflow = `on: [pull_request, push, merge_group]
jobs:
  promotions:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: promocheck
        uses: promocheck/promocheck@v1.2.3
        with: WITH
      - if: always()
        shell: bash
        env:
          REPORT: ${{ steps.promocheck.outputs.report }}
          SARIF: ${{ steps.promocheck.outputs.sarif }}
        run: |
          if [ -n "$REPORT" ]; then cp "$REPORT" "$SARIF" "$KEEP/"; fi
          if [ -e executed ]; then echo '::error::something was executed'; fi
`

// run runs the action in a checkout, on a Wednesday.
func run(t *testing.T, dir, event string, payload map[string]any, inputs map[string]string) outcome {
	t.Helper()
	given := map[string]string{"releases": releases().URL, "arguments": "--at\n2026-11-25T12:00:00Z"}
	maps.Copy(given, inputs)
	encoded, err := json.Marshal(given)
	if err != nil {
		t.Fatal(err)
	}
	return runWorkflow(t, dir, event, payload, release, strings.Replace(workflow, "WITH", string(encoded), 1))
}

// runWorkflow runs a workflow that uses the action by a ref, in a checkout.
func runWorkflow(t *testing.T, dir, event string, payload map[string]any, ref, workflow string) outcome {
	t.Helper()
	act, err := exec.LookPath("act")
	if err != nil {
		t.Fatal("act is not on the PATH: go install github.com/nektos/act@v0.2.89")
	}
	scratch := t.TempDir()
	encoded, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		"workflow.yml":           workflow,
		"event.json":             string(encoded),
		"home/.config/act/actrc": "",
		"setup-go/action.yml":    "name: stub\ndescription: What is installed will do.\nruns: {using: composite, steps: [{run: go version, shell: bash}]}\n",
		"kept/.keep":             "",
	} {
		path = filepath.Join(scratch, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	kept := filepath.Join(scratch, "kept")
	command := exec.Command(act, event, "--json", "-W", filepath.Join(scratch, "workflow.yml"), "-e", filepath.Join(scratch, "event.json"),
		"-P", "ubuntu-latest=-self-hosted", "--no-cache-server", "--action-cache-path", filepath.Join(scratch, "cache"),
		"--env", "KEEP="+kept, "--env", "GOCACHE="+goEnv(t, "GOCACHE"), "--env", "GOMODCACHE="+goEnv(t, "GOMODCACHE"),
		"--local-repository", "promocheck/promocheck@"+ref+"="+source(t),
		"--local-repository", setupGo+"="+filepath.Join(scratch, "setup-go"))
	command.Dir = dir
	command.Env = append(os.Environ(), "HOME="+filepath.Join(scratch, "home"))
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err = command.Run()
	got := outcome{failed: err != nil, outputs: map[string]string{}, kept: map[string]string{}, log: stderr.String()}
	for line := range strings.Lines(stdout.String()) {
		var entry struct {
			Command, Arg, Name, Content, Msg string
			StepID                           []string
			KvPairs                          map[string]string
		}
		if json.Unmarshal([]byte(line), &entry) != nil {
			continue
		}
		got.log += strings.TrimSuffix(entry.Msg, "\n") + "\n"
		switch entry.Command {
		case "set-output":
			if len(entry.StepID) == 1 {
				got.outputs[entry.Name] = entry.Arg
			}
		case "summary":
			got.summary = entry.Content
		case "error", "warning", "notice":
			got.annotations = append(got.annotations, fmt.Sprintf("%s %s:%s %s: %s", entry.Command,
				entry.KvPairs["file"], entry.KvPairs["line"], entry.KvPairs["title"], entry.Arg))
		}
	}
	for name := range strings.FieldsSeq(keptName) {
		content, _ := os.ReadFile(filepath.Join(kept, name)) // there is none where nothing was checked
		got.kept[name] = string(content)
	}
	return got
}

// source is the action as a workflow gets it: what is in Git, or would be.
func source(t *testing.T) string {
	t.Helper()
	return gittest.Source(t, "..", ":!*.md", ":!*.txtar", ":!*_test.go")
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// pullRequest is the payload of a pull request into a branch.
func pullRequest(base string) map[string]any {
	return map[string]any{
		"number": 1,
		"pull_request": map[string]any{
			"number": 1, "base": map[string]any{"ref": base}, "head": map[string]any{"ref": "topic"},
		},
		"repository": map[string]any{"default_branch": "main"},
	}
}

func push(branch, before string) map[string]any {
	return map[string]any{"ref": "refs/heads/" + branch, "before": before, "repository": map[string]any{"default_branch": "main"}}
}

func (o outcome) want(t *testing.T, result string, annotations ...string) {
	t.Helper()
	if o.outputs["result"] != result || o.failed != (result == "fail" || result == "error") {
		t.Errorf("result %q, failed: %v; want %q", o.outputs["result"], o.failed, result)
	}
	if len(o.annotations) != len(annotations) {
		t.Errorf("annotations %q, want %q", o.annotations, annotations)
	} else {
		for i, annotation := range annotations {
			if !strings.Contains(o.annotations[i], annotation) {
				t.Errorf("annotation %q, want %q", o.annotations[i], annotation)
			}
		}
	}
	if result == "pass" || result == "fail" {
		for name, content := range o.kept {
			if !json.Valid([]byte(content)) || len(content) == 0 {
				t.Errorf("%s is no JSON: %q", name, content)
			}
		}
		if !strings.Contains(o.summary, "`shop`") {
			t.Errorf("the summary does not name the app: %q", o.summary)
		}
	}
	if t.Failed() {
		t.Log(o.log)
	}
}

const lookback = "rules: {version-not-in-staging: {lookback: 2400h}}\n"

// ownRule is a rule of a team's own.
const ownRule = `# METADATA
# title: A team's own rule
# description: |
#   Nothing changes.
# custom:
#   severity: warning
#   remediation: |
#     Do not.
package promocheck.rules.own_rule

findings contains {"change": change.id, "message": "a change"} if some change in input.changes
`

// ruled is a repository whose configuration names that rule.
func ruled(files map[string]fastimport.File) map[string]fastimport.File {
	return with(with(files, ".promocheck.yaml", "policies: [ours]\n"), "ours/own-rule.rego", ownRule)
}

func TestPullRequest(t *testing.T) {
	t.Parallel()
	before, skipping := tree("v1.3.0", "v1.2.0", "v1.2.0"), tree("v1.3.0", "v1.2.0", "v1.3.0")
	at := "error shop/overlays/prod/kustomization.yaml:4 "
	for name, test := range map[string]struct {
		commits     []fastimport.Commit
		base        string // empty: main
		inputs      map[string]string
		result      string
		annotations []string
		errors      string
		summary     string
	}{
		"clean, but for a rule that the configuration names": {
			commits: []fastimport.Commit{
				{Branch: "main", Files: ruled(before)},
				{Branch: "topic", From: []string{"main"}, Files: ruled(tree("v1.3.0", "v1.3.0", "v1.2.0"))},
				{Branch: "merge", From: []string{"main", "topic"}, Files: ruled(tree("v1.3.0", "v1.3.0", "v1.2.0"))},
			},
			result: "pass", errors: "0", annotations: []string{"warning shop/overlays/staging/kustomization.yaml:4 own-rule"},
		},
		"failing": {
			commits: []fastimport.Commit{
				{Branch: "main", Files: before},
				{Branch: "topic", From: []string{"main"}, Files: skipping},
				{Branch: "merge", From: []string{"main", "topic"}, Files: skipping},
			},
			result: "fail", errors: "2", annotations: []string{at + "skipped-environment", at + "version-not-in-staging"},
			summary: "`v1.2.0` → `v1.3.0`",
		},
		"branch for each environment": {
			commits: []fastimport.Commit{
				{Branch: "main", Files: with(nil, ".promocheck.yaml", "environments: [{name: staging, branch: env/staging}, {name: prod, branch: env/prod}]\n")},
				{Branch: "env/staging", Files: deployed("v1")},
				{Branch: "env/staging", Files: deployed("v2")},
				{Branch: "env/prod", Files: deployed("v1")},
				{Branch: "env/prod-next", From: []string{"env/prod"}, Files: deployed("v3")},
				{Branch: "merge", From: []string{"env/prod", "env/prod-next"}, Files: deployed("v3")},
			},
			base: "env/prod", result: "fail", errors: "2",
			annotations: []string{"error shop/manifest.yaml:5 skipped-environment", "error shop/manifest.yaml:5 version-not-in-staging"},
		},
		// The merge that GitHub made is older than what main has now: staging was rolled back meanwhile.
		"base has moved on": {
			commits: append(append([]fastimport.Commit{
				{Branch: "main", Files: tree("v1.3.0", "v1.3.0", "v1.2.0")},
				{Branch: "topic", From: []string{"main"}, Files: tree("v1.3.0", "v1.3.0", "v1.3.0")},
				{Branch: "merge", From: []string{"main", "topic"}, Files: tree("v1.3.0", "v1.3.0", "v1.3.0")},
			}, steps("main", before, 60)...), fastimport.Commit{Branch: "main", Files: before}),
			result: "fail", errors: "1", annotations: []string{at + "version-not-in-staging"},
			summary: "took it back to v1.2.0 (staging holds",
		},
		// Only the past says that staging had the version before it moved on.
		"the past of the base is needed": {
			commits: append(append([]fastimport.Commit{
				{Branch: "main", Files: with(tree("v1.3.0", "v1.3.0", "v1.2.0"), ".promocheck.yaml", lookback)},
			}, steps("main", with(tree("v1.4.0", "v1.4.0", "v1.2.0"), ".promocheck.yaml", lookback), 50)...),
				fastimport.Commit{Branch: "merge", From: []string{"main"}, Files: with(tree("v1.4.0", "v1.4.0", "v1.3.0"), ".promocheck.yaml", lookback)}),
			result: "pass", errors: "0",
		},
		"conflicting": {
			commits: []fastimport.Commit{
				{Branch: "main", Files: before},
				{Branch: "topic", From: []string{"main"}, Files: skipping},
				{Branch: "merge", From: []string{"main", "topic"}, Files: skipping},
				{Branch: "main", Files: tree("v1.3.0", "v1.2.0", "v1.2.5")},
			},
			result: "error", annotations: []string{"conflict in shop/overlays/prod/kustomization.yaml"}, summary: "could not check",
		},
		"warnings that do not fail, and a report more": {
			commits: []fastimport.Commit{
				{Branch: "main", Files: with(before, ".promocheck.yaml", "rules: {skipped-environment: {severity: warning}, version-not-in-staging: {severity: note}}\n")},
				{Branch: "topic", From: []string{"main"}, Files: with(skipping, ".promocheck.yaml", "rules: {skipped-environment: {severity: warning}, version-not-in-staging: {severity: note}}\n")},
				{Branch: "merge", From: []string{"main", "topic"}, Files: with(skipping, ".promocheck.yaml", "rules: {skipped-environment: {severity: warning}, version-not-in-staging: {severity: note}}\n")},
			},
			inputs: map[string]string{"format": "junit=../junit.xml\n"},
			result: "pass", errors: "0", annotations: []string{"warning shop/overlays/prod/kustomization.yaml:4", "notice shop/overlays/prod/kustomization.yaml:4"},
		},
		"configuration of its own is read from the base": {
			commits: []fastimport.Commit{
				{Branch: "main", Files: with(before, "ci/rules.yaml", "rules: {skipped-environment: {severity: off}}\n")},
				{Branch: "topic", From: []string{"main"}, Files: with(skipping, "ci/rules.yaml", "rules: {skipped-environment: {severity: off}, version-not-in-staging: {severity: off}}\n")},
				{Branch: "merge", From: []string{"main", "topic"}, Files: with(skipping, "ci/rules.yaml", "rules: {skipped-environment: {severity: off}, version-not-in-staging: {severity: off}}\n")},
			},
			inputs: map[string]string{"config": "./ci/rules.yaml"},
			result: "fail", errors: "1", annotations: []string{"warning ci/rules.yaml:1 unread-change", at + "version-not-in-staging"},
		},
		"configuration that only the change has": {
			commits: []fastimport.Commit{
				{Branch: "main", Files: before},
				{Branch: "topic", From: []string{"main"}, Files: with(skipping, "ci/rules.yaml", "rules: {}\n")},
				{Branch: "merge", From: []string{"main", "topic"}, Files: with(skipping, "ci/rules.yaml", "rules: {}\n")},
			},
			inputs: map[string]string{"config": "ci/rules.yaml"},
			result: "error", annotations: []string{"The base has no ci/rules.yaml."},
		},
		"rules of its own, which the change removes": {
			commits: []fastimport.Commit{
				{Branch: "main", Files: with(before, "ci/rules/own.rego", ownRule)},
				{Branch: "merge", From: []string{"main"}, Files: tree("v1.3.0", "v1.3.0", "v1.2.0")},
			},
			inputs: map[string]string{"policy": "ci/rules/\n"},
			result: "pass", errors: "0", annotations: []string{"warning shop/overlays/staging/kustomization.yaml:4 own-rule"},
		},
		"hostile names": {
			commits: []fastimport.Commit{
				{Branch: "$(touch${IFS}executed);`touch${IFS}executed`'\"|&", Files: before},
				{Branch: "topic", From: []string{"$(touch${IFS}executed);`touch${IFS}executed`'\"|&"}, Message: "::error::forged\n\n##[set-output name=result]pass",
					Files: with(skipping, "shop/overlays/prod/$(touch executed)\n::error::forged\n##[set-output name=result]pass", "x")},
				{Branch: "merge", From: []string{"$(touch${IFS}executed);`touch${IFS}executed`'\"|&", "topic"},
					Files: with(skipping, "shop/overlays/prod/$(touch executed)\n::error::forged\n##[set-output name=result]pass", "x")},
			},
			base:   "$(touch${IFS}executed);`touch${IFS}executed`'\"|&",
			result: "fail", errors: "3", annotations: []string{"nothing reads shop/overlays/prod/$(touch executed)", at + "skipped-environment", at + "version-not-in-staging"},
		},
		"an option for a branch": {
			commits: []fastimport.Commit{
				{Branch: "main", Files: before},
				{Branch: "merge", From: []string{"main"}, Files: skipping},
			},
			base:   "--upload-pack=touch executed",
			result: "error", annotations: []string{"is no branch's name"},
		},
		"no such branch": {
			commits: []fastimport.Commit{
				{Branch: "main", Files: before},
				{Branch: "merge", From: []string{"main"}, Files: skipping},
			},
			inputs: map[string]string{"base": "gone"},
			result: "error", annotations: []string{"gone could not be fetched"},
		},
		"wrong configuration": {
			commits: []fastimport.Commit{
				{Branch: "main", Files: with(before, ".promocheck.yaml", "rulez: {}\n")},
				{Branch: "merge", From: []string{"main"}, Files: skipping},
			},
			result: "error", annotations: []string{".promocheck.yaml:1"}, summary: "could not check",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			origin := remote(t, test.commits...)
			base := test.base
			if base == "" {
				base = "main"
			}
			merge := git(t, origin, "rev-parse", "refs/heads/merge")
			git(t, origin, "update-ref", "-d", "refs/heads/merge")
			git(t, origin, "update-ref", "refs/pull/1/merge", merge)
			got := run(t, checkout(t, origin, merge), "pull_request", pullRequest(base), test.inputs)
			got.want(t, test.result, test.annotations...)
			if got.outputs["errors"] != test.errors {
				t.Errorf("%q errors, want %q", got.outputs["errors"], test.errors)
			}
			if !strings.Contains(got.summary, test.summary) {
				t.Errorf("%q is not in the summary: %q", test.summary, got.summary)
			}
		})
	}
}

// steps are commits to a branch that deploy nothing.
func steps(branch string, files map[string]fastimport.File, n int) []fastimport.Commit {
	var commits []fastimport.Commit
	for i := range n {
		commits = append(commits, fastimport.Commit{Branch: branch, Files: with(files, "README.md", fmt.Sprintln("Step", i))})
	}
	return commits
}

func TestPush(t *testing.T) {
	t.Parallel()
	before, skipping := tree("v1.3.0", "v1.2.0", "v1.2.0"), tree("v1.3.0", "v1.2.0", "v1.3.0")
	origin := remote(t,
		fastimport.Commit{Branch: "main", Files: before},
		fastimport.Commit{Branch: "forced", From: []string{"main"}, Files: with(skipping, "README.md", "Rewritten\n")},
		fastimport.Commit{Branch: "new", From: []string{"main"}, Files: before},
		fastimport.Commit{Branch: "before", From: []string{"main"}, Files: before},
		fastimport.Commit{Branch: "main", Files: skipping},
		fastimport.Commit{Branch: "staging-first", From: []string{"main"}, Files: tree("v1.4.0", "v1.4.0", "v1.3.0")},
		fastimport.Commit{Branch: "staging-first", Files: tree("v1.4.0", "v1.4.0", "v1.4.0")},
	)
	branches := remote(t,
		fastimport.Commit{Branch: "main", Files: with(nil, ".promocheck.yaml", "environments: [{name: staging, branch: env/staging}, {name: prod, branch: env/prod}]\n")},
		fastimport.Commit{Branch: "env/staging", Files: deployed("v1")},
		fastimport.Commit{Branch: "env/prod", Files: deployed("v1")},
		fastimport.Commit{Branch: "env/prod", Files: deployed("v3")},
	)
	oid := func(ref string) string { return git(t, origin, "rev-parse", ref) }
	git(t, origin, "update-ref", "refs/heads/same", "main")
	skipped := []string{"skipped-environment", "version-not-in-staging"}
	for name, test := range map[string]struct {
		branch, before string
		head           string // what was pushed, where it is not the branch as it is now
		result         string
		annotations    []string
	}{
		"to the default branch":                 {branch: "main", before: oid("main^"), result: "fail", annotations: skipped},
		"by force":                              {branch: "main", before: oid("before"), head: "forced", result: "fail", annotations: skipped},
		"what was before is gone":               {branch: "main", before: strings.Repeat("12", 20), result: "error", annotations: []string{"could not be fetched"}},
		"first push":                            {branch: "main", before: zeros, result: "none", annotations: []string{"This is the first push"}},
		"new branch without commits of its own": {branch: "same", before: zeros, result: "none", annotations: []string{"main has all of this already"}},
		// Judged by the last push alone, this would have staging first.
		"to a topic, commit by commit": {branch: "staging-first", before: oid("staging-first^"), result: "fail", annotations: []string{"version-not-in-staging"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			head := test.head
			if head == "" {
				head = test.branch
			}
			got := run(t, checkout(t, origin, head), "push", push(test.branch, test.before), nil)
			got.want(t, test.result, test.annotations...)
		})
	}
	t.Run("to an environment's branch", func(t *testing.T) {
		t.Parallel()
		got := run(t, checkout(t, branches, "env/prod"), "push", push("env/prod", git(t, branches, "rev-parse", "env/prod^")), nil)
		got.want(t, "fail", "error shop/manifest.yaml:5 skipped-environment", "error shop/manifest.yaml:5 version-not-in-staging")
	})
}

func TestMergeGroup(t *testing.T) {
	t.Parallel()
	before := tree("v1.3.0", "v1.2.0", "v1.2.0")
	origin := remote(t,
		fastimport.Commit{Branch: "main", Files: before},
		fastimport.Commit{Branch: "first", From: []string{"main"}, Files: tree("v1.3.0", "v1.3.0", "v1.2.0")},
		fastimport.Commit{Branch: "second", From: []string{"first"}, Files: tree("v1.3.0", "v1.3.0", "v1.3.0")},
	)
	for name, test := range map[string]struct{ base, head, result string }{
		"what the group is built on": {"first", "second", "pass"},
		"the first of the queue":     {"main", "first", "pass"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			payload := map[string]any{
				"merge_group": map[string]any{"base_sha": git(t, origin, "rev-parse", test.base), "base_ref": "refs/heads/main"},
				"repository":  map[string]any{"default_branch": "main"},
			}
			got := run(t, checkout(t, origin, test.head), "merge_group", payload, nil)
			got.want(t, test.result)
			if !strings.Contains(got.summary, "1 change") {
				t.Errorf("one change of the queue, and no other: %q", got.summary)
			}
		})
	}
}

// TestProgram is about where the program comes from.
func TestProgram(t *testing.T) {
	t.Parallel()
	origin := remote(t,
		fastimport.Commit{Branch: "main", Files: tree("v1.3.0", "v1.2.0", "v1.2.0")},
		fastimport.Commit{Branch: "topic", From: []string{"main"}, Files: tree("v1.3.0", "v1.3.0", "v1.2.0")},
	)
	for name, test := range map[string]struct {
		inputs      map[string]string
		result, log string
	}{
		"a release that there is":    {nil, "pass", `found=true`},
		"a release that there isn't": {map[string]string{"version": "v9.9.9"}, "pass", "built from source: v9.9.9 could not be downloaded"},
		"a forged release":           {map[string]string{"releases": releases().URL + "/forged"}, "", "does not have the checksum"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := run(t, checkout(t, origin, "topic"), "pull_request", pullRequest("main"), test.inputs)
			if got.outputs["result"] != test.result || got.failed != (test.result == "") || !strings.Contains(got.log, test.log) {
				t.Errorf("result %q, failed: %v; want %q and %q in the log:\n%s", got.outputs["result"], got.failed, test.result, test.log, got.log)
			}
		})
	}
}

// TestDocumented runs the workflow that the documentation has its readers copy.
func TestDocumented(t *testing.T) {
	before := tree("v1.3.0", "v1.2.0", "v1.2.0")
	origin := remote(t,
		fastimport.Commit{Branch: "main", Files: before},
		fastimport.Commit{Branch: "skipping", From: []string{"main"}, Files: tree("v1.3.0", "v1.2.0", "v1.3.0")},
		fastimport.Commit{Branch: "harmless", From: []string{"main"}, Files: with(before, "README.md", "Another\n")},
	)
	var documented []string
	for _, page := range []string{"../README.md", "../docs/ci.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(text), "```yaml\n# .github/workflows/promotions.yml\n")
		workflow, _, _ := strings.Cut(rest, "```")
		documented = append(documented, workflow)
	}
	if documented[0] == "" || documented[0] != documented[1] {
		t.Fatalf("the pages do not say the same: %q", documented)
	}
	for event, test := range map[string]struct {
		branch  string
		payload map[string]any
		fails   bool
	}{
		"pull_request": {"skipping", pullRequest("main"), true},
		"merge_group": {"harmless", map[string]any{
			"merge_group": map[string]any{"base_sha": git(t, origin, "rev-parse", "main"), "base_ref": "refs/heads/main"},
			"repository":  map[string]any{"default_branch": "main"},
		}, false},
	} {
		got := runWorkflow(t, checkout(t, origin, test.branch), event, test.payload, "main", documented[0])
		if got.failed != test.fails || strings.Contains(strings.Join(got.annotations, "\n"), "version-not-in-staging") != test.fails || got.summary == "" {
			t.Errorf("%s: failed: %v, want %v\n%s", event, got.failed, test.fails, got.log)
		}
	}
}
