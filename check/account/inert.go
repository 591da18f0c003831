package account

import (
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/tree"
)

// kind is something that files can be which deploys nothing.
type kind struct {
	why        string
	names      []string // of files, as path.Match has them, in lower case
	extensions []string // in lower case
	below      []string // directories at the top of the repository, and all that is in them
	// anywhere is set for what deploys nothing wherever it lies. The rest does only where no environment could have
	// a use for it: a script in an app's directory may be what a generator reads.
	anywhere bool
}

// kinds are what is known to deploy nothing. The documentation lists them.
var kinds = []kind{
	{
		why: "it is prose", anywhere: true,
		extensions: []string{".md", ".markdown", ".rst", ".adoc", ".asciidoc", ".org", ".tex"},
		names:      []string{"readme", "readme.txt", "changelog", "changelog.txt", "contributing", "contributing.txt", "security.txt", "todo", "todo.txt", "readme*.gotmpl", "_readme*.gotmpl"},
	},
	{
		why: "it is a picture or a document", anywhere: true,
		extensions: []string{".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".pdf", ".drawio", ".puml", ".plantuml", ".mmd", ".excalidraw"},
	},
	{
		why: "it says who owns what", anywhere: true,
		names: []string{"codeowners", "owners", "owners_aliases", "maintainers", "authors", "contributors", ".mailmap", "catalog-info.yaml"},
	},
	{
		why: "it is a licence", anywhere: true,
		names: []string{
			"license", "license.txt", "license-mit", "license-apache*", "licence", "licence.txt", "copying", "copying.lesser", "copying.txt", "notice", "notice.txt",
		},
	},
	{
		why: "it is for Git or an editor", anywhere: true,
		names: []string{".gitignore", ".gitattributes", ".gitkeep", ".keep", ".git-blame-ignore-revs", ".editorconfig", ".dockerignore", ".cursorrules"},
		below: []string{".vscode", ".idea", ".zed", ".devcontainer", ".cursor", ".claude", ".husky"},
	},
	{
		why: "it is for a linter or another tool that looks at the repository", anywhere: true,
		names: []string{
			// Of YAML, Markdown and what is in them.
			".pre-commit-config.yaml", ".pre-commit-hooks.yaml", "lefthook.y*ml", ".lefthook.y*ml", ".lintstagedrc*", ".yamllint", ".yamllint.*", ".yamlfmt*",
			".markdownlint*", ".mdlrc", ".prettierrc*", ".prettierignore", ".eslintrc*", ".eslintignore", ".ls-lint.y*ml", ".mega-linter.y*ml", ".super-linter*",
			".codespellrc", ".cspell.*", "cspell.*", ".vale.ini", ".typos.toml", "_typos.toml", ".lycheeignore", "lychee.toml", "mkdocs.y*ml",
			// Of Kubernetes' objects.
			".kube-linter.y*ml", ".kube-score*", ".kubeconform*", ".fluxschema.y*ml", ".conftest.toml", "conftest.toml", ".polaris.y*ml", ".datree*", ".kubescape*",
			".pluto.y*ml", ".regal.y*ml", "ct.y*ml", ".ct.y*ml", "cr.y*ml", ".cr.y*ml", "artifacthub-repo.y*ml", ".helm-docs*",
			// Of code, scripts and pipelines.
			".golangci.*", ".shellcheckrc", ".hadolint.y*ml", ".flake8", ".pylintrc", ".ruff.toml", "ruff.toml", ".rubocop.y*ml", ".tflint.hcl", ".terraform-docs.y*ml",
			".actionlint.y*ml", "actionlint.y*ml", "zizmor.y*ml", ".ansible-lint*", ".commitlintrc*", "commitlint.config.*", ".gitlint", "sonar-project.properties",
			"codecov.y*ml", ".codecov.y*ml",
			// Of secrets and vulnerabilities.
			".gitleaks.toml", ".gitleaksignore", ".secrets.baseline", ".talismanrc", ".gitguardian.y*ml", ".checkov.y*ml", ".trivyignore*", "trivy.y*ml", ".snyk",
			".kics*", ".tfsec*", ".sops.y*ml",
			// Of releases, and of what a person has installed.
			"renovate.json", "renovate.json5", ".renovaterc", ".renovaterc.json", ".renovaterc.json5", ".releaserc*", "release-please-config.json",
			".release-please-manifest.json", "cliff.toml", ".mergify.y*ml", ".kodiak.toml", ".tool-versions", ".mise.toml", "mise.toml", ".envrc", ".nvmrc",
			".node-version", ".python-version", ".ruby-version", ".go-version", ".terraform-version", "devbox.json", "devbox.lock", "flake.nix", "flake.lock",
			"shell.nix", "brewfile",
		},
	},
	{
		why: "Argo CD's hydrator notes in it what it has rendered", anywhere: true,
		names: []string{"hydrator.metadata"},
	},
	{
		why: "it is about GitHub or GitLab, and no pipeline", anywhere: true,
		below: []string{
			".github/ISSUE_TEMPLATE", ".github/PULL_REQUEST_TEMPLATE", ".github/DISCUSSION_TEMPLATE", ".gitlab/issue_templates", ".gitlab/merge_request_templates",
		},
		names: []string{"pull_request_template.*", "issue_template.*", "dependabot.y*ml", "funding.y*ml", "labeler.y*ml"},
	},
	{
		why:   "it is documentation",
		below: []string{"docs", "doc"},
	},
	{
		why: "it is source code",
		extensions: []string{
			".go", ".py", ".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx", ".java", ".kt", ".kts", ".rb", ".rs", ".c", ".h", ".cc", ".cpp", ".cs",
			".php", ".swift", ".scala", ".lua", ".pl", ".r", ".css", ".scss", ".html", ".ipynb", ".rego", ".sql", ".proto", ".graphql",
		},
		names: []string{
			"go.mod", "go.sum", "package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "requirements*.txt", "pyproject.toml", "poetry.lock",
			"pipfile", "pipfile.lock", "setup.cfg", "tox.ini", "tsconfig*.json", "gemfile", "gemfile.lock", "cargo.toml", "cargo.lock", "pom.xml", "build.gradle",
			"dockerfile", "dockerfile.*", "dockerfile-*", "*.dockerfile", "containerfile", "docker-compose*.y*ml", "compose.y*ml",
		},
	},
	{
		why:        "it is a script",
		extensions: []string{".sh", ".bash", ".zsh", ".fish", ".ps1", ".bat", ".cmd", ".awk", ".mk"},
		below:      []string{"scripts", "hack", "bin"},
	},
	{
		why: "it is a list of commands", anywhere: true,
		names: []string{"makefile", "gnumakefile", "justfile", ".justfile", "vagrantfile", "taskfile.y*ml", "rakefile", "tiltfile"},
	},
	{
		why:   "it is a schema",
		names: []string{"*.schema.json"},
		below: []string{"schema", "schemas"},
	},
	{
		why:   "it is a test",
		names: []string{"*_test.*", "*.test.*", "*.spec.*", "conftest.py"},
		below: []string{"tests", "e2e"},
	},
}

// isRun reports whether a file is run, or says what is: a script, or a file for Docker Compose.
func isRun(file string) bool {
	return slices.Contains([]string{".sh", ".bash", ".zsh", ".fish", ".ps1", ".bat", ".cmd", ".mk"}, strings.ToLower(path.Ext(file))) ||
		matchesAny([]string{"makefile", "gnumakefile", "justfile", "taskfile.y*ml", "docker-compose*.y*ml", "compose*.y*ml"}, file)
}

// besideChart are what lies in a chart's directory and is no part of what it installs, but for what its templates take as files.
var besideChart = []string{"tests/**", "ci/**", "docs/**", "**/*.snap"}

// ofChart reports whether a file lies beside what a chart installs.
func (c Change) ofChart(file string) bool {
	for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
		isChart := slices.ContainsFunc([]*tree.Tree{c.Before, c.After}, func(t *tree.Tree) bool { return t != nil && t.IsFile(path.Join(dir, "Chart.yaml")) })
		if isChart {
			return slices.ContainsFunc(besideChart, func(pattern string) bool {
				return doublestar.MatchUnvalidated(pattern, strings.TrimPrefix(file, dir+"/"))
			})
		}
	}
	return false
}

// deploysNothing tells why a file is known to deploy nothing. alone says that no environment could have a use for what
// lies where the file does.
func (c Change) deploysNothing(file string, alone bool) (why string, known bool) {
	at := slices.IndexFunc(kinds, func(k kind) bool {
		return k.has(file) && (alone && !k.anywhere || k.anywhere && !c.isObject(file))
	})
	if at < 0 {
		return "", false
	}
	return kinds[at].why, true
}

func (k kind) has(file string) bool {
	return slices.Contains(k.extensions, strings.ToLower(path.Ext(file))) || matchesAny(k.names, file) ||
		slices.ContainsFunc(k.below, func(dir string) bool { return isBelow(file, dir) })
}

// isObject reports whether a file has an object that Kubernetes would take, before or after, whatever it is called: who applies a
// directory applies it, too. A catalogue of what a repository holds is written as objects are.
func (c Change) isObject(file string) bool {
	switch strings.ToLower(path.Ext(file)) {
	case ".yaml", ".yml", ".json":
	default:
		return false
	}
	return slices.ContainsFunc([]*tree.Tree{c.Before, c.After}, func(in *tree.Tree) bool {
		documents, err := document.Parse([]byte(textOf(in, file)))
		return err == nil && slices.ContainsFunc(documents, func(root *yaml.Node) bool {
			version, kind := document.Text(document.Get(root, "apiVersion")), document.Text(document.Get(root, "kind"))
			return version != "" && kind != "" && !strings.HasPrefix(version, "backstage.io/")
		})
	})
}
