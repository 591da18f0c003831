package account

import (
	"regexp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/tree"
)

// workflows are the directories at the top that hold what CI systems do, whatever a file there is called.
var workflows = []string{
	".github/workflows", ".github/actions", ".gitea/workflows", ".forgejo/workflows", ".gitlab/ci", ".circleci", ".buildkite", ".woodpecker", ".azure-pipelines",
	".teamcity", ".harness", ".tekton",
}

// aroundPipelines are those that hold scripts for pipelines, and other things.
var aroundPipelines = []string{".github", ".gitlab", ".gitea", ".forgejo"}

// pipelineNames are what such files are called elsewhere, at the top of the repository or of a part of it.
var pipelineNames = []string{
	".gitlab-ci.y*ml", "*.gitlab-ci.y*ml", "jenkinsfile", "jenkinsfile.*", "azure-pipelines*.y*ml", "bitbucket-pipelines.y*ml", ".travis.y*ml",
	".drone.y*ml", ".woodpecker.y*ml", "appveyor.y*ml", "cloudbuild*.y*ml", "buildspec*.y*ml", ".cirrus.y*ml", "atlantis.y*ml",
}

func isWorkflow(file string) bool {
	return slices.ContainsFunc(workflows, func(dir string) bool { return isBelow(file, dir) }) || matchesAny(pipelineNames, file)
}

// pipeline reports whether a file tells a CI system what to do, or is there to be run by one. What GitLab's agents take to
// clusters is no pipeline's.
func pipeline(file string) bool {
	return isWorkflow(file) || !isBelow(file, ".gitlab/agents") &&
		slices.ContainsFunc(aroundPipelines, func(dir string) bool { return isBelow(file, dir) })
}

// ofPipeline tells the fate of a pipeline's file. Pipelines deploy: where a changed line names a version, it may be that
// of what runs somewhere.
func (c Change) ofPipeline(changed tree.Change, forProduction bool) (Fate, string) {
	lines := differing(withoutRunners(changed.Path, textOf(c.Before, changed.Path)), withoutRunners(changed.Path, textOf(c.After, changed.Path)))
	line, ok := namesVersion(lines)
	if at := slices.IndexFunc(lines, released.MatchString); !ok && forProduction && at >= 0 {
		line, ok = lines[at], true
	}
	if !ok {
		return Inert, "it tells a pipeline what to do, and no changed line of it names an image"
	}
	return Unread, "it tells a pipeline what to do, and a changed line may name what that deploys: " + line
}

// ofRun tells the fate of what is run by hand or by a pipeline, where its path says production: as a pipeline's file, it is
// unread where a changed line may name a version.
func (c Change) ofRun(file *File, changed tree.Change) {
	if line, ok := namesVersion(differing(textOf(c.Before, changed.Path), textOf(c.After, changed.Path))); ok {
		file.Fate, file.Production = Unread, false // where it ends is for nobody to tell from here
		file.Why = "its path says production, and a changed line may name what it deploys: " + line
	}
}

// textOf is what a file says; nothing where it is not there or no text.
func textOf(in *tree.Tree, file string) string {
	if in == nil {
		return ""
	}
	data, err := in.ReadFile(file)
	if err != nil {
		return ""
	}
	return string(data)
}

// differing are the lines that only one of two texts has, as often as it has them more, those of the second first.
func differing(before, after string) []string {
	counts := map[string]int{}
	for line := range strings.Lines(before) {
		counts[strings.TrimSpace(line)]--
	}
	for line := range strings.Lines(after) {
		counts[strings.TrimSpace(line)]++
	}
	var came, gone []string
	for _, text := range []string{after, before} {
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(line)
			switch n := counts[line]; {
			case n > 0:
				came = append(came, line)
			case n < 0:
				gone = append(gone, line)
			}
			counts[line] = 0
		}
	}
	return append(came, gone...)
}

var (
	// pinned is a step that a workflow takes from elsewhere. That runs in the pipeline, not in an environment.
	pinned = regexp.MustCompile(`^(?:-\s*)?["']?uses["']?\s*:`)
	// node is the image of a test cluster's node, by kind or k3d. That cluster is gone when the pipeline is.
	node = regexp.MustCompile(`(?:[\w.-]+(?::\d+)?/)*\b(?:kindest/node|rancher/k3s)(?::[\w.-]+(?:@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})`)
	// digested is a digest, wherever it stands.
	digested = regexp.MustCompile(`\bsha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})\b`)
	// tagged is a reference with a path and a tag: ghcr.io/acme/shop:v1. A port is followed by a slash, a URL's colon by two.
	tagged = regexp.MustCompile(`(?:^|[\s"'=(\[{,])[\w.-]+(?::\d+)?(?:/[\w.$(){}-]+)+:[\w$({][\w.${}()-]*`)
	// keyed is a value beside a key that says image: IMAGE_TAG=v1, image: shop:v1, imageTag: v1.
	keyed = regexp.MustCompile(`(?i)([\w.-]*image[\w.-]*)["']?\s*[:=]\s*["']?([\w$({][^\s"',}]*)`)
	// aboutImages are keys that say what is done with an image, rather than which it is, unless what stands there has a tag.
	aboutImages = regexp.MustCompile(`(?i)images?[-_.]?(?:pull|secret|policy|scan|format|size|platform|director|folder|artifact)`)
	// noImage is no image beside any key: a switch, a file, a picture.
	noImage = regexp.MustCompile(`(?i)^(?:true|false|yes|no|on|off|null|always|never|ifnotpresent|(?:\S*/)?(?:docker|container)file\S*|\S+\.(?:png|jpe?g|svg|gif|webp|ico))$`)
	// tag is a value beside a key that says tag or version, which counts where the line says image, too.
	tag = regexp.MustCompile(`(?i)(?:tag|version)["']?\s*[:=]\s*["']?[\w$({]`)
	// released is such a value beside a key that says nothing else, which counts where the file is for production.
	released = regexp.MustCompile(`(?i)^(?:-\s*)?["']?(?:[\w.-]*tag|(?:app[-_.]?)?version|release)["']?\s*[:=]\s*["']?[\w$({]`)
	// installed is a chart's version, or one that a chart is told, on the command line.
	installed = regexp.MustCompile(`(?i)\bhelm\b.*\s--version[=\s]|--set(?:-string)?[=\s]\S*(?:tag|version)=`)
)

// namesVersion finds the first line that reads as if it named an image or its version.
func namesVersion(lines []string) (string, bool) {
	at := slices.IndexFunc(lines, func(line string) bool {
		if pinned.MatchString(line) || strings.HasPrefix(line, "#") {
			return false
		}
		line = node.ReplaceAllString(line, "")
		return digested.MatchString(line) || tagged.MatchString(line) || namesImage(line) || installed.MatchString(line) ||
			tag.MatchString(line) && strings.Contains(strings.ToLower(line), "image")
	})
	if at < 0 {
		return "", false
	}
	return lines[at], true
}

// namesImage reports whether a line has a value beside a key that says image.
func namesImage(line string) bool {
	return slices.ContainsFunc(keyed.FindAllStringSubmatch(line, -1), func(found []string) bool {
		key, value := found[1], found[2]
		return !noImage.MatchString(value) && (!aboutImages.MatchString(key) || strings.Contains(value, ":"))
	})
}
