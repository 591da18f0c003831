package document

import (
	"regexp"
	"slices"
	"strings"
)

// Comment is one in a document, and its line.
type Comment struct {
	Text string
	Line int
}

// told is a comment that a tool takes for more than that: ytt, kpt, Argo CD or Flux's image automation.
var told = regexp.MustCompile(`#\s*(?:@|kpt-set:|\+argocd:|\{\s*"\$).*`)

// Told are the comments in a text that tools read: they decide what stands beside them.
func Told(text string) []Comment {
	if !strings.Contains(text, "#") {
		return nil
	}
	var comments []Comment
	number := 0
	for line := range strings.Lines(text) {
		number++
		if found := told.FindString(line); found != "" {
			comments = append(comments, Comment{strings.TrimSpace(found), number})
		}
	}
	return comments
}

// ToldAlike reports whether two texts have the same of those comments, in one order.
func ToldAlike(a, b []Comment) bool {
	return slices.EqualFunc(a, b, func(a, b Comment) bool { return a.Text == b.Text })
}
