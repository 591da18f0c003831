package overlay

import (
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// valueDirectories are what directories in a chart are called that have values for environments: for each a file, or a
// directory with files.
var valueDirectories = []string{"values", "env", "envs", "environment", "environments"}

// chartOf is the chart that a file is values for: one that it lies in, or one with a directory for such files.
func (s *search) chartOf(file string) (string, bool) {
	dir := path.Dir(file)
	for range 3 {
		if s.isChart(dir) {
			return dir, s.isValues(file)
		}
		above := path.Dir(dir)
		if !slices.Contains(valueDirectories, path.Base(dir)) && !slices.Contains(valueDirectories, path.Base(above)) {
			break
		}
		dir = above
	}
	return "", false
}

func (s *search) isChart(dir string) bool { return s.tree.IsFile(path.Join(dir, "Chart.yaml")) }

// isValues reports whether a file may be values for a chart: by what it is called, or since it is no object.
func (s *search) isValues(file string) bool {
	switch path.Ext(file) {
	case ".yaml", ".yml":
	default:
		return false
	}
	if strings.Contains(path.Base(file), "values") {
		return true
	}
	data, err := s.tree.ReadFile(file)
	if err != nil {
		return false
	}
	roots, _ := document.Parse(data)
	return !slices.ContainsFunc(roots, func(root *yaml.Node) bool { return document.Text(document.Get(root, "kind")) != "" })
}

// releaseOf is what is installed of a chart with files of values of an environment's own.
func releaseOf(c candidate, dir string, values ...string) *deploy.Release {
	name := path.Base(c.app)
	if name == "." {
		name = path.Base(dir)
	}
	r := &deploy.Release{Chart: dir, Name: name}
	for _, file := range values {
		if file != path.Join(dir, "values.yaml") { // the chart's own
			r.Values = append(r.Values, deploy.Values{File: file})
		}
	}
	return r
}

// chartIn is a candidate that is a chart of its own in an environment's directory. Whatever lies there and is called values is
// given to it, since nobody else is there to take it: the environment's own last, and another's not at all.
func (s *search) chartIn(c candidate, l *listing) (candidate, bool) {
	if l.kustomization != "" || !slices.Contains(l.manifests, path.Join(l.path, "Chart.yaml")) {
		return c, false
	}
	var values, own []string
	for _, file := range l.manifests {
		name := path.Base(file)
		if path.Ext(file) == ".json" || !strings.HasPrefix(name, "values") {
			continue
		}
		switch steps, _ := s.names.wordsOf(strings.TrimSuffix(name, path.Ext(name))); {
		case slices.Contains(steps, c.step):
			own = append(own, file)
		case len(steps) == 0:
			values = append(values, file)
		case s.config.ByBranch():
			s.elsewhere = append(s.elsewhere, file)
		}
	}
	c.Release = releaseOf(c, l.path, append(values, own...)...)
	return c, true
}

// placedFiles are the files that say by where they lie what a directory is for: manifests, or values of a chart.
func (c candidate) placedFiles() []string {
	if c.Release != nil && c.Layers == nil {
		return slices.Concat(c.Manifests, c.Release.Files())
	}
	return slices.Clone(c.Manifests)
}

// isPartOf reports whether a directory is a part of one of some charts, by their directories.
func isPartOf(charts map[string]bool, dir string) bool {
	return charts[path.Dir(dir)] && slices.Contains(kustomization.ChartDirectories, path.Base(dir))
}

// valuesIn makes of a directory that has nothing but values a release of the chart that they are for.
func (s *search) valuesIn(c *candidate) {
	for _, file := range c.Manifests {
		if dir, ok := s.chartOf(file); !ok || dir == path.Dir(file) {
			return
		}
	}
	dir, _ := s.chartOf(c.Manifests[0])
	c.Release, c.Manifests = releaseOf(*c, dir, c.Manifests...), nil
}
