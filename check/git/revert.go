package git

import (
	"regexp"
	"slices"
	"strings"
)

// Revert is what a commit's message says that the commit takes back, in the forms that Git and the hosts of
// repositories write. A name of a commit tells most, a title least.
type Revert struct {
	Commits  []string // names, whole or abbreviated
	Requests []string // numbers of pull requests or merge requests
	Titles   []string // first lines of messages, or titles of requests
	Gone     bool     // the repository has none of the named commits, as where they were squashed: a title tells then
}

// Any reports whether the message says that anything is taken back.
func (r Revert) Any() bool { return len(r.Commits)+len(r.Requests)+len(r.Titles) > 0 }

// Of reports whether what is taken back is what a commit brought to a branch: itself, which comes first, or one that it
// merged. What names a commit is not about another one, whatever their titles are; and what names a request is about
// none that another request brought.
func (r Revert) Of(brought []LogEntry) bool {
	anyOf := func(is func(LogEntry) bool) bool { return slices.ContainsFunc(brought, is) }
	if len(r.Commits) > 0 && !r.Gone {
		return anyOf(func(c LogEntry) bool {
			return slices.ContainsFunc(r.Commits, func(name string) bool { return strings.HasPrefix(string(c.OID), name) })
		})
	}
	if anyOf(func(c LogEntry) bool { return common(r.Requests, c.Called.Requests) }) {
		return true
	}
	byAnother := len(brought) > 0 && len(r.Requests) > 0 && len(brought[0].Called.Requests) > 0
	return !byAnother && anyOf(func(c LogEntry) bool { return r.isCalled(c.Called.Titles) })
}

// leastCut is how long what is left of a title has to be that a host has cut: it puts an ellipsis in place of the rest.
const leastCut = 40

// isCalled reports whether one of some titles is what is taken back: whole, or as far as a host has left it.
func (r Revert) isCalled(titles []string) bool {
	return common(r.Titles, titles) || slices.ContainsFunc(r.Titles, func(title string) bool {
		left, isCut := strings.CutSuffix(title, "\u2026")
		return isCut && len(left) >= leastCut && slices.ContainsFunc(titles, func(whole string) bool { return strings.HasPrefix(whole, left) })
	})
}

func common(some, others []string) bool {
	return slices.ContainsFunc(some, func(text string) bool { return slices.Contains(others, text) })
}

// Called is what a revert may call a commit by, beside its name.
type Called struct {
	Requests []string // numbers of the requests that the message says it merges
	Titles   []string
}

// mostNamed bounds how much a message may say that it takes back.
const mostNamed = 100

var (
	reverted = regexp.MustCompile(`(?m)^[ \t]*This reverts commits? ([0-9a-f]{7,64})\b`)
	// By GitHub, GitLab and Bitbucket: with or without what project the number is of.
	revertedRequest = regexp.MustCompile(`(?m)^[ \t]*(?:This reverts|Reverts) (?:merge request |pull request )?[\w./-]*[#!](\d{1,18})\b`)
	revertingTitle  = regexp.MustCompile(`^(?i:revert)(?::|\s)\s*(\S.*)$`)
	reapplyingTitle = regexp.MustCompile(`^Reapply "(.+)"$`)

	// What hosts add to a title when they merge or squash: (#7), (!7), (pull request #7).
	numbered = regexp.MustCompile(`^(.*\S)\s+\((?:pull request )?[#!](\d{1,18})\)$`)
	// The subjects of merge commits, and what GitLab says below.
	mergedRequest = regexp.MustCompile(`^(?:Merge pull request|Merged PR|Pull request) #?(\d{1,18})\b`)
	seeRequest    = regexp.MustCompile(`(?m)^See merge request [\w./-]*!(\d{1,18})$`)
	// Some hosts put the request's title behind its number.
	titledRequest = regexp.MustCompile(`^(?:Merged PR|Pull request) #?\d{1,18}: (.*\S)$`)
)

// revertOf reads what a message says is taken back. A host may merge a revert under a subject of its own, with the
// title below.
func revertOf(subject, body string, isMerge bool) Revert {
	var r Revert
	subject = title(subject)
	if strings.Contains(body, "everts ") { // else the expressions take time for nothing
		r.Commits = firstsOf(reverted, body)
		r.Requests = firstsOf(revertedRequest, body)
	}
	r.Titles = revertedTitles(subject)
	if titled := titledRequest.FindStringSubmatch(subject); titled != nil {
		r.Titles = append(r.Titles, revertedTitles(titled[1])...)
	}
	if isMerge {
		r.Titles = append(r.Titles, revertedTitles(firstLine(body))...)
	}
	return r
}

func firstsOf(expression *regexp.Regexp, text string) []string {
	var all []string
	for _, found := range expression.FindAllStringSubmatch(text, mostNamed) {
		all = append(all, found[1])
	}
	return all
}

// revertedTitles are what the title of a revert may say is taken back: it may have a number of its own behind it.
func revertedTitles(of string) []string {
	var titles []string
	for _, reverting := range withoutNumbers(of) {
		if again := reapplyingTitle.FindStringSubmatch(reverting); again != nil {
			titles = append(titles, `Revert "`+again[1]+`"`)
		}
		found := revertingTitle.FindStringSubmatch(reverting)
		if found == nil {
			continue
		}
		of := found[1]
		for _, quote := range []string{`"`, `'`} {
			if len(of) > 2 && strings.HasPrefix(of, quote) && strings.HasSuffix(of, quote) {
				of = of[1 : len(of)-1]
				break
			}
		}
		titles = append(titles, of)
	}
	return titles
}

// withoutNumbers are a title as it is, and without the numbers that hosts put behind it: one when a request is merged,
// and another when what reverts it is.
func withoutNumbers(title string) []string {
	titles := []string{title}
	for range 2 {
		found := numbered.FindStringSubmatch(titles[len(titles)-1])
		if found == nil {
			break
		}
		titles = append(titles, found[1])
	}
	return titles
}

// title is a line as a title, or nothing where it is longer than any.
func title(line string) string {
	const longest = 1000
	if line = strings.Trim(line, blanks); len(line) <= longest {
		return line
	}
	return ""
}

// calledOf reads by what a revert may call a commit.
func calledOf(subject, body string, isMerge bool) Called {
	var c Called
	subject = title(subject)
	titles := []string{subject}
	if titled := titledRequest.FindStringSubmatch(subject); titled != nil {
		titles = append(titles, titled[1])
	}
	if isMerge {
		titles = append(titles, firstLine(body))
	}
	for _, called := range titles {
		if found := mergedRequest.FindStringSubmatch(called); found != nil {
			c.Requests = append(c.Requests, found[1])
		}
		if found := numbered.FindStringSubmatch(called); found != nil {
			c.Requests = append(c.Requests, found[2])
		}
		if called != "" {
			c.Titles = append(c.Titles, withoutNumbers(called)...)
		}
	}
	if strings.Contains(body, "See merge request ") {
		c.Requests = append(c.Requests, firstsOf(seeRequest, body)...)
	}
	return c
}

// firstLine is the title of what a merge commit merges, which most hosts write below a subject of their own.
func firstLine(body string) string {
	for line := range strings.Lines(body) {
		if strings.Trim(line, blanks) != "" {
			return title(line)
		}
	}
	return ""
}
