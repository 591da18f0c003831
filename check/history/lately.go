package history

import (
	"slices"
	"time"
)

// Lately is where an app was deployed since one of its environments last got another version.
type Lately struct {
	Environments map[string]bool
	Apps         map[string]bool // what that environment's app was called meanwhile

	environment string
	newest      []holding // of that environment
	seen, over  bool
	since       time.Time // when it got the version that it has
}

// Lately asks where else an app was deployed since an environment last got another version.
func (i *Inquiry) Lately(app, environment string) *Lately {
	lately := &Lately{Environments: map[string]bool{}, Apps: map[string]bool{}, environment: i.history.Layout.Name(environment)}
	i.ask(app, lately)
	var elsewhere []*presence
	for _, h := range i.history.beside {
		p := &presence{environment: h.environment}
		i.of(h.History).ask(app, p)
		elsewhere = append(elsewhere, p)
	}
	i.joins = append(i.joins, func() { lately.note(elsewhere) })
	return lately
}

func (l *Lately) concerns(s *site) bool { return s.Environment == l.environment }
func (l *Lately) about() *Question      { return nil }
func (l *Lately) done(*History) bool    { return l.over }
func (l *Lately) settle(*walker)        {}

func (l *Lately) wants(_ *walker, _ point, s *site) bool {
	return !l.over && s.Environment == l.environment
}

func (l *Lately) see(w *walker, points []point) {
	for _, p := range points {
		held := holdingsAt(w.History, p, func(s *site) bool { return s.Environment == l.environment })
		if !l.seen {
			l.newest, l.seen, l.since = held, true, w.Now
		}
		l.over = l.over || len(held) == 0 || !slices.Equal(held, l.newest)
		if l.over {
			return
		}
		l.since = p.commit.Time
		for _, s := range p.sites {
			l.Environments[s.Environment] = true
			if s.Environment == l.environment {
				l.Apps[s.App] = true
			}
		}
	}
}
