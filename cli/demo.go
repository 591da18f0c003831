package cli

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/internal/fastimport"
	"github.com/urfave/cli/v2"
)

// demoFiles are a config repo with one app: what main has.
//
//go:embed demo
var demoFiles embed.FS

// The bad promotion: on a Friday afternoon, production gets what only dev has tried.
const (
	demoFile = "order-service/overlays/prod/kustomization.yaml"
	demoOld  = "v1.2.1"
	demoNew  = "v1.2.3"
	demoHead = "hotfix"
	demoBase = "main"
)

var demoTime = time.Date(2026, time.November, 27, 15, 4, 0, 0, time.UTC)

// demo checks a bad promotion in a repository of its own, and shows what to type for it. It is a
// demonstration that succeeds, whatever the check finds.
func (p Process) demo(c *cli.Context) (code int, err error) {
	verdict, err := verdictOf(c)
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "promocheck-demo-")
	if err != nil {
		return 0, err
	}
	defer func() {
		if removeErr := os.RemoveAll(dir); err == nil {
			err = removeErr
		}
	}()
	if err := WriteDemo(dir); err != nil {
		return 0, err
	}
	fmt.Fprintf(p.Stderr, "A config repository with base, dev, staging and prod of one app; the branch %s edits\n%s. In it, this is\n\n  promocheck --base %s --head %s --at %s\n\n",
		demoHead, demoFile, demoBase, demoHead, demoTime.Format(time.RFC3339))
	code, err = p.judge(c, asked{
		Options: check.Options{Dir: dir, Now: demoTime}, Request: refs.Request{Base: demoBase, Head: demoHead},
	}, verdict)
	if err != nil {
		return 0, err
	}
	fmt.Fprintf(p.Stderr, "\nIn a pipeline it would exit with %d.\n", code)
	return ExitClean, nil
}

// WriteDemo writes the demo's repository into dir, an empty directory.
func WriteDemo(dir string) error {
	files := map[string]fastimport.File{}
	err := fs.WalkDir(demoFiles, "demo", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := demoFiles.ReadFile(path)
		files[strings.TrimPrefix(path, "demo/")] = fastimport.File{Data: data}
		return err
	})
	if err != nil {
		return err
	}
	changed := map[string]fastimport.File{}
	for path, file := range files {
		changed[path] = file
	}
	changed[demoFile] = fastimport.File{Data: []byte(strings.ReplaceAll(string(files[demoFile].Data), demoOld, demoNew))}
	return fastimport.Write(dir, []fastimport.Commit{
		{Branch: demoBase, Author: "Dev <dev@example.com>", Time: demoTime.Add(-24 * time.Hour), Message: "Deploy order-service " + demoNew + " to dev", Files: files},
		{Branch: demoHead, From: []string{demoBase}, Author: "Ops <ops@example.com>", Time: demoTime, Message: "Emergency: order-service " + demoNew + " to prod", Files: changed},
	})
}
