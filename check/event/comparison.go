package event

import (
	"time"

	"github.com/promocheck/promocheck/check/account"
	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
)

// Comparison is what an event is built from.
type Comparison struct {
	Now     time.Time // in the zone that the event's times are written in
	Base    Ref
	Head    Head
	Commits []git.LogEntry // those of head, with all that they say
	Self    Self
	Bad     Listed
	Layout  *overlay.Pairing
	Before  *tree.Tree
	After   *tree.Tree
	Files   []account.File // each that differs, with what became of it
	States  *state.Cache
	// Past opens the base branch's history, once there is something to ask it; nil: there is none to ask.
	Past func() (*history.History, error)
	// Rules are those that will judge the event. They are asked for when what the change reaches was rendered, which
	// takes as long as loading them does; nil: none will.
	Rules func() (Rules, error)
	// Requires are the apps that need others, by the team's own word.
	Requires []Requirement
	// Provided are the objects that are made elsewhere, by the team's own word.
	Provided []Provided
	// Time are the facts about the moment that is judged, for what the change deploys; nil: there are none.
	Time func([]Effect) Time
}

// Listed are versions that are not to run, and the file that says so.
type Listed struct {
	Path     string
	Versions []artifact.Bad
	Same     []artifact.Names // the names that mean one artifact
}

// of is what the list says of a version.
func (l Listed) of(h *state.Held) []Bad {
	bad := []Bad{}
	if h == nil {
		return bad
	}
	for _, listed := range l.Versions {
		if listed.Has(h.Artifact, h.Version, l.Same) {
			bad = append(bad, Bad{Version: listed.Version, Reason: listed.Reason, Location: Location{Path: l.Path, Line: listed.Line}})
		}
	}
	return bad
}

// Rules is what an event has to say for the rules that judge it.
type Rules struct {
	Parameters map[string]map[string]any // by rule, with defaults filled in
	Longest    bool                      // one of them reads the longest stay that is over
	Facts      map[string]bool           // the optional ones that one of them reads
	Rollback   string                    // the trailer by which a commit declares that it goes back
}

func (c Comparison) rules() (Rules, error) {
	if c.Rules == nil {
		return Rules{Parameters: map[string]map[string]any{}, Longest: true}, nil
	}
	return c.Rules()
}

func (c Comparison) time(effects []Effect) Time {
	if c.Time == nil {
		return Time{}
	}
	return c.Time(effects)
}
