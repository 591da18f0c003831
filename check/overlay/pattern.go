package overlay

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bmatcuk/doublestar/v4"
)

// pattern is an overlay pattern, split at slashes. What it matches is an environment's directory, or a
// file that says what runs there.
//
// Captures are taken out before doublestar sees a segment, since both use braces: {app} and {env}
// stand for text within one segment, {target} too, and {app**} as a segment of its own for one or
// more segments, as few as possible.
type pattern struct {
	usual    // its text, and what else is known of it where it is a usual one
	segments []segment
}

// segment is one path segment of a pattern. Around at most one capture it has a glob on each side.
type segment struct {
	many    bool   // {app**} or **: spans segments
	literal bool   // no glob: what stands before is all
	capture string // app, env or target; empty for a plain glob
	before  string
	after   string
}

// captures is what a pattern's captures stood for in a path.
type captures struct{ app, env, target string }

// under puts what {app} or {app**} stands for before what comes after it: where a pattern has both, the app is called
// by both.
func (c captures) under(app string) captures {
	if c.app != "" {
		app += "/" + c.app
	}
	c.app = app
	return c
}

// noCapture is what looks like a capture and is none: a choice of globs, in doublestar, has a comma.
var noCapture = regexp.MustCompile(`\{[^{},]*\}`)

// parsePattern reads a pattern that has to say where the environment's name stands.
func parsePattern(text string) (pattern, error) {
	p, err := parsePath(text)
	if err == nil && !slices.ContainsFunc(p.segments, func(s segment) bool { return s.capture == "env" }) {
		err = fmt.Errorf("overlay pattern %q has no {env}: it must say where the environment's name stands", text)
	}
	return p, err
}

// parsePath reads a pattern that need not say an environment.
func parsePath(text string) (pattern, error) {
	p := pattern{usual: usual{text: text}}
	if text == "" || strings.HasPrefix(text, "/") {
		return p, fmt.Errorf("overlay pattern %q must be a path relative to the top of the repository", text)
	}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(strings.TrimSuffix(text, "/"), "/") {
		s, err := parseSegment(part)
		if err != nil {
			return p, fmt.Errorf("overlay pattern %q: %w", text, err)
		}
		capture := s.capture
		if s.many && capture != "" {
			capture += "**"
		}
		if capture != "" && seen[capture] {
			return p, fmt.Errorf("overlay pattern %q captures {%s} twice", text, capture)
		}
		seen[capture] = true
		p.segments = append(p.segments, s)
	}
	return p, nil
}

func parseSegment(part string) (segment, error) {
	switch part {
	case "**":
		return segment{many: true}, nil
	case "{app**}":
		return segment{many: true, capture: "app"}, nil
	case "", ".", "..":
		return segment{}, fmt.Errorf("segment %q is not allowed", part)
	}
	s := segment{before: part, literal: isLiteral(part)}
	for _, name := range []string{"app", "env", "target"} {
		before, after, found := strings.Cut(part, "{"+name+"}")
		if !found {
			continue
		}
		if s.capture != "" {
			return s, fmt.Errorf("segment %q has two captures: one a segment", part)
		}
		s = segment{capture: name, before: before, after: after}
	}
	for _, glob := range []string{s.before, s.after} {
		if capture := noCapture.FindString(glob); capture != "" {
			return s, fmt.Errorf("there is no capture %s; the captures are {app}, {app**}, {env} and {target}", capture)
		}
		if strings.Contains(glob, "**}") || !doublestar.ValidatePattern(glob) {
			return s, fmt.Errorf("segment %q is no valid glob; the captures are {app}, {app**}, {env} and {target}", part)
		}
	}
	return s, nil
}

// match reports what the captures stand for if the pattern matches the whole path. known restricts
// what {env} may be, so that {app**} stretches until an environment's name follows.
func (p pattern) match(path []string, known func(env string) bool) (captures, bool) {
	return match(p.segments, path, known)
}

// match puts the captures together on the way back, when the whole path is known to match: a path can be a thousand
// segments long.
func match(segments []segment, path []string, known func(string) bool) (captures, bool) {
	if len(segments) == 0 {
		return captures{}, len(path) == 0
	}
	s, rest := segments[0], segments[1:]
	if s.many {
		least := 0
		if s.capture != "" {
			least = 1
		}
		for n := least; n <= len(path)-len(rest); n++ {
			found, ok := match(rest, path[n:], known)
			if !ok {
				continue
			}
			if s.capture != "" {
				found = found.under(strings.Join(path[:n], "/"))
			}
			return found, true
		}
		return captures{}, false
	}
	if len(path) == 0 {
		return captures{}, false
	}
	text, ok := s.match(path[0])
	if !ok || s.capture == "env" && !known(text) {
		return captures{}, false
	}
	found, ok := match(rest, path[1:], known)
	switch s.capture {
	case "app":
		found = found.under(text)
	case "env":
		found.env = text
	case "target":
		found.target = text
	}
	return found, ok
}

// isLiteral reports whether a glob matches just itself.
func isLiteral(glob string) bool { return !strings.ContainsAny(glob, `*?[]{}\`) }

// match returns what the capture stands for in name; the globs around it take as little as they can.
func (s segment) match(name string) (string, bool) {
	if s.literal {
		return "", name == s.before
	}
	if s.capture == "" {
		ok, _ := doublestar.Match(s.before, name) // the pattern was validated
		return "", ok
	}
	for start := range len(name) {
		if ok, _ := doublestar.Match(s.before, name[:start]); !ok || !utf8.RuneStart(name[start]) {
			continue
		}
		for end := len(name); end > start; end-- {
			if ok, _ := doublestar.Match(s.after, name[end:]); ok && (end == len(name) || utf8.RuneStart(name[end])) {
				return name[start:end], true
			}
		}
	}
	return "", false
}
