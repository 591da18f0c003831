package account

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/tree"
)

// Tool is a directory of another tool's files, of which no environment reads one.
type Tool struct {
	Name       string // of the tool
	Directory  string
	Files      int // that are unread
	Production int // of these, those whose path says production
	// Names is a line that may name what runs, with its file; empty where there is none.
	Names, In string
}

// tool is one that is known to work on something else than what this program looks at.
type tool struct {
	name        string
	directories []string // called so, all that is in them is the tool's
	files       []string // as path.Match has them, in lower case
}

var tools = []tool{
	{"Terraform", []string{"terraform", "terragrunt", "opentofu", "tofu"}, []string{
		"*.tf", "*.tf.json", "*.tofu", "*.tfvars", "*.tfvars.json", "*.tfbackend", "*.tftpl", "*.tftest.hcl", ".terraform.lock.hcl", ".terraform-version",
		"terragrunt.hcl", ".tflint.hcl", ".terraform-docs.y*ml",
	}},
	{"Ansible", []string{"ansible"}, []string{"ansible.cfg"}},
	{"Packer", []string{"packer"}, []string{"*.pkr.hcl", "*.pkr.json", "*.pkrvars.hcl"}},
	{"Pulumi", []string{"pulumi"}, []string{"pulumi.y*ml", "pulumi.*.y*ml"}},
	{"CloudFormation", []string{"cloudformation"}, nil},
	{"Vagrant", []string{"vagrant"}, []string{"vagrantfile"}},
	{"GitHub", []string{".github"}, nil},
	{"GitLab", []string{".gitlab"}, nil},
	{"CircleCI", []string{".circleci"}, nil},
	{"Buildkite", []string{".buildkite"}, nil},
}

// Tools finds the directories of other tools of which nothing is read, and looks for lines in their unread files that may
// name what runs: a directory that is called after a tool, or of which all unread files are the tool's.
func Tools(files []File, in *tree.Tree) ([]Tool, error) {
	s := survey{read: readIn(files), unread: map[string][]File{}}
	for _, file := range files {
		if file.Fate == Unread {
			for _, dir := range directoriesOf(file.Path) {
				s.unread[dir] = append(s.unread[dir], file)
			}
		}
	}
	var found []Tool
	for _, file := range files {
		if file.Fate != Unread || len(found) > 0 && isBelow(file.Path, found[len(found)-1].Directory) {
			continue
		}
		if tool, ok := s.toolOf(file.Path); ok {
			found = append(found, tool)
		}
	}
	for i := range found {
		if err := found[i].look(s.unread[found[i].Directory], in); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// survey is what is known of directories: where files are read, at any depth, and which are not.
type survey struct {
	read   map[string]bool
	unread map[string][]File
}

// toolOf finds the topmost directory of a file that is a tool's.
func (s survey) toolOf(file string) (Tool, bool) {
	for _, dir := range directoriesOf(file) {
		if s.read[dir] {
			continue
		}
		for _, tool := range tools {
			if tool.has(dir, s.unread[dir]) {
				return Tool{Name: tool.name, Directory: dir}, true
			}
		}
	}
	return Tool{}, false
}

func (t tool) has(dir string, unread []File) bool {
	return slices.Contains(t.directories, strings.ToLower(path.Base(dir))) ||
		!slices.ContainsFunc(unread, func(file File) bool { return !matchesAny(t.files, file.Path) })
}

// look counts the unread files, and looks for a line that may name what runs.
func (t *Tool) look(unread []File, in *tree.Tree) error {
	contents := tree.Files{Tree: in}
	for _, file := range unread {
		t.Files++
		if file.Production {
			t.Production++
		}
		contents.Paths = append(contents.Paths, file.Path)
	}
	if err := tree.Prefetch(contents); err != nil {
		return err
	}
	for _, file := range contents.Paths {
		lines := strings.Split(textOf(in, file), "\n")
		if line, ok := namesVersion(lines); ok {
			t.Names, t.In = strings.TrimSpace(line), file
			return nil
		}
		if at := slices.IndexFunc(lines, deploys.MatchString); at >= 0 {
			t.Names, t.In = strings.TrimSpace(lines[at]), file
			return nil
		}
	}
	return nil
}

// deploys is what tools say who install something in a cluster: a tag among a chart's values, a resource, a command.
var deploys = regexp.MustCompile(`(?i)\btag["']?\s*[:=]\s*["']?[\w$({]|\bhelm_release\b|\bkube(?:rnetes|ctl)_(?:manifest|deployment|stateful_?set|daemon_?set|cron_job|job|pod)|` +
	`\bhelm\s+(?:upgrade|install|template)\b|\bkubectl\s+(?:apply|set|create|replace|patch)\b|\bkubernetes\.core\.|\bcommunity\.kubernetes\.`)

// matchesAny reports whether a file's name is one of some patterns', in lower case.
func matchesAny(patterns []string, file string) bool {
	name := strings.ToLower(path.Base(file))
	return slices.ContainsFunc(patterns, func(pattern string) bool { matched, _ := path.Match(pattern, name); return matched })
}
