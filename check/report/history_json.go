package report

import (
	"io"
	"time"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/history"
)

// KindHistory is the kind that every history in JSON states.
const KindHistory = "History"

// These types are part of the contract of promocheck/v1: fields may be added, none may change its name or
// meaning. Times are in RFC 3339; what is not known is null.
type jsonHistory struct {
	APIVersion string           `json:"apiVersion"`
	Kind       string           `json:"kind"`
	Now        string           `json:"now"`
	Base       jsonBase         `json:"base"`
	Whole      bool             `json:"whole"`   // known back to the first commit
	Commits    int              `json:"commits"` // that are known
	Apps       []jsonHistoryApp `json:"apps"`
}

type jsonHistoryApp struct {
	App   string     `json:"app"`
	Stays []jsonStay `json:"stays"` // by artifact, then the newest first
}

type jsonStay struct {
	Artifact    artifact.Artifact `json:"artifact"`
	Version     artifact.Version  `json:"version"`
	Environment string            `json:"environment"`
	Targets     []string          `json:"targets"`
	Since       *string           `json:"since"`
	Seen        string            `json:"seen"` // since, or the oldest known commit if it was there then already
	Ran         *string           `json:"ran"`  // when, in it, something that has the version is first known to have been able to run; null: never
	Until       *string           `json:"until"`
	Seconds     int64             `json:"seconds"` // from seen until it was gone, or until now
	By          *jsonPastCommit   `json:"by"`      // what brought it
	Gone        *jsonPastCommit   `json:"gone"`    // what took it away
}

type jsonPastCommit struct {
	Commit  string `json:"commit"`
	Author  string `json:"author"`
	Subject string `json:"subject"`
}

// HistoryJSON writes a history for programs.
func HistoryJSON(w io.Writer, c *history.Chronicle, _ Options) error {
	moment := func(at time.Time) *string {
		if at.IsZero() {
			return nil
		}
		text := at.In(c.Now.Location()).Format(time.RFC3339)
		return &text
	}
	out := jsonHistory{
		APIVersion: APIVersion, Kind: KindHistory, Now: *moment(c.Now), Base: jsonBase{Ref: c.Branch.Name, Commit: string(c.Branch.OID)},
		Whole: c.Whole, Commits: c.Commits, Apps: []jsonHistoryApp{},
	}
	for _, app := range c.Apps {
		stays := []jsonStay{}
		for _, r := range app.Records {
			stays = append(stays, jsonStay{
				Artifact: r.Artifact, Version: r.Version, Environment: r.Environment, Targets: r.Targets,
				Since: moment(r.Since), Seen: *moment(r.Seen), Ran: moment(r.Ran), Until: moment(r.Until), Seconds: int64(r.Lasted(c.Now).Seconds()),
				By: jsonCommit(r.By), Gone: jsonCommit(r.Gone),
			})
		}
		out.Apps = append(out.Apps, jsonHistoryApp{app.App, stays})
	}
	return writeJSON(w, out)
}

func jsonCommit(commit git.PastCommit) *jsonPastCommit {
	if commit.OID == "" {
		return nil
	}
	return &jsonPastCommit{string(commit.OID), commit.Author, commit.Subject}
}
