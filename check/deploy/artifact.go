package deploy

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
)

// artifact finds what a path of a generated artifact is copied from in the tree, and says why it cannot be told, or is none of
// this tree.
func (r *reading) artifact(by written, namespace, name, dir string) []Source {
	for _, generator := range r.ofKind(by, artifactGenerator) {
		for _, artifact := range document.Items(document.Get(generator.root, "spec", "artifacts")) {
			if document.Text(document.Get(artifact, "name")) == name && generator.isIn(namespace) {
				r.asked = append(r.asked, generator.named())
				return r.copied(generator, document.Items(document.Get(artifact, "copy")), dir)
			}
		}
	}
	return []Source{{Path: dir, Elsewhere: fmt.Sprintf("its source is an ExternalArtifact %s, which nothing here generates", name)}}
}

// step is one of those by which an artifact is made.
type step struct {
	base      string // what is copied of the tree: a file, or of a directory what the pattern matches
	pattern   string // empty for a file
	into      string // where it comes to, from the top of the artifact
	elsewhere string // why it is not copied from this tree
}

// copied finds a path in what a generator copies, later steps over earlier ones. What is copied from elsewhere is told beside it.
func (r *reading) copied(generator written, steps []*yaml.Node, dir string) []Source {
	var concerned []step
	for _, node := range steps {
		if s, ok := r.step(generator, node); ok && r.concerns(s, dir) {
			concerned = append(concerned, s)
		}
	}
	if len(concerned) == 1 && concerned[0].pattern == "**" {
		if rest, ok := below(dir, concerned[0].into); ok {
			return []Source{{Path: path.Join(concerned[0].base, rest), Elsewhere: concerned[0].elsewhere}}
		}
	}
	files := map[string]string{} // by their paths in the artifact, those of the tree
	var told []step
	for _, s := range concerned {
		if s.elsewhere != "" {
			told = append(told, s)
			continue
		}
		for _, file := range r.filesOf(s) {
			if to := s.to(file); isWithin(to, dir) {
				files[to] = file
			}
		}
	}
	sources, ok := putTogether(files)
	if !ok {
		for i := range concerned {
			concerned[i].elsewhere = cmp.Or(concerned[i].elsewhere, "its path is put together of several, which is not followed")
		}
		return notFollowed(concerned)
	}
	return append(sources, notFollowed(told)...)
}

// concerns reports whether something of a step may come to a path.
func (r *reading) concerns(s step, dir string) bool {
	if isWithin(s.into, dir) {
		return true
	}
	rest, ok := below(dir, s.into)
	return ok && s.pattern != "" && (s.elsewhere != "" || s.pattern != "**" || r.tree.IsDir(path.Join(s.base, rest)))
}

// filesOf are the files of the tree that a step copies.
func (r *reading) filesOf(s step) []string {
	if s.pattern == "" {
		return []string{s.base}
	}
	var files []string
	_ = r.tree.Walk(s.base, func(file string, entry tree.Entry) error { // nothing is copied of what is not there
		if rest, ok := below(file, s.base); ok && entry.Mode.IsFile() && doublestar.MatchUnvalidated(s.pattern, rest) {
			files = append(files, file)
		}
		return nil
	})
	return files
}

// to is where a file of the tree comes to.
func (s step) to(file string) string {
	rest, _ := below(file, s.base)
	return path.Join(s.into, rest)
}

// notFollowed are the directories that steps copy from, which are not followed.
func notFollowed(steps []step) []Source {
	var sources []Source
	for i, s := range steps {
		dir := s.base
		if s.pattern == "" {
			dir = path.Dir(dir)
		}
		sources = append(sources, Source{Name: fmt.Sprint(i), Path: dir, Elsewhere: s.elsewhere, Ours: true})
	}
	return sources
}

// step reads one. With /** it copies what the directory has in it, else the directory itself, a file, or what a pattern matches.
func (r *reading) step(generator written, node *yaml.Node) (step, bool) {
	from, to := document.Text(document.Get(node, "from")), document.Text(document.Get(node, "to"))
	into, named := strings.CutPrefix(to, "@artifact")
	if !named || !strings.HasPrefix(from, "@") {
		return step{}, false
	}
	alias, inside, _ := strings.Cut(strings.TrimPrefix(from, "@"), "/")
	s := step{base: path.Clean(inside), elsewhere: r.elsewhereOf(generator, alias)}
	s.into, _ = inTree(into)
	switch {
	case strings.ContainsAny(inside, "*?[{"):
		s.base, s.pattern = doublestar.SplitPattern(inside)
	case r.tree.IsFile(s.base):
		if strings.HasSuffix(to, "/") || s.into == "." {
			s.into = path.Join(s.into, path.Base(s.base))
		}
	default:
		s.into, s.pattern = path.Join(s.into, path.Base(s.base)), "**"
	}
	return s, true
}

// elsewhereOf says why what a generator calls by an alias is not this repository.
func (r *reading) elsewhereOf(generator written, alias string) string {
	for _, s := range document.Items(document.Get(generator.root, "spec", "sources")) {
		if document.Text(document.Get(s, "alias")) != alias {
			continue
		}
		if kind := document.Text(document.Get(s, "kind")); kind != "GitRepository" {
			return fmt.Sprintf("its source is generated from %s, which is not followed", article(kind))
		}
		namespace := document.Text(document.Get(s, "namespace"))
		if namespace == "" {
			namespace = generator.text("metadata", "namespace")
		}
		elsewhere, _ := r.elsewhere(generator, namespace, document.Text(document.Get(s, "name")))
		return elsewhere
	}
	return "its source is generated from " + alias + ", which its generator does not name"
}

// putTogether are the sources that some files are, each directory with a kustomization whole, and others by their files. It is
// false where a kustomization's directory has files that are copied from elsewhere.
func putTogether(files map[string]string) ([]Source, bool) {
	var whole []string
	for _, file := range slices.Sorted(maps.Keys(files)) {
		isBelow := slices.ContainsFunc(whole, func(dir string) bool { return isWithin(file, dir) })
		if slices.Contains(kustomization.Names, path.Base(file)) && !isBelow {
			whole = append(whole, path.Dir(file))
		}
	}
	var sources []Source
	plain := map[string][]string{} // by directory of the tree
	for _, file := range slices.Sorted(maps.Keys(files)) {
		at := slices.IndexFunc(whole, func(dir string) bool { return isWithin(file, dir) })
		if at < 0 {
			plain[path.Dir(files[file])] = append(plain[path.Dir(files[file])], path.Base(files[file]))
			continue
		}
		rest, _ := below(file, whole[at])
		from, isOf := strings.CutSuffix(files[file], rest)
		if from = path.Clean(from); !isOf {
			return nil, false
		}
		known := slices.IndexFunc(sources, func(s Source) bool { return s.Name == whole[at] })
		switch {
		case known < 0:
			sources = append(sources, Source{Name: whole[at], Path: from})
		case sources[known].Path != from:
			return nil, false
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(plain)) {
		sources = append(sources, Source{Name: "files of " + dir, Path: dir, Files: Files{Plain: true, Include: "{" + strings.Join(plain[dir], ",") + "}"}})
	}
	return sources, true
}

// isWithin reports whether a path is that of a directory, or below it.
func isWithin(p, dir string) bool {
	_, ok := below(p, dir)
	return ok
}

// below is what is left of a path below a directory.
func below(p, dir string) (string, bool) {
	if dir == "." || p == dir {
		return strings.TrimPrefix(strings.TrimPrefix(p, dir), "/"), true
	}
	return strings.CutPrefix(p, dir+"/")
}
