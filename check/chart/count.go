package chart

import (
	"strconv"
	"text/template"
	"text/template/parse"
)

// Nothing stops a template from outside, and one that only goes round in circles, or calls itself, calls no
// function of ours. So calls of these are put into it: at the beginning and the end of every template, into
// every round of a range, and around every value that is printed, kept or gone through. Their names are keywords:
// no text of a chart can call them.
const (
	counterBegin = "define"
	counterEnd   = "end"
	counterOver  = "else"
	counterRound = "range"
	counterPrint = "block"
	counterKeep  = "with"
)

const (
	mostActions = 100_000 // of one file: what parses it goes as deep as they are nested
	mostDeep    = 10_000  // blocks and calls within each other: what runs them takes the more stack, the deeper they are
	stepWork    = 50      // what each step of a template costs, beside what it does
)

// counters are the functions that count.
func (s *set) counters() template.FuncMap {
	return template.FuncMap{
		counterBegin: func(steps, depth int) (string, error) {
			if s.deep += depth; s.deep > mostDeep {
				return "", s.budget.exceed()
			}
			return "", s.budget.take(stepWork * steps)
		},
		counterEnd: func(depth int) string {
			s.deep -= depth
			return ""
		},
		counterOver: func(steps int, over any) (any, error) {
			if err := s.budget.glance(over); err != nil {
				return over, err
			}
			return over, s.budget.afford(over, stepWork*steps)
		},
		counterRound: func(steps int) (string, error) { return "", s.budget.take(stepWork * steps) },
		counterPrint: func(value any) (any, error) { return value, s.budget.measure(value) },
		counterKeep:  func(value any) (any, error) { return value, s.budget.glance(value) },
	}
}

// count puts counters into a template.
func count(tree *parse.Tree) {
	steps, depth := countBelow(tree.Root)
	tree.Root.Nodes = append([]parse.Node{call(counterBegin, steps, depth)}, tree.Root.Nodes...)
	tree.Root.Nodes = append(tree.Root.Nodes, call(counterEnd, depth))
}

// countBelow puts counters into the blocks of a list, and returns how many steps one way through it takes at
// most, ranges apart, and how deep they are nested.
func countBelow(list *parse.ListNode) (steps, depth int) {
	if list == nil {
		return 1, 1
	}
	var deepest int
	block := func(b *parse.BranchNode) {
		keep := counterKeep
		if b.Type() == parse.NodeRange {
			keep = "" // its own counter comes below, when it is known what a round costs
		}
		pipeSteps, pipeDepth := countPipe(b.Pipe, keep)
		then, thenDepth := countBelow(b.List)
		otherwise, otherwiseDepth := countBelow(b.ElseList)
		if b.Type() == parse.NodeRange {
			b.Pipe.Cmds = append(b.Pipe.Cmds, command(counterOver, then))
			b.List.Nodes = append([]parse.Node{call(counterRound, then)}, b.List.Nodes...)
			then = 0
		}
		steps += pipeSteps + then + otherwise
		deepest = max(deepest, pipeDepth, thenDepth, otherwiseDepth)
	}
	for _, node := range list.Nodes {
		steps++
		switch node := node.(type) {
		case *parse.IfNode:
			block(&node.BranchNode)
		case *parse.WithNode:
			block(&node.BranchNode)
		case *parse.RangeNode:
			block(&node.BranchNode)
		case *parse.TemplateNode:
			pipeSteps, pipeDepth := countPipe(node.Pipe, "")
			steps, deepest = steps+pipeSteps, max(deepest, pipeDepth)
		case *parse.ActionNode:
			counter := counterPrint
			if len(node.Pipe.Decl) > 0 {
				counter = counterKeep
			}
			pipeSteps, pipeDepth := countPipe(node.Pipe, counter)
			steps, deepest = steps+pipeSteps, max(deepest, pipeDepth)
		}
	}
	return steps + 1, deepest + 1
}

// countPipe counts the steps and the depth of a pipeline, and puts a counter at its end, if there is one to put.
func countPipe(pipe *parse.PipeNode, counter string) (steps, depth int) {
	if pipe == nil {
		return 0, 0
	}
	for _, cmd := range pipe.Cmds {
		for _, arg := range cmd.Args {
			steps++
			if chain, ok := arg.(*parse.ChainNode); ok {
				arg = chain.Node
			}
			if inner, ok := arg.(*parse.PipeNode); ok {
				innerSteps, innerDepth := countPipe(inner, "")
				steps, depth = steps+innerSteps, max(depth, innerDepth)
			}
		}
	}
	if counter != "" {
		pipe.Cmds = append(pipe.Cmds, command(counter))
	}
	return steps, depth + 1
}

// call is the action that calls a counter.
func call(name string, numbers ...int) *parse.ActionNode {
	return &parse.ActionNode{NodeType: parse.NodeAction, Pipe: &parse.PipeNode{
		NodeType: parse.NodePipe,
		Cmds:     []*parse.CommandNode{command(name, numbers...)},
	}}
}

func command(name string, numbers ...int) *parse.CommandNode {
	cmd := &parse.CommandNode{NodeType: parse.NodeCommand, Args: []parse.Node{parse.NewIdentifier(name)}}
	for _, number := range numbers {
		cmd.Args = append(cmd.Args, &parse.NumberNode{
			NodeType: parse.NodeNumber, IsInt: true, Int64: int64(number), Text: strconv.Itoa(number),
		})
	}
	return cmd
}
