// Package mistake is the one kind of error that is written for the person who reads it: something that they
// can do something about.
package mistake

import "fmt"

// Error is a failure that a person can do something about.
type Error struct {
	Problem string // what is wrong
	Hint    string // what to do next, if there is anything to say
	Usage   bool   // what was asked for or configured cannot work, whatever else the repository holds
	Path    string // the file that is wrong; empty where it is none, or where only the caller knows which
	Line    int    // counts from 1; 0 where it is not known
	Column  int    // in characters, counts from 1; 0 where it is not known
	Excerpt string // the line itself; empty where it is not shown
	Err     error  // the cause, for callers that tell causes apart
}

// Configured is a mistake in a line of a file that says how to check.
func Configured(path string, line int, problem string) *Error {
	return &Error{Problem: problem, Usage: true, Path: path, Line: line}
}

func (e *Error) Error() string {
	switch {
	case e.Path != "" && e.Line > 0:
		return fmt.Sprintf("%s:%d: %s", e.Path, e.Line, e.Problem)
	case e.Path != "":
		return e.Path + ": " + e.Problem
	case e.Line > 0:
		return fmt.Sprintf("line %d: %s", e.Line, e.Problem)
	}
	return e.Problem
}

func (e *Error) Unwrap() error { return e.Err }
