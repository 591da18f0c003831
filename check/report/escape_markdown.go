package report

import (
	"regexp"
	"strings"
)

// zeroWidth is a space that nobody sees. It keeps what stands before it from becoming a mention, a
// reference, a link or an emoji: sites look for those when Markdown's own escapes are gone.
const zeroWidth = "&#8203;"

// prose is a sentence with text from the repository in it, as Markdown that shows it and does no more.
// What it has in backticks is code.
func prose(s string) string {
	s = sentence(s)
	var b strings.Builder
	if startsBlock.MatchString(s) {
		b.WriteString(zeroWidth)
	}
	parts := strings.Split(s, "`")
	if len(parts)%2 == 0 { // one backtick has no partner
		b.WriteString(plain(s))
		return b.String()
	}
	for i, part := range parts {
		if i%2 == 0 || strings.TrimSpace(part) == "" {
			b.WriteString(plain(part))
		} else {
			b.WriteString(code(part))
		}
	}
	return b.String()
}

var (
	startsBlock = regexp.MustCompile(`^([-+]|\d+[.)])( |$)|^[- ]+$`) // a list, a rule
	emoji       = regexp.MustCompile(`^:[A-Za-z0-9_+-]+:`)
)

func plain(s string) string {
	var b strings.Builder
	for i, r := range s {
		before, from := s[:i], s[i:]
		switch r {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '$': // mathematics
			b.WriteString("<span>$</span>")
		case '\\', '`', '*', '_', '[', ']', '|':
			b.WriteString(`\` + string(r))
		case '#', '@', '!', '~', '%':
			b.WriteString(`\` + string(r) + zeroWidth)
		case ':':
			b.WriteRune(r)
			if strings.HasPrefix(from, "://") || emoji.MatchString(from) {
				b.WriteString(zeroWidth)
			}
		case '.', '-': // www.example.com, GH-123
			if endsWith(before, "www") || endsWith(before, "gh") {
				b.WriteString(zeroWidth)
			}
			b.WriteRune(r)
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
