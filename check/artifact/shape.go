package artifact

import (
	"cmp"
	"regexp"
	"strings"
)

// Many tags are no semantic versions, and have an order all the same: main-20261103-abc1234, build-912,
// 1.2.3-20261103. Two tags of one shape differ in their numbers alone, and in commits, which have no order.

// piece is a run of letters or digits of a tag, or what stands between them.
type piece struct {
	kind pieceKind
	text string
}

type pieceKind int

const (
	between   pieceKind = iota // of one shape only where it is the same
	number                     // which counts upwards
	commit                     // abbreviated, or whole
	ambiguous                  // digits that may be a number as well as a commit
	request                    // a number that counts no builds
)

var (
	pieces = regexp.MustCompile(`[0-9]+|[A-Za-z]+|[^0-9A-Za-z]+`)
	// hexes are runs that a commit's name can be: at least as long as Git abbreviates it.
	hexes = regexp.MustCompile(`^g?[0-9a-f]{7,64}$`)
	runs  = regexp.MustCompile(`[0-9A-Za-z]+`)
	// dates are days, with or without the time of day, and epochs: seconds or milliseconds of this half of the century.
	dates  = regexp.MustCompile(`^20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{0,12}$`)
	epochs = regexp.MustCompile(`^1[0-9]{9}(?:[0-9]{3})?$`)
	counts = regexp.MustCompile(`(?i)(?:^|[^a-z])(?:b|build|ci|job|pipeline|r|run)[^0-9A-Za-z]*$`)
	// requests number what is asked for, in no order of what is built.
	requests = regexp.MustCompile(`(?i)(?:^|[^a-z])(?:pr|mr|pull|merge|issue)[^0-9A-Za-z]*$`)
)

// shortOfACommit is from how many digits on a number may as well be a commit.
const shortOfACommit = 7

// shapeOf takes a tag apart.
func shapeOf(tag string) []piece {
	var shape []piece
	end := 0
	for _, run := range runs.FindAllStringIndex(tag, -1) {
		shape = append(shape, piece{between, tag[end:run[0]]})
		end = run[1]
		text := tag[run[0]:run[1]]
		if strings.ContainsAny(text, "0123456789") && strings.ContainsAny(text, "abcdef") && hexes.MatchString(text) {
			shape = append(shape, piece{commit, text})
			continue
		}
		for _, at := range pieces.FindAllStringIndex(text, -1) {
			one := text[at[0]:at[1]]
			shape = append(shape, piece{kindOf(tag[:run[0]+at[0]], one), one})
		}
	}
	return append(shape, piece{between, tag[end:]})
}

// kindOf tells what a run of letters or digits is, by what stands before it.
func kindOf(before, text string) pieceKind {
	switch {
	case text[0] < '0' || text[0] > '9':
		return between
	case requests.MatchString(before):
		return request
	case len(text) < shortOfACommit, dates.MatchString(text), epochs.MatchString(text), counts.MatchString(before):
		return number
	}
	return ambiguous
}

// byShape compares two tags of one shape by the first number in which they differ; false where there is none, or where
// that one may be no number.
func byShape(a, b string) (int, bool) {
	x, y := shapeOf(a), shapeOf(b)
	if len(x) != len(y) {
		return 0, false
	}
	order, known := 0, false
	for i := range x {
		switch {
		case x[i].text == y[i].text || isCommit(x[i]) && isCommit(y[i]) && (x[i].kind == commit || y[i].kind == commit):
		case areNumbers(x[i], y[i]):
			if !known {
				order, known = compareDigits(x[i].text, y[i].text), true
			}
		case x[i].kind == between || y[i].kind == between || !known:
			return 0, false // of another shape, or undecided before anything is known
		}
	}
	if order == 0 || dayFirst(x) {
		return 0, false
	}
	return order, true
}

// areNumbers reports whether two pieces count upwards. Of those that may be commits that is as good as certain where
// they begin alike.
func areNumbers(a, b piece) bool {
	const alike = 3
	isAlike := len(a.text) == len(b.text) && len(a.text) > alike && a.text[:alike] == b.text[:alike]
	counts := func(p piece) bool { return p.kind == number || p.kind == ambiguous && isAlike }
	return counts(a) && counts(b)
}

// isCommit reports whether a piece may be a commit.
func isCommit(p piece) bool { return p.kind == commit || p.kind == ambiguous }

// compareDigits compares numbers of any length.
func compareDigits(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

// dayFirst reports whether a tag writes a date with its day before its year: then its numbers are in no order.
func dayFirst(shape []piece) bool {
	var numbers []string
	for _, p := range shape {
		if p.kind == number {
			numbers = append(numbers, p.text)
		}
	}
	for i := 2; i < len(numbers); i++ {
		if len(numbers[i]) == 4 && strings.HasPrefix(numbers[i], "20") && len(numbers[i-1]) == 2 && len(numbers[i-2]) == 2 {
			return true
		}
	}
	return false
}
