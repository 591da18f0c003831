package report

import (
	"io"
	"time"

	"github.com/promocheck/promocheck/check/replay"
)

// KindReplay is the kind that every replay in JSON states.
const KindReplay = "Replay"

// These types are part of the contract of promocheck/v1: fields may be added, none may change its name or
// meaning. Times are in RFC 3339; what is not known is null.
type jsonReplay struct {
	APIVersion    string         `json:"apiVersion"`
	Kind          string         `json:"kind"`
	Now           string         `json:"now"`
	Base          jsonBase       `json:"base"`
	Configuration *string        `json:"configuration"` // the file that all steps are judged by
	FailOn        string         `json:"fail_on"`
	Sums          jsonSums       `json:"sums"`
	Rules         []jsonOfRule   `json:"rules"`
	Noisiest      []jsonNoise    `json:"noisiest"`
	Settings      []jsonSettings `json:"settings"`
	Steps         []jsonStep     `json:"steps"` // the oldest first
}

type jsonSums struct {
	Steps         int `json:"steps"`
	Promotions    int `json:"promotions"`    // that move a version
	Production    int `json:"production"`    // of those, the ones into production
	Configuration int `json:"configuration"` // that deploy something differently, but for versions
	Unjudged      int `json:"unjudged"`
	Stopped       int `json:"stopped"`
	StoppedUndone int `json:"stopped_undone"`
	Softened      int `json:"softened"` // of those, how many are let through for now, by a ramp
	Passed        int `json:"passed"`   // of those that deploy something differently
	PassedUndone  int `json:"passed_undone"`
}

type jsonOfRule struct {
	Rule     string `json:"rule"`
	Stopped  int    `json:"stopped"` // steps
	Alone    int    `json:"alone"`   // of those, the ones that no other rule would have stopped
	Undone   int    `json:"undone"`  // of those that it stopped
	Errors   int    `json:"errors"`
	Warnings int    `json:"warnings"`
	Notes    int    `json:"notes"`
	Waived   int    `json:"waived"`
}

type jsonNoise struct {
	Rule        string `json:"rule"`
	App         string `json:"app"`
	Environment string `json:"environment"`
	Severity    string `json:"severity"` // the gravest
	Steps       int    `json:"steps"`
	Example     string `json:"example"` // the latest message
}

type jsonSettings struct {
	Rule         string `json:"rule"`
	Setting      string `json:"setting"`
	Now          any    `json:"now"`
	Instead      any    `json:"instead"`
	Passes       int    `json:"passes"` // steps that are stopped now, and would not be
	PassesUndone int    `json:"passes_undone"`
	Stops        int    `json:"stops"` // steps that are not stopped now, and would be
	StopsUndone  int    `json:"stops_undone"`
}

type jsonStep struct {
	jsonPastCommit
	Time       string        `json:"time"` // at which it was judged
	Promotion  bool          `json:"promotion"`
	Deploys    bool          `json:"deploys"` // anything differently
	Production bool          `json:"production"`
	Stopped    bool          `json:"stopped"`
	Unjudged   *string       `json:"unjudged"` // why
	Undone     *jsonUndoing  `json:"undone"`
	Findings   []jsonFinding `json:"findings"`
}

type jsonUndoing struct {
	jsonPastCommit
	Reverted bool `json:"reverted"` // it says what it reverts; else a target went back to what it ran before
}

// ReplayJSON writes a replay for programs.
func ReplayJSON(w io.Writer, r *replay.Replay, _ Options) error {
	out := jsonReplay{
		APIVersion: APIVersion, Kind: KindReplay, Now: r.Now.Format(time.RFC3339), Base: jsonBase{Ref: r.Branch.Name, Commit: string(r.Branch.OID)},
		FailOn: string(r.FailOn), Sums: jsonSums(r.Sums()),
		Rules: []jsonOfRule{}, Noisiest: []jsonNoise{}, Settings: []jsonSettings{}, Steps: []jsonStep{},
	}
	if r.Configuration != "" {
		out.Configuration = &r.Configuration
	}
	for _, of := range r.ByRule() {
		counts := of.Findings
		out.Rules = append(out.Rules, jsonOfRule{of.Rule, of.Stopped, of.Alone, of.Undone, counts.Errors, counts.Warnings, counts.Notes, counts.Waived})
	}
	for _, noise := range r.Noisiest(noisiest) {
		out.Noisiest = append(out.Noisiest, jsonNoise{noise.Rule, noise.App, noise.Environment, string(noise.Severity), noise.Steps, noise.Example.Message})
	}
	for _, d := range r.Differences() {
		out.Settings = append(out.Settings, jsonSettings{d.Rule, d.Key, d.Now, d.Instead, d.Passes, d.PassesUndone, d.Stops, d.StopsUndone})
	}
	for _, s := range r.Steps {
		step := jsonStep{
			jsonPastCommit: *jsonCommit(s.Commit), Time: s.Commit.Time.In(r.Now.Location()).Format(time.RFC3339), Promotion: s.IsPromotion(), Deploys: s.Deploys,
			Production: s.Production, Stopped: s.Stopped, Findings: jsonFindings(s.Findings),
		}
		if s.Unjudged != nil {
			why := s.Unjudged.Error()
			step.Unjudged = &why
		}
		if s.Undone != nil {
			step.Undone = &jsonUndoing{*jsonCommit(s.Undone.By), s.Undone.Reverted}
		}
		out.Steps = append(out.Steps, step)
	}
	return writeJSON(w, out)
}
