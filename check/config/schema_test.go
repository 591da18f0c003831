package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/tools/txtar"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/waiver"
	"github.com/promocheck/promocheck/internal/golden"
	"github.com/promocheck/promocheck/policies"
	"github.com/promocheck/promocheck/scenario"
)

// TestSchemaAccepts holds the schema against what the program accepts: every key, and each form of it.
func TestSchemaAccepts(t *testing.T) {
	schema := compile(t)
	for name, text := range accepted {
		t.Run(name, func(t *testing.T) {
			if err := parse(text); err != nil {
				t.Fatalf("the program refuses it: %v", err)
			}
			if err := schema.Validate(document(t, text)); err != nil {
				t.Errorf("the schema refuses it: %v", err)
			}
		})
	}
}

var accepted = map[string]string{
	"empty":                 "",
	"only a comment":        "# nothing yet\n",
	"empty mapping":         "{}",
	"names":                 "environments: [dev, staging, prod]",
	"names that YAML reads": "environments: [1, 2.5, on, true]",
	"an environment in full": "environments:\n- {name: dev, upstream: []}\n" +
		"- {name: prod, match: [\"prod-*\", production, 7], upstream: [dev], production: true, holds: all}",
	"branches":           "environments: [{name: staging, branch: env/staging}, {name: prod, branch: \"env/{env}\"}]\noverlays: [\"apps/{app}\"]",
	"overlays":           "overlays: [\"apps/{app}/overlays/{env}\", \"{env}\", \"{app**}/{env}/{target}\"]",
	"images":             "images: {variables: [\"*_RUNNER\", \"!LOGO_IMAGE\", 7]}",
	"tags":               "images: {tags: [\"*.version\", \"!chart.tag\"]}",
	"no images":          "images: {}",
	"repository":         "repository: git@github.com:acme/config.git",
	"repositories":       "repository: [https://github.com/acme/config, git@example.com:acme/config.git]",
	"bad versions":       "bad-versions: [{artifact: acme/shop, version: v2, reason: INC-1}, {artifact: \"acme/*\", version: \">=1.4.0 <1.4.7 || 2.0.0\", reason: CVE-2026-4711}]",
	"policies":           "policies: [policies, ci/rules/]",
	"no policies":        "policies: []",
	"time zone":          "timezone: Europe/Berlin",
	"no rules":           "rules: {}",
	"provided":           "provided: [Secret/till-db, \"ConfigMap/ca:*\", {object: \"Secret/*\", apps: [pay], environments: [prod]}]",
	"requires":           "requires: [{app: web, version: \">=2.0.0\", needs: {app: api, version: \">=1.4, <2\"}, environments: [prod]}]",
	"rules":              "rules: {friday-push: {}, mutable-tag: {severity: off, environments: [prod], apps: [\"team-*\"]}}",
	"a rule's parameter": "rules: {version-not-in-staging: {same-change: allow}}",
	"windows": "windows:\n- {kind: deny, schedule: \"0 18 * * 5\", duration: 62h, timeZone: Europe/Berlin, description: weekend}\n" +
		"- {kind: allow, schedule: \"0 9 * JAN-NOV MON-FRI\", duration: 8h30m, applications: [\"*\"], namespaces: [pay], clusters: [eu],\n" +
		"   andOperator: true, environments: [prod], manualSync: true, syncOverrun: false}\n" +
		"- {kind: deny, from: 2026-12-19, to: 2027-01-03}\n" +
		"- {kind: deny, from: 2026-12-19 18:00, to: \"2027-01-03T08:00:00+01:00\"}\n",
	"no windows":   "windows: []",
	"windows from": "windowsFrom: [\"projects/*.yaml\", {files: argocd/prod.yaml, environments: [prod]}]",
	"holidays":     "holidays: [2026-12-25, {date: 2026-12-26, name: Boxing Day}, {date: 2027-01-01}]",
	"freeze":       "freeze: ops/freeze.yaml",
	"waivers": "waivers:\n- {rule: friday-push, app: shop, environment: prod, reason: INC-4711, expires: 2026-12-01}\n" +
		"- {rule: friday-push, app: \"{shop,till}\", environment: production, target: \"eu-*\", version: v1.2.3, reason: 7, approved-by: Ada,\n" +
		"   expires: \"2026-12-01T12:00:00+01:00\"}\n" +
		"- {rule: unread-change, path: \"infra/**\", reason: It is being moved, expires: 2026-12-01 12:00}\n",
	"emergencies": "waivers:\n- {kind: emergency, app: shop, environment: prod, version: v1.2.3, soak: 1h30m, reason: INC-4711, expires: 2026-12-01}\n" +
		"- {kind: emergency, app: shop, environment: prod, target: eu, configuration: true, reason: INC-4711, expires: 2026-12-01}\n",
	"ramp":           "ramp: [{app: \"team-*\", until: 2026-12-01}, {app: shop, until: 2026-12-01 12:00}]",
	"warn until":     "rules: {friday-push: {warn-until: 2026-12-01}, mutable-tag: {warn-until: \"2026-12-01T12:00:00Z\", severity: error}}",
	"no waivers":     "waivers: []",
	"every severity": "rules: {friday-push: {severity: note}, mutable-tag: {severity: warning}, unresolved-version: {severity: error}}",
}

// TestSchemaRefuses holds the schema against what the program refuses, as far as a schema can tell.
func TestSchemaRefuses(t *testing.T) {
	schema := compile(t)
	for name, text := range refused {
		t.Run(name, func(t *testing.T) {
			if parse(text) == nil {
				t.Error("the program accepts it")
			}
			if schema.Validate(document(t, text)) == nil {
				t.Error("the schema accepts it")
			}
		})
	}
}

var refused = map[string]string{
	"a list":                       "[]",
	"bad version without reason":   "bad-versions: [{artifact: acme/shop, version: v2}]",
	"bad version of nothing":       "bad-versions: [{version: v2, reason: x}]",
	"text":                         "timezone",
	"unknown key":                  "environment: [dev]",
	"environments as mapping":      "environments: {dev: {}}",
	"environments as text":         "environments: dev",
	"environments without value":   "environments:",
	"no environments":              "environments: []",
	"same environment":             "environments: [dev, dev]",
	"null environment":             "environments: [dev, ~]",
	"empty environment":            "environments: [\"\"]",
	"environment as path":          "environments: [a/b]",
	"environment as glob":          "environments: [{name: \"prod-*\"}]",
	"environment without name":     "environments: [{match: [a]}]",
	"environment with unknown key": "environments: [{name: a, matches: [a]}]",
	"match as text":                "environments: [{name: a, match: a}]",
	"match with null":              "environments: [{name: a, match: [~]}]",
	"upstream as text":             "environments: [a, {name: b, upstream: a}]",
	"upstream without value":       "environments: [a, {name: b, upstream: }]",
	"production as text":           "environments: [{name: a, production: \"true\"}]",
	"production as number":         "environments: [{name: a, production: 1}]",
	"holds":                        "environments: [{name: a, holds: most}]",
	"one without a branch":         "environments: [dev, {name: prod, branch: env/prod}]",
	"branch as list":               "environments: [{name: prod, branch: [prod]}]",
	"branch without value":         "environments: [{name: prod, branch: }]",
	"branch that is none":          "environments: [{name: prod, branch: \"env prod\"}]",
	"policies as text":             "policies: policies",
	"policies without value":       "policies:",
	"policies from the root":       "policies: [/policies]",
	"policies twice":               "policies: [policies, policies]",
	"no directory of policies":     "policies: [\"\"]",
	"overlays as text":             "overlays: \"{app}/{env}\"",
	"overlay as mapping":           "overlays: [{path: \"{env}\"}]",
	"overlay without environment":  "overlays: [\"apps/{app}\"]",
	"overlay from the root":        "overlays: [\"/apps/{env}\"]",
	"provided without kind":        "provided: [till-db]",
	"requires without need":        "requires: [{app: web, version: \">=2.0.0\"}]",
	"requires of no range":         "requires: [{app: web, version: latest, needs: {app: api, version: \">=1\"}}]",
	"images as list":               "images: [\"*_RUNNER\"]",
	"images without value":         "images:",
	"images with unknown key":      "images: {variable: [\"*_RUNNER\"]}",
	"tags as text":                 "images: {tags: \"*.version\"}",
	"variables as text":            "images: {variables: \"*_RUNNER\"}",
	"variables with null":          "images: {variables: [~]}",
	"a list with no repository":    "repository: [https://github.com/acme/config, config]",
	"repository without value":     "repository:",
	"repository without host":      "repository: config",
	"time zone as list":            "timezone: [UTC]",
	"time zone without value":      "timezone:",
	"empty time zone":              "timezone: \"\"",
	"the machine's time zone":      "timezone: Local",
	"rules as list":                "rules: [friday-push]",
	"rules without value":          "rules:",
	"rule as text":                 "rules: {friday-push: warning}",
	"rule without value":           "rules: {friday-push: }",
	"unknown rule":                 "rules: {friday-pushes: {}}",
	"severity":                     "rules: {friday-push: {severity: warn}}",
	"waiver without a rule":        "waivers: [{app: a, environment: prod, reason: x, expires: 2026-12-01}]",
	"waiver without an app":        "waivers: [{rule: friday-push, environment: prod, reason: x, expires: 2026-12-01}]",
	"waiver without environment":   "waivers: [{rule: friday-push, app: a, reason: x, expires: 2026-12-01}]",
	"waiver without a reason":      "waivers: [{rule: friday-push, app: a, environment: prod, expires: 2026-12-01}]",
	"waiver with an empty reason":  "waivers: [{rule: friday-push, app: a, environment: prod, reason: \" \", expires: 2026-12-01}]",
	"waiver without an end":        "waivers: [{rule: friday-push, app: a, environment: prod, reason: x}]",
	"waiver with a wrong end":      "waivers: [{rule: friday-push, app: a, environment: prod, reason: x, expires: soon}]",
	"waiver with unknown key":      "waivers: [{rule: friday-push, app: a, environment: prod, reason: x, expires: 2026-12-01, until: x}]",
	"waiver of a place and a file": "waivers: [{rule: friday-push, app: a, environment: prod, path: b, reason: x, expires: 2026-12-01}]",
	"waiver of a list of apps":     "waivers: [{rule: friday-push, app: [a], environment: prod, reason: x, expires: 2026-12-01}]",
	"emergency for nothing":        "waivers: [{kind: emergency, app: a, environment: prod, reason: x, expires: 2026-12-01}]",
	"emergency for a rule":         "waivers: [{kind: emergency, rule: r, app: a, environment: prod, version: v1, reason: x, expires: 2026-12-01}]",
	"emergency for both":           "waivers: [{kind: emergency, app: a, environment: prod, version: v1, configuration: true, reason: x, expires: 2026-12-01}]",
	"emergency without an app":     "waivers: [{kind: emergency, environment: prod, version: v1, reason: x, expires: 2026-12-01}]",
	"configuration that is false":  "waivers: [{kind: emergency, app: a, environment: prod, configuration: false, reason: x, expires: 2026-12-01}]",
	"soak of a waiver":             "waivers: [{rule: friday-push, app: a, environment: prod, soak: 1h, reason: x, expires: 2026-12-01}]",
	"soak that is no duration":     "waivers: [{kind: emergency, app: a, environment: prod, version: v1, soak: 1 hour, reason: x, expires: 2026-12-01}]",
	"another kind":                 "waivers: [{kind: exception, app: a, environment: prod, version: v1, reason: x, expires: 2026-12-01}]",
	"ramp without an app":          "ramp: [{until: 2026-12-01}]",
	"ramp without an end":          "ramp: [{app: shop}]",
	"ramp with unknown key":        "ramp: [{app: shop, until: 2026-12-01, rule: friday-push}]",
	"ramp as mapping":              "ramp: {app: shop, until: 2026-12-01}",
	"warn until no day":            "rules: {friday-push: {warn-until: soon}}",
	"waivers as mapping":           "waivers: {}",
	"severity as boolean":          "rules: {friday-push: {severity: false}}",
	"rule's environments as text":  "rules: {friday-push: {environments: prod}}",
	"rule's apps as text":          "rules: {friday-push: {apps: shop}}",
	"unknown parameter":            "rules: {friday-push: {same-change: allow}}",
	"parameter's value":            "rules: {version-not-in-staging: {same-change: maybe}}",
	"window without kind":          "windows: [{from: 2026-12-19, to: 2027-01-03}]",
	"kind of window":               "windows: [{kind: forbid, from: 2026-12-19, to: 2027-01-03}]",
	"window without end":           "windows: [{kind: deny, from: 2026-12-19}]",
	"window with neither":          "windows: [{kind: deny}]",
	"window with both":             "windows: [{kind: deny, from: 2026-12-19, to: 2027-01-03, schedule: \"0 0 * * *\", duration: 1h}]",
	"window without duration":      "windows: [{kind: deny, schedule: \"0 0 * * *\"}]",
	"window without schedule":      "windows: [{kind: deny, duration: 1h}]",
	"schedule of four fields":      "windows: [{kind: deny, schedule: \"0 0 * *\", duration: 1h}]",
	"schedule with a name":         "windows: [{kind: deny, schedule: \"@daily\", duration: 1h}]",
	"schedule with a zone":         "windows: [{kind: deny, schedule: \"TZ=UTC 0 0 * * *\", duration: 1h}]",
	"duration without unit":        "windows: [{kind: deny, schedule: \"0 0 * * *\", duration: 62}]",
	"duration in days":             "windows: [{kind: deny, schedule: \"0 0 * * *\", duration: 2d}]",
	"negative duration":            "windows: [{kind: deny, schedule: \"0 0 * * *\", duration: -2h}]",
	"window's zone":                "windows: [{kind: deny, schedule: \"0 0 * * *\", duration: 2h, timeZone: \"\"}]",
	"misspelt applications":        "windows: [{kind: deny, from: 2026-12-19, to: 2027-01-03, aplications: [a]}]",
	"applications as text":         "windows: [{kind: deny, from: 2026-12-19, to: 2027-01-03, applications: a}]",
	"window without environments":  "windows: [{kind: deny, from: 2026-12-19, to: 2027-01-03, environments: []}]",
	"window from a time of day":    "windows: [{kind: deny, from: \"18:00\", to: 2027-01-03}]",
	"windows from the root":        "windowsFrom: [/projects/prod.yaml]",
	"windows from nothing":         "windowsFrom: [{environments: [prod]}]",
	"holiday":                      "holidays: [christmas]",
	"holiday twice":                "holidays: [2026-12-25, 2026-12-25]",
	"holiday without date":         "holidays: [{name: Christmas}]",
	"freeze as mapping":            "freeze: {reason: x}",
	"freeze from the root":         "freeze: /etc/freeze.yaml",
	"parameter's type":             "rules: {version-not-in-staging: {same-change: [allow]}}",
}

// TestSchemaAcceptsScenarios validates the configurations of the whole-program scenarios that the
// program accepts.
func TestSchemaAcceptsScenarios(t *testing.T) {
	schema := compile(t)
	const fixtures = "../../fixtures"
	paths, err := scenario.Find(os.DirFS(fixtures))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(filepath.Join(fixtures, path))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range archive.Files {
			if filepath.Base(file.Name) != config.FileName || parse(string(file.Data)) != nil {
				continue
			}
			if err := schema.Validate(document(t, string(file.Data))); err != nil {
				t.Errorf("%s: %s: %v", path, file.Name, err)
			}
		}
	}
}

// bundled are the rules that come with the program. To load them takes long, and they do not change.
var bundled = sync.OnceValues(func() (*evaluate.Policies, error) {
	return evaluate.Load(evaluate.Source{Name: "policies", Files: policies.Files})
})

// parse accepts what the program accepts without a look at the repo.
func parse(text string) error {
	read, err := config.Parse(config.FileName, []byte(text))
	if err != nil {
		return err
	}
	settings, err := calendar.Parse(config.FileName, read.Time)
	if err != nil {
		return err
	}
	if _, err := waiver.Parse(read, settings.Zone); err != nil {
		return err
	}
	if _, err := waiver.ReadRamps(read, settings.Zone); err != nil {
		return err
	}
	rules := map[string]evaluate.Setting{}
	for id, rule := range read.Rules {
		rules[id] = evaluate.Setting{
			Severity: evaluate.Severity(rule.Severity), Environments: rule.Environments, Apps: rule.Apps, Parameters: rule.Parameters,
		}
	}
	loaded, err := bundled()
	if err != nil {
		return err
	}
	_, err = loaded.Configure(rules)
	for _, pattern := range read.Overlays {
		// What else a pattern must be is for the overlay package to say.
		if !read.ByBranch() && !strings.Contains(pattern.Text, "{env}") || strings.HasPrefix(pattern.Text, "/") {
			err = errors.Join(err, errors.New("bad pattern"))
		}
	}
	return err
}

// document is YAML as a validator of JSON sees it.
func document(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	value, err = jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(config.Schema))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(config.FileName, schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile(config.FileName)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// TestSchemaOfRules compares what the schema says of rules, its last definition, with what the rules
// say of themselves.
func TestSchemaOfRules(t *testing.T) {
	const last = "\n    \"rules\": "
	at := strings.LastIndex(string(config.Schema), last)
	if at < 0 {
		t.Fatal("the schema has no definition of rules")
	}
	rules, err := json.MarshalIndent(schemaOfRules(t), "    ", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want := string(config.Schema[:at]) + last + string(rules) + "\n  }\n}\n"
	golden.Compare(t, "config.schema.json", []byte(want))
}

// property is the part of JSON Schema that rules need.
type property struct {
	Ref         string              `json:"$ref,omitempty"`
	Title       string              `json:"title,omitempty"`
	Description string              `json:"description,omitempty"`
	Type        string              `json:"type,omitempty"`
	Pattern     string              `json:"pattern,omitempty"`
	Enum        []any               `json:"enum,omitempty"`
	Default     any                 `json:"default,omitempty"`
	Items       *property           `json:"items,omitempty"`
	Additional  any                 `json:"additionalProperties,omitempty"`
	Properties  map[string]property `json:"properties,omitempty"`
}

func schemaOfRules(t *testing.T) property {
	t.Helper()
	loaded, err := bundled()
	if err != nil {
		t.Fatal(err)
	}
	all := object("What to change about rules, by their IDs.")
	for _, rule := range loaded.Rules() {
		one := object(inOneLine(rule.Description))
		one.Title = rule.Title
		one.Properties["severity"] = property{Ref: "#/definitions/severity"}
		one.Properties["environments"] = property{Ref: "#/definitions/ruleEnvironments"}
		one.Properties["warn-until"] = property{Ref: "#/definitions/warnUntil"}
		one.Properties["apps"] = property{Ref: "#/definitions/ruleApps"}
		for _, parameter := range rule.Parameters {
			p := property{
				Description: inOneLine(parameter.Description), Type: parameter.Type,
				Enum: parameter.Enum, Pattern: parameter.Pattern, Default: parameter.Default,
			}
			switch duration := (property{Type: "string", Pattern: `^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$`}); parameter.Type {
			case "array":
				p.Items, p.Enum = &property{Type: "string", Enum: parameter.Enum}, nil
			case "duration":
				p.Type, p.Pattern = duration.Type, duration.Pattern
			case "durations":
				p.Type, p.Additional = "object", duration
			case "arrays":
				p.Type, p.Additional = "object", property{Type: "array", Items: &property{Type: "string"}}
			}
			one.Properties[parameter.Name] = p
		}
		all.Properties[rule.ID] = one
	}
	return all
}

func object(description string) property {
	return property{Description: description, Type: "object", Additional: false, Properties: map[string]property{}}
}

func inOneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
