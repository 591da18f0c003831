package render

import (
	"path"
	"regexp"
	"strings"

	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
)

// pinned is the version of Kustomize whose words these are: all that is read from its prose is in this file, and
// may be said otherwise by the next version.
const pinned = "v0.21.2"

// complaint is what Kustomize says when a build fails for want of something, and what that leads to.
type complaint struct {
	says     *regexp.Regexp
	always   bool // also where nothing was left out that it could depend on; else it is broken
	anywhere bool // it does not matter in which file
	leadsTo  func(b *builder, file *kustomization.File, matched []string) bool
}

// complaints are tried in order; what is not among them, nothing is done about.
var complaints = []complaint{
	{
		says: regexp.MustCompile(`missing metadata\.name in object`), always: true, anywhere: true,
		leadsTo: func(b *builder, _ *kustomization.File, _ []string) bool {
			return b.leaveOutUnnaming() || b.nameGenerated()
		},
	},
	{
		says: regexp.MustCompile(`var '\{(\S+) .*cannot be mapped to a field in the set of known resources`), anywhere: true,
		leadsTo: func(b *builder, _ *kustomization.File, matched []string) bool { return b.leaveOutVariables(matched[1]) },
	},
	{
		says: regexp.MustCompile(`no matches for Id ([^/]*)/([^;]*); failed to find unique target`),
		leadsTo: func(b *builder, file *kustomization.File, matched []string) bool {
			kind, _, _ := strings.Cut(matched[1], ".") // Kind.version.group
			name, _, _ := cutLast(matched[2], ".")     // name.namespace
			return b.leaveOutPatches(file, kind, name)
		},
	},
	{
		says: regexp.MustCompile(`Name:\\*"([^"\\]*)\\*".*does not exist; cannot merge or replace`),
		leadsTo: func(b *builder, file *kustomization.File, matched []string) bool {
			return b.leaveOutGenerators(file, matched[1])
		},
	},
	{
		says: regexp.MustCompile(`resource with name (\S+) does not match a config with the following GVK`),
		leadsTo: func(b *builder, file *kustomization.File, matched []string) bool {
			return b.leaveOutReplicas(file, matched[1])
		},
	},
	{
		says:    regexp.MustCompile(`nothing selected by |unable to find field .* in replacement`),
		leadsTo: func(b *builder, file *kustomization.File, _ []string) bool { return b.leaveOutReplacements(file) },
	},
}

// inDirectory is where an error comes from, from the outside in.
var inDirectory = regexp.MustCompile(`recursed accumulation of path '([^']*)'`)

// wrappers are what stands before an error's innermost cause.
var wrappers = []string{"': ", "accumulating resources: "}

// leaveOutFailing takes out of the file that a build fails in what the error blames, and reports
// whether there was such a thing.
func (b *builder) leaveOutFailing(dir string, failure error) bool {
	for _, c := range complaints {
		matched := c.says.FindStringSubmatch(failure.Error())
		if matched == nil {
			continue
		}
		if !c.always && !b.partial() {
			return false
		}
		var file *kustomization.File
		if !c.anywhere {
			if file = b.failingFile(dir, failure.Error()); file == nil {
				return false
			}
		}
		return c.leadsTo(b, file, matched)
	}
	return false
}

// failingFile is the kustomization file that Kustomize was at: that of the innermost directory that
// the error names, else the overlay's own.
func (b *builder) failingFile(dir, failure string) *kustomization.File {
	if all := inDirectory.FindAllStringSubmatch(failure, -1); all != nil {
		dir = strings.TrimPrefix(strings.TrimPrefix(all[len(all)-1][1], tree.Mount), "/")
	} else if resolved, err := b.tree.Resolve(dir); err == nil {
		dir = resolved.Path
	}
	for _, file := range b.closure.Files {
		if file.Dir == path.Clean(dir) {
			return file
		}
	}
	return nil
}

// plainError is an error of Kustomize as a person can read it: on one line, the innermost cause, and
// with paths as the repo has them.
func plainError(err error) string {
	message := strings.ReplaceAll(err.Error(), tree.Mount+"/", "")
	message = strings.Join(strings.Fields(message), " ")
	for _, wrapper := range wrappers {
		if _, cause, found := cutLast(message, wrapper); found && cause != "" {
			message = cause
		}
	}
	return message
}

func cutLast(text, separator string) (before, after string, found bool) {
	if at := strings.LastIndex(text, separator); at >= 0 {
		return text[:at], text[at+len(separator):], true
	}
	return text, "", false
}
