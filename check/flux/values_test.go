package flux

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/document"
)

const someConfigs = `
kind: ConfigMap
metadata: {name: base, namespace: web}
data:
  values.yaml: |
    image: {repository: acme/web, tag: v1}
    list: [a, b]
    off: null
  other.yaml: "image: {tag: v2}"
  several: "image: {tag: v3}\n---\nimage: {tag: v4}\n"
  tag: v5
  number: "6801028"
  version: "1.10"
  quoted: "'7'"
  text: a,b
  none: "- a"
---
kind: Secret
metadata: {name: secret, namespace: web}
stringData: {values.yaml: "ENC[a]", tag: "ENC[b]"}
---
kind: ConfigMap
metadata: {name: nowhere, namespace: else}
`

func TestValuesOf(t *testing.T) {
	for _, test := range []struct {
		name, spec, want, problems, hidden string
	}{
		{name: "inline alone", spec: "values: {image: {tag: v0}}", want: `{"image":{"tag":"v0"}}`},
		{name: "nothing", spec: "interval: 1m", want: ``},
		{name: "the usual key", spec: "valuesFrom: [{kind: ConfigMap, name: base}]", want: `{"image":{"repository":"acme/web","tag":"v1"},"list":["a","b"],"off":null}`},
		{name: "below inline", spec: "values: {image: {tag: v0}, list: [c]}\nvaluesFrom: [{kind: ConfigMap, name: base}]", want: `{"image":{"repository":"acme/web","tag":"v0"},"list":["c"],"off":null}`},
		{name: "in order", spec: "valuesFrom: [{kind: ConfigMap, name: base}, {kind: ConfigMap, name: base, valuesKey: other.yaml}]", want: `{"image":{"repository":"acme/web","tag":"v2"},"list":["a","b"],"off":null}`},
		{name: "the first document", spec: "valuesFrom: [{kind: ConfigMap, name: base, valuesKey: several}]", want: `{"image":{"tag":"v3"}}`},
		{name: "a path", spec: "valuesFrom: [{kind: ConfigMap, name: base, valuesKey: tag, targetPath: image.tag}]", want: `{"image":{"tag":"v5"}}`},
		{name: "a path over inline", spec: "values: {image: {tag: v0, repository: r}}\nvaluesFrom: [{kind: ConfigMap, name: base, valuesKey: tag, targetPath: image.tag}]", want: `{"image":{"tag":"v5","repository":"r"}}`},
		{name: "a path in a list", spec: "values: {list: [{tag: v0}, {tag: v0}]}\nvaluesFrom: [{kind: ConfigMap, name: base, valuesKey: tag, targetPath: 'list[1].tag'}]", want: `{"list":[{"tag":"v0"},{"tag":"v5"}]}`},
		{name: "a path past a list", spec: "valuesFrom: [{kind: ConfigMap, name: base, valuesKey: tag, targetPath: 'list[1]'}]", want: `{"list":[null,"v5"]}`},
		{name: "a path with a dot in a key", spec: `valuesFrom: [{kind: ConfigMap, name: base, valuesKey: tag, targetPath: 'a\.b.c'}]`, want: `{"a.b":{"c":"v5"}}`},
		// What was merged from elsewhere is no longer the mapping that the release has: then that goes over it in the end.
		{name: "a path into what is merged", spec: "values: {image: {tag: v0}}\nvaluesFrom: [{kind: ConfigMap, name: base}, {kind: ConfigMap, name: base, valuesKey: tag, targetPath: image.tag}]", want: `{"image":{"repository":"acme/web","tag":"v0"},"list":["a","b"],"off":null}`},
		{name: "a number", spec: "valuesFrom: [{kind: ConfigMap, name: base, valuesKey: number, targetPath: tag}]", want: `{"tag":6801028}`},
		{name: "a version", spec: "valuesFrom: [{kind: ConfigMap, name: base, valuesKey: version, targetPath: tag}]", want: `{"tag":"1.10"}`},
		{name: "in quotes", spec: "valuesFrom: [{kind: ConfigMap, name: base, valuesKey: quoted, targetPath: tag}]", want: `{"tag":"7"}`},
		{name: "several values", spec: "valuesFrom: [{kind: ConfigMap, name: base, valuesKey: text, targetPath: tag}]", problems: "Helm takes for several"},
		{name: "to the letter", spec: "valuesFrom: [{kind: ConfigMap, name: base, valuesKey: text, targetPath: tag, literal: true}]", want: `{"tag":"a,b"}`},
		{name: "no values", spec: "valuesFrom: [{kind: ConfigMap, name: base, valuesKey: none}]", problems: "which are none"},
		{name: "no such key", spec: "valuesFrom: [{kind: ConfigMap, name: base, valuesKey: x}]", problems: "which has none of that name"},
		{name: "no such key, optional", spec: "valuesFrom: [{kind: ConfigMap, name: base, valuesKey: x, optional: true}]"},
		{name: "another namespace", spec: "valuesFrom: [{kind: ConfigMap, name: nowhere}]", hidden: "nowhere"},
		{name: "nowhere, optional", spec: "valuesFrom: [{kind: ConfigMap, name: nowhere, optional: true}]", hidden: "nowhere"},
		{name: "nowhere, with a path", spec: "valuesFrom: [{kind: ConfigMap, name: nowhere, valuesKey: tag, targetPath: image.tag}]", want: `{"image":{"tag":"${nowhere/tag}"}}`},
		{name: "a Secret", spec: "values: {a: b}\nvaluesFrom: [{kind: Secret, name: secret}]", want: `{"a":"b"}`, hidden: "secret ENC[a]"},
		{name: "a Secret's key with a path", spec: "values: {a: b}\nvaluesFrom: [{kind: Secret, name: secret, valuesKey: tag, targetPath: image.tag}]", want: `{"a":"b","image":{"tag":"${secret/tag}"}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			release := only(t, "metadata: {name: web, namespace: web}\nspec:\n  "+strings.ReplaceAll(test.spec, "\n", "\n  "))
			values := ValuesOf(release, among(t, someConfigs))
			got := ""
			if values.Root != nil {
				var value any
				if err := values.Root.Decode(&value); err != nil {
					t.Fatal(err)
				}
				data, _ := json.Marshal(value)
				got = string(data)
			}
			var problems, hidden string
			for _, p := range values.Problems {
				problems += p.Reason
			}
			for _, h := range values.Hidden {
				hidden += strings.TrimSpace(h.Name + " " + document.Text(h.Given))
			}
			if !sameJSON(t, got, test.want) || !strings.Contains(problems, test.problems) || (problems == "") != (test.problems == "") || hidden != test.hidden {
				t.Errorf("%s, problems %q, hidden %q", got, problems, hidden)
			}
		})
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	if a == "" || b == "" {
		return a == b
	}
	var one, other any
	if json.Unmarshal([]byte(a), &one) != nil || json.Unmarshal([]byte(b), &other) != nil {
		t.Fatal(a, b)
	}
	again, _ := json.Marshal(one)
	want, _ := json.Marshal(other)
	return string(again) == string(want)
}

// TestOrigins tells where the scalars of values come from.
func TestOrigins(t *testing.T) {
	release := only(t, "metadata: {namespace: web}\nspec: {values: {a: b}, valuesFrom: [{kind: ConfigMap, name: base}, {kind: Secret, name: secret, valuesKey: tag, targetPath: key}]}")
	values := ValuesOf(release, among(t, someConfigs))
	tag := document.Get(values.Root, "image", "tag")
	if use := values.From[tag]; use.Origin != (Origin{Ref{"ConfigMap", "web", "base"}, "values.yaml"}) || use.Text != "v1" {
		t.Errorf("%+v", use)
	}
	if use := values.From[document.Get(values.Root, "key")]; use.Name != "secret" || use.Secret.Value != "ENC[b]" {
		t.Errorf("%+v", use)
	}
	if _, known := values.From[document.Get(values.Root, "a")]; known {
		t.Error("what the release says itself comes from elsewhere")
	}
}
