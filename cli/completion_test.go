package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/report"
	"github.com/promocheck/promocheck/internal/fastimport"
)

// asking is how a shell is asked what it would complete the last of the words to: a script whose first
// argument is the file with the completion, and a line of output for each answer.
var asking = map[string]string{
	"bash": `. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
compopt() { :; }
_promocheck; printf '%s\n' "${COMPREPLY[@]}"`,
	"fish": `source $argv[1]; complete -C (string join -- ' ' $argv[2..-1]) | string replace -r '\t.*' ''; true`,
	// A zsh of its own, on a terminal: it completes nowhere else. The key that completes is replaced by
	// one that lists the answers.
	"zsh": `zmodload zsh/zpty; zpty z "PATH=$PATH zsh -f -i"
zpty -w z "PS1=; unsetopt zle_bracketed_paste; autoload -Uz compinit && compinit -u -D; . $1"
zpty -w z 'LISTMAX=1000; COLUMNS=300; zstyle ":completion:*" list-colors; compadd() { if [[ ${@[(I)-[OAD]]} -gt 0 ]]; then builtin compadd "$@"; else local -a answers; builtin compadd -O answers "$@"; print -l -- ${answers/#/answer:} >> '"$1"'.out; fi }'
zpty -w z 'ask() { BUFFER="$WORDS"; CURSOR=$#BUFFER; zle complete-word; print answe""red }; zle -N ask; bindkey "^T" ask; echo rea""dy'
zpty -r z line '*ready*'
shift; zpty -w z "WORDS=${(q)${(j: :)@}}; echo se\"\"t"; zpty -r z line '*set*'
zpty -w -n z $'\024'; zpty -r z line '*answered*'; zpty -d z`,
}

func TestCompletion(t *testing.T) {
	repo := demo(t)
	if err := fastimport.Run(repo, nil, "branch", "$(touch${IFS}executed)", "main"); err != nil {
		t.Fatal(err)
	}
	for shell, script := range asking {
		t.Run(shell, func(t *testing.T) {
			program, err := exec.LookPath(shell)
			if err != nil {
				t.Skip(err)
			}
			got := run("completion", shell)
			if got.exit != 0 {
				t.Fatal(got.stderr)
			}
			file := filepath.Join(t.TempDir(), "promocheck")
			if err := os.WriteFile(file, []byte(got.stdout), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, test := range []struct {
				words []string
				want  []string // among the answers
				not   []string
			}{
				{[]string{"promocheck", ""}, []string{"check", "event", "init", "hook", "completion"}, []string{"json", "main"}},
				{[]string{"promocheck", "--fa"}, []string{"--fail-on"}, []string{"--base"}},
				{[]string{"promocheck", "--format", ""}, report.Reports.Names(), []string{"check", "main"}},
				{[]string{"promocheck", "check", "--fail-on", ""}, []string{"error", "warning", "note"}, []string{"check"}},
				{[]string{"promocheck", "event", "--"}, []string{"--base", "--head", "--staged"}, []string{"--format"}},
				{[]string{"promocheck", "--base", ""}, []string{"main", "hotfix"}, []string{"check"}},
				{[]string{"promocheck", "completion", ""}, []string{"bash", "zsh", "fish"}, []string{"check"}},
			} {
				command := exec.Command(program, append([]string{"-c", script, shell, file}, test.words...)...)
				if shell == "fish" {
					command = exec.Command(program, append([]string{"--no-config", "-c", script, file}, test.words...)...)
				}
				command.Dir = repo
				command.Env = append(os.Environ(), "HOME="+t.TempDir(), "TERM=dumb")
				out, err := command.CombinedOutput()
				if err != nil && shell != "zsh" {
					t.Fatalf("%v: %v\n%s", test.words, err, out)
				}
				if shell == "zsh" {
					out, _ = os.ReadFile(file + ".out") // no answers, no file
					_ = os.Remove(file + ".out")
				}
				var answers []string
				for line := range strings.Lines(string(out)) {
					answers = append(answers, strings.TrimPrefix(strings.TrimSpace(line), "answer:"))
				}
				for _, want := range test.want {
					if !slices.Contains(answers, want) {
						t.Errorf("%q: %s is not among %q", test.words, want, answers)
					}
				}
				for _, not := range test.not {
					if slices.Contains(answers, not) {
						t.Errorf("%q: %s is among %q", test.words, not, answers)
					}
				}
			}
			if _, err := os.Stat(filepath.Join(repo, "executed")); err == nil {
				t.Error("a branch's name was executed")
			}
		})
	}
	if got := run("completion", "tcsh"); got.exit != 2 || !strings.Contains(got.stderr, "bash, zsh, fish") {
		t.Errorf("an unknown shell: %+v", got)
	}
}
