package cli_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/promocheck/promocheck/cli"
	"github.com/promocheck/promocheck/internal/fastimport"
)

// BenchmarkDemo is a check of the demo's repository, all but the start of the process.
func BenchmarkDemo(b *testing.B) {
	benchmark(b, demo(b), "--head", "hotfix")
}

// BenchmarkApps is a repository of a hundred apps in four environments; "one" promotes one of them
// to production, "all" every one, and "shared" edits a base that all of them build on.
func BenchmarkApps(b *testing.B) {
	repo := b.TempDir()
	if err := writeApps(repo, 100); err != nil {
		b.Fatal(err)
	}
	for _, head := range []string{"one", "all", "shared"} {
		b.Run(head, func(b *testing.B) { benchmark(b, repo, "--head", head) })
	}
}

func benchmark(b *testing.B, repo string, arguments ...string) {
	arguments = append([]string{"-C", repo, "--base", "main"}, arguments...)
	for b.Loop() {
		if got := run(arguments...); got.exit > cli.ExitFindings {
			b.Fatal(got.stderr)
		}
	}
}

// writeApps writes a repository with n apps. Production is two clusters, patches what it is given,
// and generates a ConfigMap.
func writeApps(dir string, n int) error {
	files := map[string]fastimport.File{
		"shared/kustomization.yaml": text("resources: [account.yaml]\n"),
		"shared/account.yaml":       text("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: runner}\n"),
		"shared/README.md":          text("What every app has.\n"),
		"apps/README.md":            text("A directory for each app.\n"),
		"clusters/eu/settings.env":  text("REGION=eu\n"),
		"clusters/us/settings.env":  text("REGION=us\n"),
	}
	one, all, shared := map[string]fastimport.File{}, map[string]fastimport.File{}, map[string]fastimport.File{}
	shared["shared/account.yaml"] = text("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: runner, labels: {team: platform}}\n")
	for i := range n {
		app := fmt.Sprintf("apps/app-%03d/", i)
		image := fmt.Sprintf("registry.example.com/team/app-%03d", i)
		files[app+"base/kustomization.yaml"] = text("resources: [../../../shared, deployment.yaml, service.yaml]\n")
		files[app+"base/deployment.yaml"] = text(strings.ReplaceAll(deployment, "IMAGE", image))
		files[app+"base/service.yaml"] = text("apiVersion: v1\nkind: Service\nmetadata: {name: app}\nspec:\n  ports: [{port: 80}]\n")
		for _, environment := range []string{"dev", "staging"} {
			files[app+"overlays/"+environment+"/kustomization.yaml"] = text(pinned("../../base", image, "v1.2.1"))
		}
		files[app+"overlays/prod/common/patch.yaml"] = text(patch)
		files[app+"overlays/prod/common/kustomization.yaml"] = text(pinned("../../../base", image, "v1.2.0") + "patches: [{path: patch.yaml}]\n")
		for _, cluster := range []string{"eu", "us"} {
			files[app+"overlays/prod/"+cluster+"/kustomization.yaml"] = text("resources: [../common]\n" +
				"configMapGenerator:\n  - name: settings\n    envs: [../../../../../clusters/" + cluster + "/settings.env]\n")
		}
		promoted := text(pinned("../../../base", image, "v1.2.1") + "patches: [{path: patch.yaml}]\n")
		all[app+"overlays/prod/common/kustomization.yaml"] = promoted
		if i == n/2 {
			one[app+"overlays/prod/common/kustomization.yaml"] = promoted
		}
	}
	commits := []fastimport.Commit{{Branch: "main", Author: author, Time: wednesday.Add(-time.Hour), Message: "Apps", Files: files}}
	for branch, changes := range map[string]map[string]fastimport.File{"one": one, "all": all, "shared": shared} {
		changed := map[string]fastimport.File{}
		for path, file := range files {
			changed[path] = file
		}
		for path, file := range changes {
			changed[path] = file
		}
		commits = append(commits, fastimport.Commit{
			Branch: branch, From: []string{"main"}, Author: author, Time: wednesday, Message: "Promote " + branch, Files: changed,
		})
	}
	return fastimport.Write(dir, commits)
}

const author = "Ada Example <ada@example.com>"

func text(s string) fastimport.File { return fastimport.File{Data: []byte(s)} }

func pinned(resource, image, tag string) string {
	return fmt.Sprintf("resources: [%s]\nimages:\n  - name: %s\n    newTag: %s\n", resource, image, tag)
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  replicas: 1
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      serviceAccountName: runner
      containers:
        - name: app
          image: IMAGE
          ports: [{containerPort: 8080}]
          env: [{name: LOG, value: info}]
`

const patch = `apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: app
          env: [{name: LOG, value: warning}]
`
