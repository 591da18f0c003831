package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
)

// fromPlaces is from how many places on one reason is told once, with the list of them.
const fromPlaces = 3

// together is what one rule has to say for one reason of several places.
type together struct {
	finding finding.Finding // the first
	message string          // for all of them
	places  []told
}

// told is a place of which it is told together with others.
type told struct {
	rowOf
	finding finding.Finding
}

// rowOf is a row of a block.
type rowOf struct {
	block *block
	row   int // -1: the block as a whole
}

// reason is what findings have in common that are told together.
type reason struct {
	rule    string
	rank    int
	message string
	waived  string
}

// gather takes the findings that at least a few blocks have in common out of these.
func (t *text) gather(blocks []*block) []*together {
	of := map[reason]*together{}
	var all []*together
	each := func(visit func(b *block, row int, f finding.Finding) (stays bool)) {
		for _, b := range blocks {
			b.findings = slices.DeleteFunc(b.findings, func(f finding.Finding) bool { return !visit(b, -1, f) })
			for i := range b.rows {
				b.rows[i].findings = slices.DeleteFunc(b.rows[i].findings, func(f finding.Finding) bool { return !visit(b, i, f) })
			}
		}
	}
	each(func(b *block, row int, f finding.Finding) bool {
		why := t.reasonOf(b, row, f)
		g := of[why]
		if g == nil {
			g = &together{finding: f, message: f.Message}
			of[why], all = g, append(all, g)
		}
		g.message = inCommon(g.message, f.Message, why.message)
		g.places = append(g.places, told{rowOf{b, row}, f})
		return true
	})
	all = slices.DeleteFunc(all, func(g *together) bool { return g.blocks() < fromPlaces })
	each(func(b *block, row int, f finding.Finding) bool {
		return !slices.Contains(all, of[t.reasonOf(b, row, f)])
	})
	return all
}

func (g *together) blocks() int {
	different := map[*block]bool{}
	for _, p := range g.places {
		different[p.block] = true
	}
	return len(different)
}

// reasonOf is why a finding of a row is there.
func (t *text) reasonOf(b *block, row int, f finding.Finding) reason {
	if row < 0 {
		return reasonOf(f, nil)
	}
	return reasonOf(f, b.rows[row].change)
}

// reasonOf is why a finding about a change is there, without the names of what it is about.
func reasonOf(f finding.Finding, c *event.Change) reason {
	names := []string{f.App, "APP", f.Environment, "ENVIRONMENT"}
	if c != nil {
		names = append(names, c.Artifact.Name, "ARTIFACT")
		for _, v := range []*event.Version{c.After, c.Before} {
			if v != nil {
				names = append(names, v.Digest, "VERSION", v.Tag, "VERSION", brief(v.Tag), "VERSION")
			}
		}
	}
	waived := ""
	if f.Waived != nil {
		waived = waiverText(*f.Waived)
	}
	return reason{f.Rule, rank(f), withoutNames(f.Message, names), waived}
}

// withoutNames puts words for all of its kind in the place of names, where these are whole words.
func withoutNames(message string, names []string) string {
	words := strings.Split(message, " ")
	for i, word := range words {
		core := strings.TrimRight(word, ",;:.)")
		for n := 0; n+1 < len(names); n += 2 {
			if names[n] != "" && core == names[n] {
				words[i] = names[n+1] + word[len(core):]
				break
			}
		}
	}
	return strings.Join(words, " ")
}

// inCommon is what two messages say alike, with the words of a third one where they differ.
func inCommon(a, b, instead string) string {
	words, others, general := strings.Split(a, " "), strings.Split(b, " "), strings.Split(instead, " ")
	for i := range words {
		if len(words) == len(others) && len(words) == len(general) && words[i] != others[i] {
			words[i] = general[i]
		}
	}
	return strings.Join(words, " ")
}

// together writes what several places have in common, and a line for each of them.
func (t *text) together(g *together) {
	f := g.finding
	t.line(0, "%s %s: %s", t.palette.of(f)(labelOf(f)), Count(len(g.places), "place"), sentence(briefly(g.message)))
	var rows [][]string
	for _, p := range g.places {
		what := ""
		if p.row >= 0 {
			what = t.rowText(p.block, p.row)
		}
		where := ""
		if p.finding.Location != nil {
			where = locationText(*p.finding.Location)
		}
		where += t.palette.faint(shortFingerprint(p.finding))
		rows = append(rows, []string{t.title(p.block, p.block.sameTargets()), what, where})
	}
	t.columns(rows)
	if f.Waived != nil {
		t.prose(2, "Waived "+waiverText(*f.Waived))
		return
	}
	t.remedy(2, f)
}

// rowText is a row of a block in words.
func (t *text) rowText(b *block, i int) string {
	r := b.rows[i]
	if r.change == nil {
		return effectText(r)
	}
	return strings.TrimSpace(t.artifactOf(b, r.change) + "  " + changeText(r.change))
}

// rowsOf are the rows that are told of together with others.
func rowsOf(all []*together) map[rowOf]bool {
	rows := map[rowOf]bool{}
	for _, g := range all {
		for _, p := range g.places {
			rows[p.rowOf] = true
		}
	}
	return rows
}

// isTold reports whether all that a block shows is among what is told of together with other places.
func (b *block) isTold(told map[rowOf]bool) bool {
	for i, r := range b.rows {
		if !told[rowOf{b, i}] && (r.change != nil || !told[rowOf{b, -1}]) {
			return false
		}
	}
	return !b.hasFindings()
}

// rank is that of the gravest of a block's findings.
func (b *block) rank() int {
	gravest := len(severities) + 1
	for _, f := range b.findings {
		gravest = min(gravest, rank(f))
	}
	for _, r := range b.rows {
		for _, f := range r.findings {
			gravest = min(gravest, rank(f))
		}
	}
	return gravest
}

// byRule is how many findings each rule has, that with most of the gravest first.
func (t *text) byRule() string {
	type counted struct {
		rule    string
		gravest int
		n       int
	}
	var rules []counted
	for _, f := range t.report.Findings {
		at := slices.IndexFunc(rules, func(c counted) bool { return c.rule == f.Rule })
		if at < 0 {
			at, rules = len(rules), append(rules, counted{f.Rule, rank(f), 0})
		}
		rules[at].n++
		rules[at].gravest = min(rules[at].gravest, rank(f))
	}
	slices.SortStableFunc(rules, func(a, b counted) int { return cmp.Or(a.gravest-b.gravest, b.n-a.n) })
	texts := make([]string, 0, len(rules))
	for _, c := range rules {
		texts = append(texts, fmt.Sprintf("%s %d", name(c.rule), c.n))
	}
	return strings.Join(texts, ", ")
}
