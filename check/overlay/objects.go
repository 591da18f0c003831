package overlay

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/chart"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/tree"
)

// object is what a document of a manifest says of itself.
type object struct {
	document.Identity
	images []string // what it names as an image, a chart, or a place to take things from, without versions
}

// running are the kinds of objects that run something, or have it run.
var running = []string{
	"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod", "Rollout", "DeploymentConfig",
	"HelmRelease", "HelmChart", "Application", "ApplicationSet", "Kustomization",
}

// readObjects reads the files in one go that directories are told apart by.
func (s *search) readObjects(families map[string]map[string][]candidate) error {
	files := tree.Files{Tree: s.tree}
	for _, family := range families {
		if len(family) == 1 {
			continue
		}
		for _, overlays := range family {
			for _, c := range overlays {
				files.Paths = append(files.Paths, c.files()...)
			}
		}
	}
	for _, c := range s.overlays {
		if c.divides && c.Dir == c.Root {
			files.Paths = append(files.Paths, c.Manifests...)
		}
	}
	return tree.Prefetch(files)
}

// files are those that hold what an overlay deploys.
func (c candidate) files() []string { return slices.Concat(c.Closure.Named(), c.Manifests) }

// contentOf is what some overlays deploy together. What runs nothing counts only where nothing else is there: every
// app has a default network policy.
func (s *search) contentOf(overlays []candidate) content {
	var objects []object
	var images []string
	for _, c := range overlays {
		prefix, suffix := "", ""
		for i, file := range c.Closure.Files {
			if i == 0 {
				prefix, suffix = file.NamePrefix, file.NameSuffix
			}
			for _, image := range file.Images {
				images = append(images, image.NewName)
			}
			for _, chart := range file.HelmCharts {
				objects = append(objects, object{document.Identity{Kind: "HelmChart", Name: chart.ReleaseName}, []string{chart.Name}})
			}
		}
		if c.Release != nil {
			objects = append(objects, object{document.Identity{Kind: "HelmChart", Name: s.names.without(chart.NameOf(s.tree, c.Release.Chart), c.step)}, nil})
		}
		for _, file := range c.files() {
			for _, o := range s.objectsIn(file) {
				o.Name = s.names.without(prefix+o.Name+suffix, c.step)
				objects = append(objects, o)
			}
		}
	}
	if runs := slices.DeleteFunc(slices.Clone(objects), func(o object) bool { return !slices.Contains(running, o.Kind) }); len(runs) > 0 {
		objects = runs
	}
	var found content
	for _, o := range objects {
		found.names = append(found.names, o.Name)
		images = append(images, o.images...)
	}
	found.names = distinct(found.names)
	found.images = distinct(images)
	return found
}

func distinct(texts []string) []string {
	slices.Sort(texts)
	return slices.DeleteFunc(slices.Compact(texts), func(text string) bool { return text == "" })
}

// releases reports whether a file holds a release or an application of a name.
func (s *search) releases(file, name string, step int) bool {
	return s.mayRelease(file) && slices.ContainsFunc(s.objectsIn(file), func(o object) bool {
		release := o.Kind == "HelmRelease" && (o.Group == "helm.toolkit.fluxcd.io" || o.Group == "helm.fluxcd.io") || o.Kind == "Application" && o.Group == "argoproj.io"
		return release && s.names.without(o.Name, step) == name
	})
}

// mayRelease reports whether a file has the words in it without which it holds neither a release nor an application. Most
// hold something else, and need not be parsed to tell.
func (s *search) mayRelease(file string) bool {
	found, err := s.tree.Resolve(file)
	if err != nil || !found.Entry.Mode.IsFile() {
		return false
	}
	if _, parsed := s.objects[found.Entry.OID]; parsed {
		return true
	}
	data, err := s.tree.Content(file, found.Entry)
	return err == nil && (bytes.Contains(data, []byte("HelmRelease")) || bytes.Contains(data, []byte("Application")))
}

// objectsIn are the objects in a file. One that cannot be read has none; what is wrong with it shows when it is deployed.
func (s *search) objectsIn(file string) []object {
	found, err := s.tree.Resolve(file)
	if err != nil || !found.Entry.Mode.IsFile() {
		return nil
	}
	if known, ok := s.objects[found.Entry.OID]; ok {
		return known
	}
	objects := []object{}
	if data, err := s.tree.Content(file, found.Entry); err == nil {
		roots, _ := document.Parse(data)
		for _, root := range roots {
			for _, item := range itemsOf(root) {
				if identity := document.Identify(item, file); identity.Kind != document.KindFile {
					objects = append(objects, object{identity, imagesIn(item)})
				}
			}
		}
	}
	s.objects[found.Entry.OID] = objects
	return objects
}

// itemsOf are the objects of a list, or the one that a document is.
func itemsOf(root *yaml.Node) []*yaml.Node {
	if items := document.Items(document.Get(root, "items")); len(items) > 0 && document.Text(document.Get(root, "kind")) == "List" {
		return items
	}
	return []*yaml.Node{root}
}

// imagesIn are the images, charts and sources that an object names.
func imagesIn(root *yaml.Node) []string {
	var images []string
	document.Scalars(root, func(key string, scalar *yaml.Node) bool {
		switch key {
		case "image":
			image, _, _ := strings.Cut(scalar.Value, "@")
			if at := strings.LastIndex(image, ":"); at > strings.LastIndex(image, "/") {
				image = image[:at]
			}
			images = append(images, image)
		case "repository", "chart":
			images = append(images, scalar.Value)
		}
		return true
	})
	if source := document.Text(document.Get(root, "spec", "source", "path")); source != "" {
		images = append(images, path.Clean(source))
	}
	return images
}
