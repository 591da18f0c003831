package report

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Escape returns s as one line that is safe to print on a terminal: control characters, bidirectional
// controls, whatever else cannot be seen, and bytes that are no UTF-8 are written as Go writes
// them in a string (\n, \x1b, \u202e, \xff). A backslash stays as it is: the result is to be read,
// not to be parsed.
func Escape(s string) string {
	if isVisible(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		b.WriteString(escapeRune(r, s[:size]))
		s = s[size:]
	}
	return b.String()
}

// Fold escapes s like Escape, with white space around each line break replaced by a single
// space: for prose that was written over several lines.
func Fold(s string) string {
	lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' })
	folded := lines[:0]
	for _, line := range lines {
		if line = strings.Trim(line, " \t"); line != "" {
			folded = append(folded, line)
		}
	}
	return Escape(strings.Join(folded, " "))
}

func isVisible(s string) bool {
	for i, r := range s {
		if !visible(r) {
			return false
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return false
			}
		}
	}
	return true
}

// visible reports whether a terminal shows r as something of its own, and does nothing else.
func visible(r rune) bool {
	if r < utf8.RuneSelf {
		return ' ' <= r && r < 0x7f
	}
	return unicode.IsPrint(r) && !unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// escapeRune is r, decoded from raw, as Escape writes it.
func escapeRune(r rune, raw string) string {
	switch {
	case r == utf8.RuneError && len(raw) == 1:
		return fmt.Sprintf(`\x%02x`, raw[0])
	case visible(r):
		return raw
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < utf8.RuneSelf:
		return fmt.Sprintf(`\x%02x`, r)
	case r > 0xffff:
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

var serviceMessage = regexp.MustCompile(`##(\w*\[)`)

// withoutServiceMessages breaks "##[command]", "##vso[...]" and "##teamcity[...]", which CI systems that
// read the log take for commands wherever they stand. The second # is written as hash.
func withoutServiceMessages(text, hash string) string {
	return serviceMessage.ReplaceAllString(text, "#"+hash+"$1")
}

// Defuse breaks, in each line of a text, what a CI system that reads the log would take for a command of its own.
func Defuse(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(defuse(line))
	}
	return b.String()
}

// defuse breaks what a CI system that reads the log would take for a command of its own, "::command::" at
// the start of a line among them.
func defuse(line string) string {
	line = withoutServiceMessages(line, `\x23`)
	if command := strings.TrimLeft(line, " "); strings.HasPrefix(command, "::") {
		line = line[:len(line)-len(command)] + `\x3a` + command[1:]
	}
	return line
}

// clip shortens s to limit runes.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for i := range s {
		if limit == 0 {
			return s[:i] + ellipsis
		}
		limit--
	}
	return s
}
