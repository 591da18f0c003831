package spelling

import (
	"slices"
	"strings"
)

// Words are the words of a directory's or a file's name.
func Words(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' || r == '.' })
}

// Negates reports whether a word turns round what the next one says: non-prod is not production.
func Negates(word string) bool {
	return slices.Contains([]string{"non", "not", "no"}, strings.ToLower(word))
}

// TurnsRound reports whether a word takes back that the next one is production: pre-prod is as little as non-prod.
func TurnsRound(word string) bool { return Negates(word) || strings.EqualFold(word, "pre") }

// SaysProduction reports whether a name has a word for production in it, as usual or by what production is called, and
// the word before it does not turn that round. It is asked about words in lower case.
func SaysProduction(name string, isCalled func(word string) bool) bool {
	words := Words(name)
	for i, word := range words {
		word, _ = Apart(word) // prod2
		if (Step(word) == Production || isCalled(strings.ToLower(word))) && (i == 0 || !TurnsRound(words[i-1])) {
			return true
		}
	}
	return false
}
