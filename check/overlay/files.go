package overlay

import (
	"path"
	"slices"
)

// files adds the files of a directory that are environments' and reports whether there are any.
func (f *finder) files(found *searched, l *listing) bool {
	there := false
	for _, file := range slices.Concat(l.manifests, l.others) {
		captured, ok := f.match(file)
		if !ok {
			continue
		}
		there = true
		named, _ := f.names.read(captured.env)
		if f.names.configured == nil {
			f.spell(named.step, captured.env, named.target)
		}
		c := candidate{app: captured.app, step: named.step, Overlay: Overlay{Root: file, Config: f.config}}
		c.target = targetOf(path.Join(named.target, captured.target), file, file)
		c.Dir = file
		c.Layers = append(shared(file, path.Base(captured.app)), file)
		c.Closure = f.plain(found.side, c.Layers)
		found.overlays = append(found.overlays, c)
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
func (s *searched) dropBuiltFiles() {
	s.overlays = slices.DeleteFunc(s.overlays, func(file candidate) bool {
		return file.Layers != nil && slices.ContainsFunc(s.overlays, func(c candidate) bool {
			return c.Layers == nil && c.Manifests == nil && c.Closure.Builds(file.Dir)
		})
	})
}
