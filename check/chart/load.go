package chart

import (
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/tree"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	helm "helm.sh/helm/v4/pkg/chart/v2"
	helmloader "helm.sh/helm/v4/pkg/chart/v2/loader"
	"sigs.k8s.io/yaml"
)

// loader reads charts of a tree, and notes what is wrong.
type loader struct {
	tree      *tree.Tree
	budget    *budget
	rendering *Rendering
	paths     map[*common.File]string // where in the repository a file of a chart is
	origins   map[*common.File]origin // of a chart, by the first file that it was read from
}

// origin is what a chart says of itself before Helm works on it.
type origin struct {
	path         string // of its directory, or packed chart
	dependencies []helm.Dependency
}

func (l *loader) problem(path, reason string) {
	p := Problem{Path: path, Reason: reason}
	if !slices.Contains(l.rendering.Problems, p) {
		l.rendering.Problems = append(l.rendering.Problems, p)
	}
}

// refused tells why Helm would have none of a chart.
func (l *loader) refused(path, what string, err error) { l.problem(path, what+": "+err.Error()) }

// chart reads the chart at a path. It is nil where there is none, which is told.
func (l *loader) chart(at string) (*helm.Chart, error) {
	resolved, err := l.tree.Resolve(at)
	if err != nil {
		return nil, l.unreadable(at, "is no chart that can be read", err)
	}
	var files []*archive.BufferedFile
	if resolved.Entry.Mode.IsFile() {
		var data []byte
		if data, err = l.tree.Content(resolved.Path, resolved.Entry); err == nil {
			files, err = l.unpack(data)
		}
	} else {
		files, err = l.below(resolved.Path)
	}
	if err != nil {
		return nil, l.unreadable(at, "is no chart that can be read", err)
	}
	return l.assemble(at, files, 0), l.budget.failed()
}

// unreadable tells of what cannot be read, and returns the errors that are no fault of what is there.
func (l *loader) unreadable(path, what string, err error) error {
	var storage *tree.StorageError
	if errors.As(err, &storage) || l.budget.failed() != nil {
		return cmp.Or(l.budget.failed(), err)
	}
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	l.problem(path, what+": "+err.Error())
	return nil
}

// deepest is how deep charts may be in charts.
const deepest = 32

// assemble makes a chart of its files, and of those that are vendored in it. It leaves out what Helm refuses.
func (l *loader) assemble(at string, files []*archive.BufferedFile, depth int) *helm.Chart {
	var own []*archive.BufferedFile
	vendored := map[string][]*archive.BufferedFile{}
	for _, file := range files {
		inside, isVendored := strings.CutPrefix(file.Name, "charts/")
		switch {
		case isVendored && path.Ext(inside) != ".prov":
			name, _, _ := strings.Cut(inside, "/")
			vendored[name] = append(vendored[name], &archive.BufferedFile{Name: inside, Data: file.Data})
		case l.sound(at, file):
			own = append(own, file)
		}
	}
	c, err := helmloader.LoadFiles(own)
	if err != nil {
		l.problem(path.Join(at, "Chart.yaml"), "is refused by Helm: "+err.Error())
	}
	if c.Name() == "" {
		return nil
	}
	l.remember(c, at)
	if depth == deepest {
		l.problem(at, "has charts in charts, deeper than promocheck follows them")
		return c
	}
	for _, name := range slices.Sorted(maps.Keys(vendored)) {
		if sub := l.vendored(path.Join(at, "charts", name), name, vendored[name], depth+1); sub != nil {
			c.AddDependency(sub)
		}
	}
	return c
}

// sound reports whether Helm can read a file that is about the chart. One broken file is no reason to see
// nothing of the others.
func (l *loader) sound(at string, file *archive.BufferedFile) bool {
	var err error
	switch file.Name {
	case "Chart.yaml":
		l.rewrittenVersions(file.Data, Rewritten{File: path.Join(at, file.Name), Values: -1})
	case "values.yaml":
		if _, err = l.readValues(file.Data); err == nil {
			l.rewritten(file.Data, Rewritten{File: path.Join(at, file.Name), Values: -1})
		}
	case "Chart.lock", "requirements.lock":
		err = yaml.Unmarshal(file.Data, new(helm.Lock))
	case requirements:
		err = yaml.Unmarshal(file.Data, new(helm.Metadata))
	}
	if err != nil {
		l.problem(path.Join(at, file.Name), "cannot be read: "+err.Error())
	}
	return err == nil
}

// remember notes where the files of a chart are, and what it depends on by its own words.
func (l *loader) remember(c *helm.Chart, at string) {
	for _, file := range slices.Concat(c.Templates, c.Files) {
		l.paths[file] = path.Join(at, file.Name)
	}
	o := origin{path: at}
	for _, dependency := range c.Metadata.Dependencies {
		if dependency != nil {
			o.dependencies = append(o.dependencies, *dependency)
		}
	}
	l.origins[c.Raw[0]] = o
}

// vendored makes a chart of one entry of charts/: a directory, or a packed chart.
func (l *loader) vendored(at, name string, files []*archive.BufferedFile, depth int) *helm.Chart {
	if strings.IndexAny(name, "_.") == 0 {
		return nil
	}
	if path.Ext(name) == ".tgz" && files[0].Name == name {
		unpacked, err := l.unpack(files[0].Data)
		if err != nil {
			l.problem(at, "is no packed chart that can be read: "+err.Error())
			return nil
		}
		return l.assemble(at, unpacked, depth)
	}
	var own []*archive.BufferedFile
	for _, file := range files {
		if inside, ok := strings.CutPrefix(file.Name, name+"/"); ok {
			own = append(own, &archive.BufferedFile{Name: inside, Data: file.Data})
		}
	}
	return l.assemble(at, own, depth)
}
