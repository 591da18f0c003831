package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/outlook"
	"github.com/promocheck/promocheck/check/report"
	"github.com/urfave/cli/v2"
)

// windowsFlags say which configuration is looked at, and when.
func windowsFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: flagBase, Usage: "`REF` whose windows count (default: HEAD)"},
		directoryFlag(),
		&cli.StringFlag{Name: flagConfig, Usage: "use this configuration `FILE`, relative to -C, instead of the one at base"},
		policyFlag(),
		&cli.StringFlag{Name: flagAt, Usage: "show the week from `TIME` on, in RFC 3339 (2026-11-27T15:04:05Z)"},
		&cli.StringFlag{Name: flagFormat, Usage: "write as `FORMAT`: text, json (default: text)"},
		&cli.StringFlag{Name: flagFailOn, Usage: "closed is what has a finding of this `SEVERITY`, and from warning on exit 1 for a mistake (default: error)"},
	}
}

// windows shows when changes may go in, in the coming week, and what is wrong with the windows.
func (p Process) windows(c *cli.Context) (int, error) {
	asked, err := p.asked(c)
	if err != nil {
		return 0, err
	}
	failOn, err := failOn(c)
	if err != nil {
		return 0, err
	}
	write := writeWeek
	switch format := text(c, flagFormat); {
	case format == "json":
		write = writeWeekJSON
	case format != "" && format != "text":
		return 0, usage(fmt.Sprintf("the windows are not written as %s", format), "use text or json")
	}
	session, err := check.Open(c.Context, asked.Options)
	if err != nil {
		return 0, err
	}
	defer session.Close()
	week, err := session.Week(c.Context, asked.Base, failOn)
	if err != nil {
		return 0, err
	}
	if err := write(p.Stdout, week); err != nil {
		return 0, err
	}
	if len(week.Mistakes) > 0 && evaluate.Warning.AtLeast(failOn) {
		return ExitFindings, nil
	}
	return ExitClean, nil
}

func writeWeek(w io.Writer, week *outlook.Week) error {
	const layout = "Mon 2006-01-02 15:04"
	zone := week.From.Location().String()
	if !week.ZoneIsGiven {
		zone += " (no timezone configured)"
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "When changes may go in, from %s to %s %s\n", week.From.Format(layout), week.To.Format(layout), zone)
	for _, hours := range week.Hours {
		fmt.Fprintf(table, "\n%s%s\n", report.Escape(hours.Environment), placesText(hours.Places))
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
		if _, err := fmt.Fprintf(w, "warning: %s:%d: %s\n", report.Escape(mistake.Path), mistake.Line, report.Fold(mistake.Message)); err != nil {
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
			rule += " (" + report.Fold(strings.Join(p.Windows, "; ")) + ")"
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
		shown = append(shown, report.Escape(place))
	}
	text := ": " + strings.Join(shown, ", ")
	if more := len(places) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// The types that follow are the contract of promocheck/v1, as those of the report are.
type jsonWeek struct {
	APIVersion string        `json:"apiVersion"`
	Kind       string        `json:"kind"`
	From       time.Time     `json:"from"`
	To         time.Time     `json:"to"`
	Timezone   string        `json:"timezone"`
	Hours      []jsonHours   `json:"hours"`
	Mistakes   []jsonMistake `json:"mistakes"`
}

type jsonHours struct {
	Environment string       `json:"environment"`
	Places      []string     `json:"places"` // empty: all that the environment has
	Periods     []jsonPeriod `json:"periods"`
}

type jsonPeriod struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Open    bool      `json:"open"`
	Rules   []string  `json:"rules"`
	Windows []string  `json:"windows"`
}

type jsonMistake struct {
	Path    string `json:"path"`
	Line    int    `json:"line"`
	Message string `json:"message"`
}

func writeWeekJSON(w io.Writer, week *outlook.Week) error {
	out := jsonWeek{
		APIVersion: report.APIVersion, Kind: "Windows", From: week.From, To: week.To, Timezone: week.From.Location().String(),
		Hours: []jsonHours{}, Mistakes: []jsonMistake{},
	}
	for _, hours := range week.Hours {
		h := jsonHours{hours.Environment, append([]string{}, hours.Places...), []jsonPeriod{}}
		for _, period := range hours.Periods {
			h.Periods = append(h.Periods, jsonPeriod{
				period.From, period.To, period.Open, append([]string{}, period.Rules...), append([]string{}, period.Windows...),
			})
		}
		out.Hours = append(out.Hours, h)
	}
	for _, mistake := range week.Mistakes {
		out.Mistakes = append(out.Mistakes, jsonMistake(mistake))
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(out)
}
