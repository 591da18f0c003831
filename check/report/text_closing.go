package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
)

// maxOutside is how many directories are named that look like environments.
const maxOutside = 10

// outside names the directories that look like environments and that nothing gates.
func (t *text) outside() {
	var changed, untouched []event.Outside
	for _, o := range t.report.Event.Outside {
		switch {
		case !o.Reached:
			untouched = append(untouched, o)
		case !t.report.found(o.Path):
			changed = append(changed, o)
		}
	}
	if len(changed)+len(untouched) > 0 {
		t.line(0, "")
	}
	for _, o := range changed[:min(len(changed), maxOutside)] {
		t.line(0, "%s %s changes and is outside the promotion path: %s",
			t.palette.warned("outside:"), pathText(o.Path), sentence(o.Reason))
	}
	if more := len(changed) - maxOutside; more > 0 {
		t.line(0, "%s and %d more that change", t.palette.warned("outside:"), more)
	}
	if n := len(untouched); n > 0 {
		const examples = 3
		paths := make([]string, 0, examples)
		for _, o := range untouched[:min(n, examples)] {
			paths = append(paths, name(o.Path))
		}
		list := strings.Join(paths, ", ")
		if n > examples {
			list += ", ..."
		}
		directories, verb := fmt.Sprintf("%d directories", n), "look like environments and are"
		if n == 1 {
			directories, verb = "1 directory", "looks like an environment and is"
		}
		t.line(0, "%s", t.palette.faint(fmt.Sprintf("outside: %s that this does not change %s outside the promotion path: %s", directories, verb, list)))
	}
}

// found reports whether a finding is about a path as a whole.
func (r *Report) found(path string) bool {
	return slices.ContainsFunc(r.Findings, func(f finding.Finding) bool {
		return f.Location != nil && f.Location.Path == path && f.Location.Line == 0
	})
}

// notices are sentences about the run.
func (t *text) notices() {
	if len(t.report.Notices) > 0 {
		t.line(0, "")
	}
	for _, notice := range t.report.Notices {
		t.line(0, "%s %s", t.palette.noted("notice:"), sentence(notice))
	}
}

// summary is the sums.
func (t *text) summary() {
	s := t.report.Summary()
	count := func(n int, noun string, paint func(a ...any) string) string {
		if n == 0 {
			return count(n, noun)
		}
		return paint(count(n, noun))
	}
	t.line(0, "")
	line := fmt.Sprintf("%s, %s: %s, %s, %s",
		count(s.Apps, "app", fmt.Sprint), count(s.Changes, "change", fmt.Sprint),
		count(s.Errors, "error", t.palette.failed),
		count(s.Warnings, "warning", t.palette.warned),
		count(s.Notes, "note", t.palette.noted))
	if s.Waived > 0 {
		line += fmt.Sprintf(", %d waived", s.Waived)
	}
	t.line(0, "%s", line)
}

// outlook says what time alone will change about the verdict.
func (t *text) outlook() {
	switch r := t.report; {
	case r.Opens != nil:
		t.line(0, "Only the time is against it: it may go in from %s.", calendar.InWords(*r.Opens))
	case r.ValidUntil != nil:
		t.line(0, "This verdict holds until %s.", calendar.InWords(*r.ValidUntil))
	}
}
