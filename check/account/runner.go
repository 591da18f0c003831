package account

import (
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

// runner tells where the files of a CI system say which images its own jobs run in.
type runner struct {
	dirs, names []string // of the files
	paths       []string // of keys
}

var runners = []runner{
	{
		dirs:  []string{".github/workflows", ".gitea/workflows", ".forgejo/workflows"},
		paths: []string{"jobs/*/container", "jobs/*/container/image", "jobs/*/services/*/image"},
	},
	{dirs: []string{".github/actions"}, paths: []string{"runs/image"}},
	{
		dirs: []string{".gitlab/ci"}, names: []string{".gitlab-ci.y*ml", "*.gitlab-ci.y*ml"},
		paths: []string{"{image,services}", "*/{image,services}", "{image,services}/name", "*/{image,services}/name"},
	},
	{dirs: []string{".circleci"}, paths: []string{"{jobs,executors}/*/docker/image"}},
	{dirs: []string{".woodpecker"}, names: []string{".drone.y*ml", ".woodpecker.y*ml"}, paths: []string{"{steps,services}/image", "{steps,services}/*/image"}},
	{names: []string{"bitbucket-pipelines.y*ml"}, paths: []string{"image", "image/name", "**/step/image", "**/step/image/name", "definitions/services/*/image"}},
}

// withoutRunners is the text of a pipeline's file without the images that its jobs run in: these run nowhere but there.
func withoutRunners(file, text string) string {
	at := slices.IndexFunc(runners, func(r runner) bool {
		return matchesAny(r.names, file) || slices.ContainsFunc(r.dirs, func(dir string) bool { return isBelow(file, dir) })
	})
	documents, err := document.Parse([]byte(text))
	if at < 0 || err != nil {
		return text
	}
	lines := strings.Split(text, "\n")
	cut := func(scalar *yaml.Node) {
		if line := scalar.Line - 1; line < len(lines) && !strings.Contains(scalar.Value, "\n") {
			lines[line] = strings.Replace(lines[line], scalar.Value, "", 1)
		}
	}
	for _, root := range documents {
		each("", root, func(keys string, scalar *yaml.Node) {
			if isVariable := strings.HasPrefix(keys, "variables/"); !isVariable && slices.ContainsFunc(runners[at].paths, func(pattern string) bool { return doublestar.MatchUnvalidated(pattern, keys) }) {
				cut(scalar)
			}
		})
	}
	return strings.Join(lines, "\n")
}

// each visits the scalars below a node with the keys that lead to them. The elements of a list stand under the list's own.
func each(keys string, node *yaml.Node, visit func(keys string, scalar *yaml.Node)) {
	switch node.Kind {
	case yaml.ScalarNode:
		visit(keys, node)
	case yaml.SequenceNode:
		for _, item := range node.Content {
			each(keys, item, visit)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			each(path.Join(keys, node.Content[i].Value), node.Content[i+1], visit)
		}
	}
}
