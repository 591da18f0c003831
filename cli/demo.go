package cli

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/internal/fastimport"
	"github.com/urfave/cli/v2"
)

// demoFiles are the repositories of the stories, as their main branch has them: config repos with one app.
//
//go:embed demo war
var demoFiles embed.FS

// What the stories have in common: a branch takes a version to production.
const (
	demoFile = "order-service/overlays/prod/kustomization.yaml"
	demoOld  = "v1.2.1"
	demoNew  = "v1.2.3"
	demoHead = "hotfix"
	demoBase = "main"
)

var demoTime = time.Date(2026, time.November, 27, 15, 4, 0, 0, time.UTC)

// story is a bad promotion.
type story struct {
	directory string // of its files
	at        time.Time
	// key is one of the configuration that came to the environments before production along with the version; empty: none did,
	// and the repository begins with what it has.
	key string
}

// The stories: on a Friday afternoon, production gets what only dev has tried; and on a Wednesday, what needs a configuration
// key that all environments have but production.
var stories = map[string]story{
	"friday": {directory: "demo", at: demoTime},
	"war":    {directory: "war", at: demoTime.Add(-48 * time.Hour), key: "PAYMENT_URL"},
}

const flagStory = "story"

func storyFlag() cli.Flag {
	return &cli.StringFlag{Name: flagStory, Value: "friday", Usage: "tell `NAME`: friday, war"}
}

// demo checks a bad promotion in a repository of its own, and shows what to type for it. It is a
// demonstration that succeeds, whatever the check finds.
func (p Process) demo(c *cli.Context) (code int, err error) {
	verdict, err := verdictOf(c)
	if err != nil {
		return 0, err
	}
	told, known := stories[c.String(flagStory)]
	if !known {
		return 0, &mistake.Error{Problem: fmt.Sprintf("there is no story %q: --story is friday or war", c.String(flagStory)), Usage: true}
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
	if err := told.write(dir); err != nil {
		return 0, err
	}
	fmt.Fprintf(p.Stderr, "A config repository with base, dev, staging and prod of one app; the branch %s edits\n%s. In it, this is\n\n  promocheck --base %s --head %s --at %s\n\n",
		demoHead, demoFile, demoBase, demoHead, told.at.Format(time.RFC3339))
	code, err = p.judge(c, asked{
		Options: check.Options{Dir: dir, Now: told.at}, Request: refs.Request{Base: demoBase, Head: demoHead},
	}, verdict)
	if err != nil {
		return 0, err
	}
	fmt.Fprintf(p.Stderr, "\nIn a pipeline it would exit with %d.\n", code)
	return ExitClean, nil
}

// WriteDemo writes the usual demo's repository into dir, an empty directory.
func WriteDemo(dir string) error { return stories["friday"].write(dir) }

func (s story) write(dir string) error {
	files := map[string]fastimport.File{}
	err := fs.WalkDir(demoFiles, s.directory, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := demoFiles.ReadFile(path)
		files[strings.TrimPrefix(path, s.directory+"/")] = fastimport.File{Data: data}
		return err
	})
	if err != nil {
		return err
	}
	const dev, ops = "Dev <dev@example.com>", "Ops <ops@example.com>"
	var commits []fastimport.Commit
	if s.key != "" {
		first := map[string]fastimport.File{}
		for path, file := range files {
			first[path] = fastimport.File{Data: []byte(s.before(string(file.Data)))}
		}
		commits = append(commits, fastimport.Commit{Branch: demoBase, Author: dev, Time: s.at.Add(-48 * time.Hour), Message: "Deploy order-service " + demoOld, Files: first})
	}
	changed := map[string]fastimport.File{}
	for path, file := range files {
		changed[path] = file
	}
	changed[demoFile] = fastimport.File{Data: []byte(strings.ReplaceAll(string(files[demoFile].Data), demoOld, demoNew))}
	next := fastimport.Commit{Branch: demoBase, Author: dev, Time: s.at.Add(-24 * time.Hour), Message: "Deploy order-service " + demoNew + " to dev", Files: files}
	if s.key != "" {
		next.From = []string{demoBase}
	}
	return fastimport.Write(dir, append(commits, next,
		fastimport.Commit{Branch: demoHead, From: []string{demoBase}, Author: ops, Time: s.at, Message: "Emergency: order-service " + demoNew + " to prod", Files: changed},
	))
}

// before is a file as it was before the version and its key came.
func (s story) before(text string) string {
	var lines []string
	for _, line := range strings.Split(strings.ReplaceAll(text, demoNew, demoOld), "\n") {
		if !strings.Contains(line, s.key) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
