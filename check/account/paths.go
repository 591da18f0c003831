package account

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/spelling"
)

// paths knows what the paths of a repository say: which are an app's, which an environment's.
type paths struct {
	layout     *overlay.Pairing
	names      map[string]bool   // what environments are called, in lower case
	production map[string]bool   // those that are production
	apps       []string          // the directories that apps lie in
	roots      []string          // the directories of production
	builds     map[string]string // by directory, the kustomization files that environments are built from
}

func newPaths(layout *overlay.Pairing) paths {
	p := paths{layout: layout, names: map[string]bool{}, production: map[string]bool{}, builds: building(layout)}
	for _, environment := range layout.Path {
		p.names[strings.ToLower(environment.Name)] = true
		if environment.Production {
			p.production[strings.ToLower(environment.Name)] = true
		}
	}
	for _, place := range layout.Places {
		if place.App != "." {
			p.apps = append(p.apps, place.App)
		}
		for _, o := range []*overlay.Overlay{place.Before, place.After} {
			if o != nil {
				dir := o.Root
				if dir == "." { // all of a branch is the environment's
					dir = o.Dir
				}
				p.apps = append(p.apps, dir)
				if p.production[strings.ToLower(place.Environment)] {
					p.roots = append(p.roots, dir)
				}
			}
		}
	}
	slices.Sort(p.apps)
	p.apps = slices.Compact(p.apps)
	return p
}

// decidesProduction reports whether what runs in production may hang on a file, by its path: the path says production, or it
// says what deployers pass over, and production is below it.
func (p paths) decidesProduction(file string) bool {
	return p.sayProduction(file) || path.Base(file) == ".sourceignore" && slices.ContainsFunc(p.roots, func(root string) bool {
		return path.Dir(file) == "." || strings.HasPrefix(root+"/", path.Dir(file)+"/")
	})
}

// sayProduction reports whether a directory's or the file's name is production's, or says so.
func (p paths) sayProduction(file string) bool {
	return slices.ContainsFunc(strings.Split(file, "/"), func(segment string) bool {
		return p.production[strings.ToLower(segment)] || spelling.SaysProduction(segment, func(word string) bool { return p.production[word] })
	})
}

// sayEnvironment reports whether a directory's or the file's name is an environment's, or has a word that is.
func (p paths) sayEnvironment(file string) bool {
	return slices.ContainsFunc(strings.Split(file, "/"), func(segment string) bool {
		return p.names[strings.ToLower(segment)] || slices.ContainsFunc(spelling.Words(segment), func(word string) bool {
			environment, _ := spelling.Apart(word)
			return spelling.Step(environment) >= 0 || p.names[strings.ToLower(word)]
		})
	})
}

// belongToNobody reports whether a file lies where no environment could have a use for it: outside of every app's
// directory, with no environment's word in its directories' names.
func (p paths) belongToNobody(file string) bool {
	inAnApp := slices.ContainsFunc(p.apps, func(dir string) bool { return dir == "." || strings.HasPrefix(file, dir+"/") })
	return !inAnApp && !p.sayEnvironment(path.Dir(file))
}

// whyUnread says what is known of a file that nothing reads.
func (p paths) whyUnread(file string) string {
	for _, outside := range p.layout.Outside {
		if file == outside.Path || path.Dir(file) == outside.Path || strings.HasPrefix(file, outside.Path+"/") {
			return fmt.Sprintf("%s is on no promotion path: %s", outside.Path, outside.Reason)
		}
	}
	return "no environment is built from it"
}

// pointedAt is what a deployer points to that has a file in it, and is not read.
func (p paths) pointedAt(file string) (overlay.Pointer, bool) {
	at := slices.IndexFunc(p.layout.Pointers, func(pointer overlay.Pointer) bool { return pointer.Has(file) })
	if at < 0 {
		return overlay.Pointer{}, false
	}
	return p.layout.Pointers[at], true
}
