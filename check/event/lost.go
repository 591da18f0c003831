package event

import (
	"cmp"
	"maps"
	"slices"

	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/spelling"
)

// addLost notes which environments an app had before production and has no more, where none is left that came as near to
// production, and what it was called meanwhile. first are the moves that the changes were made of.
func (b *builder) addLost(changes []Change, first []move) error {
	lately := map[int]*history.Lately{} // of each change that leaves production alone
	var inquiry *history.Inquiry
	if b.past != nil {
		inquiry = b.past.Inquire()
	}
	for i, m := range first {
		switch {
		case m.after == nil || !changes[i].Entry || !b.isProduction(m.Environment):
		case inquiry == nil:
			lately[i] = &history.Lately{}
		default:
			lately[i] = inquiry.Lately(m.past.App, m.Environment)
		}
	}
	if inquiry != nil && len(lately) > 0 {
		if err := inquiry.Answer(); err != nil {
			return err
		}
	}
	for i, was := range lately {
		upstream, earlier := b.appPath(first[i])
		left := b.leftBefore(first[i])
		lost := map[string]bool{}
		for _, environment := range slices.Concat(upstream, earlier) {
			lost[environment.Name] = len(left) == 0
		}
		for name := range was.Environments {
			if _, known := lost[name]; !known {
				lost[name] = b.isBefore(name, first[i].Environment) && !slices.ContainsFunc(left, func(other string) bool { return !b.isBefore(other, name) })
			}
		}
		maps.DeleteFunc(lost, func(_ string, is bool) bool { return !is })
		delete(was.Apps, changes[i].App)
		for _, app := range slices.Sorted(maps.Keys(was.Apps)) {
			changes[i].Formerly = append(changes[i].Formerly, valid(app))
		}
		changes[i].Lost = append(changes[i].Lost, slices.SortedFunc(maps.Keys(lost), b.alongPath)...)
	}
	return nil
}

func (b *builder) isProduction(environment string) bool {
	return slices.ContainsFunc(b.Layout.Path, func(e overlay.Environment) bool { return e.Name == environment && e.Production })
}

// leftBefore are the environments before that of a move in which its app is deployed when all is done.
func (b *builder) leftBefore(m move) []string {
	upstream, earlier := b.appPath(m)
	var left []string
	for _, e := range slices.Concat(upstream, earlier) {
		if slices.ContainsFunc(b.around(m), func(s *site) bool { return s.After != nil && s.Environment == e.Name }) {
			left = append(left, e.Name)
		}
	}
	return left
}

// isBefore reports whether a version would come to one environment from another, by the path, or where one of them is
// gone from the whole repository, by what they are called.
func (b *builder) isBefore(name, environment string) bool {
	isOnPath := func(name string) bool {
		return slices.ContainsFunc(b.Layout.Path, func(e overlay.Environment) bool { return e.Name == name })
	}
	if !isOnPath(name) || !isOnPath(environment) {
		step := spelling.Step(name)
		return step >= 0 && step < spelling.Step(environment)
	}
	return slices.ContainsFunc(overlay.Before(b.Layout.Path, environment), func(e overlay.Environment) bool { return e.Name == name })
}

// alongPath compares the names of environments by their order.
func (b *builder) alongPath(one, other string) int {
	at := func(name string) int {
		return slices.IndexFunc(b.Layout.Path, func(e overlay.Environment) bool { return e.Name == name })
	}
	return cmp.Or(cmp.Compare(at(one), at(other)), cmp.Compare(spelling.Step(one), spelling.Step(other)), cmp.Compare(one, other))
}
