package report

import (
	"io"

	"github.com/promocheck/promocheck/check/finding"
)

// gitlabIssue is an entry of GitLab's Code Quality report.
type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"` // info, minor, major, critical or blocker
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
}

var gitlabSeverities = map[finding.Severity]string{finding.Error: "critical", finding.Warning: "minor", finding.Note: "info"}

// GitLab writes a Code Quality report: what merge requests show beside their changes. It has no
// word for what is waived, so it leaves that out.
func GitLab(w io.Writer, r *Report, _ Options) error {
	places := newPlaces(r)
	issues := []gitlabIssue{} // an empty report is a list, too
	for _, f := range r.Findings {
		if f.Waived != nil {
			continue
		}
		at := places.of(f)
		issues = append(issues, gitlabIssue{
			Description: sentence(f.Message),
			CheckName:   f.Rule,
			Fingerprint: f.Fingerprint,
			Severity:    gitlabSeverities[severityOf(f)],
			Location:    gitlabLocation{Path: at.Path, Lines: gitlabLines{Begin: at.Line}},
		})
	}
	return writeJSON(w, issues)
}
