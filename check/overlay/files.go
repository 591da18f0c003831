package overlay

import (
	"path"
	"slices"
)

// files adds the files of a directory that are environments' and reports whether there are any.
func (s *search) files(l *listing) bool {
	there := false
	for _, file := range l.files() {
		at, ok := s.match(file, true)
		if !ok {
			s.strayFile(file)
			continue
		}
		there = true
		s.note(at)
		s.file(file, at)
	}
	return there
}

// file adds a file that is an environment's.
func (s *search) file(file string, at matched) {
	if s.isElsewhere(at.step) {
		s.elsewhere = append(s.elsewhere, file)
		return
	}
	s.layered(candidate{app: at.app, step: at.step, target: targetOf(at.targets, file, file)}, file)
}

// layered adds a file that stands over what an app's environments share.
func (s *search) layered(c candidate, file string) {
	c.Overlay = Overlay{Dir: file, Root: file, Config: s.config, Self: s.self}
	c.Layers = append(shared(file, path.Base(c.app)), file)
	if dir, ok := s.chartOf(file); ok {
		c.Release = releaseOf(c, dir, file)
	}
	c.build(s)
	s.overlays = append(s.overlays, c)
}

// shared names the files beside an environment's file that hold for all environments, whether they
// are there or not: a chart and its values, or an app's manifest that is called like the app. Values
// may also lie in a directory of their own.
func shared(file, app string) []string {
	dir, extension := path.Dir(file), path.Ext(file)
	switch extension {
	case ".yaml", ".yml":
	default:
		return nil
	}
	if path.Base(dir) == "values" {
		dir = path.Dir(dir)
	}
	var names []string
	for _, name := range []string{"Chart.yaml", "values.yaml", "values.yml", app + extension} {
		if name := path.Join(dir, name); name != file {
			names = append(names, name)
		}
	}
	return names
}

// dropBuiltFiles drops the files that a kustomization is built from: that is what deploys them.
func (s *search) dropBuiltFiles() {
	s.overlays = slices.DeleteFunc(s.overlays, func(file candidate) bool {
		return file.Layers != nil && slices.ContainsFunc(s.overlays, func(c candidate) bool {
			return c.Layers == nil && c.Manifests == nil && c.Closure.Builds(file.Dir)
		})
	})
}
