package check

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/place"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/check/spelling"
	"github.com/promocheck/promocheck/check/tree"
)

// notices says what limits the verdict.
func (s *Session) notices(ctx context.Context, c *change) []string {
	notices := s.branchNotices(ctx, c)
	if len(c.pairing.Places) == 0 && len(c.files) > 0 && c.undeployed() == "" {
		notices = append(notices, "no overlay was found, neither before nor after: if this repository has environments, say where in "+config.FileName)
	}
	for _, environment := range c.governing.Config.Environments {
		if c.isKnown(environment.Name) && !slices.ContainsFunc(c.pairing.Places, func(p overlay.Place) bool { return p.Environment == environment.Name }) {
			notices = append(notices, fmt.Sprintf("%s:%d: nothing in %s is an overlay of the environment %q",
				c.governing.Config.Path, environment.Line, cmp.Or(environment.Branch, "the repository"), environment.Name))
		}
	}
	notices = append(notices, c.misspeltApps()...)
	notices = append(notices, outOfReach(c.pairing.Outside)...)
	notices = append(notices, beginning(c.pairing.Beginning)...)
	notices = append(notices, c.waiting()...)
	if s.options.Config == "" {
		for _, file := range c.files {
			if file.Path == config.FileName {
				notices = append(notices, c.configNotice(file))
			}
		}
	}
	if len(c.Commits) == 0 && !c.Staged && !c.AsTheyAre {
		notices = append(notices, fmt.Sprintf("%s has everything that %s has: merging it would change nothing", c.Base.Name, c.Head.Name))
	}
	if c.Truncated {
		notices = append(notices, fmt.Sprintf("the change has more commits than are listed; the newest %d are", len(c.Commits)))
	}
	return notices
}

// askWhetherBehind asks whether the base is a branch of the clone's own that lacks what its upstream has: the change goes
// into that, and is judged by less. The answer is waited for when it is needed.
func (s *Session) askWhetherBehind(ctx context.Context, c *refs.Comparison) (answer func() []string) {
	said := make(chan []string, 1)
	go func() {
		defer close(said)
		if c.Staged {
			return
		}
		upstream, n, err := s.repo.BehindUpstream(ctx, c.Base)
		if err == nil && n > 0 { // who cannot tell says nothing
			said <- []string{fmt.Sprintf("%s is %s behind %s: fetch and merge that, or compare with it, --base %s", c.Base.Name, commits(n), upstream, upstream)}
		}
	}()
	return func() []string { return <-said }
}

// misspeltApps says which of the apps that rules are restricted to are none, neither before the change nor after it. Such
// a rule may look at nothing. It is no mistake that stops a check, since apps come and go.
func (c *change) misspeltApps() []string {
	var known []string
	for _, place := range c.pairing.Places {
		known = append(known, place.App)
	}
	known = slices.Compact(known)
	if len(known) == 0 {
		return nil
	}
	var notices []string
	for _, id := range slices.Sorted(maps.Keys(c.governing.Config.Rules)) {
		rule := c.governing.Config.Rules[id]
		for _, pattern := range rule.Apps {
			if !slices.ContainsFunc(known, func(app string) bool { return doublestar.MatchUnvalidated(pattern, app) }) {
				notices = append(notices, fmt.Sprintf("%s:%d: rules.%s.apps: nothing in the repository is an app called %q%s",
					c.governing.Config.Path, rule.Lines["apps"], id, pattern, spelling.Suggest(pattern, known)))
			}
		}
	}
	return notices
}

// outOfReach says where production may be that nothing of a layout takes in. What the change touches of it is a finding.
func outOfReach(outside []overlay.Outside) []string {
	var places []string
	for _, o := range outside {
		if o.Production && !o.Reached {
			places = append(places, o.Path)
		}
	}
	if len(places) == 0 {
		return nil
	}
	return []string{examplesOf(places) + ": called like production, and out of reach: no overlay pattern takes that in, nor does an environment's `match`"}
}

// beginning says which apps the change brings that may be in production by values.yaml alone, which is not judged.
func beginning(apps []place.Place) []string {
	in := map[string][]string{}
	for _, p := range apps {
		in[p.Environment] = append(in[p.Environment], p.App)
	}
	var notices []string
	for _, environment := range slices.Sorted(maps.Keys(in)) {
		notices = append(notices, fmt.Sprintf("%s: new, with values for environments before %s and none for it, as most have: not taken to be there. "+
			"If %s deploys what values.yaml alone gives, that is not judged yet", examplesOf(in[environment]), environment, environment))
	}
	return notices
}

// configNotice says that a change is not judged by the configuration that it brings.
func (c *change) configNotice(change tree.Change) string {
	base := c.Base.Name
	switch {
	case c.governedFrom != "" && change.Before == (tree.Entry{}):
		return fmt.Sprintf("the change adds %s; it is judged by the one at %s, and the new one counts once it is merged", config.FileName, c.governedFrom)
	case change.Before == (tree.Entry{}):
		return fmt.Sprintf("the change adds %s; it is judged without one, as %s is, and the new one counts once it is merged", config.FileName, base)
	case change.After == (tree.Entry{}):
		return fmt.Sprintf("the change removes %s; it is still judged by the one at %s", config.FileName, base)
	}
	return fmt.Sprintf("the change edits %s; it is judged by the one at %s, and the edit counts once it is merged", config.FileName, base)
}

// ruleNotices says that a change is not judged by the rules of the team's own that it brings, and which of base's a caller
// replaces.
func (c *change) ruleNotices(r *rules) []string {
	var notices []string
	if touched := c.governing.TouchedRules(c.files); len(touched) > 0 {
		from := cmp.Or(c.governedFrom, c.Base.Name)
		notices = append(notices, fmt.Sprintf("the change is to rules of your own (%s); it is judged by those at %s, and what it makes of them counts once it is merged",
			examplesOf(touched), from))
	}
	if len(r.replaced) > 0 {
		notices = append(notices, fmt.Sprintf("%s: judged by what --policy gives in its place", examplesOf(r.replaced)))
	}
	return notices
}

// examplesOf lists a few paths, and how many more there are.
func examplesOf(paths []string) string {
	const examples = 3
	if n := len(paths); n > examples {
		paths = append(paths[:examples:examples], fmt.Sprintf("%d more", n-examples))
	}
	return strings.Join(paths, ", ")
}

// longAgo is when it was too long ago for anybody to ask that a version was sent back.
const longAgo = 365 * 24 * time.Hour

// historyNotice says how far back the base branch's history is known, where something is not known for
// want of more.
func historyNotice(e *event.Event, open func() (*history.History, error)) []string {
	isLacking := e.HistoryLacks()
	if !isLacking && !e.ReturnLacks() {
		return nil
	}
	all, err := open()
	if err != nil {
		return nil // it has been told by now
	}
	var notices []string
	for _, past := range all.All() {
		switch {
		case past.Whole():
		case isLacking:
			notices = append(notices, reachOf(past))
		case past.Now.Sub(past.Oldest().Time) < longAgo:
			notices = append(notices, reachOf(past)+". A version that production went back from by then is not recognised")
		}
	}
	return notices
}

func commits(n int) string {
	if n == 1 {
		return "1 commit"
	}
	return fmt.Sprintf("%d commits", n)
}

// reachOf says how far back the history of a branch is known, and why not further.
func reachOf(past *history.History) string {
	known := fmt.Sprintf("the history of %s is known for %s, back to %s", past.Branch.Name, commits(past.Commits()), past.Oldest().Time.Format(time.DateOnly))
	if past.Shallow() {
		return known + ": the clone is shallow. What was before counts as not known; fetch all of it (`fetch-depth: 0` for actions/checkout, `git fetch --unshallow`)"
	}
	return known + ", as `history.depth` in " + config.FileName + " has it. What was before counts as not known"
}
