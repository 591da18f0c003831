package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/cli"
	"github.com/promocheck/promocheck/internal/fastimport"
)

// TestInit requires that what init writes says the same as what was recognised without it.
func TestInit(t *testing.T) {
	manifest := []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a:1}]}\n")
	for name, paths := range map[string][]string{
		"flat":       {"envs/staging-eu/a.yaml", "envs/prod-eu/a.yaml", "envs/prod-us/a.yaml", "envs/qa/a.yaml"},
		"overlays":   {"shop/overlays/dev/a.yaml", "shop/overlays/production/a.yaml", "mail/overlays/ocp4-stage/a.yaml"},
		"components": {"components/a/b/stg/x/a.yaml", "components/a/b/prd/x/a.yaml", "components/a/b/prd/y/a.yaml"},
		"values":     {"apps/shop/values-test.yaml", "apps/shop/values-live.yaml"},
		"variables":  {"overrides/staging.env", "overrides/production.env"},
		"clusters":   {"clusters/staging/a.yaml", "clusters/production/a.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]fastimport.File{}
			for _, path := range paths {
				files[path] = fastimport.File{Data: manifest}
				if strings.HasSuffix(path, ".env") {
					files[path] = fastimport.File{Data: []byte("SHOP_TAG=v1\n")}
				}
			}
			dir := t.TempDir()
			write := func() {
				t.Helper()
				if err := fastimport.Write(dir, []fastimport.Commit{{Branch: "main", Author: "A <a@example.com>", Time: time.Unix(0, 0), Files: files}}); err != nil {
					t.Fatal(err)
				}
			}
			write()
			recognised := places(t, dir)
			if len(recognised) != len(paths) {
				t.Fatalf("recognised %v", recognised)
			}
			out, code := runIn(dir, "init")
			if code != cli.ExitClean {
				t.Fatalf("exit code %d: %s", code, out)
			}
			written, err := os.ReadFile(filepath.Join(dir, config.FileName))
			if err != nil {
				t.Fatal(err)
			}
			files[config.FileName] = fastimport.File{Data: written}
			write()
			if diff := cmp.Diff(recognised, places(t, dir)); diff != "" {
				t.Errorf("the configuration says something else (-recognised +configured):\n%s\n%s", diff, written)
			}
			again, code := runIn(dir, "init")
			if code != cli.ExitClean || !strings.Contains(again, "is left as it is") {
				t.Errorf("a second time: exit code %d: %s", code, again)
			}
			if left, err := os.ReadFile(filepath.Join(dir, config.FileName)); err != nil || !bytes.Equal(left, written) {
				t.Errorf("a second time, %s is %s, %v", config.FileName, left, err)
			}
		})
	}
}

// TestInitGlobs requires that a region that comes is taken in like those of today, and nothing else is.
func TestInitGlobs(t *testing.T) {
	for name, test := range map[string]struct {
		directories []string
		want        string // the globs of prod
	}{
		"one region":              {[]string{"prod-eu"}, `["prod-*"]`},
		"some":                    {[]string{"prod-eu", "prod-us"}, `["prod-*"]`},
		"at the other end":        {[]string{"eu-prod", "us-prod", "non-prod", "pre-prod"}, `["*-prod"]`},
		"at both":                 {[]string{"eu-prod-1"}, `["*-prod-*"]`},
		"another separator":       {[]string{"prod_eu"}, `["prod_*"]`},
		"in two ways":             {[]string{"prod-eu", "production-us", "production"}, `["prod-*", "production", "production-*"]`},
		"another spelling":        {[]string{"prod", "live"}, `["*-live", "*-prod", "live", "live-*", "prod-*"]`},
		"no more than the name":   {[]string{"prod"}, `["*-prod", "prod-*"]`},
		"what means two, beside":  {[]string{"prod", "prod-to-staging", "staging"}, ""},
		"what means two of them":  {[]string{"prod-eu", "prod-to-staging"}, `["prod-eu"]`},
		"that of one environment": {[]string{"eu-prod", "eu-staging", "prod-to-staging"}, `["*-prod"]`},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]fastimport.File{}
			for _, directory := range test.directories {
				files["envs/"+directory+"/a.yaml"] = fastimport.File{Data: []byte("kind: Pod\n")}
			}
			dir := t.TempDir()
			if err := fastimport.Write(dir, []fastimport.Commit{{Branch: "main", Author: "A <a@example.com>", Time: time.Unix(0, 0), Files: files}}); err != nil {
				t.Fatal(err)
			}
			if out, code := runIn(dir, "init"); code != cli.ExitClean {
				t.Fatalf("exit code %d: %s", code, out)
			}
			written, err := os.ReadFile(filepath.Join(dir, config.FileName))
			if err != nil {
				t.Fatal(err)
			}
			_, prod, _ := strings.Cut(string(written), "- name: \"prod\"\n")
			_, globs, _ := strings.Cut(strings.Split(prod, "\n")[0], "match: ")
			if got, _, _ := strings.Cut(globs, " #"); got != test.want {
				t.Errorf("%s, not %s:\n%s", got, test.want, written)
			}
		})
	}
}

// TestInitSharedLines requires that init lets lines pass with a warning that several environments share, where that is
// how the repository works, and sets nothing else.
func TestInitSharedLines(t *testing.T) {
	overlay := fastimport.File{Data: []byte("resources: [../../base]\n")}
	at := func(base string, others ...string) map[string]fastimport.File {
		files := map[string]fastimport.File{
			"shop/base/kustomization.yaml":             {Data: []byte("resources: [pod.yaml]\n")},
			"shop/base/pod.yaml":                       {Data: []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'a:" + base + "'}]}\n")},
			"shop/overlays/staging/kustomization.yaml": overlay, "shop/overlays/prod/kustomization.yaml": overlay,
		}
		for i := 0; i < len(others); i += 2 {
			files["shop/overlays/"+others[i]+"/kustomization.yaml"] = fastimport.File{
				Data: []byte("resources: [../../base]\nimages: [{name: a, newTag: " + others[i+1] + "}]\n"),
			}
		}
		return files
	}
	for name, test := range map[string]struct {
		steps []map[string]fastimport.File
		want  string
	}{
		"shared": {
			[]map[string]fastimport.File{at("v1"), at("v2"), at("v3"), at("v4")},
			"# Of the last 3 merges 3 brought a new version to production, 3 of them by a line",
		},
		"lines of their own": {[]map[string]fastimport.File{
			at("v0", "staging", "v1", "prod", "v1"), at("v0", "staging", "v2", "prod", "v2"), at("v0", "staging", "v3", "prod", "v3"),
			at("v0", "staging", "v4", "prod", "v4"),
		}, ""},
		"shared twice":           {[]map[string]fastimport.File{at("v1"), at("v2"), at("v3")}, ""},
		"shared by staging only": {[]map[string]fastimport.File{at("v1", "prod", "v1"), at("v2", "prod", "v1"), at("v3", "prod", "v1"), at("v4", "prod", "v1")}, ""},
		"one commit":             {[]map[string]fastimport.File{at("v1")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var commits []fastimport.Commit
			for i, files := range test.steps {
				commits = append(commits, fastimport.Commit{Branch: "main", Author: "A <a@example.com>", Time: time.Unix(int64(i), 0), Files: files})
			}
			dir := t.TempDir()
			if err := fastimport.Write(dir, commits); err != nil {
				t.Fatal(err)
			}
			if out, code := runIn(dir, "init"); code != cli.ExitClean {
				t.Fatalf("exit code %d: %s", code, out)
			}
			written, err := os.ReadFile(filepath.Join(dir, config.FileName))
			if err != nil {
				t.Fatal(err)
			}
			sets := strings.Contains(string(written), "\n  version-not-in-staging: {shared-line: warn}\n")
			if sets != (test.want != "") || !strings.Contains(string(written), test.want) || strings.Contains(string(written), "\n  friday") {
				t.Errorf("%s", written)
			}
			if out, code := runIn(dir, "--config", filepath.Join(dir, config.FileName), "--base", "main~0", "--head", "main~0"); strings.Contains(out, config.FileName) {
				t.Errorf("exit code %d: %s", code, out)
			}
		})
	}
}

func runIn(dir string, arguments ...string) (output string, code int) {
	var out bytes.Buffer
	code = cli.Main(cli.Process{
		Arguments: append([]string{"-C", dir}, arguments...), Stdout: &out, Stderr: &out,
		Getenv: func(string) string { return "" }, Now: time.Now,
	})
	return out.String(), code
}

// places lists app, environment, target and directory of every overlay.
func places(t *testing.T, dir string) [][4]string {
	t.Helper()
	session, err := check.Open(t.Context(), check.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	survey, err := session.Survey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var found [][4]string
	for _, site := range survey.Layout.Sites {
		found = append(found, [4]string{site.App, site.Environment, site.Target, site.Dir})
	}
	return found
}
