package calendar

import (
	"fmt"
	"time"

	"github.com/gobwas/glob"
	"github.com/robfig/cron/v3"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/config/strict"
)

// window is a time in which changes may go in, or may not: a sync window of Argo CD with its fields and
// their meaning, one with dates instead of a schedule, or a freeze.
type window struct {
	path    string // the file that states it
	line    int
	project string // of the Argo CD AppProject that it comes from; empty elsewhere
	freeze  bool   // it is the freeze file's

	kind        string // allow or deny
	description string

	// A schedule says when it begins, by the clock on the wall in the window's zone, and how long it lasts by it.
	schedule   schedule
	duration   time.Duration
	given      *time.Location // the zone that it states itself; nil where it states none
	begin, end *Moment        // the dates of one without a schedule; nil: ever since, for ever

	// Any one of these that matches will do, or each that is given with and.
	applications, namespaces, clusters []pattern
	and                                bool

	environments []string // restricts it further; all where empty
	exceptions   []exception

	// What follows is settled once the team's zone is known.
	zone     *time.Location
	from, to time.Time   // without a schedule
	expires  []time.Time // of each exception
}

// The kinds of windows.
const (
	allow = "allow"
	deny  = "deny"
)

// schedule is one in cron's five fields.
type schedule struct {
	text          string
	cron.Schedule // nil where there is none
}

// pattern is a glob as Argo CD matches it: a star stands for any characters, slashes included.
type pattern struct {
	text string
	*glob.Pattern
	says []string // the environments whose names what it matches has in it
}

// everywhere reports whether the window does not say what it applies to.
func (w *window) everywhere() bool {
	return w.applications == nil && w.namespaces == nil && w.clusters == nil
}

// where names the place that states the window.
func (w *window) where() string { return fmt.Sprintf("%s:%d", w.path, w.line) }

// name is how people are told which window it is: by what it says of itself, and where it is stated.
func (w *window) name() string {
	switch {
	case w.description != "":
		return w.description + ", " + w.where()
	case w.project != "":
		return "project " + w.project + ", " + w.where()
	}
	return w.where()
}

// settle works out the instants that a window's dates are.
func (w *window) settle(team *time.Location) {
	switch {
	case w.given != nil:
		w.zone = w.given
	case w.project != "":
		w.zone = time.UTC // as in Argo CD
	default:
		w.zone = team
	}
	w.to = never
	if w.begin != nil {
		w.from = w.begin.starts(w.zone)
	}
	if w.end != nil {
		w.to = w.end.Ends(w.zone)
	}
	w.expires = make([]time.Time, 0, len(w.exceptions))
	for _, e := range w.exceptions {
		w.expires = append(w.expires, e.expires.Ends(w.zone))
	}
}

// window reads one of the team's own windows or, with Argo CD's fields only, one of an AppProject.
func (r reader) window(project string) strict.Value[window] {
	return func(node *yaml.Node, _ string) (window, error) {
		w := window{path: r.Path, line: node.Line, project: project}
		known := strict.Fields{
			"kind":         strict.Into(&w.kind, r.OneOf(allow, deny)),
			"description":  strict.Into(&w.description, r.Text),
			"schedule":     strict.Into(&w.schedule, r.schedule),
			"duration":     strict.Into(&w.duration, r.duration),
			"timeZone":     strict.Into(&w.given, r.zone),
			"applications": strict.Into(&w.applications, strict.List(r.Reader, r.pattern)),
			"namespaces":   strict.Into(&w.namespaces, strict.List(r.Reader, r.pattern)),
			"clusters":     strict.Into(&w.clusters, strict.List(r.Reader, r.pattern)),
			"andOperator":  strict.Into(&w.and, r.Boolean),
			// A merge is no manual sync, and a sync that overruns is one that was allowed to begin: neither changes
			// whether something may go in.
			"manualSync":  strict.Into(new(bool), r.Boolean),
			"syncOverrun": strict.Into(new(bool), r.Boolean),
		}
		if project == "" {
			known["from"] = strict.Into(&w.begin, r.moment)
			known["to"] = strict.Into(&w.end, r.moment)
			known["environments"] = strict.Into(&w.environments, strict.Some(r.Reader, r.Text))
		}
		if err := r.Mapping(node, "a window", known); err != nil {
			return w, err
		}
		return w, r.agrees(node, &w)
	}
}

// agrees refuses fields that do not go together.
func (r reader) agrees(node *yaml.Node, w *window) error {
	scheduled, lasts, dated := w.schedule.Schedule != nil, w.duration != 0, w.begin != nil || w.end != nil
	switch {
	case w.kind == "":
		return r.Errorf(node, "a window needs a kind: allow or deny")
	case dated && (scheduled || lasts):
		return r.Errorf(node, "a window has a schedule and a duration, or dates (from, to), not both")
	case dated && (w.begin == nil || w.end == nil):
		return r.Errorf(node, "a window with dates needs both from and to")
	case !dated && w.project == "" && !scheduled:
		return r.Errorf(node, "a window needs a schedule and a duration, or dates (from, to)")
	case !dated && !scheduled:
		return r.Errorf(node, "a window needs a schedule")
	case !dated && !lasts:
		return r.Errorf(node, "a window with a schedule needs a duration, such as 8h")
	case dated && w.begin.instant == w.end.instant && !w.end.over().After(w.begin.clock):
		return r.Errorf(node, "the window ends before it begins")
	case w.and && w.everywhere():
		return r.Errorf(node, "andOperator needs applications, namespaces or clusters")
	}
	return nil
}

func (r reader) pattern(node *yaml.Node, what string) (pattern, error) {
	text, err := r.Text(node, what)
	if err != nil {
		return pattern{}, err
	}
	compiled, err := glob.Compile(text)
	if err != nil || text == "" {
		return pattern{}, r.Errorf(node, "%q in %s is no valid glob", text, what)
	}
	return pattern{text: text, Pattern: compiled}, nil
}
