package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/event"
)

// outside names what no rule looked at: files that nothing reads, and directories and files that look like environments and
// that nothing gates.
func (t *text) outside() {
	unread := t.report.unread()
	untouched := slices.DeleteFunc(slices.Clone(t.report.Event.Outside), func(o event.Outside) bool { return o.Reached })
	if len(unread)+len(untouched) > 0 {
		t.line(0, "")
	}
	if len(unread) > 0 {
		t.line(0, "%s %s", t.palette.warned("unread:"), unreadInWords(unread))
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
		places, verb := fmt.Sprintf("%d places", n), "look like environments and are"
		if n == 1 {
			places, verb = "1 place", "looks like an environment and is"
		}
		t.line(0, "%s", t.palette.faint(fmt.Sprintf("outside: %s that this does not change %s outside the promotion path: %s", places, verb, list)))
	}
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
			return Count(n, noun)
		}
		return paint(Count(n, noun))
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
	if len(t.report.Findings) >= fromFindings {
		t.line(0, "by rule: %s", t.byRule())
	}
}

// fromFindings is from how many findings on it is said how many each rule has.
const fromFindings = 5

// outlook says what time alone will change about the verdict.
func (t *text) outlook() {
	switch r := t.report; {
	case r.Opens != nil:
		t.line(0, "Only the time is against it: it may go in from %s.", calendar.InWords(*r.Opens))
	case r.ValidUntil != nil:
		t.line(0, "This verdict holds until %s.", calendar.InWords(*r.ValidUntil))
	}
}
