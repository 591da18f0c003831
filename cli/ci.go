package cli

import "strings"

// System is a CI system that says into which branch the pull request goes that it builds.
type System struct {
	Name     string
	Variable string // the branch's name, with or without refs/heads/
	Only     string // where the variable is set for other builds too: one that only pull requests have
}

// Systems are those that are asked for the base where it is not given, in this order.
var Systems = []System{
	{Name: "GitHub Actions", Variable: "GITHUB_BASE_REF"},
	{Name: "GitLab CI", Variable: "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"},
	{Name: "Azure Pipelines", Variable: "SYSTEM_PULLREQUEST_TARGETBRANCH"},
	{Name: "Jenkins", Variable: "CHANGE_TARGET"},
	{Name: "Bitbucket Pipelines", Variable: "BITBUCKET_PR_DESTINATION_BRANCH"},
	{Name: "Buildkite", Variable: "BUILDKITE_PULL_REQUEST_BASE_BRANCH"},
	{Name: "Woodpecker", Variable: "CI_COMMIT_TARGET_BRANCH"},
	{Name: "Drone", Variable: "DRONE_TARGET_BRANCH", Only: "DRONE_PULL_REQUEST"},
	{Name: "Travis CI", Variable: "TRAVIS_BRANCH", Only: "TRAVIS_PULL_REQUEST_BRANCH"},
}

// target is the branch that the pull request goes into, and the variable that says so; empty where
// there is no pull request.
func (p Process) target() (branch, variable string) {
	for _, system := range Systems {
		if system.Only != "" && p.Getenv(system.Only) == "" {
			continue
		}
		if branch := strings.TrimPrefix(p.Getenv(system.Variable), "refs/heads/"); branch != "" {
			return branch, system.Variable
		}
	}
	return "", ""
}
