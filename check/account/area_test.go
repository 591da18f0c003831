package account_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/promocheck/promocheck/check/account"
	"github.com/promocheck/promocheck/internal/treetest"
)

func TestAreas(t *testing.T) {
	file := func(path string, fate account.Fate, why string) account.File {
		return account.File{Path: path, Fate: fate, Why: why, Production: strings.Contains(path, "prod")}
	}
	got := account.Areas([]account.File{
		file("a.toml", account.Unread, "x"),
		file("apps/README.md", account.Inert, "z"),
		file("apps/notes", account.Unread, "x"),
		file("apps/shop/base/d.yaml", account.Read, ""),
		file("apps/shop/extra/dev/a", account.Unread, "x"),
		file("apps/shop/extra/prod/b", account.Unread, "y"),
		file("apps/shop/extra/prod/c", account.Unread, "y"),
		file("docs/a.md", account.Inert, "z"),
		file("infra/a", account.Unread, "x"),
		file("infra/deep/down/b", account.Unread, "y"),
	})
	want := []account.Area{
		{Pattern: "apps/shop/extra/**", Files: 3, Production: 2, Why: "y"},
		{Pattern: "infra/**", Files: 2, Why: "x"},
		{Pattern: "*", Files: 1, Why: "x"},
		{Pattern: "apps/*", Files: 1, Why: "x"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTools(t *testing.T) {
	for name, test := range map[string]struct {
		files treetest.Files
		want  []account.Tool
	}{
		"called after it": {
			treetest.Files{"infra/Terraform/prod/main.tf": "a\n", "infra/Terraform/list.json": "{}\n", "infra/k8s/d.yaml": "a: 1\n"},
			[]account.Tool{{Name: "Terraform", Directory: "infra/Terraform", Files: 2, Production: 1}},
		},
		"all unread files are its": {
			treetest.Files{"aws/main.tf": "a\n", "aws/net/x.tfvars": "a\n", "aws/README.md": "a\n"},
			[]account.Tool{{Name: "Terraform", Directory: "aws", Files: 2}},
		},
		"only below": {
			treetest.Files{"aws/net/x.tf": "a\n", "aws/d.yaml": "a: 1\n"},
			[]account.Tool{{Name: "Terraform", Directory: "aws/net", Files: 1}},
		},
		"two of them": {
			treetest.Files{"ansible/roles/web/main.yml": "a: 1\n", "pulumi/Pulumi.prod.yaml": "a: 1\n"},
			[]account.Tool{{Name: "Ansible", Directory: "ansible", Files: 1}, {Name: "Pulumi", Directory: "pulumi", Files: 1, Production: 1}},
		},
		"read in part": {
			treetest.Files{"shop/overlays/prod/kustomization.yaml": "resources: [../../../terraform/d.yaml]\n", "terraform/d.yaml": "kind: Pod\n", "terraform/x.yaml": "a: 1\n"},
			nil,
		},
		"what may deploy is none": {treetest.Files{"helmfile/helmfile.yaml": "a: 1\n", "cue/shop.cue": "a\n", "main.tf": "a\n"}, nil},
		"a workflow that names an image": {
			treetest.Files{".github/workflows/ci.yaml": "run: make\n", ".github/workflows/deploy.yaml": "env:\n  IMAGE_TAG: v1\n"},
			[]account.Tool{{Name: "GitHub", Directory: ".github", Files: 1, Names: "IMAGE_TAG: v1", In: ".github/workflows/deploy.yaml"}},
		},
		"a release": {
			treetest.Files{"tf/main.tf": "a\nresource \"helm_release\" \"shop\" {\n"},
			[]account.Tool{{Name: "Terraform", Directory: "tf", Files: 1, Names: `resource "helm_release" "shop" {`, In: "tf/main.tf"}},
		},
		"a chart's values": {
			treetest.Files{"terraform/values.yaml": "image:\n  tag: v1\n"},
			[]account.Tool{{Name: "Terraform", Directory: "terraform", Files: 1, Names: "tag: v1", In: "terraform/values.yaml"}},
		},
		"tags of a resource": {
			treetest.Files{"tf/main.tf": "tags = {\n"},
			[]account.Tool{{Name: "Terraform", Directory: "tf", Files: 1}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := account.Tools(of(t, test.files), treetest.New().Tree(t, test.files))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
