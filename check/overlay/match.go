package overlay

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// matched is what a path that a pattern matches is for.
type matched struct {
	pattern int // its place in the order
	app     string
	env     string // as it is written there
	name           // what that is read as
	targets string // what the names on the path say of the targets there
}

// asked is a path that patterns are tried on.
type asked struct {
	path   string
	isFile bool
}

// answer is the first pattern's that matches, if one does.
type answer struct {
	matched
	ok bool
}

// mostAnswers is how many answers are remembered.
const mostAnswers = 1 << 17

// match tries the patterns on the path of a directory or a file. Each app's search asks for the paths around it again.
func (f *Finder) match(at string, isFile bool) (matched, bool) {
	known, ok := f.answers[asked{at, isFile}]
	if !ok {
		if len(f.answers) >= mostAnswers {
			clear(f.answers)
		}
		known.matched, known.ok = f.try(at, isFile)
		f.answers[asked{at, isFile}] = known
	}
	return known.matched, known.ok
}

func (f *Finder) try(at string, isFile bool) (matched, bool) {
	for _, i := range f.order(isFile) {
		for _, called := range f.patterns[i].takes(at, isFile, f.names) {
			if m, ok := f.matchBy(i, called); ok && (!isFile || !f.patterns[i].strict(f.names) || m.target == "") {
				return m, true
			}
		}
	}
	return matched{}, false
}

// order is the one in which the patterns are tried. Of the usual ones, those that are for files know files better.
func (f *Finder) order(isFile bool) []int {
	if isFile && f.config.Overlays == nil {
		return f.forFiles
	}
	return f.inOrder
}

func (f *Finder) matchBy(i int, at string) (matched, bool) {
	p := f.patterns[i]
	captured, ok := p.match(strings.Split(at, "/"), func(text string) bool {
		_, reading := f.names.read(text)
		return reading == isEnvironment
	})
	if !ok {
		return matched{}, false
	}
	named, _ := f.names.read(captured.env)
	if captured.env == "" {
		named.step = f.own // the branch says which
	}
	return matched{
		pattern: i, app: cmp.Or(captured.app, p.app, "."), env: captured.env, name: named,
		targets: path.Join(named.target, captured.target),
	}, true
}

// ofFiles reports whether what a pattern matches has an extension, and so is a file.
func (p pattern) ofFiles() bool {
	last := p.last()
	if last.capture == "" {
		return strings.Contains(last.before, ".")
	}
	return strings.Contains(last.after, ".")
}

func (p pattern) last() segment { return p.segments[len(p.segments)-1] }

// takes lists how a path may be called for a pattern to match it. A pattern that says no extension is one for
// directories first: it takes only files that can say what runs, and those are called without their extension where
// it is by an environment.
func (p pattern) takes(at string, isFile bool, names namer) []string {
	extension := path.Ext(at)
	switch {
	case !isFile || p.ofFiles():
		return []string{at}
	case !saysWhatRuns(path.Base(at)):
		return nil
	case p.last().capture != "env":
		return []string{at}
	case names.configured != nil && extension != "":
		return []string{at, strings.TrimSuffix(at, extension)}
	}
	return []string{strings.TrimSuffix(at, extension)}
}

// strict reports whether the usual words make a file an environment only where it is called by nothing else: whose
// kind no pattern says, testing-ns.yaml is a manifest, and staging-notes is nobody's.
func (p pattern) strict(names namer) bool {
	return names.configured == nil && p.last().capture == "env" && (p.vague || !p.ofFiles())
}

// proseNames are files without an extension that people read.
var proseNames = []string{
	"readme", "changelog", "contributing", "todo", "owners", "owners_aliases", "codeowners", "maintainers", "authors", "contributors",
	"license", "licence", "copying", "notice", "makefile", "dockerfile", "jenkinsfile",
}

// saysWhatRuns reports whether a file is of a kind that says what an environment runs: values, a manifest, variables,
// or nothing but a tag.
func saysWhatRuns(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".yaml", ".yml", ".json", ".env":
		return name != path.Ext(name)
	case "":
		return !slices.Contains(proseNames, strings.ToLower(name))
	}
	return false
}
