package history

import (
	"slices"

	"github.com/promocheck/promocheck/check/artifact"
)

// Lately is where an app was deployed since one of its environments last got another version.
type Lately struct {
	Environments map[string]bool

	environment string
	newest      []holding // of that environment
	seen, over  bool
}

// Lately asks where else an app was deployed since an environment last got another version.
func (i *Inquiry) Lately(app, environment string) *Lately {
	lately := &Lately{Environments: map[string]bool{}, environment: i.history.Layout.Name(environment)}
	i.ask(app, lately)
	return lately
}

func (l *Lately) version() *artifact.Version { return nil }
func (l *Lately) done(*History) bool         { return l.over }
func (l *Lately) settle(*walker)             {}

func (l *Lately) wants(_ *walker, _ point, s *site) bool {
	return !l.over && s.Environment == l.environment
}

func (l *Lately) see(w *walker, points []point) {
	for _, p := range points {
		held := holdingsAt(w.History, p, func(s *site) bool { return s.Environment == l.environment })
		if !l.seen {
			l.newest, l.seen = held, true
		}
		l.over = l.over || len(held) == 0 || !slices.Equal(held, l.newest)
		if l.over {
			return
		}
		for _, s := range p.sites {
			l.Environments[s.Environment] = true
		}
	}
}
