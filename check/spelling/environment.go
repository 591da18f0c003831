// Package spelling knows the words that people use for environments, and what a misspelt name was meant to be.
package spelling

import (
	"slices"
	"strings"
)

// Environment is one that is recognised without configuration.
type Environment struct {
	Name      string
	Spellings []string // in lower case; they all mean the same environment
}

// Environments are those that are recognised without configuration, in promotion order. It is the one list of them,
// for the policies too, which get it written down in their own language.
var Environments = []Environment{
	{"sandbox", []string{"sandbox"}},
	{"dev", []string{"dev", "development"}},
	{"int", []string{"int", "integration"}},
	{"test", []string{"test", "testing"}},
	{"qa", []string{"qa"}},
	{"load", []string{"load"}},
	{"perf", []string{"perf", "performance"}},
	{"staging", []string{"staging", "stage", "stg"}},
	{"uat", []string{"uat"}},
	{"preprod", []string{"preprod", "pre-prod"}},
	{"prod", []string{"prod", "production", "prd", "live"}},
}

// Production is the step of prod among the environments.
var Production = Step("prod")

// Step finds an environment by one of its spellings: its place among the environments, -1 for a word that is none.
func Step(word string) int {
	word = strings.ToLower(word)
	return slices.IndexFunc(Environments, func(e Environment) bool { return slices.Contains(e.Spellings, word) })
}

// SameEnvironment reports whether two names are spellings of one environment.
func SameEnvironment(a, b string) bool {
	step := Step(a)
	return step >= 0 && step == Step(b)
}

// Among finds what an environment is called among known ones: as it is, or in another spelling.
func Among(known []string, name string) (called string, found bool) {
	if slices.Contains(known, name) {
		return name, true
	}
	at := slices.IndexFunc(known, func(k string) bool { return SameEnvironment(k, name) })
	if at < 0 {
		return "", false
	}
	return known[at], true
}

// regions are words that follow an environment's in one word with it: prodeu.
var regions = []string{"eu", "us", "uk", "apac", "emea", "asia", "de", "fr", "jp", "au", "br", "ca", "sg"}

// Apart takes apart a word that is an environment's with a number or a region behind it, and leaves any other as it is.
func Apart(word string) (environment, rest string) {
	letters := strings.TrimRight(word, "0123456789")
	for _, region := range append([]string{""}, regions...) {
		if len(letters) > len(region) && strings.EqualFold(letters[len(letters)-len(region):], region) {
			if environment = letters[:len(letters)-len(region)]; Step(environment) >= 0 {
				return environment, word[len(environment):]
			}
		}
	}
	return word, ""
}
