package config

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // the program runs where there is no zone data, too

	"github.com/gobwas/glob"
	"github.com/robfig/cron/v3"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Window is a time in which changes may go in, or may not: a sync window of Argo CD with its fields and
// their meaning, one with dates instead of a schedule, or a freeze.
type Window struct {
	Path    string // the file that states it
	Line    int
	Project string // of the Argo CD AppProject that it comes from; empty elsewhere
	Freeze  bool   // it is the freeze file's

	Kind        string // Allow or Deny
	Description string

	// A schedule says when it begins, by the clock on the wall in Zone, and how long it lasts by it.
	Schedule string
	Cron     cron.Schedule // nil where From and To say when it is
	Duration time.Duration
	Zone     *time.Location // nil where none is given

	From, To *Moment // nil: ever since, for ever

	// Any one of these that matches will do, or each that is given with And.
	Applications, Namespaces, Clusters []Glob
	And                                bool

	Environments []string // restricts it further; all where empty
	Exceptions   []Exception
}

// Kinds of windows.
const (
	Allow = "allow"
	Deny  = "deny"
)

// Everywhere reports whether the window does not say what it applies to.
func (w *Window) Everywhere() bool {
	return w.Applications == nil && w.Namespaces == nil && w.Clusters == nil
}

// Exception is what a freeze lets through.
type Exception struct {
	Line        int
	Application Glob
	Environment string // empty: all
	Reason      string
	Expires     Moment
}

// Glob is a pattern as Argo CD matches it: a star stands for any characters, slashes included.
type Glob struct {
	Text string
	glob *glob.Pattern
}

// Match reports whether the pattern matches all of name.
func (g Glob) Match(name string) bool { return g.glob.Match(name) }

// Moment is a time as a file states it: by the clock on the wall, or with an offset, as an instant.
type Moment struct {
	Clock   time.Time // the reading of the clock, labelled as UTC; or the instant
	Instant bool
	Day     bool // a whole day is meant
}

// Holiday is a day on which nobody is there to notice.
type Holiday struct {
	Line int
	Date string // YYYY-MM-DD
	Name string // may be empty
}

// WindowSource names manifests in the repo whose AppProjects have windows.
type WindowSource struct {
	Line         int
	Pattern      string // doublestar
	Environments []string
}

// windows reads a list of windows. A window of an AppProject has Argo CD's fields only.
func (r *reader) windows(node *yaml.Node, project string) ([]Window, error) {
	return list(r, node, "windows", func(item *yaml.Node) (Window, error) { return r.window(item, project) })
}

func (r *reader) window(node *yaml.Node, project string) (Window, error) {
	w := Window{Path: r.path, Line: node.Line, Project: project}
	has := map[string]bool{}
	known := fields{
		"kind":        r.into(&w.Kind, func(n *yaml.Node) (string, error) { return r.oneOf(n, "kind", Allow, Deny) }),
		"description": r.into(&w.Description, func(n *yaml.Node) (string, error) { return r.text(n, "description") }),
		"schedule": func(n *yaml.Node) (err error) {
			w.Schedule, w.Cron, err = r.schedule(n)
			return err
		},
		"duration": func(n *yaml.Node) (err error) {
			w.Duration, err = r.duration(n)
			return err
		},
		"timeZone": func(n *yaml.Node) (err error) {
			w.Zone, err = r.zone(n, "timeZone")
			return err
		},
		"applications": r.globsInto(&w.Applications, "applications"),
		"namespaces":   r.globsInto(&w.Namespaces, "namespaces"),
		"clusters":     r.globsInto(&w.Clusters, "clusters"),
		"andOperator": func(n *yaml.Node) (err error) {
			w.And, err = r.boolean(n, "andOperator")
			return err
		},
		// A merge is no manual sync, and a sync that overruns is one that was allowed to begin: neither changes
		// whether something may go in.
		"manualSync":  func(n *yaml.Node) error { _, err := r.boolean(n, "manualSync"); return err },
		"syncOverrun": func(n *yaml.Node) error { _, err := r.boolean(n, "syncOverrun"); return err },
	}
	if project == "" {
		known["from"] = func(n *yaml.Node) (err error) { w.From, err = r.moment(n, "from"); return err }
		known["to"] = func(n *yaml.Node) (err error) { w.To, err = r.moment(n, "to"); return err }
		known["environments"] = func(n *yaml.Node) (err error) {
			w.Environments, err = r.strings(n, "environments")
			return err
		}
	}
	for key, read := range known {
		known[key] = func(n *yaml.Node) error { has[key] = true; return read(n) }
	}
	if err := r.mapping(node, "a window", known); err != nil {
		return w, err
	}
	dated := has["from"] || has["to"]
	switch {
	case !has["kind"]:
		return w, r.errorf(node, "a window needs a kind: allow or deny")
	case dated && (has["schedule"] || has["duration"]):
		return w, r.errorf(node, "a window has a schedule and a duration, or dates (from, to), not both")
	case has["from"] != has["to"]:
		return w, r.errorf(node, "a window with dates needs both from and to")
	case !dated && project == "" && !has["schedule"]:
		return w, r.errorf(node, "a window needs a schedule and a duration, or dates (from, to)")
	case !dated && !has["schedule"]:
		return w, r.errorf(node, "a window needs a schedule")
	case !dated && !has["duration"]:
		return w, r.errorf(node, "a window with a schedule needs a duration, such as 8h")
	case dated && w.From.Instant == w.To.Instant && !w.To.end().After(w.From.Clock):
		return w, r.errorf(node, "the window ends before it begins")
	case has["environments"] && len(w.Environments) == 0:
		return w, r.errorf(node, "environments is empty: leave the key out for all of them")
	case w.And && w.Everywhere():
		return w, r.errorf(node, "andOperator needs applications, namespaces or clusters")
	}
	return w, nil
}

// end is when what the moment names is over: a day at its end.
func (m Moment) end() time.Time {
	if m.Day {
		return m.Clock.AddDate(0, 0, 1)
	}
	return m.Clock
}

// into reads a text into where it belongs.
func (r *reader) into(text *string, read func(*yaml.Node) (string, error)) func(*yaml.Node) error {
	return func(node *yaml.Node) (err error) {
		*text, err = read(node)
		return err
	}
}

func (r *reader) globsInto(globs *[]Glob, what string) func(*yaml.Node) error {
	return func(node *yaml.Node) (err error) {
		*globs, err = list(r, node, what, func(item *yaml.Node) (Glob, error) { return r.glob(item, what) })
		return err
	}
}

func (r *reader) glob(node *yaml.Node, what string) (Glob, error) {
	text, err := r.text(node, what)
	if err != nil {
		return Glob{}, err
	}
	compiled, err := glob.Compile(text)
	if err != nil || text == "" {
		return Glob{}, r.errorf(node, "%q in %s is no valid glob", text, what)
	}
	return Glob{text, compiled}, nil
}

// cronFields are those that Argo CD knows. It takes no descriptors such as @daily.
var cronFields = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

func (r *reader) schedule(node *yaml.Node) (string, cron.Schedule, error) {
	text, err := r.text(node, "schedule")
	if err != nil {
		return "", nil, err
	}
	if first, _, _ := strings.Cut(strings.TrimSpace(text), " "); strings.Contains(first, "=") {
		return "", nil, r.errorf(node, "schedule %q has a time zone in it: give it as timeZone", text)
	}
	if strings.HasPrefix(text, "@") {
		return "", nil, r.errorf(node, "schedule is %q: write the five fields minute, hour, day of month, month, day of week, as in \"0 18 * * 5\"", text)
	}
	schedule, err := cronFields.Parse(text)
	if err != nil {
		return "", nil, r.errorf(node, "schedule is %q, which is no cron expression: %s; the five fields are minute, hour, day of month, month, day of week", text, err)
	}
	return text, schedule, nil
}

func (r *reader) duration(node *yaml.Node) (time.Duration, error) {
	text, err := r.text(node, "duration")
	if err != nil {
		return 0, err
	}
	duration, err := time.ParseDuration(text)
	if err != nil {
		return 0, r.errorf(node, "duration is %q: write it with its units, as in 8h or 1h30m; a day is 24h", text)
	}
	if duration < time.Second || duration%time.Second != 0 {
		return 0, r.errorf(node, "duration is %q: it must be whole seconds, one at least", text)
	}
	return duration, nil
}

func (r *reader) zone(node *yaml.Node, what string) (*time.Location, error) {
	name, err := r.text(node, what)
	if err != nil {
		return nil, err
	}
	// "Local" would be the zone of whatever machine the check runs on.
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, r.errorf(node, "unknown time zone %q: use an IANA name such as Europe/Berlin", name)
	}
	return zone, nil
}

func (r *reader) moment(node *yaml.Node, what string) (*Moment, error) {
	text, err := r.text(node, what)
	if err != nil {
		return nil, err
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02 15:04", time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return &Moment{Clock: t, Instant: layout == time.RFC3339, Day: layout == time.DateOnly}, nil
		}
	}
	return nil, r.errorf(node, "%s is %q: write a date (2026-12-24), a date and time (2026-12-24 18:00), or one with an offset (2026-12-24T18:00:00+01:00)", what, text)
}

func (r *reader) holidays(node *yaml.Node) ([]Holiday, error) {
	seen := map[string]bool{}
	return list(r, node, "holidays", func(item *yaml.Node) (Holiday, error) {
		holiday, err := r.holiday(item)
		if err == nil && seen[holiday.Date] {
			err = r.errorf(item, "the holiday %s is listed twice", holiday.Date)
		}
		seen[holiday.Date] = true
		return holiday, err
	})
}

func (r *reader) holiday(node *yaml.Node) (Holiday, error) {
	h := Holiday{Line: node.Line}
	date := func(node *yaml.Node) error {
		text, err := r.text(node, "a holiday")
		if err == nil {
			if _, err = time.Parse(time.DateOnly, text); err != nil {
				err = r.errorf(node, "holiday %q is no date: write it like 2026-12-25", text)
			}
		}
		h.Date = text
		return err
	}
	if node.Kind == yaml.ScalarNode {
		return h, date(node)
	}
	err := r.mapping(node, "a holiday", fields{
		"date": date,
		"name": r.into(&h.Name, func(n *yaml.Node) (string, error) { return r.text(n, "name") }),
	})
	if err == nil && h.Date == "" {
		err = r.errorf(node, "a holiday needs a date")
	}
	return h, err
}

// windowsFrom reads where AppProjects are: patterns, or patterns with the environments that they are for.
func (r *reader) windowsFrom(node *yaml.Node) ([]WindowSource, error) {
	return list(r, node, "windowsFrom", r.windowSource)
}

func (r *reader) windowSource(node *yaml.Node) (WindowSource, error) {
	source := WindowSource{Line: node.Line}
	pattern := r.into(&source.Pattern, func(n *yaml.Node) (string, error) {
		text, err := r.text(n, "windowsFrom")
		if err == nil {
			err = r.validGlob(n, text, "windowsFrom")
		}
		return text, err
	})
	var err error
	if node.Kind == yaml.ScalarNode {
		err = pattern(node)
	} else {
		err = r.mapping(node, "windowsFrom", fields{
			"files": pattern,
			"environments": func(n *yaml.Node) (err error) {
				source.Environments, err = r.strings(n, "environments")
				return err
			},
		})
	}
	if err == nil && (source.Pattern == "" || strings.HasPrefix(source.Pattern, "/")) {
		err = r.errorf(node, "windowsFrom needs the files, from the top of the repo, as in projects/*.yaml")
	}
	return source, err
}

func (m Moment) String() string {
	switch {
	case m.Day:
		return m.Clock.Format(time.DateOnly)
	case m.Instant:
		return m.Clock.Format(time.RFC3339)
	}
	return m.Clock.Format("2006-01-02 15:04")
}

// Where names the place that states the window.
func (w *Window) Where() string { return fmt.Sprintf("%s:%d", w.Path, w.Line) }
