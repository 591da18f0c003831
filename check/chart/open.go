package chart

import (
	"maps"
	"slices"
	"strings"
	"text/template/parse"
)

// Source is a text that Helm runs as a template.
type Source struct {
	Path string // where it is in the repository; of a packed chart, below its path
	Text string
}

// Said is what a template says in a place that is open: nobody here can tell whether a cluster comes there, or
// what it has there.
type Said struct {
	Source
	Line    int
	Key     string   // that it stands under, where it is no line by itself
	Text    string   // of a line, or of a string in an action
	Decides bool     // it is no text that may be printed, but what decides which is
	Values  []string // the paths of the values that it takes, with dots between keys
	IsFile  bool     // Text is the name of a file of the chart
}

// Unknown is what is not known of a release, beside its cluster, the time and what is random.
type Unknown struct {
	Name   bool // what it is called, and its namespace
	Values bool // what all of its values are
}

// Open is what some templates say where that hangs on what nobody here knows: the cluster, the time, what is random, or what is
// unknown of the release.
func Open(sources []Source, unknown Unknown) []Said {
	if !unknown.Values && !slices.ContainsFunc(sources, func(s Source) bool { return mayAsk.MatchString(s.Text) }) {
		return nil
	}
	o := newOpened(sources, unknown)
	for _, t := range o.parsed {
		if o.settle(t); o.asks(t, t.root) {
			o.template(t, false)
		}
	}
	return o.said
}

// All is all that a template says, and those that are defined in it.
func All(source Source) []Said {
	o := newOpened([]Source{source}, Unknown{})
	if len(o.parsed) == 0 {
		o.raw(source)
	}
	for _, t := range o.parsed {
		o.template(t, true)
	}
	for _, name := range slices.Sorted(maps.Keys(o.defined)) {
		o.follow(name)
	}
	return o.said
}

// opened goes through templates for what they say where it is open.
type opened struct {
	unknown  Unknown
	parsed   []*opening
	defined  map[string]*opening // by name
	hangs    map[string]bool     // whether a template does, once that is known
	followed map[string]bool     // templates of which all is open
	said     []Said
}

// opening is one template.
type opening struct {
	source    Source
	root      *parse.ListNode
	variables map[string]bool
	top       map[*parse.CommandNode]bool
}

func newOpened(sources []Source, unknown Unknown) *opened {
	o := &opened{unknown: unknown, defined: map[string]*opening{}, hangs: map[string]bool{}, followed: map[string]bool{}}
	for _, source := range sources {
		if strings.Count(source.Text, "{{") > mostActions {
			continue
		}
		tree := parse.New(source.Path)
		tree.Mode = parse.SkipFuncCheck
		all := map[string]*parse.Tree{}
		if _, err := tree.Parse(source.Text, "", "", all); err != nil {
			continue // the engine tells
		}
		for name, tree := range all {
			t := &opening{source: source, root: tree.Root, variables: map[string]bool{}, top: map[*parse.CommandNode]bool{}}
			if name == source.Path { // the file's own, which gets all that there is
				t.atTop(t.root)
				o.parsed = append(o.parsed, t)
			} else {
				o.defined[name] = t
			}
		}
	}
	return o
}

// template goes through a template, and notes the variables in it that hang on what is not known.
func (o *opened) template(t *opening, open bool) {
	o.settle(t)
	w := &sayer{opened: o, opening: t}
	w.list(t.root, open)
	w.flush(open)
}

// follow goes through a template that is included where all is open.
func (o *opened) follow(name string) {
	if t := o.defined[name]; t != nil && !o.followed[name] {
		o.followed[name] = true
		o.template(t, true)
	}
}

// sayer gathers the lines of one template.
type sayer struct {
	*opened
	*opening
	line    string // so far
	actions string // that are in it
	at      parse.Pos
	pending string // the key in the line before, which has nothing beside it

	counted, lines int // how far lines are counted
}

// mostLine bounds what is put together of one line.
const mostLine = 1 << 16

func (w *sayer) list(list *parse.ListNode, open bool) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch node := node.(type) {
		case *parse.TextNode:
			w.text(node, open)
		case *parse.ActionNode:
			w.pipe(node.Pipe, open, "")
			if len(node.Pipe.Decl) == 0 {
				w.print(node, open || w.isOpen(node.Pipe))
			}
		case *parse.TemplateNode:
			if open || node.Pipe != nil && w.isOpen(node.Pipe) {
				w.follow(node.Name)
			}
		case *parse.IfNode:
			w.branch(&node.BranchNode, open)
		case *parse.WithNode:
			w.branch(&node.BranchNode, open)
		case *parse.RangeNode:
			w.branch(&node.BranchNode, open)
		}
	}
}

// branch goes into what is printed on a condition. Within a line, that goes on from what stands before.
func (w *sayer) branch(b *parse.BranchNode, open bool) {
	w.pipe(b.Pipe, open, "")
	inside := open || w.isOpen(b.Pipe)
	before := *w
	for _, list := range []*parse.ListNode{b.List, b.ElseList} {
		if list == nil {
			continue
		}
		w.line, w.actions, w.pending = before.line, before.actions, before.pending
		w.list(list, inside)
		if w.line != before.line || w.actions != before.actions {
			w.flush(inside)
		}
	}
	w.line, w.actions, w.at, w.pending = before.line, before.actions, before.at, before.pending
	if inside && saysImage.MatchString(w.line) { // it stands in the middle of a line that says one
		w.print(b.Pipe, true)
	}
}

// text takes the lines of a text. Line ends that an action trims away are line ends all the same.
func (w *sayer) text(node *parse.TextNode, open bool) {
	source, start := w.source.Text, int(node.Pos)
	if before := strings.TrimRight(source[:start], " \t\r\n"); strings.Contains(source[len(before):start], "\n") {
		w.flush(open)
	}
	end := start
	for line := range strings.Lines(string(node.Text)) {
		if strings.TrimSpace(w.line) == "" {
			w.at = parse.Pos(end + len(line) - len(strings.TrimLeft(line, " \t")))
		}
		w.line += strings.TrimRight(line, "\r\n")
		if strings.HasSuffix(line, "\n") {
			w.flush(open)
		}
		end += len(line)
	}
	rest := source[min(end, len(source)):]
	if trimmed := strings.TrimLeft(rest, " \t\r\n"); strings.Contains(rest[:len(rest)-len(trimmed)], "\n") {
		w.flush(open)
	}
}

// print puts what an action prints into the line.
func (w *sayer) print(node parse.Node, open bool) {
	if strings.TrimSpace(w.line) == "" {
		w.at = node.Position()
	}
	w.line += "{{}}"
	if open {
		w.actions += node.String()
	}
	if len(w.line)+len(w.actions) > mostLine {
		w.flush(open)
	}
}

// flush ends a line.
func (w *sayer) flush(open bool) {
	line, actions := strings.TrimSpace(w.line), w.actions
	w.line, w.actions = "", ""
	for strings.HasPrefix(line, "- ") {
		line = strings.TrimSpace(line[2:])
	}
	key := w.pending
	if line != "" {
		w.pending = ""
	}
	if line != "" && strings.ContainsAny(line[len(line)-1:], ":>|-+") {
		if found := keyAlone.FindStringSubmatch(line); found != nil {
			w.pending = found[1]
			return
		}
	}
	if strings.Contains(line, ": ") {
		key = ""
	}
	said := Said{Source: w.source, Line: w.lineOf(w.at), Key: key, Text: line}
	switch {
	case line == "" || strings.HasPrefix(line, "#"):
	case actions != "" && (saysImage.MatchString(line) || saysImage.MatchString(key)):
		said.Text, said.Decides = strings.ReplaceAll(line, "{{}}", "")+" "+actions, true
		w.said = append(w.said, said)
	case open && !strings.Contains(line, "{{}}"):
		w.said = append(w.said, said)
	}
}

// lineOf counts on from the place that was asked for before.
func (w *sayer) lineOf(at parse.Pos) int {
	to := min(int(at), len(w.source.Text))
	if to < w.counted {
		w.counted, w.lines = 0, 0
	}
	w.lines += strings.Count(w.source.Text[w.counted:to], "\n")
	w.counted = to
	return 1 + w.lines
}

// pipe takes the strings and values of a pipeline, if that is open, and all that is included by it.
func (w *sayer) pipe(pipe *parse.PipeNode, open bool, key string) {
	if pipe == nil {
		return
	}
	open = open || w.isOpen(pipe)
	for _, variable := range pipe.Decl {
		key = strings.TrimPrefix(variable.String(), "$")
	}
	for _, cmd := range pipe.Cmds {
		w.command(cmd, open, key)
	}
}

func (w *sayer) command(cmd *parse.CommandNode, open bool, key string) {
	called := nameOf(cmd)
	if called == "lookup" {
		w.said = append(w.said, Said{Source: w.source, Line: w.lineOf(cmd.Pos), Text: cmd.String(), Decides: true, Values: valuesIn(cmd)})
	}
	under := key
	for i, arg := range cmd.Args {
		if chain, ok := arg.(*parse.ChainNode); ok {
			arg = chain.Node
		}
		switch arg := arg.(type) {
		case *parse.PipeNode:
			w.pipe(arg, open, under)
			under = key
		case *parse.StringNode:
			isName := i == 1 && (called == "include" || called == "required" || called == "fail" || called == "default" || called == "lookup")
			if open && called == "include" && i == 1 {
				w.follow(arg.Text)
			}
			if open && !isName {
				w.said = append(w.said, Said{Source: w.source, Line: w.lineOf(arg.Pos), Key: under, Text: arg.Text, IsFile: isOfFiles(cmd)})
			}
			under = key
			if called == "dict" || called == "set" {
				under = arg.Text // of what comes next
			}
		case *parse.FieldNode, *parse.VariableNode:
			if values := valuesIn(arg); open && len(values) > 0 {
				w.said = append(w.said, Said{Source: w.source, Line: w.lineOf(arg.Position()), Values: values})
			}
			under = key
		}
	}
}

// raw takes all lines of what is no template that can be parsed.
func (o *opened) raw(source Source) {
	w := &sayer{opened: o, opening: &opening{source: source}}
	w.text(&parse.TextNode{Text: []byte(source.Text)}, true)
	w.flush(true)
}
