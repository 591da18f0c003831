package chart

import (
	"fmt"
	"path"
	"slices"
	"strings"

	helm "helm.sh/helm/v4/pkg/chart/v2"
	helmutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"sigs.k8s.io/yaml"
)

// file is where in the repository a file of a chart is.
func (l *loader) file(c *helm.Chart, name string) string {
	return path.Join(l.origins[c.Raw[0]].path, name)
}

// addLocal vendors the charts that a chart depends on by a path in the repository, as deployers do before they
// render: file:// and, relative to the chart, where they are.
func (l *loader) addLocal(c *helm.Chart, depth int) error {
	at := l.origins[c.Raw[0]].path
	for _, dependency := range c.Metadata.Dependencies {
		if dependency == nil || vendored(c, dependency) != nil {
			continue
		}
		relative, ok := strings.CutPrefix(dependency.Repository, "file://")
		if !ok || path.IsAbs(relative) || depth == deepest {
			continue
		}
		local, err := l.chart(path.Join(at, relative))
		if err != nil {
			return err
		}
		if local != nil && local.Name() == dependency.Name && helmutil.IsCompatibleRange(dependency.Version, local.Metadata.Version) {
			c.AddDependency(local)
		}
	}
	for _, sub := range c.Dependencies() {
		if err := l.addLocal(sub, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// vendored is the chart that a dependency is, among those in the chart.
func vendored(c *helm.Chart, dependency *helm.Dependency) *helm.Chart {
	for _, sub := range c.Dependencies() {
		if sub.Name() == dependency.Name && helmutil.IsCompatibleRange(dependency.Version, sub.Metadata.Version) {
			return sub
		}
	}
	return nil
}

// elsewhere tells which of the dependencies that are left, since they are enabled, have no chart.
func (l *loader) elsewhere(c *helm.Chart, values map[string]any) {
	at := l.origins[c.Raw[0]]
	for _, sub := range c.Dependencies() {
		below, _ := values[sub.Name()].(map[string]any)
		l.elsewhere(sub, below)
	}
	for _, dependency := range c.Metadata.Dependencies {
		if isThere(c, dependency) {
			continue
		}
		d := Dependency{
			Chart: l.file(c, saysDependencies(c)), Name: dependency.Name, Alias: dependency.Alias,
			Version: dependency.Version, Repository: dependency.Repository, Values: node(values[dependency.Name]),
		}
		for _, before := range at.dependencies { // Helm has put the alias in the name's place
			if before.Alias == d.Alias && before.Version == d.Version && before.Repository == d.Repository && d.Alias != "" {
				d.Name = before.Name
			}
		}
		d.Locked, d.OutOfStep = locked(c.Lock, d)
		l.rendering.Elsewhere = append(l.rendering.Elsewhere, d)
	}
}

// saysDependencies is the file of a chart that has its dependencies. Helm reads requirements.yaml over Chart.yaml, whatever the
// version of the chart's API.
func saysDependencies(c *helm.Chart) string {
	for _, file := range c.Raw {
		read := new(helm.Metadata)
		if file.Name == requirements && yaml.Unmarshal(file.Data, read) == nil && read.Dependencies != nil {
			return requirements
		}
	}
	return "Chart.yaml"
}

const requirements = "requirements.yaml"

// isThere reports whether there is a chart for a dependency. Helm takes one of another version for it, unless that is what another
// dependency of the name asks for.
func isThere(c *helm.Chart, dependency *helm.Dependency) bool {
	return slices.ContainsFunc(c.Dependencies(), func(sub *helm.Chart) bool {
		asksFor := func(d *helm.Dependency) bool {
			return d.Name == sub.Name() && helmutil.IsCompatibleRange(d.Version, sub.Metadata.Version)
		}
		return sub.Name() == dependency.Name && (asksFor(dependency) || !slices.ContainsFunc(c.Metadata.Dependencies, asksFor))
	})
}

// locked is the version that a lock has for a dependency, or why it does not say.
func locked(lock *helm.Lock, d Dependency) (version, outOfStep string) {
	if lock == nil {
		return "", ""
	}
	for _, entry := range lock.Dependencies {
		if entry == nil || entry.Name != d.Name || strings.TrimSuffix(entry.Repository, "/") != strings.TrimSuffix(d.Repository, "/") {
			continue
		}
		if !helmutil.IsCompatibleRange(d.Version, entry.Version) {
			outOfStep = fmt.Sprintf("locks %s at %s, which is not in %s", d.Name, entry.Version, d.Version)
			continue
		}
		return entry.Version, ""
	}
	if outOfStep == "" {
		outOfStep = "does not lock " + d.Name + " of " + d.Repository
	}
	return "", outOfStep
}
