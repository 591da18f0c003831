package overlay

import (
	"path"
	"slices"
)

// files adds the files of a directory that are environments' and reports whether there are any.
func (s *search) files(l *listing) bool {
	there := false
	for _, file := range slices.Concat(l.manifests, l.others) {
		at, ok := s.recognise(file)
		if !ok {
			continue
		}
		there = true
		c := candidate{app: at.app, step: at.step, Overlay: Overlay{Dir: file, Root: file, Config: s.config}}
		c.target = targetOf(at.targets, file, file)
		c.Layers = append(shared(file, path.Base(at.app)), file)
		c.Closure = s.plain(c.Layers)
		s.overlays = append(s.overlays, c)
	}
	return there
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
