package report

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/replay"
)

// hostileReplay is a replay of which every text from the repository is evil.
func hostileReplay(evil string) *replay.Replay {
	commit := git.PastCommit{OID: "0123456789", Author: evil + " <" + evil + ">", Subject: evil, Time: time.Date(2026, time.November, 2, 9, 0, 0, 0, time.UTC)}
	found := finding.Finding{Rule: "mutable-tag", Severity: finding.Error, Message: evil, App: evil, Environment: evil}
	unplaced := finding.Finding{Rule: "unread-change", Severity: finding.Warning, Message: evil, Location: &event.Location{Path: evil}}
	return &replay.Replay{
		Branch: git.Commit{Name: evil}, Now: commit.Time, Configuration: evil, FailOn: finding.Error,
		Steps: []*replay.Step{
			{
				Commit: commit, Moves: []replay.Move{{App: evil, After: &artifact.Version{Tag: evil}}}, Deploys: true, Findings: []finding.Finding{found, unplaced},
				Stopped: true, StoppedWith: []bool{false}, Undone: &replay.Undoing{By: commit, Reverted: true},
			},
			{Commit: commit, Unjudged: errors.New("it says " + evil)},
		},
		Variations: []replay.Variation{{Rule: "mutable-tag", Key: "allow", Now: evil, Instead: string(evaluate.Warning)}},
	}
}

var anyTag = regexp.MustCompile(`<[^>]*>`)

// TestReplayOfHostileNames requires that no text from a repository is more than text in any format.
func TestReplayOfHostileNames(t *testing.T) {
	tame := map[string]int{}
	for _, format := range Replays {
		tame[format.Name] = strings.Count(replayedAs(t, format.Write, "shop"), "\n")
	}
	ownTags := anyTag.FindAllString(replayedAs(t, ReplayHTML, "shop"), -1)
	for _, evil := range evils {
		for _, format := range Replays {
			text := replayedAs(t, format.Write, evil)
			for line := range strings.Lines(text) {
				if !isVisible(strings.TrimSuffix(line, "\n")) {
					t.Errorf("%s of %q has %q", format.Name, evil, line)
				}
				if command := strings.TrimLeft(line, " "); strings.HasPrefix(command, "::") || strings.Contains(command, "##[") || strings.Contains(command, "##vso[") {
					t.Errorf("%s of %q commands %q", format.Name, evil, line)
				}
			}
			if n := strings.Count(text, "\n"); n != tame[format.Name] {
				t.Errorf("%s of %q has %d lines, not %d:\n%s", format.Name, evil, n, tame[format.Name], text)
			}
		}
		if tags := anyTag.FindAllString(replayedAs(t, ReplayHTML, evil), -1); len(tags) != len(ownTags) {
			t.Errorf("the page of %q has %d tags, not %d", evil, len(tags), len(ownTags))
		}
		page := rendered(t, replayedAs(t, ReplayMarkdown, evil))
		for _, found := range anyTag.FindAllString(page, -1) {
			if !ownOfReplay.MatchString(found) {
				t.Errorf("%q makes %s of Markdown:\n%s", evil, found, page)
			}
		}
	}
}

var ownOfReplay = regexp.MustCompile(`^</?(h2|h3|ul|li|p|strong|code|table|thead|tbody|tr|th|td|span)>$`)

func replayedAs(t *testing.T, write Format[*replay.Replay], evil string) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, hostileReplay(evil), Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
