package account_test

import (
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/account"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/tree"
	"github.com/promocheck/promocheck/internal/treetest"
)

var shop = treetest.Files{
	"shop/base/kustomization.yaml":             "resources: [d.yaml]\n",
	"shop/base/d.yaml":                         "kind: Job\n",
	"shop/overlays/staging/kustomization.yaml": "resources: [../../base]\n",
	"shop/overlays/prod/kustomization.yaml":    "resources: [../../base]\n",
}

// of accounts for a change of the shop.
func of(t *testing.T, change treetest.Files, ignored ...string) []account.File {
	t.Helper()
	store := treetest.New()
	before, after := store.Tree(t, shop), store.Tree(t, shop.With(change))
	files, err := tree.Diff(before, after)
	if err != nil {
		t.Fatal(err)
	}
	finder, err := overlay.NewFinder(config.Default(), kustomization.Cache{})
	if err != nil {
		t.Fatal(err)
	}
	was, err := finder.Of(before)
	if err != nil {
		t.Fatal(err)
	}
	is, err := finder.Of(after)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, file := range files {
		paths = append(paths, file.Path)
	}
	return account.Of(account.Change{
		Files: files, Before: before, After: after, Layout: overlay.Pair(was, is, paths), Ignored: ignored,
		Governs: func(path string) bool { return path == config.FileName },
	})
}

// TestFates changes one file each, and tells its fate: "!" after it where the path says production.
func TestFates(t *testing.T) {
	for path, want := range map[string]string{
		// What environments are built from.
		"shop/base/d.yaml":                      "read",
		"shop/overlays/prod/kustomization.yaml": "read!",

		// What is known to deploy nothing, wherever it lies.
		"README.md":                       "inert",
		"shop/overlays/prod/NOTES.md":     "inert!",
		"shop/base/OWNERS":                "inert",
		"LICENSE":                         "inert",
		"shop/.gitignore":                 "inert",
		"shop/overlays/prod/diagram.svg":  "inert!",
		".github/ISSUE_TEMPLATE/bug.yaml": "inert",
		".github/dependabot.yml":          "inert",
		"renovate.json":                   "inert",
		".pre-commit-config.yaml":         "inert",
		".promocheck.yaml":                "inert",

		".github/CODEOWNERS":             "inert",
		".github/renovate.json5":         "inert",
		".github/scripts/lint.sh":        "inert",
		".gitlab/issue_templates/bug.md": "inert",
		".circleci/config.yml":           "inert",
		".fluxschema.yml":                "inert",
		".sops.yaml":                     "inert",
		".vscode/settings.json":          "inert",
		"lefthook.yml":                   "inert",
		"flake.nix":                      "inert",
		"LICENSE-MIT":                    "inert",

		// What only looks like that.
		"infra/prod/license.yaml":       "unread!",
		"notice.yaml":                   "unread",
		".gitlab/agents/eu/config.yaml": "unread",
		".argocd-source.yaml":           "unread",
		".env":                          "unread",
		".gitmodules":                   "unread",

		// What deploys nothing where no environment could have a use for it.
		"scripts/wait.sh":            "inert",
		"Makefile":                   "inert",
		"cmd/main.go":                "inert",
		"tests/render_test.py":       "inert",
		"docs/example.yaml":          "inert",
		"docs/runbooks/shop.txt":     "inert",
		"hack/kind.yaml":             "inert",
		"tools/lint.py":              "inert",
		"tests/smoke.yaml":           "inert",
		"images/shop/Dockerfile":     "inert",
		"images/shop/app.ts":         "inert",
		"package-lock.json":          "inert",
		"docker-compose.yaml":        "inert",
		"tools/argo/values.yaml":     "unread",
		"docs-prod/shop.yaml":        "unread!",
		"shop/base/wait.sh":          "unread",
		"shop/overlays/prod/wait.sh": "unread!",
		"clusters/prod/sync.py":      "unread!",
		"staging/Makefile":           "inert",

		// What may decide what runs.
		"shop/overlays/prod/.env":            "unread!",
		"shop/overlays/prod/values.jsonnet":  "unread!",
		"helmfile.yaml":                      "unread",
		"infra/main.tf":                      "unread",
		"infra/PROD/main.tf":                 "unread!",
		"charts/shop/templates/d.yaml":       "unread",
		"charts/shop/templates/_helpers.tpl": "unread",
		"charts/shop/Chart.yaml":             "unread",
		"charts/shop/values.gotmpl":          "unread",
		"ansible/site.yml":                   "unread",
		"fleet.yaml":                         "unread",
		"shop/shop.cue":                      "unread",
		"lib/shop.libsonnet":                 "unread",
		"infra/my_live.tf":                   "unread!",
		"infra/alive.tf":                     "unread",
		"infra/production.tfvars":            "unread!",
		"infra/non-prod/main.tf":             "unread",
		"infra/pre-prod/main.tf":             "unread",
		"versions/prod":                      "unread!",
		"versions/shop.txt":                  "unread",
		"shop/.helmignore":                   "unread",
		".sourceignore":                      "unread!",
	} {
		t.Run(path, func(t *testing.T) {
			files := of(t, treetest.Files{path: "changed: 1\n"})
			if len(files) != 1 {
				t.Fatal(files)
			}
			got := string(files[0].Fate)
			if files[0].Production {
				got += "!"
			}
			if got != want {
				t.Errorf("is %s, because %s; want %s", got, files[0].Why, want)
			}
		})
	}
}

// TestPipelines is about lines of a workflow that change, and whether they may name what runs.
func TestPipelines(t *testing.T) {
	digest := "sha256:" + strings.Repeat("0f", 32)
	for line, want := range map[string]account.Fate{
		"run: make test":                                account.Inert,
		"uses: actions/checkout@v5":                     account.Inert,
		"- uses: docker://ghcr.io/acme/lint:v3":         account.Inert,
		"# image: shop:v1":                              account.Inert,
		"url: https://example.com:8080/health":          account.Inert,
		"version: 3":                                    account.Inert,
		"image: Dockerfile":                             account.Inert,
		"image: 'docker/Dockerfile.ci'":                 account.Inert,
		"push-image: true":                              account.Inert,
		"imagePullPolicy: Always":                       account.Inert,
		"image-scan: trivy":                             account.Inert,
		"image: logo.png":                               account.Inert,
		"needs: [build-image]":                          account.Inert,
		"- uses: acme/build-image@v3":                   account.Inert,
		"role: arn:aws:iam::1234:role/deploy":           account.Inert,
		"PLATFORM_IMAGE: shop:v1.3.0":                   account.Unread,
		"IMAGE_PLATFORM_API: api:61ab2f9":               account.Unread,
		"node_image: kindest/node:v1.36.1@" + digest:    account.Inert,
		"run: k3d cluster create -i rancher/k3s:v1.36":  account.Inert,
		"image: \"kindest/node:v1.20.2\"":               account.Inert,
		"images: [kindest/node:v1, acme/shop:v1]":       account.Unread,
		"image: kindest/node-shop:v1":                   account.Unread,
		"image: shop":                                   account.Unread,
		"IMAGE_TAG=true-blue":                           account.Unread,
		"IMAGE_TAG: v1.3.0":                             account.Unread,
		"image: shop:v1.3.0":                            account.Unread,
		"run: docker pull ghcr.io/acme/shop:v1.3.0":     account.Unread,
		"run: kubectl set image d/a a=acme/shop:v1":     account.Unread,
		"pin: " + digest:                                account.Unread,
		"with: {image-name: shop, tag: v1.3.0}":         account.Unread,
		"run: deploy ghcr.io/acme/shop:${{ inputs.x }}": account.Unread,
	} {
		for _, path := range []string{".github/workflows/ci.yaml", ".github/workflows/readme.yaml", ".github/scripts/deploy.sh", ".gitlab-ci.yml", "Jenkinsfile"} {
			t.Run(path+" "+line, func(t *testing.T) {
				file := of(t, treetest.Files{path: "a: 1\nb:\n  c:\n    " + line + "\n"})[0]
				if file.Fate != want {
					t.Errorf("is %s, because %s; want %s", file.Fate, file.Why, want)
				}
			})
		}
	}
}

// TestTransformers is about files that say to Kustomize where its transformers look, where no kustomization names them.
func TestTransformers(t *testing.T) {
	for text, want := range map[string]account.Fate{
		"nameReference: [{kind: ConfigMap, version: v1, fieldSpecs: [{kind: Rollout, path: spec/template}]}]\n": account.Inert,
		"commonLabels:\n- path: spec/selector\n  create: true\nimages: [{path: spec/image, kind: Build}]\n":     account.Inert,
		"images: [{name: shop, newTag: v2}]\n":                               account.Unread,
		"images: [{path: spec/image}]\ntag: v2\n":                            account.Unread,
		"images: [{path: spec/image}]\n---\nimage: {tag: v2}\n":              account.Unread,
		"images: [{path: spec/image}]\nimages: [{name: shop, newTag: v2}]\n": account.Unread,
		"labels: {app: shop}\n":                                              account.Unread,
		"# a comment\n":                                                      account.Unread,
	} {
		if file := of(t, treetest.Files{"shop/overlays/prod/rollout.yaml": text})[0]; file.Fate != want {
			t.Errorf("%s: is %s, because %s; want %s", text, file.Fate, file.Why, want)
		}
	}
}

// TestNoPatternForAPipeline offers nobody to take what a pipeline does for an environment.
func TestNoPatternForAPipeline(t *testing.T) {
	for _, path := range []string{".github/workflows/deploy-production.yaml", ".github/workflows/deploy.yml", "prod/Jenkinsfile"} {
		if file := of(t, treetest.Files{path: "image: a/b:v1\n"})[0]; file.Fate != account.Unread || strings.Contains(file.Why, "overlays:") {
			t.Errorf("%s: is %s, because %s", path, file.Fate, file.Why)
		}
	}
}

func TestIgnored(t *testing.T) {
	files := of(t, treetest.Files{"terraform/prod/main.tf": "a", "shop/base/d.yaml": "kind: Pod\n"}, "**")
	if len(files) != 2 || files[0].Fate != account.Read || files[1].Fate != account.Inert {
		t.Errorf("%+v", files)
	}
}
