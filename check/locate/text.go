package locate

import (
	"cmp"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/promocheck/promocheck/check/state"
)

// text looks for the version as it is written, where nothing tells what for: in a patch within a plugin's
// configuration, in what is copied from one object into another. What else the line says has to be about
// the version.
func (l *locator) text(file string) (state.Location, bool) {
	data, err := l.tree.ReadFile(file)
	version := cmp.Or(l.held.Version.Digest, l.held.Version.Tag)
	if err != nil || version == "" || l.byRepository {
		return state.Location{}, false
	}
	written := regexp.MustCompile(`(?:^|[^\w.-])(` + regexp.QuoteMeta(version) + `)(?:$|[^\w.-])`)
	name := strings.ToLower(path.Base(l.held.Artifact.Name))
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		at := written.FindStringSubmatchIndex(line)
		lower := strings.ToLower(line)
		if at == nil || !strings.Contains(lower, name) && !strings.Contains(lower, "tag") && !strings.Contains(lower, "version") {
			continue
		}
		return placeIn(file, number, utf8.RuneCountInString(line[:at[2]])+1), true
	}
	return state.Location{}, false
}
