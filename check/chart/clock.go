package chart

import (
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
)

// instant is what the clock says to templates.
var instant = time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC)

// clock are the functions on dates, for whom it is always the same instant and everywhere the same time.
func clock() template.FuncMap {
	in := func(format string, date any, zone string) string {
		location, err := time.LoadLocation(zone)
		if err != nil || zone == time.Local.String() {
			location = time.UTC
		}
		return moment(date).In(location).Format(format)
	}
	rounded, _ := sprig.TxtFuncMap()["durationRound"].(func(any) string)
	parse := func(format, text string) (time.Time, error) { return time.ParseInLocation(format, text, time.UTC) }
	return template.FuncMap{
		"now":            func() time.Time { return instant },
		"ago":            func(date any) string { return instant.Sub(moment(date)).Round(time.Second).String() },
		"date":           func(format string, date any) string { return in(format, date, "UTC") },
		"dateInZone":     in,
		"date_in_zone":   in,
		"htmlDate":       func(date any) string { return in(time.DateOnly, date, "UTC") },
		"htmlDateInZone": func(date any, zone string) string { return in(time.DateOnly, date, zone) },
		"durationRound": func(duration any) string {
			if since, ok := duration.(time.Time); ok {
				duration = int64(instant.Sub(since))
			}
			return rounded(duration)
		},
		"mustToDate": parse,
		"toDate":     func(format, text string) time.Time { date, _ := parse(format, text); return date },
	}
}

// moment is the time that a value means. What is none means now.
func moment(date any) time.Time {
	switch date := date.(type) {
	case time.Time:
		return date
	case *time.Time:
		return *date
	case int64:
		return time.Unix(date, 0)
	case int:
		return time.Unix(int64(date), 0)
	case int32:
		return time.Unix(int64(date), 0)
	}
	return instant
}
