package report

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

const (
	excerptWidth = 100 // cells of a line that are shown
	tabWidth     = 4
	ellipsis     = "..."
)

// excerpt is a line of a file as a terminal shows it.
type excerpt struct {
	text  string
	start int // cells before the mark
	width int // cells under the mark; 0 where there is none
}

// excerptOf returns a line of source, escaped and cut to what fits around the column, with the scalar
// that starts there marked. Lines and columns count from 1, columns in characters. It reports
// false for a line that source does not have.
func excerptOf(source []byte, line, column int) (excerpt, bool) {
	text, ok := lineOf(source, line)
	if !ok {
		return excerpt{}, false
	}
	before, scalar, after := split(text, column)

	// What follows the column is worth more than what comes before it.
	right, _ := head(text[len(before):], excerptWidth)
	budget := excerptWidth - min(displaywidth.String(right), excerptWidth*2/3)
	left, leftWhole := tail(before, budget)
	budget = excerptWidth - displaywidth.String(left)
	mark, markWhole := head(scalar, budget)
	rest := ""
	rightWhole := markWhole
	if markWhole {
		rest, rightWhole = head(after, budget-displaywidth.String(mark))
	}

	if !leftWhole {
		left = ellipsis + left
	}
	if !rightWhole {
		rest += ellipsis
	}
	return excerpt{
		text:  strings.TrimRight(left+mark+rest, " "),
		start: displaywidth.String(left),
		width: displaywidth.String(mark),
	}, true
}

// Excerpt is a line of a file with a mark below the column, as an error shows it; empty where there is no such line. Lines and
// columns count from 1.
func Excerpt(text string, line, column int) string {
	x, ok := excerptOf([]byte(text), 1, column)
	if !ok {
		return ""
	}
	gutter := max(3, len(fmt.Sprint(line)))
	shown := fmt.Sprintf("%*s |\n%*d | %s\n", gutter, "", gutter, line, x.text)
	if x.width > 0 {
		shown += fmt.Sprintf("%*s | %s^\n", gutter, "", strings.Repeat(" ", x.start))
	}
	return shown
}

// lineOf returns the nth line without its end.
func lineOf(source []byte, n int) ([]byte, bool) {
	if n < 1 {
		return nil, false
	}
	source = bytes.TrimPrefix(source, []byte("\ufeff"))
	for ; n > 1; n-- {
		end := bytes.IndexByte(source, '\n')
		if end < 0 {
			return nil, false
		}
		source = source[end+1:]
	}
	if len(source) == 0 {
		return nil, false
	}
	line, _, _ := bytes.Cut(source, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), true
}

// split cuts a line where the column starts and where the scalar there ends. Without such a column the
// scalar is empty.
func split(line []byte, column int) (before, scalar, after []byte) {
	if column < 1 {
		return nil, nil, line
	}
	start := 0
	for ; column > 1; column-- {
		if start == len(line) {
			return nil, nil, line
		}
		_, size := utf8.DecodeRune(line[start:])
		start += size
	}
	end := start + scalarLen(line[start:], inFlow(line[:start]))
	return line[:start], line[start:end], line[end:]
}

// inFlow reports whether a YAML line has an open flow collection at its end.
func inFlow(line []byte) bool {
	open := bytes.Count(line, []byte("{")) + bytes.Count(line, []byte("["))
	return open > bytes.Count(line, []byte("}"))+bytes.Count(line, []byte("]"))
}

// scalarLen is the length of the YAML scalar at the start of s, as far as it is on this line.
func scalarLen(s []byte, flow bool) int {
	if len(s) == 0 {
		return 0
	}
	if quote := s[0]; quote == '"' || quote == '\'' {
		for i := 1; i < len(s); i++ {
			switch {
			case s[i] == '\\' && quote == '"':
				i++
			case s[i] != quote:
			case quote == '\'' && i+1 < len(s) && s[i+1] == quote:
				i++
			default:
				return i + 1
			}
		}
		return len(bytes.TrimRight(s, " \t"))
	}
	end := len(s)
	for i, c := range s {
		last := i+1 == len(s) || s[i+1] == ' ' || s[i+1] == '\t'
		comment := c == '#' && i > 0 && (s[i-1] == ' ' || s[i-1] == '\t')
		if comment || c == ':' && last && i > 0 || flow && i > 0 && strings.IndexByte(",]}", c) >= 0 {
			end = i
			break
		}
	}
	return len(bytes.TrimRight(s[:end], " \t"))
}

// head returns as much of s, made visible, as fits from its start, and whether that is all of it.
func head(s []byte, width int) (string, bool) {
	var b strings.Builder
	for n := 0; len(s) > 0; n++ {
		r, size := utf8.DecodeRune(s)
		shown := cell(r, s[:size])
		if width -= displaywidth.String(shown); width < 0 || n == 2*excerptWidth {
			return b.String(), false
		}
		b.WriteString(shown)
		s = s[size:]
	}
	return b.String(), true
}

// tail is head from the end of s.
func tail(s []byte, width int) (string, bool) {
	var cells []string
	whole := true
	for len(s) > 0 {
		r, size := utf8.DecodeLastRune(s)
		shown := cell(r, s[len(s)-size:])
		if width -= displaywidth.String(shown); width < 0 || len(cells) == 2*excerptWidth {
			whole = false
			break
		}
		cells = append(cells, shown)
		s = s[:len(s)-size]
	}
	var b strings.Builder
	for i := len(cells) - 1; i >= 0; i-- {
		b.WriteString(cells[i])
	}
	return b.String(), whole
}

func cell(r rune, raw []byte) string {
	if r == '\t' {
		return strings.Repeat(" ", tabWidth)
	}
	return escapeRune(r, string(raw))
}
