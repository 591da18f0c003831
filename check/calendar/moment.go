package calendar

import (
	"strings"
	"time"
	_ "time/tzdata" // the program runs where there is no zone data, too

	"github.com/robfig/cron/v3"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/config/strict"
)

// Moment is a time as a file states it: by the clock on the wall, or with an offset, as an instant.
type Moment struct {
	clock   time.Time // the reading of the clock, labelled as UTC; or the instant
	instant bool
	day     bool // a whole day is meant
}

// over is when the clock reads that what the moment names is over: a day at its end.
func (m Moment) over() time.Time {
	if m.day {
		return m.clock.AddDate(0, 0, 1)
	}
	return m.clock
}

// starts is the first instant of what the moment names.
func (m Moment) starts(zone *time.Location) time.Time { return m.at(m.clock, zone) }

// Ends is the first instant after it.
func (m Moment) Ends(zone *time.Location) time.Time { return m.at(m.over(), zone) }

func (m Moment) at(clock time.Time, zone *time.Location) time.Time {
	if m.instant {
		return clock.UTC()
	}
	return first(clock, zone)
}

func (m Moment) String() string {
	switch {
	case m.day:
		return m.clock.Format(time.DateOnly)
	case m.instant:
		return m.clock.Format(time.RFC3339)
	}
	return m.clock.Format("2006-01-02 15:04")
}

// ReadMoment reads one, as dates of windows are.
func ReadMoment(r strict.Reader) strict.Value[*Moment] { return reader{r}.moment }

func (r reader) moment(node *yaml.Node, what string) (*Moment, error) {
	text, err := r.Text(node, what)
	if err != nil {
		return nil, err
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02 15:04", time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return &Moment{clock: t, instant: layout == time.RFC3339, day: layout == time.DateOnly}, nil
		}
	}
	return nil, r.Errorf(node, "%s is %q: write a date (2026-12-24), a date and time (2026-12-24 18:00), or one with an offset (2026-12-24T18:00:00+01:00)", what, text)
}

// cronFields are those that Argo CD knows. It takes no descriptors such as @daily.
var cronFields = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

func (r reader) schedule(node *yaml.Node, what string) (schedule, error) {
	text, err := r.Text(node, what)
	if err != nil {
		return schedule{}, err
	}
	if first, _, _ := strings.Cut(strings.TrimSpace(text), " "); strings.Contains(first, "=") {
		return schedule{}, r.Errorf(node, "schedule %q has a time zone in it: give it as timeZone", text)
	}
	if strings.HasPrefix(text, "@") {
		return schedule{}, r.Errorf(node, "schedule is %q: write the five fields minute, hour, day of month, month, day of week, as in \"0 18 * * 5\"", text)
	}
	parsed, err := cronFields.Parse(text)
	if err != nil {
		return schedule{}, r.Errorf(node, "schedule is %q, which is no cron expression: %s; the five fields are minute, hour, day of month, month, day of week", text, err)
	}
	return schedule{text, parsed}, nil
}

func (r reader) duration(node *yaml.Node, what string) (time.Duration, error) {
	text, err := r.Text(node, what)
	if err != nil {
		return 0, err
	}
	duration, err := time.ParseDuration(text)
	if err != nil {
		return 0, r.Errorf(node, "duration is %q: write it with its units, as in 8h or 1h30m; a day is 24h", text)
	}
	if duration < time.Second || duration%time.Second != 0 {
		return 0, r.Errorf(node, "duration is %q: it must be whole seconds, one at least", text)
	}
	return duration, nil
}

func (r reader) zone(node *yaml.Node, what string) (*time.Location, error) {
	name, err := r.Text(node, what)
	if err != nil {
		return nil, err
	}
	// "Local" would be the zone of whatever machine the check runs on.
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, r.Errorf(node, "unknown time zone %q: use an IANA name such as Europe/Berlin", name)
	}
	return zone, nil
}
