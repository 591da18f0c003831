package flux

import (
	"strings"
	"testing"
	"time"

	"github.com/fluxcd/pkg/envsubst"
)

var someValues = map[string]string{
	"empty": "", "tag": "v1.2.3", "name": "Shop-API", "path": "a/b/c.tar.gz", "number": "1.10", "umlaut": "Ärger", "list": "x,x,x", "dots": "a.b.c",
}

// expressions are those of all functions, well written and not.
var expressions = []string{
	"", "plain", "$", "$$", "$tag", "${tag}", "a${tag}b${name}c", "$${tag}", "$$${tag}", "$$$${tag}", "${}", "${", "${tag", "${tag.x}", "${tag x}", "${1}",
	"${unset}", "${unset:=x}", "${unset:-x}", "${unset=x}", "${unset-x}", "${unset:?x}", "${unset:+x}", "${empty:=x}", "${empty:-${tag}}", "${tag:=x}",
	"${unset:-a${tag}b${name}}", "${unset:-}", "${unset:-{}}", `${unset:-"1.10"}`, "${unset:=a b: c}",
	"${#tag}", "${#unset}", "${#umlaut}", "${tag^}", "${name^^}", "${name,}", "${name,,}", "${umlaut,}", "${umlaut^^}", "${empty^}",
	"${tag:1}", "${tag:1:2}", "${tag:0:-2}", "${tag:-2}", "${tag: -2}", "${tag:9}", "${tag:2:99}", "${tag:5:-5}", "${tag:x}", "${tag:1:x}", "${tag:}", "${tag:${number}}",
	"${tag:1:9223372036854775807}", "${tag:9223372036854775807:1}", "${tag:-9223372036854775808}",
	"${tag/./-}", "${tag//./-}", "${tag/#v/x}", "${tag/%3/x}", "${tag/#x/y}", "${tag/%x/y}", "${tag/./}", "${tag//./}", "${list//x/${tag}}", "${path//\\//-}", "${tag//}", "${tag///x}",
	"${list/x}", "${tag/./${unset:-!}}",
	"${path#*/}", "${path##*/}", "${path%.*}", "${path%%.*}", "${path#a}", "${path%%[}", "${path##?/}", "${tag#v}", "${tag%%.*}", "${dots%.*}", "${dots##*.}", "${empty#x}", "${path#}", "${path##}", "${path%}",
	"tag: ${tag}\nname: '${name}'\n", "}${tag}{", "${tag}}", "${Ärger}", "${_x:-y}", "${tag^^^}", "${tag@x}", "${tag:+x}", `a\${tag}`, `${path/\\/x}`,
}

// TestExpressions works expressions out as Flux's own library does.
func TestExpressions(t *testing.T) {
	for _, text := range expressions {
		alike(t, text)
	}
}

func FuzzExpressions(f *testing.F) {
	for _, text := range expressions {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) < 1000 && strings.Count(text, "//") < 4 { // the library makes as much as it is asked for
			alike(t, text)
		}
	})
}

func alike(t *testing.T, text string) {
	t.Helper()
	want, failed, panicked := flux(text)
	if panicked {
		return // where the library has no answer, this one only has to end
	}
	v := &Variables{values: map[string]value{}, left: mostOfAll}
	for name, value := range someValues {
		v.set(name, given(value))
	}
	got, unknown, err := v.fill(text)
	if (err != nil) != failed || len(unknown) > 0 {
		t.Fatalf("%q: %v, unknown %v; the library fails: %v", text, err, unknown, failed)
	}
	if err == nil && got != want {
		t.Fatalf("%q: %q, want %q", text, got, want)
	}
}

func given(text string) value { return value{text: text} }

func flux(text string) (made string, failed, panicked bool) {
	defer func() { panicked = recover() != nil }()
	made, err := envsubst.Eval(text, func(name string) (string, bool) { return someValues[name], true })
	return made, err != nil, false
}

// TestUnknown leaves visible what depends on a value that is not known, whatever is done with it.
func TestUnknown(t *testing.T) {
	for text, want := range map[string]string{
		"a:${token}":            "a:${token}",
		"${token:2:3}":          "${token}",
		"${token//e/x}":         "${token}",
		"${token:-v1}":          "${token}",
		"${#token}":             "${token}",
		"${token^^}":            "${token}",
		"${unset:-${token}}":    "${token}",
		"${tag:-${token}}":      "v1.2.3",
		"${tag/./${token}}":     ".${token}",
		"${tag#${token:0:1}}":   "${token}",
		"${unset:-a${token%x}}": "a${token}",
	} {
		v := &Variables{values: map[string]value{"tag": given("v1.2.3"), "token": {secret: text1("ENC[x]")}}, left: mostOfAll}
		got, unknown, err := v.fill(text)
		if err != nil || got != want || unknown["token"] != strings.Contains(want, "$") {
			t.Errorf("%q: %q, %v, %v, want %q", text, got, unknown, err, want)
		}
	}
}

// TestHostileExpressions ends soon, whatever is asked for.
func TestHostileExpressions(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	for name, text := range map[string]string{
		"many":                  strings.Repeat("${a}", 1_000_000),
		"deep":                  strings.Repeat("${unset:-", 1_000_000) + strings.Repeat("}", 1_000_000),
		"escapes":               strings.Repeat("$$", 1_000_000),
		"long values":           strings.Repeat("${long}", 1000),
		"values in values":      strings.Repeat("${long//x/", 10) + strings.Repeat("}", 10),
		"a value for each x":    "${long//x/${long}}",
		"a value before each x": "${long///${long}}",
		"globs":                 "${long%%*a*b*c*d}",
	} {
		v := &Variables{values: map[string]value{"a": given("a"), "long": given(long)}, left: mostOfAll}
		started := time.Now()
		made, _, _ := v.fill(text)
		if took := time.Since(started); took > 5*time.Second || len(made) > mostMade {
			t.Errorf("%s: %d bytes, %v", name, len(made), took)
		}
	}
}
