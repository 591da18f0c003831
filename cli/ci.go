package cli

import (
	"os"
	"path"
	"strings"
)

// System is a CI system that says into which branch the pull request goes that it builds.
type System struct {
	Name     string
	Variable string // the branch's name, with or without refs/heads/
	Only     string // where the variable is set for other builds too: one that only pull requests have
	Address  string // of the repository, put together of variables
	Branch   string // the variable with the name of the branch that is built, with or without refs/heads/
}

// Systems are those that are asked for the base where it is not given, in this order.
var Systems = []System{
	{Name: "GitHub Actions", Variable: "GITHUB_BASE_REF", Address: "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY", Branch: "GITHUB_REF"},
	{Name: "GitLab CI", Variable: "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", Address: "$CI_PROJECT_URL", Branch: "CI_COMMIT_BRANCH"},
	{Name: "Azure Pipelines", Variable: "SYSTEM_PULLREQUEST_TARGETBRANCH", Address: "$BUILD_REPOSITORY_URI", Branch: "BUILD_SOURCEBRANCH"},
	{Name: "Jenkins", Variable: "CHANGE_TARGET", Address: "$GIT_URL", Branch: "BRANCH_NAME"},
	{Name: "Bitbucket Pipelines", Variable: "BITBUCKET_PR_DESTINATION_BRANCH", Address: "$BITBUCKET_GIT_HTTP_ORIGIN", Branch: "BITBUCKET_BRANCH"},
	{Name: "Buildkite", Variable: "BUILDKITE_PULL_REQUEST_BASE_BRANCH", Address: "$BUILDKITE_REPO", Branch: "BUILDKITE_BRANCH"},
	{Name: "Woodpecker", Variable: "CI_COMMIT_TARGET_BRANCH", Address: "$CI_REPO_URL", Branch: "CI_COMMIT_BRANCH"},
	{Name: "Drone", Variable: "DRONE_TARGET_BRANCH", Only: "DRONE_PULL_REQUEST", Address: "$DRONE_REPO_LINK", Branch: "DRONE_BRANCH"},
	{Name: "Travis CI", Variable: "TRAVIS_BRANCH", Only: "TRAVIS_PULL_REQUEST_BRANCH", Address: "https://github.com/$TRAVIS_REPO_SLUG", Branch: "TRAVIS_BRANCH"},
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

// addresses are where the repository is to be had, as CI systems say.
func (p Process) addresses() []string {
	var addresses []string
	for _, system := range Systems {
		said := true
		address := os.Expand(system.Address, func(variable string) string {
			value := p.Getenv(variable)
			said = said && value != ""
			return value
		})
		if said {
			addresses = append(addresses, address)
		}
	}
	return addresses
}

// into are the branches that a change may go into, as CI systems say: the pull request's target, and on a push or in a queue of
// merges the branch that is built.
func (p Process) into() []string {
	var branches []string
	if target, _ := p.target(); target != "" {
		return []string{target}
	}
	for _, system := range Systems {
		branch, isBranch := strings.CutPrefix(p.Getenv(system.Branch), "refs/heads/")
		if branch == "" || !isBranch && strings.HasPrefix(branch, "refs/") {
			continue
		}
		// GitHub's queue builds refs/heads/gh-readonly-queue/main/pr-7-<commit>.
		if queued, ok := strings.CutPrefix(branch, "gh-readonly-queue/"); ok {
			branch = path.Dir(queued)
		}
		branches = append(branches, branch)
	}
	return branches
}

// defaultBranch is the repository's, where a CI system says so.
func (p Process) defaultBranch() string { return p.Getenv("CI_DEFAULT_BRANCH") }
