package argocd

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// git are the sets of a Git generator: one for each directory or file of this repo that it asks for.
func (g *generating) git(generator *yaml.Node) []set {
	values := document.Get(generator, "values")
	unknown := []set{g.withValues(open(elsewhere), values)}
	directories, files := document.Items(document.Get(generator, "directories")), document.Items(document.Get(generator, "files"))
	if !g.repo.is(document.Get(generator, "repoURL"), document.Get(generator, "revision")) {
		return unknown
	}
	prefix := document.Text(document.Get(generator, "pathParamPrefix"))
	var sets []set
	if len(directories) > 0 {
		asked, ok := g.directories(directories)
		if !ok {
			return unknown
		}
		g.Taken.Directories = append(g.Taken.Directories, asked...)
		for _, directory := range asked {
			sets = append(sets, set{values: g.ofPath(directory, "", prefix)})
		}
	} else {
		asked, ok := g.filesOf(files)
		if !ok {
			return []set{g.withValues(open(ambiguous), values)}
		}
		for _, file := range asked {
			sets = append(sets, g.ofFile(file, prefix)...)
		}
	}
	for i := range sets {
		sets[i] = g.withValues(sets[i], values)
	}
	return sets
}

// patterns splits what a generator asks for and what it leaves out; false if one has a placeholder.
func (g *generating) patterns(items []*yaml.Node) (in, out []string, ok bool) {
	for _, item := range items {
		pattern := document.Text(document.Get(item, "path"))
		g.Taken.Under = append(g.Taken.Under, plainPrefix(pattern))
		if strings.Contains(pattern, "{{") || !doublestar.ValidatePattern(pattern) {
			return nil, nil, false
		}
		if document.Text(document.Get(item, "exclude")) == "true" {
			out = append(out, pattern)
		} else {
			in = append(in, pattern)
		}
	}
	return in, out, true
}

// plainPrefix is the directory that all that a pattern matches lies in.
func plainPrefix(pattern string) string {
	at := strings.IndexAny(pattern, `*?[{\`)
	if at < 0 {
		at = len(pattern)
	}
	return path.Dir(pattern[:at] + "x")
}

// directories lists those that a generator asks for. Argo CD goes into none whose name starts with a dot.
func (g *generating) directories(items []*yaml.Node) ([]string, bool) {
	in, out, ok := g.patterns(items)
	var asked []string
	for _, l := range g.repo.listing() {
		matches := func(pattern string) bool {
			matched, err := path.Match(pattern, l.path)
			return err == nil && matched
		}
		if l.isDir && !l.isHidden() && slices.ContainsFunc(in, matches) && !slices.ContainsFunc(out, matches) {
			asked = append(asked, l.path)
		}
	}
	return asked, ok
}

// filesOf lists the files that a generator asks for. Argo CD matches them as Git does, where an asterisk may
// stand for several segments of a path, or as shells do, as it is set up: where the two differ, nobody can
// tell which are meant.
func (g *generating) filesOf(items []*yaml.Node) ([]string, bool) {
	in, out, ok := g.patterns(items)
	var asked []string
	for _, l := range g.repo.listing() {
		asShells := func(pattern string) bool { return doublestar.MatchUnvalidated(pattern, l.path) }
		asGit := func(pattern string) bool {
			if strings.HasPrefix(l.path, strings.TrimSuffix(pattern, "/")+"/") {
				return true // a directory, with all that is in it
			}
			flat := strings.NewReplacer("/", "\x01")
			return doublestar.MatchUnvalidated(flat.Replace(pattern), flat.Replace(l.path))
		}
		if l.isDir {
			continue
		}
		isAsked := func(matches func(pattern string) bool) bool {
			return slices.ContainsFunc(in, matches) && !slices.ContainsFunc(out, matches)
		}
		switch shells, git := isAsked(asShells), isAsked(asGit); {
		case shells && git:
			asked = append(asked, l.path)
		case shells != git:
			ok = false
			g.Taken.Files = append(g.Taken.Files, l.path) // that it is there decides
		}
	}
	return asked, ok
}

// ofFile are the sets that a file has, each with the file's own path.
func (g *generating) ofFile(file, prefix string) []set {
	roots, err := g.read(file)
	if err != nil || len(roots) > 1 {
		return []set{open(file + " is not one YAML document, and " + onlyArgo)}
	}
	if len(roots) == 0 {
		return []set{{values: g.ofPath(path.Dir(file), path.Base(file), prefix)}}
	}
	items := roots
	if roots[0].Kind == yaml.SequenceNode {
		items = roots[0].Content
	}
	var sets []set
	for _, item := range items {
		sets = append(sets, set{values: document.Merge(item, g.ofPath(path.Dir(file), path.Base(file), prefix))})
	}
	return sets
}

// ofPath are the parameters that a directory, or a file in one, has by its path: below one another in a Go
// template, else under names that have dots in them.
func (g *generating) ofPath(directory, file, prefix string) *yaml.Node {
	names := [][2]string{{"path", directory}, {"basename", path.Base(directory)}, {"basenameNormalized", normalized(path.Base(directory))}}
	if file != "" {
		names = append(names, [2]string{"filename", file}, [2]string{"filenameNormalized", normalized(file)})
	}
	segments := strings.Split(directory, "/")
	if g.isGo {
		return nested(names, segments, prefix)
	}
	return dotted(names, segments, prefix)
}

func nested(names [][2]string, segments []string, prefix string) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, segment := range segments {
		list.Content = append(list.Content, document.NewText(segment))
	}
	parameters := document.Below([]string{"segments"}, list)
	for _, name := range names {
		parameters = document.Merge(parameters, document.Below([]string{name[0]}, document.NewText(name[1])))
	}
	keys := []string{"path"}
	if prefix != "" {
		keys = []string{prefix, "path"}
	}
	return document.Below(keys, parameters)
}

func dotted(names [][2]string, segments []string, prefix string) *yaml.Node {
	whole := "path"
	if prefix != "" {
		whole = prefix + ".path"
	}
	parameters := &yaml.Node{Kind: yaml.MappingNode}
	add := func(key, value string) {
		parameters.Content = append(parameters.Content, document.NewText(key), document.NewText(value))
	}
	for i, name := range names {
		if i == 0 {
			add(whole, name[1])
		} else {
			add(whole+"."+name[0], name[1])
		}
	}
	for i, segment := range segments {
		add(whole+"["+strconv.Itoa(i)+"]", segment)
	}
	return parameters
}

// noDNSName is what Argo CD takes out of a name that has to be fit for DNS.
var noDNSName = regexp.MustCompile(`[^-a-z0-9.]`)

// normalized is a name as Argo CD makes it fit for DNS.
func normalized(name string) string {
	return strings.Trim(noDNSName.ReplaceAllString(strings.ToLower(name), "-"), "-.")
}
