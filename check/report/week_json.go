package report

import (
	"io"
	"time"

	"github.com/promocheck/promocheck/check/outlook"
)

// KindWeek is the kind that every week in JSON states.
const KindWeek = "Windows"

// These types are part of the contract of promocheck/v1: fields may be added, none may change its name or
// meaning.
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

// WeekJSON writes for programs when changes may go in.
func WeekJSON(w io.Writer, week *outlook.Week, _ Options) error {
	out := jsonWeek{
		APIVersion: APIVersion, Kind: KindWeek, From: week.From, To: week.To, Timezone: week.From.Location().String(),
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
	return writeJSON(w, out)
}
