package report

import (
	"github.com/fatih/color"

	"github.com/promocheck/promocheck/check/finding"
)

// palette colours what it is given, or leaves it alone.
type palette struct {
	strong, faint, frame, failed, warned, noted, passed func(a ...any) string
}

func newPalette(colour bool) palette {
	paint := func(attributes ...color.Attribute) func(a ...any) string {
		c := color.New(attributes...)
		if colour {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
		return c.Sprint
	}
	return palette{
		strong: paint(color.Bold),
		faint:  paint(color.Faint),
		frame:  paint(color.FgBlue),
		failed: paint(color.FgRed, color.Bold),
		warned: paint(color.FgYellow, color.Bold),
		noted:  paint(color.FgCyan, color.Bold),
		passed: paint(color.FgGreen, color.Bold),
	}
}

// of is the colour of a finding.
func (p palette) of(f finding.Finding) func(a ...any) string {
	switch {
	case f.Waived != nil:
		return p.faint
	case f.Severity == finding.Note:
		return p.noted
	case f.Severity == finding.Warning:
		return p.warned
	}
	return p.failed
}
