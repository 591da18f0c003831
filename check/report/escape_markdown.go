package report

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// zeroWidth is a space that nobody sees. It keeps what stands before it from becoming a mention, a
// reference, a link or an emoji: those are looked for after Markdown's own escapes are gone.
const zeroWidth = "&#8203;"

// prose is a sentence with text from the repository in it, as Markdown that shows it and does no more.
func prose(s string) string {
	s = clip(Fold(s), maxMessage)
	var b strings.Builder
	for i, r := range s {
		rest := s[i+utf8.RuneLen(r):]
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '$':
			b.WriteString("<span>$</span>")
		case strings.ContainsRune("\\`*_{}[]()|^=\"'", r):
			b.WriteString(`\` + string(r))
		case r == '#' || r == '@' || r == '!' || r == '~' || r == '%':
			b.WriteString(`\` + string(r) + zeroWidth)
		case r == ':' && rest != "" && rest[0] != ' ':
			b.WriteString(":" + zeroWidth)
		case r == '.' && endsWith(s[:i], "www"), r == '-' && endsWith(s[:i], "gh"):
			b.WriteString(zeroWidth + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func endsWith(s, suffix string) bool {
	return len(s) >= len(suffix) && strings.EqualFold(s[len(s)-len(suffix):], suffix)
}

// code is a name from the repository as a code span. The two characters that would end it, or the
// cell that it stands in, are written as Escape writes others.
func code(s string) string {
	return "`" + codeEscapes.Replace(s) + "`"
}

var codeEscapes = strings.NewReplacer("`", `\x60`, "|", `\x7c`)

// label is a text in quotes in a Mermaid diagram: all but letters, digits and a few signs are written
// as numbers, so that none of it is syntax, Markdown or HTML.
func label(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == ' ':
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}
