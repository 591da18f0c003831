package kustomization

import (
	"encoding/json"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

// Edits are what a deployer writes into the kustomization of a directory before it builds that.
type Edits struct {
	// Kustomization has what is set in place of what the directory's own has, and what is listed after it.
	Kustomization types.Kustomization
	// ByName is set where images are put in the order of their names, as kustomize's own command does it.
	ByName bool
	// MayMiss is set where components count only if they are there.
	MayMiss bool
	// Written are the places that they are written in, those first that have the last word.
	Written []Written
}

// Written is a part of a file.
type Written struct {
	Path     string
	Root     *yaml.Node // the object, or all of the file's document
	Settings *yaml.Node // what has the edits in it, in fields that are called as a kustomization's
	// Origin is where a scalar of the settings comes from that says a text; nil: all stand where they are.
	Origin func(scalar *yaml.Node, text string) (path string, from *yaml.Node)
}

// Keep stands, in an image that edits set, for what the directory's own entry has.
const Keep = "*"

// Key tells whether other edits change something else, whatever they are written in.
func (e *Edits) Key() string {
	data, err := json.Marshal(struct {
		K               types.Kustomization
		ByName, MayMiss bool
	}{e.Kustomization, e.ByName, e.MayMiss})
	if err != nil {
		panic("a kustomization does not survive JSON: " + err.Error()) // it consists of texts and numbers
	}
	return string(data)
}

// over puts edits over a kustomization, which is not changed itself.
func (e *Edits) over(k types.Kustomization) types.Kustomization {
	set := e.Kustomization
	for _, field := range []struct {
		own *string
		set string
	}{{&k.Namespace, set.Namespace}, {&k.NamePrefix, set.NamePrefix}, {&k.NameSuffix, set.NameSuffix}} {
		if field.set != "" {
			*field.own = field.set
		}
	}
	k.Images = e.images(k.Images)
	k.Replicas = replicas(k.Replicas, set.Replicas)
	k.Patches = slices.Concat(k.Patches, set.Patches)
	k.Components = slices.Concat(k.Components, set.Components)
	k.Labels = slices.Concat(k.Labels, set.Labels)
	k.Transformers = slices.Concat(k.Transformers, set.Transformers)
	k.CommonLabels = merged(k.CommonLabels, set.CommonLabels) //nolint:staticcheck // old, and still written
	k.CommonAnnotations = merged(k.CommonAnnotations, set.CommonAnnotations)
	return k
}

// ForParts are edits for a part of what they were written for: a patch that says what it is for only by its own names is
// passed over where that is not, as one with a target is.
func (e *Edits) ForParts() *Edits {
	some := *e
	some.Kustomization.Patches = nil
	for _, patch := range e.Kustomization.Patches {
		roots, err := document.Parse([]byte(patch.Patch))
		if patch.Target != nil || patch.Path != "" || err != nil {
			some.Kustomization.Patches = append(some.Kustomization.Patches, patch)
			continue
		}
		for _, root := range roots {
			one := patch
			if text, err := yaml.String(root); err == nil {
				one.Patch, one.Target = text, selecting(root)
			}
			some.Kustomization.Patches = append(some.Kustomization.Patches, one)
		}
	}
	return &some
}

// selecting is a target that is the very object that a patch names.
func selecting(patch *yaml.Node) *types.Selector {
	text := func(keys ...string) string { return regexp.QuoteMeta(document.Text(document.Get(patch, keys...))) }
	group, version, found := strings.Cut(text("apiVersion"), "/")
	if !found {
		group, version = "", group
	}
	target := &types.Selector{}
	target.Group, target.Version, target.Kind = group, version, text("kind")
	target.Name, target.Namespace = text("metadata", "name"), text("metadata", "namespace")
	return target
}

// images are the entries of a kustomization with those of the edits in the place of what has their name.
func (e *Edits) images(own []types.Image) []types.Image {
	images := slices.Clone(own)
	for _, set := range e.Kustomization.Images {
		at := slices.IndexFunc(images, func(i types.Image) bool { return i.Name == set.Name })
		if at < 0 {
			images = append(images, types.Image{Name: set.Name})
			at = len(images) - 1
		}
		kept := images[at]
		kept.NewName, kept.NewTag, kept.Digest = keep(set.NewName, kept.NewName), keep(set.NewTag, kept.NewTag), keep(set.Digest, kept.Digest)
		images[at] = kept
	}
	if e.ByName && len(e.Kustomization.Images) > 0 {
		slices.SortStableFunc(images, func(a, b types.Image) int { return strings.Compare(a.Name, b.Name) })
	}
	return images
}

func keep(set, own string) string {
	if set == Keep {
		return own
	}
	return set
}

func replicas(own, set []types.Replica) []types.Replica {
	replicas := slices.DeleteFunc(slices.Clone(own), func(r types.Replica) bool {
		return slices.ContainsFunc(set, func(s types.Replica) bool { return s.Name == r.Name })
	})
	return append(replicas, set...)
}

func merged(own, set map[string]string) map[string]string {
	if len(set) == 0 {
		return own
	}
	both := map[string]string{}
	maps.Copy(both, own)
	maps.Copy(both, set)
	return both
}

// find returns where the edits have a text: a file, and 0 for line and column where none has it.
func (e *Edits) find(text string) (file string, line, column int) {
	for _, written := range e.Written {
		document.Scalars(written.Settings, func(_ string, scalar *yaml.Node) bool {
			if scalar.Value == text {
				file, line, column = written.Path, scalar.Line, scalar.Column
			}
			return line == 0
		})
		if line > 0 {
			return file, line, column
		}
	}
	return "", 0, 0
}

// Edited works out what dir is built from with edits in its kustomization.
func (r *Reader) Edited(dir string, edits *Edits) *Closure {
	w := walk{reader: r, closure: newClosure(), done: map[string]bool{}, edits: edits}
	return w.from(dir)
}

// Generated works out what a kustomization of some files and directories is built from that a deployer makes in a
// directory without one, with edits in it.
func (r *Reader) Generated(dir string, resources []string, edits *Edits) *Closure {
	file := &File{Path: path.Join(dir, Names[0]), Dir: dir, Generated: true}
	for _, resource := range resources {
		file.Resources = append(file.Resources, "./"+strings.TrimPrefix(strings.TrimPrefix(resource, dir), "/"))
	}
	w := walk{reader: r, closure: newClosure(), done: map[string]bool{dir: true}, edits: edits.ForParts(), stack: []string{dir}}
	w.closure.Dir = dir
	w.kustomization(w.edited(&directory{file: file}))
	w.closure.Built = slices.DeleteFunc(w.closure.Built, func(built string) bool { return slices.Contains(resources, built) })
	return w.closure
}

// edited is a directory with edits in its kustomization.
func (w *walk) edited(d *directory) *directory {
	if d.problem != nil || w.edits == nil {
		return d
	}
	file := *d.file
	file.Edits = w.edits
	file.Kustomization = w.edits.over(file.Kustomization)
	if w.edits.MayMiss {
		own := len(d.file.Components)
		file.Components = append(slices.Clone(file.Components[:own]), slices.DeleteFunc(slices.Clone(file.Components[own:]), func(entry string) bool {
			_, there := w.resolve(file.Join(entry))
			return !there
		})...)
	}
	return &directory{file: &file, references: file.references()}
}
