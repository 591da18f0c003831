package event

import (
	"path"
	"regexp"
	"strings"
	"unicode"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/unclaimed"
)

// follows reports whether a text changes as a version does that is told: it repeats it, as labels do. All that differs in it
// is the version, and what it names is nothing else than what has that version: whoever chooses which version moves
// would else choose what goes with it.
func (s unclaimedText) follows(m move) bool {
	if m.after == nil {
		return false
	}
	was, is := Version{}, m.after.Version
	if m.before != nil {
		was = m.before.Version
	}
	switch s.Kind {
	case unclaimed.Directory:
		return strings.HasPrefix(s.Value, is.Repository+"//") // at another revision
	case unclaimed.Source: // the chart's repository is judged
		return was.Repository != is.Repository && path.Base(s.before) == was.Repository && path.Base(s.Value) == is.Repository
	case unclaimed.Revision, unclaimed.Taken:
		return false // of something else, whatever they read like
	}
	if s.before == "" {
		isWeak := s.Kind == unclaimed.Name || s.Kind == unclaimed.Version || s.Kind == unclaimed.Versioned
		return isVersion(s.Value, is) || isWeak && s.Value == is.Tag
	}
	return namesNoOther(s.Value, is) && repeats(s.before, s.Value, was, is)
}

// namesNoOther reports whether a text names no image but the one that has a version, by the name that it has in any registry.
func namesNoOther(text string, is Version) bool {
	_, said, err := artifact.ParseImage(text)
	return err != nil || said.Tag+said.Digest == "" || path.Base(said.Repository) == path.Base(is.Repository)
}

// repeats reports whether a text becomes another one by having the parts of one version replaced by those of another.
func repeats(before, after string, was, is Version) bool {
	replaced, repeated := before, false
	for _, part := range [][2]string{{was.Digest, is.Digest}, {was.Repository, is.Repository}, {was.Tag, is.Tag}, {bareTag(was), bareTag(is)}} {
		if part[0] == part[1] || part[0] == "" || part[1] == "" || !strings.Contains(after, part[1]) {
			continue
		}
		if with := replaceWhole(replaced, part[0], part[1]); with != replaced {
			replaced, repeated = with, true
		}
	}
	return repeated && replaced == after
}

// bareTag is a tag without the v that many leave out where they repeat it.
func bareTag(v Version) string { return strings.TrimPrefix(v.Tag, "v") }

// replaceWhole replaces what stands in a text as a whole: no letter or number goes on before or after it. A number alone is
// whole only where it is all of the text.
func replaceWhole(text, old, with string) string {
	if text == old {
		return with
	}
	if !strings.ContainsFunc(old, func(r rune) bool { return !unicode.IsDigit(r) }) {
		return text
	}
	var b strings.Builder
	for done := 0; ; {
		from := strings.Index(text[done:], old)
		if from < 0 {
			b.WriteString(text[done:])
			return b.String()
		}
		from += done
		to := from + len(old)
		b.WriteString(text[done:from])
		if goesOnBefore.MatchString(text[:from]) || goesOnAfter.MatchString(text[to:]) {
			b.WriteString(old)
		} else {
			b.WriteString(with)
		}
		done = to
	}
}

// What makes another version of one that it stands beside: letters and digits, but for a v before it.
var (
	goesOnBefore = regexp.MustCompile(`(?:[A-Za-z0-9]v|[A-Za-uw-z0-9]|\d\.)$`)
	goesOnAfter  = regexp.MustCompile(`^(?:[A-Za-z0-9]|\.\d)`)
)

// isVersion reports whether a text says a version whole, so that no other can be meant.
func isVersion(text string, v Version) bool {
	_, said, err := artifact.ParseImage(text)
	return text != "" && text == v.Digest || err == nil && v.Tag+v.Digest != "" && said.Unchanged(v)
}
