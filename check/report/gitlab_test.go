package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func readGitLab(t *testing.T, r *Report) []gitlabIssue {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(write(t, GitLab, r)))
	decoder.DisallowUnknownFields()
	var issues []gitlabIssue
	if err := decoder.Decode(&issues); err != nil {
		t.Fatal(err)
	}
	return issues
}

func TestGitLab(t *testing.T) {
	var got []string
	fingerprints := map[string]bool{}
	for _, issue := range readGitLab(t, several()) {
		got = append(got, issue.Severity+" "+issue.CheckName)
		fingerprints[issue.Fingerprint] = true
		if issue.Location.Path == "" || issue.Location.Lines.Begin < 1 || issue.Description == "" {
			t.Errorf("GitLab would refuse %+v", issue)
		}
	}
	want := []string{
		"info team-rule", "critical skipped-environment", "minor unresolved-version", "critical changed-source", "minor friday-push",
	}
	if diff := cmp.Diff(want, got); diff != "" { // without the waived one
		t.Errorf("issues (-want +got):\n%s", diff)
	}
	if len(fingerprints) != len(want) {
		t.Errorf("fingerprints are not unique: %v", fingerprints)
	}
}

func TestGitLabOfNothingIsAList(t *testing.T) {
	if got := write(t, GitLab, &Report{Event: newEvent()}); got != "[]\n" {
		t.Errorf("got %q", got)
	}
}
