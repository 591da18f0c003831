package chart

import (
	"math"
	"reflect"
	"regexp/syntax"
	"strings"
)

// shallow are the functions that do not go through all that is in what they are given.
var shallow = names(
	"all", "any", "append", "chunk", "coalesce", "compact", "concat", "default", "dict", "dig", "empty", "first",
	"get", "hasKey", "initial", "keys", "kindIs", "kindOf", "last", "list", "mustAppend", "mustChunk", "mustCompact",
	"mustFirst", "mustInitial", "mustLast", "mustPrepend", "mustPush", "mustRest", "mustReverse", "mustSlice", "omit",
	"pick", "pluck", "prepend", "push", "required", "rest", "reverse", "set", "slice", "ternary", "tuple", "typeIs",
	"typeIsLike", "typeOf", "unset", "values",
)

func names(list ...string) map[string]bool {
	all := map[string]bool{}
	for _, name := range list {
		all[name] = true
	}
	return all
}

// arguments are what a function is given.
type arguments []any

func (a arguments) text(i int) string { text, _ := a[i].(string); return text }
func (a arguments) number(i int) int  { number, _ := a[i].(int); return number }
func (a arguments) length(i int) int {
	switch value := reflect.ValueOf(a[i]); value.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map, reflect.String:
		return value.Len()
	default:
		return 1
	}
}

// costs are what functions do beyond going once through what they are given: those that repeat it, that make a
// list out of a number, or that compare all with all. A cost is known before the work is done.
var costs = map[string]func(arguments) int{
	"repeat":    func(a arguments) int { return times(a.number(0), len(a.text(1))) },
	"until":     func(a arguments) int { return times(a.number(0), bytesOfNumber) },
	"untilStep": func(a arguments) int { return steps(a.number(0), a.number(1), a.number(2)) },
	"seq":       sequence,
	"indent":    indentation,
	"nindent":   indentation,
	"wrapWith":  func(a arguments) int { return times(len(a.text(2)), 1+len(a.text(1))) },
	"replace":   func(a arguments) int { return times(1+strings.Count(a.text(2), a.text(0)), len(a.text(1))) },
	"join":      func(a arguments) int { return times(a.length(1), len(a.text(0))) },
	"printf":    format,
	"split":     pieces(0, 1),
	"splitList": pieces(0, 1),
	"splitn":    pieces(0, 2),
	"uniq":      allWithAll,
	"mustUniq":  allWithAll,
	"without":   allWithAll,

	"mustWithout": allWithAll,
	"sortAlpha":   func(a arguments) int { return times(a.length(0), bytesOfNumber) },

	"fromYaml": reading, "fromYamlArray": reading, "fromToml": reading,
	"fromJson": reading, "fromJsonArray": reading, "mustFromJson": reading,

	"regexMatch": matching, "mustRegexMatch": matching,
	"regexFind": matching, "mustRegexFind": matching,
	"regexFindAll": matching, "mustRegexFindAll": matching,
	"regexSplit": matching, "mustRegexSplit": matching,
	"regexReplaceAll": replacing, "mustRegexReplaceAll": replacing,
	"regexReplaceAllLiteral": replacing, "mustRegexReplaceAllLiteral": replacing,
}

const (
	bytesOfNumber = 16      // of a number in a list
	bytesOfPiece  = 64      // of a text in a list or a map, beside the text
	mostNumber    = 1 << 40 // above which numbers of steps are not added up
	mostWidth     = 1 << 20 // that Go pads a value to
)

// times multiplies, and is far too much where that is no number any more.
func times(a, b int) int {
	if a <= 0 || b <= 0 {
		return 0
	}
	if a > math.MaxInt/b {
		return math.MaxInt
	}
	return a * b
}

// steps is what a list of numbers costs. Near the largest number, adding a step leads round to the smallest one,
// and so on for ever.
func steps(begin, end, step int) int {
	if step == 0 {
		return 0
	}
	for _, number := range []int{begin, end, step} {
		if number > mostNumber || number < -mostNumber {
			return math.MaxInt
		}
	}
	return times(1+(end-begin)/step, bytesOfNumber)
}

// sequence is what seq costs, at most: the numbers from each of those that it is given to nought.
func sequence(a arguments) int {
	cost := 0
	for i := range a {
		number := min(max(a.number(i), -mostNumber), mostNumber)
		cost += times(max(number, -number), 2*bytesOfNumber)
	}
	return cost
}

func indentation(a arguments) int {
	return times(a.number(0), 1+strings.Count(a.text(1), "\n"))
}

// format is what printf costs: each verb may print all of its arguments, as wide as the format says.
func format(a arguments) int {
	verbs, widths, number := 0, 0, 0
	for _, c := range a.text(0) {
		switch {
		case c == '%':
			verbs++
		case c == '*':
			widths += mostWidth
		case c >= '0' && c <= '9':
			number = min(number*10+int(c-'0'), mostWidth)
			continue
		}
		widths, number = widths+number, 0
	}
	texts := 0
	for i := range a[1:] {
		texts += a.length(i + 1)
	}
	return widths + times(verbs, texts)
}

func pieces(separator, text int) func(arguments) int {
	return func(a arguments) int {
		return times(1+strings.Count(a.text(text), a.text(separator)), bytesOfPiece)
	}
}

func allWithAll(a arguments) int {
	return times(bytesOfNumber*a.length(0), a.length(len(a)-1)+a.length(0))
}

func reading(a arguments) int { return times(10, len(a.text(0))) }

// matching is what a regular expression costs: each of its instructions, for each character.
func matching(a arguments) int {
	parsed, err := syntax.Parse(a.text(0), syntax.Perl)
	if err != nil {
		return 0
	}
	return times(instructions(parsed), bytesOfNumber+len(a.text(1)))
}

func replacing(a arguments) int {
	return matching(a) + times(1+len(a.text(1)), 1+len(a.text(2)))
}

// instructions counts those of a regular expression, which a repetition multiplies.
func instructions(expression *syntax.Regexp) int {
	count := 1 + len(expression.Rune)
	for _, sub := range expression.Sub {
		count += instructions(sub)
	}
	if expression.Op == syntax.OpRepeat {
		count = times(count, max(expression.Min, expression.Max, 1))
	}
	return count
}
