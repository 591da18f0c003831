package history

import (
	"slices"
	"time"
)

// beside is the past of an environment that has another branch.
type beside struct {
	environment string
	*History
}

// Beside has an environment's past be that of another branch.
func (h *History) Beside(environment string, past *History) {
	h.beside = append(h.beside, beside{environment, past})
}

// Of is the history that has an environment's past.
func (h *History) Of(environment string) *History {
	environment = h.Layout.Name(environment)
	for _, other := range h.beside {
		if other.environment == environment {
			return other.History
		}
	}
	return h
}

// All are the histories of all branches that are known: those of other environments in the order of promotion, then this one.
func (h *History) All() []*History {
	all := make([]*History, 0, len(h.beside)+1)
	for _, other := range h.beside {
		all = append(all, other.History)
	}
	return append(all, h)
}

// AllWhole reports whether the past of all branches is known back to the first commit.
func (h *History) AllWhole() bool {
	return !slices.ContainsFunc(h.All(), func(one *History) bool { return !one.Whole() })
}

// into is the inquiry into the branch that has an environment.
func (i *Inquiry) into(environment string) *Inquiry { return i.of(i.history.Of(environment)) }

// of is the inquiry into a branch.
func (i *Inquiry) of(h *History) *Inquiry {
	if h == i.history {
		return i
	}
	if i.beside[h] == nil {
		i.beside[h] = h.Inquire()
	}
	return i.beside[h]
}

// answerBeside has the other branches answer, and puts together what several say of one thing.
func (i *Inquiry) answerBeside() error {
	for _, h := range i.history.beside {
		if other, asked := i.beside[h.History]; asked {
			if err := other.Answer(); err != nil {
				return err
			}
		}
	}
	for _, join := range i.joins {
		join()
	}
	return nil
}

// earliest has a version be first where that was earliest of all.
func (f *First) earliest(others []*First) {
	for _, other := range others {
		if !other.At.IsZero() && (f.At.IsZero() || other.At.Before(f.At)) {
			f.At, f.Known = other.At, other.Known
		}
	}
}

// presence asks until when an app was last in an environment.
type presence struct {
	environment string
	found       bool
	until       time.Time // zero: it is still there
}

func (p *presence) concerns(*site) bool              { return false }
func (p *presence) about() *Question                 { return nil }
func (p *presence) wants(*walker, point, *site) bool { return false }
func (p *presence) settle(*walker)                   {}
func (p *presence) done(*History) bool               { return p.found }

func (p *presence) see(_ *walker, points []point) {
	for _, at := range points {
		if !p.found && slices.ContainsFunc(at.sites, func(s *site) bool { return s.Environment == p.environment }) {
			p.found, p.until = true, at.newer.Time
		}
	}
}

// note notes where an app was in other branches since the environment that was asked about got another version.
func (l *Lately) note(elsewhere []*presence) {
	for _, p := range elsewhere {
		if p.found && (p.until.IsZero() || p.until.After(l.since)) {
			l.Environments[p.environment] = true
		}
	}
}

// isNoEnvironments reports whether this is the branch of no environment, where each environment has one: nothing that was
// committed to it was deployed.
func (h *History) isNoEnvironments() bool { return len(h.beside) > 0 && !h.Apart }
