package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/promocheck/promocheck/check/differ"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/outlook"
	"github.com/promocheck/promocheck/check/replay"
	"github.com/promocheck/promocheck/check/spelling"
	"github.com/promocheck/promocheck/check/waiver"
)

// Format is a way to write something. It returns the errors of w.
type Format[T any] func(w io.Writer, what T, o Options) error

// Options say how to write, not what.
type Options struct {
	Colour bool // for terminals; formats for machines have none
}

// Formats are the ways to write something, the usual one first.
type Formats[T any] []struct {
	Name  string
	Write Format[T]
}

// What can be written, and how.
var (
	Reports = Formats[*Report]{
		{"text", Text},
		{"json", JSON},
		{"github", GitHub},
		{"markdown", Markdown},
		{"sarif", SARIF},
		{"junit", JUnit},
		{"gitlab", GitLab},
	}
	Histories = Formats[*history.Chronicle]{
		{"text", HistoryText},
		{"json", HistoryJSON},
		{"html", HistoryHTML},
	}
	Replays = Formats[*replay.Replay]{
		{"text", ReplayText},
		{"json", ReplayJSON},
		{"markdown", ReplayMarkdown},
		{"html", ReplayHTML},
	}
	Rulebooks = Formats[*Rulebook]{
		{"text", RulesText},
		{"json", RulesJSON},
	}
	Waivers = Formats[*waiver.List]{
		{"text", WaiversText},
		{"json", WaiversJSON},
	}
	Diffs = Formats[*differ.Diff]{
		{"text", DiffText},
		{"json", DiffJSON},
	}
	Weeks = Formats[*outlook.Week]{
		{"text", WeekText},
		{"json", WeekJSON},
	}
)

// Names lists what the formats are called.
func (f Formats[T]) Names() []string {
	names := make([]string, 0, len(f))
	for _, format := range f {
		names = append(names, format.Name)
	}
	return names
}

// Find returns the format of a name.
func (f Formats[T]) Find(name string) (Format[T], error) {
	for _, format := range f {
		if format.Name == name {
			return format.Write, nil
		}
	}
	return nil, &mistake.Error{
		Problem: fmt.Sprintf("there is no format %q%s", name, spelling.Suggest(name, f.Names())),
		Hint:    "there are " + strings.Join(f.Names(), ", "),
		Usage:   true,
	}
}
