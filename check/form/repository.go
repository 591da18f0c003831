package form

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/giturl"
	"github.com/promocheck/promocheck/check/tree"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Looked is what a reader looked at in the repo besides the objects that it was given.
type Looked struct {
	Files       []string
	Directories []string     // that are there, of those that were asked for
	Under       []string     // the directories in which files and directories were looked for
	Content     []*yaml.Node // what the files say
}

// Looked returns what was looked at since it was last asked.
func (r *Reader) Looked() Looked {
	looked := r.looked
	r.looked = Looked{}
	return looked
}

// FileOf tells which file of the repo a scalar was read from; empty if from an object that was given.
func (r *Reader) FileOf(scalar *yaml.Node) string { return r.files[scalar] }

// isHere reports whether a repository's URL and revision mean this repo as it is. That it does is for the
// configuration to say, since no clone knows. The default branch is what a change is made to.
func (r *Reader) isHere(location, revision *yaml.Node) bool {
	if r.Files == nil || !giturl.Same(document.Text(location), r.Repository) {
		return false
	}
	switch document.Text(revision) {
	case "", "HEAD", "main", "master":
		return true
	}
	return r.AnyRevision
}

// readHere reads a file of this repo. It notes where its scalars are from.
func (r *Reader) readHere(name string) ([]*yaml.Node, error) {
	r.looked.Files = append(r.looked.Files, name)
	data, err := r.Files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	roots, err := document.Parse(data)
	if r.files == nil {
		r.files = map[*yaml.Node]string{}
	}
	for _, root := range roots {
		document.Scalars(root, func(_ string, scalar *yaml.Node) bool {
			r.files[scalar] = name
			return true
		})
	}
	r.looked.Content = append(r.looked.Content, roots...)
	return roots, err
}

// listed is a path of the repo.
type listed struct {
	path  string
	isDir bool
}

// listing lists the repo, once.
func (r *Reader) listing() []listed {
	if r.all == nil {
		_ = r.Files.Walk(".", func(path string, entry tree.Entry) error {
			r.all = append(r.all, listed{path, entry.Mode.IsDir()})
			return nil
		})
	}
	return r.all
}

// git are the sets of a Git generator: one for each directory or file of this repo that it asks for.
func (g *generating) git(generator *yaml.Node) []set {
	values := document.Get(generator, "values")
	unknown := []set{g.withValues(open(elsewhere), values)}
	directories, files := document.Items(document.Get(generator, "directories")), document.Items(document.Get(generator, "files"))
	if !g.isHere(document.Get(generator, "repoURL"), document.Get(generator, "revision")) {
		return unknown
	}
	prefix := document.Text(document.Get(generator, "pathParamPrefix"))
	var sets []set
	if len(directories) > 0 {
		asked, ok := g.directories(directories)
		if !ok {
			return unknown
		}
		g.looked.Directories = append(g.looked.Directories, asked...)
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
		g.looked.Under = append(g.looked.Under, plainPrefix(pattern))
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
	for _, l := range g.listing() {
		matches := func(pattern string) bool {
			matched, err := path.Match(pattern, l.path)
			return err == nil && matched
		}
		if l.isDir && !strings.HasPrefix(l.path, ".") && !strings.Contains(l.path, "/.") && slices.ContainsFunc(in, matches) && !slices.ContainsFunc(out, matches) {
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
	for _, l := range g.listing() {
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
			g.looked.Files = append(g.looked.Files, l.path) // that it is there decides
		}
	}
	return asked, ok
}

// ofFile are the sets that a file has, each with the file's own path.
func (g *generating) ofFile(file, prefix string) []set {
	roots, err := g.readHere(file)
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

// ofPath are the parameters that a directory, or a file in one, has by its path.
func (g *generating) ofPath(directory, file, prefix string) *yaml.Node {
	segments := strings.Split(directory, "/")
	names := [][2]string{{"path", directory}, {"basename", path.Base(directory)}, {"basenameNormalized", normalized(path.Base(directory))}}
	if file != "" {
		names = append(names, [2]string{"filename", file}, [2]string{"filenameNormalized", normalized(file)})
	}
	parameters := &yaml.Node{Kind: yaml.MappingNode}
	if g.isGo {
		for _, name := range names {
			parameters = document.Merge(parameters, at([]string{name[0]}, textNode(name[1])))
		}
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, segment := range segments {
			list.Content = append(list.Content, textNode(segment))
		}
		parameters = at([]string{"path"}, document.Merge(parameters, at([]string{"segments"}, list)))
		if prefix != "" {
			parameters = at([]string{prefix}, parameters)
		}
		return parameters
	}
	whole := "path"
	if prefix != "" {
		whole = prefix + ".path"
	}
	for i, name := range names {
		key := whole
		if i > 0 {
			key += "." + name[0]
		}
		parameters = document.Merge(parameters, at([]string{key}, textNode(name[1])))
	}
	for i, segment := range segments {
		parameters = document.Merge(parameters, at([]string{whole + "[" + strconv.Itoa(i) + "]"}, textNode(segment)))
	}
	return parameters
}

// noDNSName is what Argo CD takes out of a name that has to be fit for DNS.
var noDNSName = regexp.MustCompile(`[^-a-z0-9.]`)

func normalized(name string) string {
	return strings.Trim(noDNSName.ReplaceAllString(strings.ToLower(name), "-"), "-.")
}
