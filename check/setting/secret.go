package setting

import (
	"regexp"
	"strings"
)

var (
	// secretName is what something is called that is not to be shown.
	secretName = regexp.MustCompile(`(?i)pass(word|wd|phrase)|passwd|\bpwd\b|_pwd\b|secret|token|credential|bearer|cookie|salt|\bdsn\b|_dsn\b|` +
		`connection[-_.]?string|(api|private|access|encryption|signing|license|auth|master|shared|session)[-_.]?key|[-_.]key$|^key$`)
	// secretText is what a text looks like that has something in it which is not to be shown, whatever it is called.
	secretText = regexp.MustCompile(`://[^/\s@]+@|-----BEGIN|(?i:\b(bearer|basic)\s+\S{8})|\beyJ[\w-]{10,}\.|\b(gh[pousr]_|github_pat_|glpat-|xox[abprs]-|AKIA|sk_live_)\w`)
	// assigned is something that a text gives a value.
	assigned = regexp.MustCompile(`([\w.-]+)["']?\s*[=:]\s*["']?[^\s"']`)
)

// IsSecret reports whether the text of something that is called so is not to be shown, by how either looks.
func IsSecret(name, text string) bool {
	if secretName.MatchString(name) || secretText.MatchString(text) {
		return true
	}
	for _, found := range assigned.FindAllStringSubmatch(text, -1) {
		if secretName.MatchString(found[1]) {
			return true
		}
	}
	return false
}

// shortest is how short a text may be for it to be found within longer ones. Anything shorter is in many of them by chance.
const shortest = 5

// IsPartOf reports whether a text is one of the values of Secrets, or has one in it, or is a part of one.
func IsPartOf(text string, values []string) bool {
	for _, value := range values {
		switch {
		case value == "" || text == "":
		case text == value,
			len(value) >= shortest && strings.Contains(text, value),
			len(text) >= shortest && strings.Contains(value, text):
			return true
		}
	}
	return false
}
