package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/account"
	"github.com/promocheck/promocheck/check/finding"
)

// unreadRule is the rule that speaks of files that nothing reads.
const unreadRule = "unread-change"

// unread lists the changed files that nothing reads and that no finding tells of, because the rule is off or limited.
func (r *Report) unread() []string {
	if slices.ContainsFunc(r.Findings, func(f finding.Finding) bool { return f.Rule == unreadRule }) {
		return nil
	}
	var paths []string
	for _, file := range r.Event.Files {
		if file.Fate == string(account.Unread) {
			paths = append(paths, file.Path)
		}
	}
	return paths
}

// quiet says what is known of a change in which no rule looked at anything. That nothing is promoted is only known if
// every changed file was accounted for.
func (r *Report) quiet() string {
	if len(r.unread()) == 0 {
		return "No promotion: nothing that an environment deploys changes."
	}
	return "Nothing that an environment is known to deploy changes."
}

// unreadInWords names the first few files that nothing reads.
func unreadInWords(paths []string) string {
	const examples = 3
	names := make([]string, 0, examples)
	for _, path := range paths[:min(len(paths), examples)] {
		names = append(names, name(path))
	}
	list := strings.Join(names, ", ")
	if len(paths) > examples {
		list += ", ..."
	}
	return fmt.Sprintf("nothing reads %s, and what they decide is not known: %s", Count(len(paths), "changed file"), list)
}
