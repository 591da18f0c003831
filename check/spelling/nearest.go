package spelling

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/agnivade/levenshtein"
)

// Nearest is the known name that a misspelt one most likely stands for. It is empty where none is alike: where
// more than half of the name would have to be written otherwise.
func Nearest(name string, known []string) string {
	if len(known) == 0 {
		return ""
	}
	distance := func(s string) int { return levenshtein.ComputeDistance(name, s) }
	best := slices.MinFunc(known, func(a, b string) int {
		return cmp.Or(cmp.Compare(distance(a), distance(b)), cmp.Compare(a, b))
	})
	if distance(best) > len(name)/2 {
		return ""
	}
	return best
}

// Suggest is what to say behind the mention of a misspelt name: the known name that was probably meant. It is empty
// where none is alike.
func Suggest(name string, known []string) string {
	if nearest := Nearest(name, known); nearest != "" {
		return fmt.Sprintf(" (did you mean %q?)", nearest)
	}
	return ""
}
