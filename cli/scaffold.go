package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/account"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/report"
	"github.com/promocheck/promocheck/check/spelling"
)

// configFor writes down what is recognised, so that it stays so, with comments on what else there is.
func configFor(ctx context.Context, survey *check.Survey, lines check.Lines) (string, error) {
	if survey.Layout.ByBranch() {
		return scaffold(survey, lines, nil), nil
	}
	names := map[string][]string{}
	for _, environment := range survey.Layout.Path {
		names[environment.Name] = slices.DeleteFunc(slices.Clone(survey.Layout.Names[environment.Name]), func(name string) bool { return name == environment.Name })
	}
	// A region that comes is to be recognised like those of today, unless that takes in something else today.
	for _, environment := range slices.Sorted(maps.Keys(names)) {
		called := names[environment]
		names[environment] = globsOf(environment, called)
		same, err := survey.RecognisedBy(ctx, scaffold(survey, lines, names))
		if err != nil {
			return "", err
		}
		if !same {
			names[environment] = called
		}
	}
	return scaffold(survey, lines, names), nil
}

// scaffold is a configuration file. match says what each environment's directories are called, beside its name.
func scaffold(survey *check.Survey, lines check.Lines, match map[string][]string) string {
	layout := survey.Layout
	var b strings.Builder
	b.WriteString("# What promocheck takes for environments and overlays, as it was recognised in this repository.\n")
	b.WriteString("# The environments, in the order of promotion. Each has the one before it as its upstream, unless\n")
	b.WriteString("# `upstream: [..]` says otherwise; `upstream: []` starts a chain of its own.\n")
	b.WriteString("environments:\n")
	for _, environment := range layout.Path {
		fmt.Fprintf(&b, "  - name: %s\n", scalar(environment.Name))
		if globs := match[environment.Name]; len(globs) > 0 {
			fmt.Fprintf(&b, "    match: %s # globs for directories, beside the name itself\n", list(globs))
		}
		if environment.Branch != "" {
			fmt.Fprintf(&b, "    branch: %s # which deploys it, with all that is in there\n", scalar(environment.Branch))
		}
		if environment.Production {
			b.WriteString("    production: true\n")
		}
	}
	if len(layout.Patterns) > 0 {
		b.WriteString("\n# Where their directories and files are; {app**} is one path segment or more, {target} a region or cluster.\n")
		b.WriteString("overlays:\n")
	}
	for _, pattern := range layout.Patterns {
		fmt.Fprintf(&b, "  - %q\n", pattern)
	}
	writeIgnore(&b, survey.Tools)
	b.WriteString("\n# The time zone that weekdays are counted in.\ntimezone: UTC # for example Europe/Berlin\n")
	writeRules(&b, layout, lines)
	return b.String()
}

// globsOf are globs for the names of an environment's directories: prod-* for prod-eu and prod-us. A name without a word
// for the environment stays as it is. Where none has anything else in it, a region may come at either end.
func globsOf(environment string, names []string) []string {
	var globs []string
	bare := []string{environment}
	for _, name := range names {
		glob := globOf(environment, name)
		globs = append(globs, glob)
		if glob == name && spelling.SameEnvironment(name, environment) {
			bare = append(bare, name)
		}
	}
	if len(bare) == len(names)+1 {
		for _, word := range bare {
			globs = append(globs, word+"-*", "*-"+word)
		}
	}
	slices.Sort(globs)
	return slices.Compact(globs)
}

func globOf(environment, name string) string {
	start := 0
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		at := start + strings.Index(name[start:], word)
		if word != environment && !spelling.SameEnvironment(word, environment) {
			start = at + len(word)
			continue
		}
		before, after := name[:at], name[at+len(word):]
		if before != "" {
			before = "*" + before[len(before)-1:]
		}
		if after != "" {
			after = after[:1] + "*"
		}
		return before + word + after
	}
	return name
}

// writeIgnore proposes to leave out the directories of other tools. One that may name what runs is for a person to decide.
func writeIgnore(b *strings.Builder, tools []account.Tool) {
	tools = slices.DeleteFunc(slices.Clone(tools), func(t account.Tool) bool { return strings.ContainsAny(t.Directory, `*?[]{}\`) })
	if len(tools) == 0 {
		return
	}
	b.WriteString("\n# Files that deploy nothing, beside those that are known: directories of other tools, of which no environment reads a\n")
	b.WriteString("# file. Where a line of them may name what runs, it is for you to say so.\n")
	none := !slices.ContainsFunc(tools, func(t account.Tool) bool { return t.Names == "" })
	if none {
		b.WriteString("# ")
	}
	b.WriteString("ignore:\n")
	for _, tool := range tools {
		what := "  - "
		if tool.Names != "" {
			what = "  # - "
			if none {
				what = "#   - "
			}
		}
		fmt.Fprintf(b, "%s%q # %s\n", what, tool.Directory+"/**", toolInWords(tool))
	}
}

func toolInWords(t account.Tool) string {
	words := fmt.Sprintf("%s: %d unread files", t.Name, t.Files)
	if t.Files == 1 {
		words = t.Name + ": 1 unread file"
	}
	if t.Production > 0 {
		words += fmt.Sprintf(", %d of production by their path", t.Production)
	}
	if t.Names != "" {
		words += fmt.Sprintf("; %s says %s", report.Escape(t.In), report.Escape(cut(t.Names)))
	}
	return words
}

// cut keeps a line within what is read at a glance.
func cut(line string) string {
	const most = 100
	if runes := []rune(line); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return line
}

// writeRules allows the apps that only production has, lets shared lines through with a warning where they are how the
// repository works, and says what else can be set.
func writeRules(b *strings.Builder, layout *overlay.Layout, lines check.Lines) {
	var set strings.Builder
	if alone := onlyInProduction(layout); len(alone) > 0 {
		set.WriteString("  skipped-environment:\n    allow: # apps that have no environment before production, and need none\n")
		for _, app := range alone {
			fmt.Fprintf(&set, "      - %s\n", scalar(app))
		}
	}
	if sharesLines(lines) {
		fmt.Fprintf(&set, "  # Of the last %d merges %d brought a new version to production, %d of them by a line that sets it for the environment\n"+
			"  # before as well, so that nothing can be tried there first. With a line of its own for production, this can go.\n"+
			"  version-not-in-staging: {shared-line: warn}\n", lines.Merges, lines.Entering, lines.Shared)
	}
	b.WriteString("\n# Rules can be set, and limited to some environments or apps:\n")
	var last []string
	for _, environment := range layout.Path[max(0, len(layout.Path)-2):] {
		last = append(last, environment.Name)
	}
	others := "  friday-push: {severity: warning}\n#   mutable-tag: {environments: " + list(last) + "}\n"
	if set.Len() == 0 {
		b.WriteString("# rules:\n# " + others)
		return
	}
	b.WriteString("rules:\n# " + others + set.String())
}

// sharesLines reports whether lines that several environments share are how a repository works: not once or twice, and in
// a quarter of what comes to production at least.
func sharesLines(lines check.Lines) bool {
	return lines.Shared >= 3 && 4*lines.Shared >= lines.Entering
}

// onlyInProduction lists the apps that have overlays in production only, though others go through earlier environments.
func onlyInProduction(layout *overlay.Layout) []string {
	downstream := slices.ContainsFunc(layout.Path, func(e overlay.Environment) bool { return e.Production && len(e.Upstream) > 0 })
	if !downstream {
		return nil
	}
	return slices.DeleteFunc(appsOf(layout), func(app string) bool {
		return slices.ContainsFunc(layout.Sites, func(site overlay.Site) bool {
			return site.App == app && !slices.ContainsFunc(layout.Path, func(e overlay.Environment) bool { return e.Name == site.Environment && e.Production })
		})
	})
}

func list(names []string) string {
	quoted := make([]string, 0, len(names))
	for _, name := range names {
		quoted = append(quoted, scalar(name))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// scalar writes a name as YAML; whatever a directory may be called is text there.
func scalar(name string) string { return fmt.Sprintf("%q", name) }
