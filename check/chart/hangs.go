package chart

import (
	"regexp"
	"slices"
	"strings"
	"text/template/parse"
)

var (
	// saysImage is in a line that says an image, or a part of one.
	saysImage = regexp.MustCompile(`(?i)image|tag`)
	// keyAlone is a line that has a key, and says what stands under it in the next.
	keyAlone = regexp.MustCompile(`^["']?([A-Za-z][\w./-]*)["']?:\s*(?:[>|][-+\d]*)?$`)
)

// asksFunctions are those whose results are others in a cluster, at another time, or each time.
var asksFunctions = []string{
	"lookup", "now", "ago", "randAlphaNum", "randAlpha", "randAscii", "randBytes", "randNumeric", "randInt", "shuffle", "uuidv4", "genPrivateKey",
	"derivePassword", "bcrypt", "encryptAES", "htpasswd", "genCA", "genCAWithKey", "genSelfSignedCert", "genSelfSignedCertWithKey", "genSignedCert",
	"genSignedCertWithKey", "getHostByName",
}

// dumps are functions that make a text of all that they are given.
var dumps = []string{"toJson", "mustToJson", "toRawJson", "mustToRawJson", "toPrettyJson", "toYaml", "mustToYaml", "toYamlPretty", "toToml", "toString", "print", "printf", "println", "quote", "squote", "cat", "values"}

// mayAsk is in every text that asks for anything.
var mayAsk = regexp.MustCompile(`Capabilities|Release|\b(?:` + strings.Join(asksFunctions, "|") + `)\b|\b(?:` + strings.Join(dumps, "|") + `)\s+[$.](?:\W|$)`)

// mostPasses is how often a template is gone through for variables that are set from others further down.
const mostPasses = 8

// settle finds the variables of a template that are set to what hangs on something that is not known, or where that decides.
func (o *opened) settle(t *opening) {
	for known, passes := -1, 0; known != len(t.variables) && passes < mostPasses; passes++ {
		known = len(t.variables)
		o.assigned(t, t.root)
	}
}

func (o *opened) assigned(t *opening, list *parse.ListNode) {
	if list == nil {
		return
	}
	take := func(pipe *parse.PipeNode) {
		if pipe != nil && len(pipe.Decl) > 0 && o.asks(t, pipe) {
			for _, variable := range pipe.Decl {
				t.variables[variable.Ident[0]] = true
			}
		}
	}
	branch := func(b *parse.BranchNode) {
		take(b.Pipe)
		o.assigned(t, b.List)
		o.assigned(t, b.ElseList)
	}
	for _, node := range list.Nodes {
		switch node := node.(type) {
		case *parse.ActionNode:
			take(node.Pipe)
		case *parse.IfNode:
			branch(&node.BranchNode)
		case *parse.WithNode:
			branch(&node.BranchNode)
		case *parse.RangeNode:
			branch(&node.BranchNode)
		}
	}
}

// isOpen reports whether what a pipeline makes hangs on what is not known.
func (w *sayer) isOpen(pipe *parse.PipeNode) bool { return w.asks(w.opening, pipe) }

// asks reports whether what a node of a template makes hangs on what is not known.
func (o *opened) asks(t *opening, node parse.Node) bool {
	either := func(nodes ...parse.Node) bool {
		return slices.ContainsFunc(nodes, func(node parse.Node) bool { return o.asks(t, node) })
	}
	switch node := node.(type) {
	case *parse.ListNode:
		return node != nil && either(node.Nodes...)
	case *parse.ActionNode:
		return either(node.Pipe)
	case *parse.IfNode:
		return either(node.Pipe, node.List, node.ElseList)
	case *parse.WithNode:
		return either(node.Pipe, node.List, node.ElseList)
	case *parse.RangeNode:
		return either(node.Pipe, node.List, node.ElseList)
	case *parse.TemplateNode:
		return o.templateAsks(node.Name)
	case *parse.PipeNode:
		return node != nil && slices.ContainsFunc(node.Cmds, func(cmd *parse.CommandNode) bool { return o.asks(t, cmd) })
	case *parse.CommandNode:
		return o.calls(t, node) || either(node.Args...)
	case *parse.ChainNode:
		return either(node.Node)
	case *parse.FieldNode:
		return o.names(node.Ident)
	case *parse.VariableNode:
		return t.variables[node.Ident[0]] || o.names(node.Ident[1:])
	case *parse.StringNode:
		return node.Text == "Capabilities"
	}
	return false
}

// calls reports whether a command calls what has other results elsewhere, or is given all that there is.
func (o *opened) calls(t *opening, cmd *parse.CommandNode) bool {
	called := nameOf(cmd)
	switch {
	case slices.Contains(asksFunctions, called):
		return true
	case called == "include" && len(cmd.Args) > 1:
		name, isText := cmd.Args[1].(*parse.StringNode)
		return isText && o.templateAsks(name.Text)
	case slices.Contains(dumps, called):
		return slices.ContainsFunc(cmd.Args, func(arg parse.Node) bool {
			variable, isVariable := arg.(*parse.VariableNode)
			return isVariable && len(variable.Ident) == 1 && variable.Ident[0] == "$" || arg.Type() == parse.NodeDot && t.top[cmd]
		})
	}
	return false
}

// atTop notes the commands of a file that stand in no block which may have put something else in the place of the dot.
func (t *opening) atTop(list *parse.ListNode) {
	var note func(pipe *parse.PipeNode)
	note = func(pipe *parse.PipeNode) {
		for _, cmd := range pipe.Cmds {
			t.top[cmd] = true
			for _, arg := range cmd.Args {
				if inner, ok := arg.(*parse.PipeNode); ok {
					note(inner)
				}
			}
		}
	}
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch node := node.(type) {
		case *parse.ActionNode:
			note(node.Pipe)
		case *parse.IfNode:
			note(node.Pipe)
			t.atTop(node.List)
			t.atTop(node.ElseList)
		}
	}
}

// templateAsks reports whether what a template makes hangs on what is not known.
func (o *opened) templateAsks(name string) bool {
	asks, known := o.hangs[name]
	if t := o.defined[name]; !known && t != nil {
		o.hangs[name] = false // where it includes itself
		o.settle(t)
		asks = o.asks(t, t.root)
		o.hangs[name] = asks
	}
	return asks
}

// names reports whether keys lead to what is not known.
func (o *opened) names(keys []string) bool {
	if slices.Contains(keys, "Capabilities") {
		return true
	}
	if at := slices.Index(keys, "Values"); at >= 0 {
		return o.unknown.Values
	}
	at := slices.Index(keys, "Release")
	if at < 0 || at == len(keys)-1 {
		return at >= 0
	}
	switch keys[at+1] {
	case "IsUpgrade", "IsInstall", "Revision":
		return true
	case "Name", "Namespace":
		return o.unknown.Name
	}
	return false
}

// isOfFiles reports whether a command asks for files of the chart.
func isOfFiles(cmd *parse.CommandNode) bool { return strings.Contains(cmd.Args[0].String(), ".Files.") }

// nameOf is the function that a command calls; empty where it calls none.
func nameOf(cmd *parse.CommandNode) string {
	if len(cmd.Args) > 0 {
		if called, ok := cmd.Args[0].(*parse.IdentifierNode); ok {
			return called.Ident
		}
	}
	return ""
}

// valuesIn are the paths of the values that a node names.
func valuesIn(node parse.Node) []string {
	var paths []string
	for _, found := range valueNamed.FindAllStringSubmatch(node.String(), -1) {
		if found[1] != "" {
			paths = append(paths, found[1][1:])
		}
	}
	return paths
}
