// Package calendar knows when changes may go in: windows, freezes and holidays. It reads them, and turns them into the
// facts about time that the rules judge by, at any moment; what follows from these is for the rules.
package calendar

import (
	"fmt"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/spelling"
	"github.com/promocheck/promocheck/check/tree"
)

// Calendar is what a repo says about time.
type Calendar struct {
	*Settings
	windows []window          // all of them: the configuration's, those of AppProjects and the freeze
	names   map[string]string // of the holidays, empty ones too, by date
}

// Read gathers the windows of the configuration, of the AppProjects that it names and of the freeze file, of
// which the latter two are in the tree. The environments that they name must be on the promotion path, unless that
// is empty: a repo before its first overlay. An error that a person can act on is of type *mistake.Error.
func (s *Settings) Read(t *tree.Tree, promotionPath []string) (*Calendar, error) {
	c := &Calendar{Settings: s, windows: slices.Clone(s.windows), names: map[string]string{}}
	for _, from := range s.windowsFrom {
		found, err := s.appProjects(from, t)
		if err != nil {
			return nil, err
		}
		c.windows = append(c.windows, found...)
	}
	freeze, err := readFreeze(s.Freeze, t)
	if err != nil {
		return nil, err
	}
	if freeze != nil {
		c.windows = append(c.windows, *freeze)
	}
	for i := range c.windows {
		w := &c.windows[i]
		if err := w.spell(promotionPath); err != nil {
			return nil, err
		}
		w.settle(s.Zone)
		if w.project != "" {
			w.tell(promotionPath)
		}
		if w.begin != nil && w.begin.instant != w.end.instant && !w.from.Before(w.to) { // else it was seen when it was read
			return nil, mistake.Configured(w.path, w.line, "the window ends before it begins")
		}
	}
	for _, h := range s.holidays {
		c.names[h.date] = h.name
	}
	return c, nil
}

// spell turns the names of a window's environments into those that the repo uses.
func (w *window) spell(path []string) (err error) {
	if len(path) == 0 {
		return nil
	}
	w.environments = slices.Clone(w.environments)
	for i, name := range w.environments {
		if w.environments[i], err = w.called(name, w.line, path); err != nil {
			return err
		}
	}
	for i, e := range w.exceptions {
		if e.environment == "" {
			continue
		}
		if w.exceptions[i].environment, err = w.called(e.environment, e.line, path); err != nil {
			return err
		}
	}
	return nil
}

// called is what an environment that a window names is called on the promotion path.
func (w *window) called(name string, line int, path []string) (string, error) {
	called, ok := spelling.Among(path, name)
	if !ok {
		return "", mistake.Configured(w.path, line, fmt.Sprintf("environment %q is not on the promotion path: %s", name, strings.Join(path, ", ")))
	}
	return called, nil
}
