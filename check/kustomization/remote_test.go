package kustomization

import (
	"strings"
	"testing"
)

func TestParseRemote(t *testing.T) {
	const sha = "0123456789abcdef0123456789abcdef01234567"
	for _, test := range []struct {
		entry                        string
		name, repository, path, want string // want is the revision
	}{
		// Repositories to clone.
		{"https://github.com/org/repo?ref=v1.2.3", "org/repo", "github.com/org/repo", "", "v1.2.3"},
		{"https://github.com/org/repo//base?ref=v1.2.3", "org/repo", "github.com/org/repo", "base", "v1.2.3"},
		{"https://github.com/org/repo/deploy/base?ref=" + sha, "org/repo", "github.com/org/repo", "deploy/base", sha},
		{"https://github.com/org/repo.git/deploy?ref=v1", "org/repo", "github.com/org/repo", "deploy", "v1"},
		{"https://github.com/org/repo.git//deploy?ref=v1", "org/repo", "github.com/org/repo", "deploy", "v1"},
		{"https://github.com/org/repo.git?ref=v1", "org/repo", "github.com/org/repo", "", "v1"},
		{"https://github.com/org/repo?version=v1", "org/repo", "github.com/org/repo", "", "v1"},
		{"https://github.com/org/repo?version=v1&ref=v2", "org/repo", "github.com/org/repo", "", "v2"},
		{"https://github.com/org/repo?submodules=false&ref=v2&timeout=90s", "org/repo", "github.com/org/repo", "", "v2"},
		{"https://github.com/org/repo?ref=v1;x", "org/repo", "github.com/org/repo", "", ""}, // Kustomize drops such a query
		{"https://github.com/org/repo", "org/repo", "github.com/org/repo", "", ""},
		{"HTTPS://GitHub.com/org/repo?ref=v1", "org/repo", "github.com/org/repo", "", "v1"},
		{"github.com/org/repo?ref=v1", "org/repo", "github.com/org/repo", "", "v1"},
		{"github.com/org/repo//base?ref=v1", "org/repo", "github.com/org/repo", "base", "v1"},
		{"github.com:org/repo?ref=v1", "org/repo", "github.com/org/repo", "", "v1"},
		{"git@github.com:org/repo.git?ref=v1", "org/repo", "github.com/org/repo", "", "v1"},
		{"git@github.com:org/repo.git//base?ref=v1", "org/repo", "github.com/org/repo", "base", "v1"},
		{"git::https://github.com/org/repo?ref=v1", "org/repo", "github.com/org/repo", "", "v1"},
		{"git::git@github.com:org/repo?ref=v1", "org/repo", "github.com/org/repo", "", "v1"},
		{"GIT::ssh://git@example.com/org/repo?ref=v1", "org/repo", "example.com/org/repo", "", "v1"},
		{"ssh://git@example.com:7999/org/repo.git//base?ref=v1", "org/repo", "example.com:7999/org/repo", "base", "v1"},
		{"ssh://git@example.com/org/repo?ref=v1", "org/repo", "example.com/org/repo", "", "v1"},
		{"https://example.com:8443/group/repo.git?ref=v1", "group/repo", "example.com:8443/group/repo", "", "v1"},
		{"https://gitlab.example.com/a/b/c/repo.git//base?ref=v1", "a/b/c/repo", "gitlab.example.com/a/b/c/repo", "base", "v1"},
		{"https://dev.azure.com/org/project/_git/repo/base?version=GBmain", "org/project/_git/repo", "dev.azure.com/org/project/_git/repo", "base", "GBmain"},
		{"https://user@dev.azure.com/org/project/_git/repo?ref=v1", "org/project/_git/repo", "dev.azure.com/org/project/_git/repo", "", "v1"},

		// Files by URL.
		{"https://raw.githubusercontent.com/org/repo/v1.2.3/deploy/all.yaml", "org/repo", "github.com/org/repo", "deploy/all.yaml", "v1.2.3"},
		{"https://raw.githubusercontent.com/org/repo/refs/tags/v1.2.3/all.yaml", "org/repo", "github.com/org/repo", "all.yaml", "v1.2.3"},
		{"https://raw.githubusercontent.com/org/repo/refs/heads/main/all.yaml", "org/repo", "github.com/org/repo", "all.yaml", "main"},
		{"https://github.com/org/repo/releases/download/v1.2.3/install.yaml", "org/repo", "github.com/org/repo", "install.yaml", "v1.2.3"},
		{"https://github.com/org/repo/raw/v1.2.3/install.yaml", "org/repo", "github.com/org/repo", "install.yaml", "v1.2.3"},
		{"https://github.com/org/repo/blob/main/install.yaml", "org/repo", "github.com/org/repo", "install.yaml", "main"},
		{"https://example.com/manifests/v1.2.3/install.yaml", "manifests", "example.com/manifests", "install.yaml", "v1.2.3"},
		{"https://example.com/v1.2.3/install.yaml", "example.com", "example.com/", "install.yaml", "v1.2.3"},
	} {
		t.Run(test.entry, func(t *testing.T) {
			got := ParseRemote(test.entry)
			if got.Artifact.Name != test.name || strings.TrimSuffix(got.Version.Repository, "/") != strings.TrimSuffix(test.repository, "/") ||
				got.Path != test.path || got.Version.Tag != test.want {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestRemoteOrLocal(t *testing.T) {
	for entry, want := range map[string]struct{ cloned, fetched, file bool }{
		"https://example.com/a":    {cloned: true, fetched: true, file: true},
		"HTTP://example.com/a":     {cloned: true, fetched: true, file: true},
		"git::https://example.com": {cloned: true},
		"ssh://example.com/a":      {cloned: true},
		"file:///a":                {cloned: true},
		"git@example.com:a/b":      {cloned: true},
		"GIT::git@example.com:a/b": {cloned: true},
		"github.com/a/b":           {cloned: true},
		"GitHub.com:a/b":           {cloned: true},
		"http:directory":           {file: true},
		"../base":                  {},
		"a@b":                      {cloned: true},
		"1a@b":                     {},
		"github.company.com/a":     {},
		"./github.com/a":           {},
		" https://example.com/a":   {}, //nolint:gocritic // the space is the point
		"ftp://example.com/a":      {},
	} {
		got := struct{ cloned, fetched, file bool }{cloned(entry), fetched(entry), remoteFile(entry)}
		if got != want {
			t.Errorf("%q: %+v", entry, got)
		}
	}
}

// FuzzParse requires that whatever a kustomization file holds, reading it and what it names ends well.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"resources: [../base, 'https://github.com/org/repo?ref=v1']\nimages: [{name: a, newTag: v1}]\n",
		"transformers:\n- |\n  apiVersion: builtin\n  kind: PatchTransformer\n  path: p.yaml\n",
		"configMapGenerator: [{name: c, files: [a=b, c], envs: [d], env: e}]\n",
		"helmCharts: [{name: c, valuesFile: v.yaml}]\nhelmGlobals: {chartHome: x}\n",
		"resources: []\nresources: [a]\n", "openapi: {path: x}\n", "a: &a [*a]\n", "kind: Component\n", "\xff", "\xef\xbb\xbfresources: [a]\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := parse(data)
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without a message")
			}
			return
		}
		file := File{Path: "a/b/kustomization.yaml", Dir: "a/b", Data: data, Kustomization: k}
		for _, reference := range file.references() {
			local := reference.Local
			if local == ".." || strings.HasPrefix(local, "../") || strings.HasPrefix(local, "/") {
				t.Errorf("%q leads out of the tree: %q", reference.Value, local)
			}
			if local == "" && reference.Remote == nil && reference.Problem == "" {
				t.Errorf("%+v is nowhere", reference)
			}
			file.Find(reference.Value)
		}
	})
}

func FuzzParseRemote(f *testing.F) {
	for _, seed := range []string{
		"https://github.com/org/repo//base?ref=v1", "git@github.com:org/repo.git", "https://dev.azure.com/o/p/_git/r/x?version=1",
		"https://raw.githubusercontent.com/o/r/refs/tags/v1/x.yaml", "ssh://git@h:22/a/b", "github.com", "file:///a", "git::", "a@", "https://", "https://x/_git/",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, entry string) {
		remote := ParseRemote(entry)
		if strings.HasPrefix(remote.Path, "/") || strings.HasSuffix(remote.Artifact.Name, "/") {
			t.Errorf("%+v", remote)
		}
		cloned(entry)
		fetched(entry)
	})
}
