package overlay

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/spelling"
)

// name is a directory's name read as an environment's: which step of the path, spelt how, and the
// target that the rest of the name stands for ("prod-eu": prod and eu).
type name struct {
	step   int // index into the path's steps
	target string
}

// reading is how a directory's name reads against the promotion path.
type reading int

const (
	noEnvironment reading = iota
	isEnvironment
	ambiguous // more than one environment's name in it, or one that is negated
)

// namer reads directory names as environments: by the configuration's names where there are any,
// else by the usual words.
type namer struct{ configured []config.Environment }

func (n namer) read(directory string) (name, reading) {
	if n.configured == nil {
		return readUsual(directory)
	}
	for step, environment := range n.configured {
		if directory == environment.Name {
			return name{step: step}, isEnvironment
		}
	}
	for step, environment := range n.configured {
		for _, glob := range environment.Match {
			if ok, _ := doublestar.Match(glob, directory); ok && !turnedRound(environment.Name, glob, directory) { // validated when it was read
				return name{step: step, target: matchedTarget(environment.Name, glob, directory)}, isEnvironment
			}
		}
	}
	return name{}, noEnvironment
}

// turnedRound reports whether a directory's name turns round what the environment is called, and the glob that matches
// it does not say so: `*-prod` means eu-prod, and neither non-prod nor pre-prod.
func turnedRound(environment, glob, directory string) bool {
	words := spelling.Words(directory)
	for i := 1; i < len(words); i++ {
		turns := spelling.TurnsRound(words[i-1])
		own := words[i] == environment || spelling.SameEnvironment(words[i], environment)
		if turns && own && !strings.Contains(glob, words[i-1]) {
			return true
		}
	}
	return false
}

// matchedTarget is what a directory's name says of the target when a glob matched it: what is left
// without the environment's name. Where it is not called so, plain text is another name for the
// environment, and a pattern matches targets.
func matchedTarget(environment, glob, directory string) string {
	var rest []string
	named := false
	for _, word := range spelling.Words(directory) {
		if word == environment || spelling.SameEnvironment(word, environment) {
			named = true
		} else {
			rest = append(rest, word)
		}
	}
	switch {
	case named:
		return strings.Join(rest, "-")
	case glob == directory:
		return ""
	}
	return directory
}

// readUsual splits a directory's name into words and looks for exactly one usual environment.
func readUsual(directory string) (name, reading) {
	words := spelling.Words(directory)
	if len(words) == 0 {
		return name{}, noEnvironment
	}
	found := name{step: -1}
	var rest []string
	for i := 0; i < len(words); i++ {
		word, number := numbered(words[i])
		step := spelling.Step(word)
		if i+1 < len(words) {
			// "pre-prod" is one environment, not prod's target "pre".
			if joined := spelling.Step(words[i] + "-" + words[i+1]); joined >= 0 {
				step = joined
				i++
			}
		}
		switch {
		case step < 0:
			rest = append(rest, words[i])
		case found.step >= 0 || negated(rest):
			return name{}, ambiguous
		default:
			found.step = step
			if number != "" {
				rest = append(rest, number)
			}
		}
	}
	if found.step < 0 {
		if slices.ContainsFunc(words, deniesProduction) {
			return name{}, ambiguous
		}
		return name{}, noEnvironment
	}
	found.target = strings.Join(rest, "-")
	return found, isEnvironment
}

// numbered cuts the number off a word that is an environment's but for that: prod2 is a target of prod. No environment is
// meant by int32.
func numbered(word string) (environment, number string) {
	environment, number = spelling.Apart(word)
	if strings.Trim(number, "0123456789") != "" || strings.EqualFold(environment, "int") {
		return word, ""
	}
	return environment, number
}

// deniesProduction reports whether a word is an environment's that is turned round: "nonprod".
func deniesProduction(word string) bool {
	word = strings.ToLower(word)
	for _, prefix := range []string{"non", "not"} {
		if rest, cut := strings.CutPrefix(word, prefix); cut && spelling.Step(rest) >= 0 {
			return true
		}
	}
	return false
}

// without is a name without the words that stand for an environment; the name itself where nothing else is in it.
func (n namer) without(called string, step int) string {
	var rest []string
	for _, word := range spelling.Words(called) {
		if n.configured == nil && spelling.Step(word) != step || n.configured != nil && word != n.configured[step].Name && !spelling.SameEnvironment(word, n.configured[step].Name) {
			rest = append(rest, word)
		}
	}
	if len(rest) == 0 || len(rest) == len(spelling.Words(called)) {
		return called
	}
	return strings.Join(rest, "-")
}

// negated reports whether the words before an environment's turn it round: "non-prod".
func negated(words []string) bool {
	return len(words) > 0 && spelling.Negates(words[len(words)-1])
}

// looksLike says why a directory's name looks like an environment's; empty if it does not.
func (n namer) looksLike(directory string) string {
	_, reading := n.read(directory)
	if reading == isEnvironment && n.configured != nil && n.byAnything(directory) {
		reading = noEnvironment
	}
	if reading == noEnvironment && n.configured != nil {
		if _, usual := readUsual(directory); usual != noEnvironment {
			return notConfigured
		}
	}
	switch reading {
	case isEnvironment:
		return noPattern
	case ambiguous:
		return "its name does not say which one environment it is"
	}
	return n.glued(directory)
}

const notConfigured = "its name is none of the configured environments'"

// byAnything reports whether a directory's name reads as an environment's only by a glob that takes in any name: that
// says what a pattern's {env} may be, and nothing of a directory elsewhere.
func (n namer) byAnything(directory string) bool {
	return !slices.ContainsFunc(n.configured, func(e config.Environment) bool {
		return e.Name == directory || slices.ContainsFunc(e.Match, func(glob string) bool {
			ok, _ := doublestar.Match(glob, directory)
			return ok && strings.ContainsFunc(glob, unicode.IsLetter)
		})
	})
}

// glued says that an environment's name is a part of a word: idfprod, prodeu.
func (n namer) glued(called string) string {
	words := n.words()
	for _, word := range spelling.Words(called) {
		lower := strings.ToLower(word)
		if slices.Contains(words, lower) || deniesProduction(lower) {
			continue
		}
		letters, _ := spelling.Apart(lower)
		letters = strings.TrimRight(letters, "0123456789")
		if slices.ContainsFunc(words, func(environment string) bool {
			return strings.HasSuffix(letters, environment) && (letters == environment || len(environment) > 2 && !slices.Contains(endings, environment))
		}) && letters != "int" {
			return fmt.Sprintf("%q may be an environment's name in one word with something else", word)
		}
	}
	return ""
}

// endings are environments' words that many others end in: latest, workload, backstage.
var endings = []string{"test", "testing", "int", "integration", "load", "live", "stage", "perf", "performance"}

// words are those that environments are called by, in lower case: as they are configured, and the usual ones.
func (n namer) words() []string {
	var words []string
	for _, environment := range n.configured {
		words = append(words, strings.ToLower(environment.Name))
	}
	for _, environment := range spelling.Environments {
		words = append(words, environment.Spellings...)
	}
	return words
}

// saysProduction reports whether a directory's or file's own name has a word for production in it.
func (n namer) saysProduction(at string) bool {
	var called []string
	for _, environment := range n.path(nil) {
		if environment.Production {
			called = append(called, strings.ToLower(environment.Name))
		}
	}
	return spelling.SaysProduction(path.Base(at), func(word string) bool { return slices.Contains(called, word) })
}

// nameOf is what a step is called: as it is configured, else as the repo spells it, else as usual.
func (n namer) nameOf(step int, spelt map[int]string) string {
	if n.configured != nil {
		return n.configured[step].Name
	}
	return cmp.Or(spelt[step], spelling.Environments[step].Name)
}
