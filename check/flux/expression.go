package flux

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fluxcd/pkg/envsubst/parse"
	"github.com/fluxcd/pkg/envsubst/path"
)

// What is hostile is bounded: by how much of a text is made of expressions, and by how much is made from it.
const (
	mostExpressions = 20_000
	mostCopied      = 1 << 30 // an escape costs a copy of all that comes after it
	mostCompared    = 1 << 27
	mostMade        = 4 << 20
)

var errTooMuch = errors.New("its variables make more of it than promocheck reads")

// parsed is the tree of a text with expressions in it, by the parser that Flux has.
func parsed(text string) (root parse.Node, err error) {
	escapes := strings.Count(text, "$$") + strings.Count(text, `\`)
	if strings.Count(text, "${") > mostExpressions || escapes*len(text) > mostCopied {
		return nil, errTooMuch
	}
	defer func() {
		if cause := recover(); cause != nil {
			root, err = nil, fmt.Errorf("%v", cause)
		}
	}()
	tree, err := parse.Parse(text)
	if err != nil {
		return nil, err
	}
	return tree.Root, nil
}

// evaluation works expressions out with the values of variables. The functions are those of Flux; of its library only
// the parser serves, since what is made of a value that is not known has to stay visible, and what is made at all
// bounded.
type evaluation struct {
	*Variables
	left    int
	unknown map[string]bool // the variables that were asked for and have no value that is known
}

// text works out a node. Whatever depends on a variable that is not known stays a placeholder; then it reports false.
func (e *evaluation) text(node parse.Node) (text string, known bool, err error) {
	known = true
	var b strings.Builder
	for node != nil {
		var rest parse.Node
		if list, ok := node.(*parse.ListNode); ok {
			if node, rest = list.Nodes[0], list.Nodes[len(list.Nodes)-1]; len(list.Nodes) < 2 {
				rest = nil
			}
		}
		switch n := node.(type) {
		case *parse.TextNode:
			b.WriteString(n.Value)
		case *parse.FuncNode:
			made, isKnown, err := e.function(n)
			if err != nil {
				return "", false, err
			}
			known = known && isKnown
			b.WriteString(made)
		}
		if b.Len() > e.left {
			return "", false, errTooMuch
		}
		node = rest
	}
	e.left -= b.Len()
	return b.String(), known, nil
}

// function works out one expression.
func (e *evaluation) function(n *parse.FuncNode) (text string, known bool, err error) {
	value, known := e.value(n.Param)
	if !known {
		e.unknown[n.Param] = true
		return "${" + n.Param + "}", false, nil
	}
	apply, ok := functions[n.Name]
	if !ok && (value != "" || len(n.Args) == 0) {
		return value, true, nil // all others are for where there is no value
	}
	var args []string
	for _, arg := range n.Args {
		made, isKnown, err := e.text(arg)
		if err != nil {
			return "", false, err
		}
		args, known = append(args, made), known && isKnown
	}
	if !ok || !known {
		return strings.Join(args, ""), known, nil
	}
	text, err = apply(value, args)
	return text, true, err
}

// functions are those that make something of a value; all others put something in the place of none.
var functions = map[string]func(value string, args []string) (string, error){
	",":  func(value string, _ []string) (string, error) { return first(value, unicode.ToLower), nil },
	",,": func(value string, _ []string) (string, error) { return strings.ToLower(value), nil },
	"^":  func(value string, _ []string) (string, error) { return first(value, unicode.ToUpper), nil },
	"^^": func(value string, _ []string) (string, error) { return strings.ToUpper(value), nil },
	"#":  shortestPrefix,
	"##": longestPrefix,
	"%":  func(value string, args []string) (string, error) { return fromEnd(shortestPrefix, value, args) },
	"%%": func(value string, args []string) (string, error) { return fromEnd(longestPrefix, value, args) },
	":":  func(value string, args []string) (string, error) { return part(value, args), nil },
	"/":  func(value string, args []string) (string, error) { return replaced(value, args, 1) },
	"//": func(value string, args []string) (string, error) { return replaced(value, args, -1) },
	"/#": func(value string, args []string) (string, error) {
		if len(args) == 2 && strings.HasPrefix(value, args[0]) {
			return replaced(value, args, 1)
		}
		return value, nil
	},
	"/%": func(value string, args []string) (string, error) {
		if len(args) == 2 && strings.HasSuffix(value, args[0]) {
			return strings.TrimSuffix(value, args[0]) + args[1], nil
		}
		return value, nil
	},
}

// first changes the first letter of a text.
func first(text string, change func(rune) rune) string {
	if text == "" {
		return ""
	}
	r, size := utf8.DecodeRuneInString(text)
	return string(change(r)) + text[size:]
}

// part is a part of a text, from a place on, of a length. A negative one counts from the end.
func part(text string, args []string) string {
	if len(args) == 0 {
		return text
	}
	from, err := strconv.Atoi(args[0])
	if err != nil {
		return text
	}
	if from < 0 {
		from = max(len(text)+from, 0)
	}
	end := len(text)
	if len(args) > 1 {
		length, err := strconv.Atoi(args[1])
		switch {
		case err != nil:
			return text
		case length < 0:
			end = max(len(text)+length, 0)
		case length < end-min(from, end):
			end = from + length
		}
	}
	if from >= end {
		return ""
	}
	return text[from:end]
}

// replaced has the second argument instead of the first, so many times; nothing where there is none.
func replaced(text string, args []string, times int) (string, error) {
	if len(args) == 0 {
		return text, nil
	}
	by := ""
	if len(args) > 1 {
		by = args[1]
	}
	found := strings.Count(text, args[0])
	if times >= 0 {
		found = min(found, times)
	}
	if len(text)+found*len(by) > mostMade {
		return "", errTooMuch
	}
	return strings.Replace(text, args[0], by, times), nil
}

// shortestPrefix and longestPrefix take away what a glob matches at the start of a text; without one it is the length
// that is asked for.
func shortestPrefix(text string, args []string) (string, error) {
	if len(args) == 0 {
		return strconv.Itoa(len(text)), nil
	}
	return trimmed(text, args[0], false)
}

func longestPrefix(text string, args []string) (string, error) {
	if len(args) == 0 {
		return text, nil
	}
	return trimmed(text, args[0], true)
}

func trimmed(text, glob string, longest bool) (string, error) {
	if len(text)*len(text)*(len(glob)+1) > mostCompared {
		return "", errTooMuch
	}
	end := 0
	for i := len(text); i > 0; i-- {
		// As Flux has it, a glob that is none takes nothing away.
		if matches, err := path.Match(glob, text[:i]); err == nil && matches {
			if end = i; longest {
				break
			}
		}
	}
	return text[end:], nil
}

// fromEnd takes away from the end what is taken away from the start.
func fromEnd(take func(string, []string) (string, error), text string, args []string) (string, error) {
	if len(args) == 0 {
		return text, nil
	}
	taken, err := take(backward(text), []string{backward(args[0])})
	return backward(taken), err
}

func backward(text string) string {
	runes := []rune(text)
	for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
		runes[i], runes[j] = runes[j], runes[i]
	}
	return string(runes)
}
