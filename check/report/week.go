package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/promocheck/promocheck/check/outlook"
)

// WeekText writes for a person at a terminal when changes may go in.
func WeekText(w io.Writer, week *outlook.Week, _ Options) error {
	const layout = "Mon 2006-01-02 15:04"
	zone := week.From.Location().String()
	if !week.ZoneIsGiven {
		zone += " (no timezone configured)"
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "When changes may go in, from %s to %s %s\n", week.From.Format(layout), week.To.Format(layout), zone)
	for _, hours := range week.Hours {
		fmt.Fprintf(table, "\n%s%s\n", Escape(hours.Environment), placesText(hours.Places))
		for _, period := range joined(hours.Periods) {
			state := "open"
			if !period.Open {
				state = "closed"
			}
			fmt.Fprintf(table, "  %s\t%s\t%s", state, period.From.Format(layout), period.To.Format(layout))
			if !period.Open {
				fmt.Fprintf(table, "\t%s", reasonText(period))
			}
			fmt.Fprintln(table)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if len(week.Hours) == 0 {
		fmt.Fprint(w, "\nNothing in the repository is recognised as an environment.\n")
	}
	if len(week.Mistakes) > 0 {
		fmt.Fprintln(w)
	}
	for _, mistake := range week.Mistakes {
		if _, err := fmt.Fprintf(w, "warning: %s:%d: %s\n", Escape(mistake.Path), mistake.Line, Fold(mistake.Message)); err != nil {
			return err
		}
	}
	return nil
}

// joined makes one of the periods in which something is closed for one reason after another.
func joined(periods []outlook.Period) []outlook.Period {
	var all []outlook.Period
	for _, period := range periods {
		if n := len(all); n == 0 || period.Open || all[n-1].Open {
			period.Rules, period.Windows = slices.Clone(period.Rules), slices.Clone(period.Windows)
			all = append(all, period)
			continue
		}
		last := &all[len(all)-1]
		last.To = period.To
		last.Rules = merged(last.Rules, period.Rules)
		last.Windows = merged(last.Windows, period.Windows)
	}
	return all
}

// merged adds what is not there yet.
func merged(to, from []string) []string {
	for _, text := range from {
		if !slices.Contains(to, text) {
			to = append(to, text)
		}
	}
	return to
}

// reasonText names the rules that keep something closed and, behind theirs, the windows.
func reasonText(p outlook.Period) string {
	rules := make([]string, 0, len(p.Rules))
	for _, rule := range p.Rules {
		if rule == outlook.WindowRule {
			rule += " (" + Fold(strings.Join(p.Windows, "; ")) + ")"
		}
		rules = append(rules, rule)
	}
	return strings.Join(rules, ", ")
}

// placesText names apps and targets, where the environment's are not all alike.
func placesText(places []string) string {
	const most = 6
	if len(places) == 0 {
		return ""
	}
	shown := make([]string, 0, most)
	for _, place := range places[:min(most, len(places))] {
		shown = append(shown, Escape(place))
	}
	text := ": " + strings.Join(shown, ", ")
	if more := len(places) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
