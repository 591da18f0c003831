package overlay

import (
	"slices"

	"github.com/promocheck/promocheck/check/spelling"
)

// spellings are the ways in which a repo spells each usual step.
type spellings map[int][]string

// add notes what a directory's or file's name calls a step: all of the name but its target.
func (s spellings) add(step int, name, target string) {
	spelt := name
	if target != "" {
		for _, word := range spelling.Words(name) {
			if spelling.Step(word) == step {
				spelt = word
			}
		}
		if spelling.Step(spelt) != step {
			spelt = spelling.Environments[step].Name
		}
	}
	s[step] = append(s[step], spelt)
}

// and are the spellings of two trees.
func (s spellings) and(other spellings) spellings {
	both := spellings{}
	for _, spellings := range []spellings{s, other} {
		for step, spelt := range spellings {
			both[step] = slices.Concat(both[step], spelt)
		}
	}
	return both
}

// choose calls each step as the repo does, or by its usual name where the repo is of two minds.
func (s spellings) choose() map[int]string {
	chosen := map[int]string{}
	for step, spelt := range s {
		if distinct := slices.Compact(slices.Sorted(slices.Values(spelt))); len(distinct) == 1 {
			chosen[step] = distinct[0]
		} else {
			chosen[step] = spelling.Environments[step].Name
		}
	}
	return chosen
}
