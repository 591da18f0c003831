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
// lies in it where its templates ask for files. Texts are values that stand elsewhere: they may be templates, too.
func (r *Reader) Chart(dir string, values []string, texts ...string) *Closure {
	w := walk{reader: r, closure: newClosure(), done: map[string]bool{}}
	w.chart(dir)
	for _, file := range values {
		w.resolve(file)
		if data, err := r.tree.ReadFile(file); err == nil && asking.Match(data) {
			w.add(r.chartBelow(dir, "."))
		}
	}
	if slices.ContainsFunc(texts, asking.MatchString) {
		w.add(r.chartBelow(dir, "."))
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
	parts := w.reader.chartBelow(dir, ChartDirectories...)
	w.add(parts)
	asks, known := w.reader.asking[dir]
	if !known {
		asks = parts.asksForFiles(path.Join(dir, "values.yaml"))
		w.reader.asking[dir] = asks
	}
	if asks {
		w.add(w.reader.chartBelow(dir, "."))
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

// below is what lies in directories of a chart, and where the symbolic links in them lead: Helm follows them.
type below struct {
	walk
	files []string
}

// chartBelow is what lies in some of the directories of a chart.
func (r *Reader) chartBelow(dir string, names ...string) *below {
	at := path.Join(dir, names[0])
	if known, ok := r.belows[at]; ok {
		return known
	}
	b := &below{walk: walk{reader: r, closure: newClosure(), done: map[string]bool{}}}
	for _, name := range names {
		b.follow(path.Join(dir, name))
	}
	r.belows[at] = b
	return b
}

// follow takes in a file, or a directory with all that is below it.
func (b *below) follow(at string) {
	resolved, ok := b.resolve(at)
	for _, p := range []string{at, resolved.Path} {
		if p != "" && !slices.Contains(b.closure.under, p) {
			b.closure.under = append(b.closure.under, p)
		}
	}
	switch {
	case !ok || b.done[resolved.Path]:
		return
	case !resolved.Entry.Mode.IsDir():
		b.files = append(b.files, resolved.Path)
		return
	}
	b.done[resolved.Path] = true
	_ = b.reader.tree.Walk(resolved.Path, func(p string, entry tree.Entry) error { // what cannot be read is told where it is rendered
		switch {
		case entry.Mode.IsSymlink():
			b.follow(p)
		case entry.Mode.IsFile():
			b.files = append(b.files, p)
		}
		return nil
	})
}

// add takes in what lies in directories of a chart.
func (w *walk) add(b *below) {
	for p := range b.closure.paths {
		w.closure.paths[p] = true
	}
	w.closure.under = append(w.closure.under, b.closure.under...)
}

// asksForFiles reports whether templates among the files may read files that are none of the chart's own parts, or its values
// may, which may be templates themselves. What is packed cannot be looked into here.
func (b *below) asksForFiles(values string) bool {
	if slices.ContainsFunc(b.files, func(p string) bool { return path.Ext(p) == ".tgz" }) {
		return true
	}
	files := tree.Files{Tree: b.reader.tree, Paths: append([]string{values}, b.files...)}
	_ = tree.Prefetch(files) // a failure comes up again where a file is needed
	return slices.ContainsFunc(files.Paths, func(p string) bool {
		data, err := b.reader.tree.ReadFile(p)
		return err == nil && asking.Match(data)
	})
}
