package report

import (
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
)

// together puts findings of one rule together that say the same of several places, as the text report does; the others are
// alone.
func (m *markdown) together(findings []finding.Finding) [][]finding.Finding {
	of := map[reason][]finding.Finding{}
	for _, f := range findings {
		why := m.reasonOf(f)
		of[why] = append(of[why], f)
	}
	var all [][]finding.Finding
	for _, f := range findings {
		switch alike := of[m.reasonOf(f)]; {
		case apps(alike) < fromPlaces:
			all = append(all, []finding.Finding{f})
		case f.Fingerprint == alike[0].Fingerprint:
			all = append(all, alike)
		}
	}
	return all
}

// apps is how many environments of apps some findings are about.
func apps(findings []finding.Finding) int {
	different := map[[2]string]bool{}
	for _, f := range findings {
		different[[2]string{f.App, f.Environment}] = true
	}
	return len(different)
}

func (m *markdown) reasonOf(f finding.Finding) reason { return reasonOf(f, m.changeOf(f)) }

// changeOf is the change that a finding is about; nil if there is none.
func (m *markdown) changeOf(f finding.Finding) *event.Change {
	if f.Change == nil {
		return nil
	}
	return m.changes[*f.Change]
}

// inCommon is what some findings say alike.
func (m *markdown) inCommon(found []finding.Finding) string {
	message := found[0].Message
	for _, f := range found {
		message = inCommon(message, f.Message, m.reasonOf(f).message)
	}
	return message
}

// maxPlaces is how many places of one reason are listed.
const maxPlaces = 50

// places lists where several findings are.
func (m *markdown) places(found []finding.Finding) string {
	if len(found) < 2 {
		return ""
	}
	list := ""
	for _, f := range found[:min(len(found), maxPlaces)] {
		list += "  - " + prose(blockName(f.App, f.Environment))
		if c := m.changeOf(f); c != nil {
			list += ", " + prose(c.Artifact.Name+" "+changeText(c))
		}
		if f.Location != nil {
			list += ": " + code(locationText(*f.Location))
		}
		list += "\n"
	}
	if more := len(found) - maxPlaces; more > 0 {
		list += "  - and " + Count(more, "more place") + "\n"
	}
	return list
}
