package state

import (
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/place"
	"github.com/promocheck/promocheck/check/spelling"
	"github.com/promocheck/promocheck/check/trait"
)

// Owner is what holds a version in an overlay, as far as it may be found again in the overlay of another
// environment. The zero value is nothing that could be.
type Owner struct {
	document.Identity        // as it is deployed
	called            string // the name without what the overlay gives all its objects, and without a hash
	Part              string // of an object that says what several workloads run
	container         form.Container
}

// NewOwner is an object that goes by its own name.
func NewOwner(object document.Identity) Owner { return Owner{Identity: object, called: object.Name} }

// Container is the name of the container of a pod that it is.
func (o Owner) Container() string { return o.container.Name }

// CalledLike reports whether two owners go by one name, of whatever kind they are.
func (o Owner) CalledLike(p Owner) bool { return o.called == p.called && o.Part == p.Part }

// Alike reports whether two owners are of one kind, too.
func (o Owner) Alike(p Owner) bool { return o.Kind == p.Kind && o.CalledLike(p) }

// Likeness is what an owner is recognised by in another environment. Two owners that share one are counterparts.
type Likeness struct {
	form                        int // which of the likenesses of an owner it is
	kind, namespace, name, part string
}

// Among reports whether an owner with such likenesses has this one.
func (l Likeness) Among(likenesses Likenesses) bool { return likenesses[l.form] == l }

// Likenesses are those of one owner, the one that asks for most agreement first.
type Likenesses [6]Likeness

// LikenessesOf are those of whatever holds versions at a place: kind, name and container, first as they are and then without
// the environment's own words; then any container that is run in the same way; then wherever in the object that is; and last,
// without the words by which one that takes a share of the traffic is told from the one beside it. A namespace counts where it
// tells two apart that are called alike. What owns nothing that could be found again has none.
func LikenessesOf(held []Held, at place.Place) []Likenesses {
	all := make([]Likenesses, len(held))
	target := wordsOfTarget(held, at.Target)
	environment := wordsOfEnvironment(at.Environment)
	known := map[string]string{} // containers of many workloads are called alike
	bare := func(text string) string {
		is, ok := known[text]
		if !ok {
			is = without(without(text, target), environment)
			known[text] = is
		}
		return is
	}
	namespaces := map[Likeness]string{}
	isTwice := map[Likeness]bool{}
	for i, h := range held {
		o := h.Owner
		if o == (Owner{}) {
			continue
		}
		kind, name, at := kindOf(o), bare(o.called), path.Join(o.Part, o.container.Role, o.container.Name)
		all[i] = Likenesses{
			{0, kind, "", without(o.called, target), without(at, target)},
			{1, kind, "", name, bare(at)},
			{2, kind, "", name, bare(at)},
			{3, kind, "", name, bare(path.Join(o.Part, o.container.Role))},
			{4, kind, "", name, ""},
			{5, kind, "", without(name, wordsOfTrials), ""},
		}
		called := all[i][4]
		namespace, seen := namespaces[called]
		isTwice[called] = isTwice[called] || seen && namespace != o.Namespace
		namespaces[called] = o.Namespace
	}
	for i, h := range held {
		if isTwice[all[i][4]] {
			for _, form := range []int{0, 1, 3} {
				all[i][form].namespace = bare(h.Owner.Namespace)
			}
		}
	}
	return all
}

// kindOf is the kind of an owner. One of Kubernetes' own may be in another group with another of its versions; what is only called
// like one is something else.
func kindOf(o Owner) string {
	if strings.Contains(o.Group, ".") && !strings.HasSuffix(o.Group, ".k8s.io") {
		return o.Group + "/" + o.Kind
	}
	return o.Kind
}

// wordsOfTarget are the words that a target's objects are told from those of other targets by. Where an object is
// called like the target and nothing else, the target is no place but what runs there, and its name is its own.
func wordsOfTarget(held []Held, target string) [][]string {
	var names [][]string
	for segment := range strings.SplitSeq(target, "/") {
		if words := split(segment); len(words) > 0 {
			names = append(names, words)
		}
	}
	if slices.ContainsFunc(held, func(h Held) bool { return h.Owner.called != "" && len(drop(split(h.Owner.called), names)) == 0 }) {
		return nil
	}
	return names
}

// wordsOfEnvironment are the words of an environment's name, in all spellings.
func wordsOfEnvironment(environment string) [][]string {
	var names [][]string
	for _, word := range append(split(environment), strings.ToLower(environment)) {
		names = append(names, []string{word})
		if step := spelling.Step(word); step >= 0 {
			for _, spelt := range spelling.Environments[step].Spellings {
				names = append(names, split(spelt))
			}
		}
	}
	return names
}

// wordsOfTrials are what is called a workload that takes traffic from another, or that it is taken from.
var wordsOfTrials = [][]string{{"canary"}, {"stable"}, {"primary"}, {"preview"}, {"active"}, {"blue"}, {"green"}}

// split cuts a name into its words, in lower case.
func split(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// without takes names out of a text; a text that has nothing else stays as it is.
func without(text string, names [][]string) string {
	words := split(text)
	if left := drop(words, names); len(left) > 0 {
		words = left
	}
	return strings.Join(words, "-")
}

// drop takes out of some words all that are the words of a name, one after the other.
func drop(words []string, names [][]string) []string {
	var left []string
	for len(words) > 0 {
		at := slices.IndexFunc(names, func(name []string) bool {
			return len(name) <= len(words) && slices.Equal(name, words[:len(name)])
		})
		if at >= 0 {
			words = words[len(names[at]):]
			continue
		}
		left, words = append(left, words[0]), words[1:]
	}
	return left
}

// The kinds of objects that say what several workloads run, each at a place of its own: charts are given values for
// all that they install.
var severalIn = map[string]bool{document.KindFile: true, "HelmRelease": true, "Application": true, "ApplicationSet": true}

// ownerOf is the object as the owner of a version that was found in it.
func (c *collector) ownerOf(o *observed, found form.Found) Owner {
	owner := NewOwner(o.kept.Identity)
	if o.kept.Kind == document.KindFile {
		// A file in layers is the overlay itself; of a directory's, its name tells it from the others.
		owner.called = strings.TrimSuffix(c.fileIn(o.file), path.Ext(o.file))
	}
	owner.called = c.bare(trait.Stem(o.kept.Kind, owner.called))
	if severalIn[o.kept.Kind] {
		owner.Part = found.Part
	} else {
		owner.container = found.Container
	}
	return owner
}

// bare is a name without what the overlay gives the names of all its objects.
func (c *collector) bare(name string) string {
	return strings.TrimSuffix(strings.TrimPrefix(name, c.prefix), c.suffix)
}

// fileIn names a file within the overlay; empty where the overlay is one file in layers.
func (c *collector) fileIn(file string) string {
	if c.overlay.Layers != nil {
		return ""
	}
	return strings.TrimPrefix(strings.TrimPrefix(file, c.overlay.Dir), "/")
}

// affixes are what the overlay's own kustomization gives the names of all its objects.
func affixes(o *overlay.Overlay) (prefix, suffix string) {
	if len(o.Closure.Files) == 0 {
		return "", ""
	}
	return o.Closure.Files[0].NamePrefix, o.Closure.Files[0].NameSuffix
}
