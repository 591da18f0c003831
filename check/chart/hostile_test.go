package chart

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/internal/treetest"
)

// TestHostile requires of charts that would take all memory or all time that they are given up for the work that
// they are, before the time or the memory is over, and that it is said what was being rendered.
func TestHostile(t *testing.T) {
	doubling := func(function string) string {
		return `{{ $x := "0123456789" }}{{ range until 60 }}{{ $x = ` + function + ` }}{{ end }}{{ $x }}`
	}
	for name, template := range map[string]string{
		"tpl that calls itself":                 `{{ tpl .Values.loop . }}`,
		"template that calls itself":            `{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}`,
		"templates that double":                 chain("template"),
		"includes that double":                  chain("include"),
		"templates that call each other":        ring("template"),
		"includes that call each other":         ring("include"),
		"until":                                 `{{ until 2000000000 }}`,
		"range until":                           `{{ range until 2000000000 }}{{ end }}`,
		"untilStep":                             `{{ untilStep 0 2000000000 1 }}`,
		"untilStep past the largest number":     `{{ untilStep 0 9223372036854775807 4611686018427387904 }}`,
		"untilStep downwards":                   `{{ untilStep 0 -2000000000 -1 }}`,
		"seq":                                   `{{ seq 2000000000 }}`,
		"seq by steps":                          `{{ seq -2000000000 1 2000000000 }}`,
		"range over a number":                   `{{ range 100000000000 }}{{ end }}`,
		"range over a number in a variable":     `{{ $n := 100000000000 }}{{ range $i := $n }}{{ end }}`,
		"range over a number of the values":     `{{ range (int64 .Values.number) }}{{ end }}`,
		"ranges in each other":                  strings.Repeat(`{{ range 10000 }}`, 4) + strings.Repeat(`{{ end }}`, 4),
		"range in a template in a tpl":          `{{ tpl "{{ range 100000000000 }}{{ end }}" . }}`,
		"range with an else":                    `{{ range 0 }}{{ else }}{{ range 100000000000 }}{{ end }}{{ end }}`,
		"range with continue":                   `{{ range 100000000000 }}{{ continue }}{{ end }}`,
		"print":                                 doubling(`print $x $x`),
		"println":                               doubling(`println $x $x`),
		"printf":                                doubling(`printf "%s%s" $x $x`),
		"printf of one argument twice":          doubling(`printf "%[1]s%[1]s" $x`),
		"printf that is wide":                   `{{ printf "` + strings.Repeat("%999999d", 2000) + `" 1 }}`,
		"printf that is as wide as an argument": `{{ printf "` + strings.Repeat("%[1]*[1]d", 2000) + `" 1000000 }}`,
		"cat":                                   doubling(`cat $x $x`),
		"join":                                  doubling(`join $x (list $x $x)`),
		"repeat":                                `{{ repeat 2000000000 "0123456789" }}`,
		"repeat of repeat":                      doubling(`repeat 2 $x`),
		"indent":                                `{{ indent 2000000000 "a" }}`,
		"nindent":                               doubling(`nindent 1000 $x`),
		"replace":                               doubling(`replace "" $x $x`),
		"wrapWith":                              doubling(`wrapWith 1 $x $x`),
		"regexReplaceAll":                       doubling(`regexReplaceAll "." $x $x`),
		"regexReplaceAll of groups":             doubling(`regexReplaceAll "(.*)" $x "$1$1"`),
		"regexReplaceAllLiteral":                doubling(`regexReplaceAllLiteral "" $x $x`),
		"a regular expression of many states":   `{{ $x := repeat 1000000 "a" }}{{ regexMatch "((a{0,100}){0,10}b)*c" $x }}{{ range 1000 }}{{ $_ := regexMatch "((a{0,100}){0,10}b)*c" $x }}{{ end }}`,
		"html":                                  doubling(`html (print "&" $x)` + ` }}{{ $x = print $x $x`),
		"quote":                                 doubling(`quote $x $x`),
		"b64enc":                                doubling(`b64enc (b64enc (b64enc $x))`),
		"a list of a list twice":                doubling(`list $x $x`),
		"a dict of a dict twice":                doubling(`dict "a" $x "b" $x`),
		"toYaml of a list twice":                `{{ $x := list 1 }}{{ range until 60 }}{{ $x = list $x $x }}{{ end }}{{ toYaml $x }}`,
		"toJson of a list twice":                `{{ $x := list 1 }}{{ range until 60 }}{{ $x = list $x $x }}{{ end }}{{ toJson $x }}`,
		"deepCopy of a list twice":              `{{ $x := list 1 }}{{ range until 60 }}{{ $x = list $x $x }}{{ end }}{{ $_ := deepCopy $x }}`,
		"deepEqual of a list twice":             `{{ $x := list 1 }}{{ range until 60 }}{{ $x = list $x $x }}{{ end }}{{ deepEqual $x $x }}`,
		"concat":                                `{{ $x := list 1 2 }}{{ range until 60 }}{{ $x = concat $x $x }}{{ end }}{{ len $x }}`,
		"a dict in itself":                      `{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ $d }}`,
		"a dict in itself, as JSON":             `{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ toJson $d }}`,
		"a dict in itself, as a string":         `{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ $d | toString | len }}`,
		"a dict in itself, copied":              `{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ $_ := deepCopy $d }}`,
		"a dict in itself, merged":              `{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ $_ := merge (dict) $d }}`,
		"a big file over and over":              `{{ $x := list }}{{ range 100000 }}{{ $x = append $x ($.Files.Get "big") }}{{ end }}`,
		"a big file, thrown away":               `{{ range 100000000 }}{{ if $.Files.Get "big" }}{{ end }}{{ end }}`,
		"a big file as a configuration":         `{{ range 100000000 }}{{ $_ := $.Files.AsConfig }}{{ end }}`,
		"a big file as a secret":                `{{ range 100000000 }}{{ $_ := $.Files.AsSecrets }}{{ end }}`,
		"lines of a big file":                   `{{ range 100000000 }}{{ $_ := $.Files.Lines "big" }}{{ end }}`,
		"fromYaml that doubles":                 `{{ range 100000000 }}{{ $_ := fromYaml "a: &a [1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b]" }}{{ end }}`,
		"randAlphaNum":                          `{{ randAlphaNum 2000000000 }}`,
		"genPrivateKey over and over":           `{{ range 100000000 }}{{ $_ := genPrivateKey "rsa" }}{{ end }}`,
		"htpasswd over and over":                `{{ range 100000000 }}{{ $_ := htpasswd "a" "b" }}{{ end }}`,
		"uniq":                                  `{{ $_ := uniq (until 1000000) }}`,
		"many actions":                          strings.Repeat(`{{1}}`, mostActions+1),
		"a name for what counts":                `{{ define "range" }}{{ end }}{{ range 100000000000 }}{{ end }}`,
		"all output":                            strings.Repeat("a: b\n", 1000) + `{{ range 10000000 }}` + strings.Repeat("a: b\n", 1000) + `{{ end }}`,
	} {
		t.Run(name, func(t *testing.T) {
			givenUp(t, "c/templates/a.yaml", treetest.Files{
				"c/Chart.yaml":       "{apiVersion: v2, name: c, version: 1.0.0}",
				"c/values.yaml":      "loop: '{{ tpl .Values.loop . }}{{ tpl .Values.loop . }}'\nnumber: 100000000000\n",
				"c/big":              strings.Repeat("0123456789abcde\n", 1<<12),
				"c/templates/a.yaml": template,
			})
		})
	}
}

// TestEndless requires of charts that only fail in Helm that they do so here: the template is left out.
func TestEndless(t *testing.T) {
	for name, template := range map[string]string{
		"include that calls itself":        `{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}`,
		"include that calls itself twice":  `{{ define "a" }}{{ include "a" . }}{{ include "a" . }}{{ end }}{{ include "a" . }}`,
		"include of the file itself":       `{{ include "c/templates/a.yaml" . }}`,
		"a counter of ours":                `{{ define 1 2 }}`,
		"a counter of ours as an argument": `{{ print (range 1) }}`,
		"a counter of ours at the end":     `{{ 1 | block }}`,
		"an environment variable":          `{{ env "HOME" }}`,
	} {
		t.Run(name, func(t *testing.T) {
			r := render(t, treetest.Files{
				"c/Chart.yaml":       "{apiVersion: v2, name: c, version: 1.0.0}",
				"c/templates/a.yaml": template,
				"c/templates/b.yaml": "kind: B",
			}, Order{Dir: "c"})
			if len(r.LeftOut) != 1 || r.LeftOut[0].Template != "c/templates/a.yaml" || len(r.Objects) != 1 {
				t.Errorf("%+v", r)
			}
		})
	}
}

// chain is templates each of which calls the next one twice.
func chain(how string) string {
	var b strings.Builder
	for i := range 60 {
		fmt.Fprintf(&b, `{{ define "a%d" }}{{ %s "a%d" . }}{{ %s "a%d" . }}{{ end }}`, i, how, i+1, how, i+1)
	}
	return b.String() + `{{ define "a60" }}{{ end }}{{ ` + how + ` "a0" . }}`
}

// ring is templates each of which calls the next one, and the last one the first.
func ring(how string) string {
	const templates = 2000
	var b strings.Builder
	for i := range templates {
		fmt.Fprintf(&b, `{{ define "a%d" }}{{ if true }}{{ with . }}{{ %s "a%d" $ }}{{ end }}{{ end }}{{ end }}`, i, how, (i+1)%templates)
	}
	return b.String() + `{{ ` + how + ` "a0" . }}`
}

// givenUp renders a chart that takes too much, of which an error speaks.
func givenUp(t *testing.T, of string, files treetest.Files) {
	t.Helper()
	b := newBudget("c")
	b.left /= 512 // it goes on doubling, and the test is to end soon
	_, err := within(t.Context(), b, treetest.New().Tree(t, files), Order{Dir: "c"})
	var wrong *mistake.Error
	if !errors.As(err, &wrong) || !errors.Is(err, errTooMuch) || !strings.Contains(wrong.Problem, of) {
		t.Errorf("%v", err)
	}
}

// TestHostileFiles requires the same of charts that take too much to be read.
func TestHostileFiles(t *testing.T) {
	metadata := "{apiVersion: v2, name: c, version: 1.0.0}"
	bomb := treetest.Packed(t, "c/Chart.yaml", metadata, "c/big", strings.Repeat("\x00", 30<<20))
	twice := treetest.Files{"c/Chart.yaml": chartUsing("c", "s")}
	at := "c"
	for range 25 {
		at += "/charts/s"
		twice[at+"/Chart.yaml"] = chartUsing("s", "s")
	}
	for name, files := range map[string]treetest.Files{
		"packed charts that unfold": {
			"c/Chart.yaml": metadata, "c/charts/a.tgz": bomb, "c/charts/b.tgz": bomb, "c/charts/c.tgz": bomb, "c/charts/d.tgz": bomb,
		},
		"charts that use each other twice": twice,
	} {
		t.Run(name, func(t *testing.T) { givenUp(t, "c", files) })
	}
}

// chartUsing is a chart that uses another one under two names.
func chartUsing(name, other string) string {
	return fmt.Sprintf(`{apiVersion: v2, name: %s, version: 1.0.0, dependencies: [
		{name: %s, version: 1.0.0, alias: a}, {name: %s, version: 1.0.0, alias: b}]}`, name, other, other)
}
