package setting

import (
	"regexp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/place"
	"github.com/promocheck/promocheck/check/spelling"
)

// Nature is what the texts of one place have in them because it is that place and no other.
type Nature struct {
	words      []string // in lower case
	namespaces []string
}

// NatureOf is that of a place whose objects are in some namespaces.
func NatureOf(at place.Place, namespaces []string) Nature {
	n := Nature{namespaces: slices.DeleteFunc(slices.Clone(namespaces), func(namespace string) bool { return len(namespace) < 3 })}
	// The longest goes first: it may have another one in it.
	slices.SortFunc(n.namespaces, func(a, b string) int { return len(b) - len(a) })
	for _, found := range word.FindAllString(at.Environment+" "+at.Target, -1) {
		found = strings.ToLower(found)
		n.words = append(n.words, found)
		if step := spelling.Step(found); step >= 0 {
			n.words = append(n.words, spelling.Environments[step].Spellings...)
		}
	}
	n.words = slices.DeleteFunc(n.words, func(word string) bool { return len(word) < 2 })
	return n
}

var (
	word = regexp.MustCompile(`[A-Za-z0-9]+`)
	// taken is where a word was taken out, with what joined it to the next.
	taken = regexp.MustCompile(here + `[-._]|[-._]` + here + `|` + here)
)

// here stands where a text says which place it is of.
const here = "\x00"

// Alike reports whether two texts say the same of two places, but for what either says because of where it is.
func Alike(text string, n Nature, other string, o Nature) bool {
	return text == other || n.bare(text) == o.bare(other) || n.bare(n.withoutNamespaces(text)) == o.bare(o.withoutNamespaces(other))
}

// SaysNoMore reports whether a text says nothing but where it is.
func (n Nature) SaysNoMore(text string) bool { return n.bare(n.withoutNamespaces(text)) == "" }

func (n Nature) withoutNamespaces(text string) string {
	for _, namespace := range n.namespaces {
		text = strings.ReplaceAll(text, namespace, here)
	}
	return text
}

// bare is a text without the words for where it is.
func (n Nature) bare(text string) string {
	text = word.ReplaceAllStringFunc(text, func(word string) string {
		if slices.Contains(n.words, strings.ToLower(word)) {
			return here
		}
		return word
	})
	return taken.ReplaceAllString(text, "")
}
