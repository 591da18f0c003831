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
			if out, code = runIn(dir, "init"); code != cli.ExitUsage || !strings.Contains(out, "exists already") {
				t.Errorf("a second time: exit code %d: %s", code, out)
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
	layout, _, err := session.Layout(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var found [][4]string
	for _, site := range layout.Sites {
		found = append(found, [4]string{site.App, site.Environment, site.Target, site.Dir})
	}
	return found
}
