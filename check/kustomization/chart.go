package kustomization

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/tree"
)

// chartFiles are what Helm reads at the top of a chart, whether it is there or not.
var chartFiles = []string{
	"Chart.yaml", "Chart.lock", "requirements.yaml", "requirements.lock", "values.yaml", "values.schema.json", ".helmignore",
}

// ChartDirectories are those of a chart in which all counts.
var ChartDirectories = []string{"templates", "charts", "crds"}

// Chart is the closure of what Helm makes of a chart with some files of values: those, what the chart is made of, and all that
// lies in it where its templates ask for files.
func (r *Reader) Chart(dir string, values []string) *Closure {
	w := walk{reader: r, closure: newClosure(), done: map[string]bool{}}
	w.chart(dir)
	for _, file := range values {
		w.resolve(file)
	}
	return w.closure
}

// chart notes what a chart is made of.
func (w *walk) chart(dir string) {
	resolved, ok := w.resolve(dir)
	if !ok || w.done[resolved.Path] {
		return
	}
	dir = resolved.Path
	w.done[dir] = true
	for _, name := range chartFiles {
		w.resolve(path.Join(dir, name))
	}
	for _, name := range ChartDirectories {
		w.closure.under = append(w.closure.under, path.Join(dir, name))
	}
	asks, known := w.reader.asking[dir]
	if !known {
		asks = w.asksForFiles(dir)
		w.reader.asking[dir] = asks
	}
	if asks {
		w.closure.under = append(w.closure.under, dir)
	}
	for _, name := range []string{"Chart.yaml", "requirements.yaml"} {
		data, err := w.reader.tree.ReadFile(path.Join(dir, name))
		if err != nil {
			continue
		}
		roots, _ := document.Parse(data)
		for _, root := range roots {
			for _, dependency := range document.Items(document.Get(root, "dependencies")) {
				if local, ok := strings.CutPrefix(document.Text(document.Get(dependency, "repository")), "file://"); ok && !path.IsAbs(local) {
					w.chart(path.Join(dir, local))
				}
			}
		}
	}
}

// asking is in every text that asks for files.
var asking = regexp.MustCompile(`\.Files\b|"Files"`)

// asksForFiles reports whether a chart's templates may read files that are none of its own parts. What is packed cannot be
// looked into here.
func (w *walk) asksForFiles(dir string) bool {
	t := w.reader.tree
	files := tree.Files{Tree: t, Paths: []string{path.Join(dir, "values.yaml")}} // a text of values may be a template itself
	for _, name := range ChartDirectories {
		_ = t.Walk(path.Join(dir, name), func(p string, entry tree.Entry) error { // what is not there asks for nothing
			if entry.Mode.IsFile() {
				files.Paths = append(files.Paths, p)
			}
			return nil
		})
	}
	if slices.ContainsFunc(files.Paths, func(p string) bool { return path.Ext(p) == ".tgz" }) {
		return true
	}
	_ = tree.Prefetch(files) // a failure comes up again where a file is needed
	return slices.ContainsFunc(files.Paths, func(p string) bool {
		data, err := t.ReadFile(p)
		return err == nil && asking.Match(data)
	})
}
