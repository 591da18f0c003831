package event_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/trait"
	"github.com/promocheck/promocheck/internal/golden"
)

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(event.Schema))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("event.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("event.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// sample is an event that uses every field.
func sample() *event.Event {
	held, since, until := true, "2026-11-01T10:00:00Z", "2026-11-12T10:00:00Z"
	holiday := "Founders' Day"
	history := event.History{
		Held: &held, Since: &since, Until: &until,
		By: &event.Author{Commit: "c5e3", Author: "Kim <kim@example.com>", Subject: "Promote checkout"},
	}
	gaveUp := func(direction event.Direction, to *artifact.Version) map[string]event.Left {
		return map[string]event.Left{".": {Direction: direction, To: to, Author: *history.By, Reason: "INC-4711"}}
	}
	before := artifact.Version{Repository: "registry.example.com/acme/checkout", Tag: "v1.2.1"}
	after := artifact.Version{Repository: "registry.example.com/acme/checkout", Tag: "v1.2.3", Digest: "sha256:3f4e"}
	history.Left = gaveUp(event.Backward, &before)
	location := event.Location{
		Overlay: "checkout/overlays/prod", Path: "checkout/overlays/prod/kustomization.yaml", Line: 7, Column: 11,
	}
	return &event.Event{
		APIVersion: event.APIVersion,
		Kind:       event.Kind,
		Time: event.Time{
			Now: "2026-11-20T16:30:00+01:00", Timezone: "Europe/Berlin", Weekday: "friday",
			Date: "2026-11-20", Clock: "16:30", Holiday: &holiday,
			Windows: []event.Window{{
				Kind: "deny", Active: true, From: &since, To: &until, Description: "INC-4711", Freeze: true,
				Exceptions: event.Exceptions{"checkout": {"prod": {".": {Reason: "It is the fix", Expires: "2026-11-21"}}}},
				Path:       ".promocheck-freeze.yaml", Line: 1,
			}},
			Gates: event.Gates{"checkout": {"prod": {".": {0}}}},
			Asked: event.Asked{"checkout": {"prod": {".": {{Application: &since, Known: true, Project: "shops", Windows: []int{0}, Unsure: []int{}}}}}},
		},
		Base: event.Ref{Ref: "main", Commit: "a3c1"},
		Head: event.Head{
			Ref: event.Ref{Ref: "HEAD", Commit: "b4d2"},
			Commits: []event.Commit{{
				Commit: "b4d2", Author: "Kim <kim@example.com>", Subject: "Promote checkout",
				Trailers: map[string][]string{"signed-off-by": {"Kim <kim@example.com>"}},
				Reverts:  []string{"0f5c0de00f5c0de00f5c0de00f5c0de00f5c0de0"},
			}},
		},
		Self: event.Self{Repositories: []string{"example.com/acme/config"}, Revisions: []string{"head", "main"}},
		Path: []event.Environment{
			{Name: "staging", Upstream: []string{}},
			{Name: "prod", Upstream: []string{"staging"}, Production: true},
		},
		Changes: []event.Change{{
			ID: "checkout/prod/1", App: "checkout", Environment: "prod", Targets: []string{"."},
			Artifact: artifact.Artifact{Kind: artifact.Image, Name: "acme/checkout"},
			Objects:  []event.Object{{Kind: "Deployment", Namespace: "shop", Name: "checkout"}}, Formerly: []string{"store"}, Lost: []string{"dev"},
			Bad:    []event.Bad{{Version: "<2.0.0", Reason: "CVE", Location: event.Location{Path: ".promocheck.yaml", Line: 3}}},
			Shared: []event.Shared{{Environment: "staging", Already: true, Location: location}},
			Before: &before, After: &after, Direction: event.Forward, Entry: true,
			Upstream:      []event.Holding{{Environment: "staging", Versions: []artifact.Version{before}, Idle: []string{"CronJob web is suspended"}, History: history}},
			Earlier:       []event.Holding{{Environment: "staging", Versions: []artifact.Version{}, Idle: []string{}, History: event.History{Left: gaveUp(event.Removed, nil)}}},
			LeftElsewhere: map[string]map[string]event.Left{"prod-us": {".": {Direction: event.Unknown}}},
			Own:           history, BroughtBy: map[string][]event.Bringing{".": {{Commit: "b4d2", Reverts: true}}},
			Fidelity: event.Partial, Locations: map[string]event.Location{".": location},
			From: map[string]event.Place{".": {App: "shop", Environment: "prod", Target: "."}},
		}},
		Effects: []event.Effect{{
			App: "checkout", Environment: "prod", Targets: []string{"."}, VersionsOnly: true,
			ReachedBy: []string{location.Path},
			Deployers: []event.Deployer{{Kind: "Kustomization", Namespace: "flux-system", Name: "apps", Location: event.Location{Path: "clusters/prod/apps.yaml", Line: 3}}}, Found: event.FoundByDirectory,
			Applications: map[string][]event.Application{".": {{Name: &since, Project: &since, Destination: event.Destination{Namespace: &since}}}},
			Resources: []event.Resource{{
				Group: "apps", Kind: "Deployment", Namespace: "shop", Name: "checkout", Stem: "checkout", Change: "removed",
				Traits:  map[string]any{"fixed": trait.Fixed{Fields: []string{"spec.selector"}}},
				Earlier: map[string]event.Stood{"staging": {Had: &held}},
			}},
			Fidelity: event.Rendered, Location: location,
		}},
		Files: []event.File{{
			Path: location.Path, Fate: "read", Why: "an environment is built from it", Production: true,
			Places: []event.Place{{App: "checkout", Environment: "prod", Target: "."}},
		}},
		State:  event.State{"checkout": {"prod": {".": {"image/acme/checkout": {before}}}}},
		Merged: event.State{"checkout": {"prod": {".": {"image/acme/checkout": {before}}}}},
		Config: event.Config{Rules: map[string]map[string]any{
			"friday-push": {}, "version-not-in-staging": {"same-change": "deny"},
		}, Requires: []event.Requirement{{
			Versioned: event.Versioned{App: "web", Version: ">=2.0.0"}, Needs: event.Versioned{App: "api", Version: ">=1.4.0"}, Environments: []string{"prod"},
		}}, Provided: []event.Provided{{Object: "Secret/*", Apps: []string{}, Environments: []string{"prod"}}}},
		Unresolved: []event.Unresolved{{
			Overlay: "cart/overlays/prod", App: "cart", Environment: "prod", Target: ".", Reason: "no YAML", Reached: true,
			Location: event.Location{Path: "cart/overlays/prod"},
		}},
		Unclaimed: []event.Unclaimed{{
			App: "cart", Environment: "prod", Targets: []string{"."}, Object: "Provider/x", Path: "spec.package",
			Before: "ghcr.io/acme/x:v1", After: "ghcr.io/acme/x:v2", Kind: "reference", Follows: true, Upstream: []string{"staging"}, Location: location,
		}},
		Keys: []event.Lack{{
			App: "cart", Environment: "prod", Targets: []string{"."}, Workload: "Deployment cart", Container: "web", As: trait.Variable, Name: "URL", Object: "ConfigMap/env", Key: "url",
			Why: event.ByReference, Defined: []string{"staging"}, Example: location, Location: location,
		}},
		Optional: event.Optional{
			Differences: []event.Difference{{
				App: "cart", Environment: "prod", Targets: []string{"."}, Workload: "Deployment cart", Container: "web", Upstream: "staging", Of: "variable", Name: "LIMIT",
				There: &since, Here: nil, Only: "there", Location: location,
			}},
			Trials: []event.Trial{{
				App: "cart", Environment: "prod", Targets: []string{"."}, Kind: "Deployment", Name: "cart", Change: "cart:prod:image/acme/cart",
				By: []event.TriedBy{{Kind: "Rollout", Name: "cart", Way: "canary", Manual: true}}, Flagger: true, Location: location,
			}},
			Fields:   event.Fields{"cart:prod": {"Deployment cart": {"spec.replicas"}}},
			Edits:    event.Edits{"cart/base/web.yaml": 7},
			Refused:  event.Refused{"cart:prod": {"Deployment cart": location}},
			Ahead:    event.Ahead{"cart:prod": {"us": {"eu"}}},
			Deployed: event.Deployed{"clusters:prod": {"Kustomization cart": {{Group: "apps", Kind: "Deployment", Namespace: "shop", Name: "cart", Kept: []string{"flux"}}}}},
		},
		Outside: []event.Outside{{Path: "legacy/prod", Reason: "no pattern matches it", Reached: true}},
	}
}

func asJSON(t *testing.T, e *event.Event) map[string]any {
	t.Helper()
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return document.(map[string]any)
}

func TestSchemaAccepts(t *testing.T) {
	schema := compileSchema(t)
	if err := schema.Validate(asJSON(t, sample())); err != nil {
		t.Error(err)
	}

	removed := sample()
	removed.Changes[0].After = nil
	removed.Changes[0].Own = event.History{Left: map[string]event.Left{}}
	if err := schema.Validate(asJSON(t, removed)); err != nil {
		t.Error(err)
	}
}

func TestSchemaRefuses(t *testing.T) {
	schema := compileSchema(t)
	for name, spoil := range map[string]func(map[string]any){
		"another version":  func(e map[string]any) { e["apiVersion"] = "promocheck/v2" },
		"missing field":    func(e map[string]any) { delete(e, "outside") },
		"additional field": func(e map[string]any) { e["extra"] = 1 },
		"null for a list":  func(e map[string]any) { e["changes"] = nil },
		"weekday":          func(e map[string]any) { e["time"].(map[string]any)["weekday"] = "Friday" },
		"no time":          func(e map[string]any) { e["time"].(map[string]any)["now"] = "today" },
	} {
		t.Run(name, func(t *testing.T) {
			document := asJSON(t, sample())
			spoil(document)
			if schema.Validate(document) == nil {
				t.Error("accepted")
			}
		})
	}
}

// TestTraitsInSchema has the schema's last definition be what the traits say of themselves.
func TestTraitsInSchema(t *testing.T) {
	before, _, found := bytes.Cut(event.Schema, []byte("\n    \"traits\": "))
	if !found {
		t.Fatal("traits are no definition")
	}
	traits, err := json.MarshalIndent(trait.Schema(), "    ", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "event.schema.json", slices.Concat(before, []byte("\n    \"traits\": "), traits, []byte("\n  }\n}\n")))
}

// TestSchemaIsTheGoType compares the schema with the Go types, field by field.
func TestSchemaIsTheGoType(t *testing.T) {
	var root map[string]any
	if err := json.Unmarshal(event.Schema, &root); err != nil {
		t.Fatal(err)
	}
	compare(t, root, root, reflect.TypeFor[event.Event](), "event")
}

func compare(t *testing.T, root, schema map[string]any, goType reflect.Type, at string) {
	if ref, ok := schema["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/definitions/")
		compare(t, root, root["definitions"].(map[string]any)[name].(map[string]any), goType, at)
		return
	}
	nullable := goType.Kind() == reflect.Pointer
	if nullable {
		goType = goType.Elem()
	}
	names := map[reflect.Kind]string{
		reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer", reflect.Slice: "array",
		reflect.Map: "object", reflect.Struct: "object",
	}
	var want any = names[goType.Kind()]
	if nullable {
		want = []any{want, "null"}
	}
	if !reflect.DeepEqual(schema["type"], want) {
		t.Errorf("%s: type is %v, not %v", at, schema["type"], want)
	}
	switch goType.Kind() {
	case reflect.Slice:
		compare(t, root, schema["items"].(map[string]any), goType.Elem(), at+"[]")
	case reflect.Map:
		if values, ok := schema["additionalProperties"].(map[string]any); ok {
			compare(t, root, values, goType.Elem(), at+".*")
		} else if goType.Elem().Kind() != reflect.Interface {
			t.Errorf("%s: does not say what the values are", at)
		}
	case reflect.Struct:
		compareFields(t, root, schema, goType, at)
	}
}

func compareFields(t *testing.T, root, schema map[string]any, goType reflect.Type, at string) {
	properties := schema["properties"].(map[string]any)
	var names []string
	for _, field := range jsonFields(goType) {
		name := field.Tag.Get("json")
		names = append(names, name)
		property, ok := properties[name].(map[string]any)
		if !ok {
			t.Errorf("%s: has no %s", at, name)
			continue
		}
		if _, ok := property["$ref"]; !ok && property["description"] == nil {
			t.Errorf("%s.%s: has no description", at, name)
		}
		compare(t, root, property, field.Type, at+"."+name)
	}
	slices.Sort(names)
	if known := slices.Sorted(maps.Keys(properties)); !slices.Equal(known, names) {
		t.Errorf("%s: has %v, not %v", at, known, names)
	}
	var required []string
	for _, name := range schema["required"].([]any) {
		required = append(required, name.(string))
	}
	slices.Sort(required)
	if !slices.Equal(required, names) {
		t.Errorf("%s: requires %v, not %v", at, required, names)
	}
	if schema["additionalProperties"] != false {
		t.Errorf("%s: allows additional properties", at)
	}
}

// jsonFields are a struct's fields, with those of embedded structs in their place.
func jsonFields(goType reflect.Type) []reflect.StructField {
	var fields []reflect.StructField
	for i := range goType.NumField() {
		if field := goType.Field(i); field.Anonymous {
			fields = append(fields, jsonFields(field.Type)...)
		} else {
			fields = append(fields, field)
		}
	}
	return fields
}
