package flux

import (
	"encoding/json"
	"strings"
	"testing"

	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

func text1(text string) *kyaml.Node { return document.NewText(text) }

func only(t *testing.T, text string) *kyaml.Node {
	t.Helper()
	roots, err := document.Parse([]byte(text))
	if err != nil || len(roots) != 1 {
		t.Fatal(len(roots), err)
	}
	return roots[0]
}

// among finds objects in a file.
func among(t *testing.T, text string) Configs {
	t.Helper()
	roots, err := document.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var all []*Config
	for _, root := range roots {
		all = append(all, ConfigOf(root))
	}
	return func(asked Ref) *Config { return Among(all, asked) }
}

const objects = `
kind: ConfigMap
metadata: {name: vars, namespace: flux-system}
data: {tag: v1, region: eu, both: config}
---
kind: ConfigMap
metadata: {name: vars, namespace: elsewhere}
data: {tag: v0}
---
kind: ConfigMap
metadata: {name: later}
data: {tag: v2, n: "3", list: "[a, b]", lines: "a\nb"}
---
kind: Secret
metadata: {name: secret, namespace: flux-system}
stringData: {token: "ENC[abc]", both: "ENC[def]"}
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: sealed, namespace: flux-system}
spec: {encryptedData: {key: AgB}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: fetched, namespace: flux-system}
spec: {target: {name: external}, data: [{secretKey: password, remoteRef: {key: x}}]}
`

func from(references ...string) []Reference {
	var all []Reference
	for _, reference := range references {
		name, optional := strings.CutSuffix(reference, "?")
		kind, name, _ := strings.Cut(name, "/")
		all = append(all, Reference{Ref{kind, "flux-system", name}, optional})
	}
	return all
}

func TestInto(t *testing.T) {
	for _, test := range []struct {
		name string
		Substitution
		object, want string // the value of x, as JSON has it; empty: nothing is put in
	}{
		{"inline", Substitution{Inline: []Variable{{Name: "tag", Value: "v9"}}}, "x: a:${tag}", `"a:v9"`},
		{"without any", Substitution{}, "x: ${tag:=v1}", ``},
		{"without any, always", Substitution{Always: true}, "x: ${tag:=v1}", `"v1"`},
		{"unset", Substitution{Inline: []Variable{{Name: "a", Value: "b"}}}, "x: a${tag}", `"a"`},
		{"quotes are lost", Substitution{Inline: []Variable{{Name: "tag", Value: "1.10"}}}, `x: "${tag}"`, `1.1`},
		{"quotes of the value", Substitution{Inline: []Variable{{Name: "tag", Value: `"1.10"`}}}, `x: ${tag}`, `"1.10"`},
		{"a list", Substitution{From: from("ConfigMap/later")}, `x: ${list}`, `["a","b"]`},
		{"several lines are one", Substitution{From: from("ConfigMap/later")}, `x: ${lines}`, `"ab"`},
		{"a number", Substitution{From: from("ConfigMap/later")}, `x: ${n}`, `3`},
		{"by namespace", Substitution{From: from("ConfigMap/vars")}, `x: ${tag}`, `"v1"`},
		{"later over earlier", Substitution{From: from("ConfigMap/vars", "ConfigMap/later")}, `x: ${tag}${region}`, `"v2eu"`},
		{"inline over all", Substitution{From: from("ConfigMap/vars"), Inline: []Variable{{Name: "tag", Value: "v9"}}}, `x: ${tag}`, `"v9"`},
		{"not there", Substitution{From: from("ConfigMap/none")}, `x: a:${tag:=v1}`, `"a:${tag}"`},
		{"not there, but known", Substitution{From: from("ConfigMap/none", "ConfigMap/vars", "Secret/none")}, `x: ${tag}`, `"v1"`},
		{"not there and optional", Substitution{From: from("ConfigMap/none?", "ConfigMap/vars")}, `x: ${tag}${none:=x}`, `"v1x"`},
		{"only optional", Substitution{From: from("ConfigMap/none?")}, `x: ${tag:=v1}`, ``},
		{"a Secret", Substitution{From: from("Secret/secret")}, `x: a:${token}`, `"a:${token}"`},
		{"a Secret's other keys", Substitution{From: from("Secret/secret")}, `x: a:${tag:=v1}`, `"a:v1"`},
		{"a Secret over a ConfigMap", Substitution{From: from("ConfigMap/vars", "Secret/secret")}, `x: a:${both}`, `"a:${both}"`},
		{"a ConfigMap over a Secret", Substitution{From: from("Secret/secret", "ConfigMap/vars")}, `x: a:${both}`, `"a:config"`},
		{"a SealedSecret", Substitution{From: from("Secret/sealed")}, `x: a:${key}`, `"a:${key}"`},
		{"an ExternalSecret", Substitution{From: from("Secret/external")}, `x: a:${password}${none}`, `"a:${password}"`},
		{"escaped", Substitution{From: from("ConfigMap/vars")}, `x: a$${tag}`, `"a${tag}"`},
		{"without braces", Substitution{From: from("ConfigMap/vars")}, `x: a$tag`, ``},
		{"switched off", Substitution{From: from("ConfigMap/vars")}, "x: ${tag}\nmetadata: {annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}}", ``},
		{"switched off by a label", Substitution{From: from("ConfigMap/vars")}, "x: ${tag}\nmetadata: {labels: {kustomize.toolkit.fluxcd.io/substitute: disabled}}", ``},
		{"no name of a variable", Substitution{Inline: []Variable{{Name: "a-b", Value: "v9"}}}, "x: ${tag}", `error: its variables have one called "a-b"`},
		{"no expression", Substitution{From: from("ConfigMap/vars")}, "x: ${tag.x}", `error: missing closing brace`},
		{"no YAML", Substitution{Inline: []Variable{{Name: "tag", Value: "a: b: c"}}}, "x: ${tag}", `error: `},
		{"a key", Substitution{Inline: []Variable{{Name: "tag", Value: "x"}}}, "${tag}: y", `"y"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			filled, err := test.Variables(among(t, objects)).Into(only(t, test.object))
			got := ""
			switch {
			case err != nil:
				got = "error: " + err.Error()
			case filled != nil:
				var value any
				if err := document.Get(filled.Root, "x").Decode(&value); err != nil {
					t.Fatal(err)
				}
				data, _ := json.Marshal(value)
				got = string(data)
			}
			if got != test.want && (err == nil || !strings.HasPrefix(got, test.want)) {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

// TestUses tells which variables fill a scalar, and what it was made from.
func TestUses(t *testing.T) {
	object := only(t, "image:\n  name: a/${region}:${tag}\n  token: x${token}\n")
	s := Substitution{From: from("ConfigMap/vars", "Secret/secret"), Inline: []Variable{{Name: "region", Value: "us"}}}
	filled, err := s.Variables(among(t, objects)).Into(object)
	if err != nil {
		t.Fatal(err)
	}
	name := document.Get(filled.Root, "image", "name")
	uses := filled.Uses(name)
	if name.Value != "a/us:v1" || len(uses) != 2 || uses[0].Origin != (Origin{Key: "region"}) || uses[1].Origin != (Origin{Ref{"ConfigMap", "flux-system", "vars"}, "tag"}) {
		t.Errorf("%s: %+v", name.Value, uses)
	}
	if line := filled.From[name].Line; line != 2 {
		t.Errorf("line %d", line)
	}
	if uses := filled.Uses(document.Get(filled.Root, "image", "token")); len(uses) != 1 || uses[0].Secret.Value != "ENC[abc]" || len(filled.Unknown) != 1 {
		t.Errorf("%+v, %d", uses, len(filled.Unknown))
	}
}

// TestHostileObjects bounds what is made of all objects together, and refuses aliases that a value brings.
func TestHostileObjects(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	s := Substitution{Inline: []Variable{{Name: "long", Value: long}, {Name: "self", Value: "&a [*a]"}, {Name: "a", Value: "&a [x,x,x,x,x,x,x,x,x,x]"}}}
	v := s.Variables(func(Ref) *Config { return nil })
	failed := 0
	for range 100 {
		if _, err := v.Into(only(t, "x: ["+strings.Repeat("'${long}',", 8)+"]")); err != nil {
			failed++
		}
	}
	if failed == 0 {
		t.Error("800 MB are made of 100 objects")
	}
	if _, err := s.Variables(func(Ref) *Config { return nil }).Into(only(t, "x: ${self}")); err == nil {
		t.Error("a value that has itself in it is taken")
	}
}
