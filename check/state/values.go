package state

import (
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/chart"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/tree"
)

// locationOf is where a number stands that comes out as another text.
func (in *installing) locationOf(number chart.Rewritten) Location {
	at := Location{number.File, number.Line, number.Column}
	if at.Path != "" {
		return at
	}
	for scalar, file := range in.gives.Origins {
		there := Location{file, scalar.Line, scalar.Column}
		if scalar.Value == number.Written && (at.Path == "" || there.compare(at) < 0) {
			at = there
		}
	}
	return at
}

// handedTo are the paths of the values that a chart from elsewhere is given, and of those that decide whether it is used.
func handedTo(d chart.Dependency, top string) [][]string {
	var within []string
	for part := range strings.SplitSeq(strings.TrimPrefix(path.Dir(d.Chart), top), "/") {
		if part != "" && part != "charts" {
			within = append(within, part)
		}
	}
	name := d.Alias
	if name == "" {
		name = d.Name
	}
	return [][]string{append(slices.Clone(within), name), append(within, "global"), {"tags"}}
}

// leavesOf are the paths of what is no mapping below a node.
func leavesOf(node *yaml.Node, at []string) [][]string {
	if node == nil {
		return nil
	}
	if !document.IsMapping(node) || len(node.Content) == 0 {
		return [][]string{at}
	}
	var leaves [][]string
	for i := 0; i+1 < len(node.Content); i += 2 {
		leaves = append(leaves, leavesOf(document.Get(node.Content[i+1]), append(at[:len(at):len(at)], node.Content[i].Value))...)
	}
	return leaves
}

// restricted is what a mapping has at and below some paths; nil if that is nothing.
func restricted(root *yaml.Node, paths [][]string) *yaml.Node {
	root = document.Get(root)
	if root == nil || len(paths) == 0 {
		return nil
	}
	if slices.ContainsFunc(paths, func(p []string) bool { return len(p) == 0 }) {
		return root
	}
	if root.Kind != yaml.MappingNode {
		return nil
	}
	below := map[string][][]string{}
	for _, p := range paths {
		below[p[0]] = append(below[p[0]], p[1:])
	}
	kept := &yaml.Node{Kind: yaml.MappingNode, Tag: root.Tag, Line: root.Line, Column: root.Column}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if value := restricted(root.Content[i+1], below[root.Content[i].Value]); value != nil {
			kept.Content = append(kept.Content, root.Content[i], value)
		}
	}
	if len(kept.Content) == 0 {
		return nil
	}
	return kept
}

// dependencies is what a chart's own file says of charts that are elsewhere, each with the version that it is locked to.
func (in *installing) dependencies(file string, elsewhere []chart.Dependency) *yaml.Node {
	t := in.tree
	data, err := t.ReadFile(file)
	if err != nil {
		return nil
	}
	lock := lockOf(t, path.Dir(file))
	list := &yaml.Node{Kind: yaml.SequenceNode}
	roots, _ := document.Parse(data)
	for _, root := range roots {
		entries := document.Items(document.Get(root, "dependencies"))
		for _, entry := range entries {
			name, version := document.Get(entry, "name"), document.Get(entry, "version")
			at := slices.IndexFunc(elsewhere, func(d chart.Dependency) bool {
				return isFor(entry, d) && (document.Text(version) == d.Version || isAlone(entries, d))
			})
			if at < 0 || elsewhere[at].OutOfStep != "" {
				continue
			}
			kept := *withRest(document.Get(entry), elsewhere[at])
			if version != nil && path.Base(file) != "Chart.yaml" { // which is looked through for what a person would edit
				in.gives.Origins[version] = file
			}
			if locked := lockedIn(lock, document.Text(name), elsewhere[at].Locked); locked != nil && elsewhere[at].Locked != document.Text(version) {
				in.gives.Origins[locked] = path.Join(path.Dir(file), lockName(t, path.Dir(file)))
				kept = *document.Merge(&kept, document.Below([]string{"version"}, locked))
			}
			list.Content = append(list.Content, &kept)
		}
	}
	return document.Below([]string{"dependencies"}, list)
}

// withRest is an entry with what it does not say itself: of requirements.yaml, where Chart.yaml says that.
func withRest(entry *yaml.Node, d chart.Dependency) *yaml.Node {
	for key, value := range map[string]string{"version": d.Version, "repository": d.Repository} {
		if document.Get(entry, key) == nil && value != "" {
			entry = document.Merge(entry, document.Below([]string{key}, document.NewText(value)))
		}
	}
	return entry
}

// isFor reports whether an entry of a chart's own file is for a dependency, by its names.
func isFor(entry *yaml.Node, d chart.Dependency) bool {
	return d.Name == document.Text(document.Get(entry, "name")) && d.Alias == document.Text(document.Get(entry, "alias"))
}

// isAlone reports whether only one entry is for a dependency: then its version may be written otherwise than Helm has it.
func isAlone(entries []*yaml.Node, d chart.Dependency) bool {
	isAnother := func(entry *yaml.Node) bool { return isFor(entry, d) }
	first := slices.IndexFunc(entries, isAnother)
	return first >= 0 && !slices.ContainsFunc(entries[first+1:], isAnother)
}

func lockName(t *tree.Tree, dir string) string {
	if _, err := t.Resolve(path.Join(dir, "Chart.lock")); err == nil {
		return "Chart.lock"
	}
	return "requirements.lock"
}

func lockOf(t *tree.Tree, dir string) []*yaml.Node {
	data, err := t.ReadFile(path.Join(dir, lockName(t, dir)))
	if err != nil {
		return nil
	}
	roots, _ := document.Parse(data)
	return roots
}

// lockedIn is the scalar of a lock that says a version of a chart.
func lockedIn(lock []*yaml.Node, name, version string) *yaml.Node {
	for _, root := range lock {
		for _, entry := range document.Items(document.Get(root, "dependencies")) {
			if at := document.Get(entry, "version"); document.Text(document.Get(entry, "name")) == name && document.Text(at) == version {
				return at
			}
		}
	}
	return nil
}
