package docs

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/internal/golden"
)

// schema is as much of JSON Schema as the event's uses. Properties keep their order.
type schema struct {
	Description string
	Type        any // a name, or a list of names
	Const       any
	Enum        []string
	Format      string
	Ref         string `json:"$ref"`
	Items       *schema
	Properties  ordered
	Additional  additional `json:"additionalProperties"`
	Definitions ordered
}

// ordered is a JSON object that remembers the order of its keys.
type ordered struct {
	names  []string
	values map[string]*schema
}

func (o *ordered) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &o.values); err != nil {
		return err
	}
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return err
		}
		var skipped json.RawMessage
		if err := decoder.Decode(&skipped); err != nil {
			return err
		}
		o.names = append(o.names, name.(string))
	}
	return nil
}

// additional is what further properties are: a schema, or nothing where it is merely allowed or not.
type additional struct{ *schema }

func (a *additional) UnmarshalJSON(data []byte) error {
	if data[0] != '{' {
		return nil
	}
	return json.Unmarshal(data, &a.schema)
}

// eventPage describes the event: a table for the whole, and one for each definition.
func eventPage(t *testing.T) string {
	t.Helper()
	var root schema
	if err := json.Unmarshal(event.Schema, &root); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("<!-- Written by " + golden.Command + ": edit check/event/event.schema.json instead. -->\n\n" +
		"# The promotion event\n\n" +
		root.Description + " `promocheck event` prints it, and its\n" +
		"[JSON Schema](../check/event/event.schema.json) says the same as this page. Within `promocheck/v1`, fields may be\n" +
		"added; none changes its name or its meaning.\n\n" +
		"In the names of fields, `[]` stands for each item of a list and `*` for each key of a map. Every field is always\n" +
		"there; where nothing is known it is empty, or `null` where the type says so.\n")
	page := page{root: root, out: &b}
	page.table(root)
	for _, name := range root.Definitions.names {
		definition := root.Definitions.values[name]
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", name, definition.Description)
		page.table(*definition)
	}
	return b.String()
}

type page struct {
	root schema
	out  *strings.Builder
}

func (p page) table(s schema) {
	p.out.WriteString("\n| Field | Type | Meaning |\n| --- | --- | --- |\n")
	p.rows("", s)
}

func (p page) rows(prefix string, s schema) {
	for _, name := range s.Properties.names {
		property := *s.Properties.values[name]
		description := property.Description
		if description == "" && property.Ref != "" {
			description = p.definition(property.Ref).Description
		}
		fmt.Fprintf(p.out, "| `%s` | %s | %s |\n", prefix+name, p.kind(property), inCell(description))
		path, inner := prefix+name, property
		for inner.Items != nil || inner.Additional.schema != nil {
			if inner.Items != nil {
				path, inner = path+"[]", *inner.Items
			} else {
				path, inner = path+".*", *inner.Additional.schema
			}
		}
		if p.named(inner) == "" {
			p.rows(path+".", inner)
		}
	}
}

// named is the definition that a schema refers to, or repeats; empty if it is none.
func (p page) named(s schema) string {
	if s.Ref != "" {
		return strings.TrimPrefix(s.Ref, "#/definitions/")
	}
	for _, name := range p.root.Definitions.names {
		if len(s.Properties.names) > 0 && reflect.DeepEqual(s.Properties, p.root.Definitions.values[name].Properties) {
			return name
		}
	}
	return ""
}

func (p page) definition(ref string) schema {
	return *p.root.Definitions.values[strings.TrimPrefix(ref, "#/definitions/")]
}

// kind is a type in words.
func (p page) kind(s schema) string {
	name, null := "", ""
	switch kind := s.Type.(type) {
	case string:
		name = kind
	case []any:
		name, null = fmt.Sprint(kind[0]), " or null"
	}
	switch {
	case p.named(s) != "":
		return fmt.Sprintf("[%[1]s](#%[1]s)", p.named(s)) + null
	case s.Items != nil:
		return "list of " + p.kind(*s.Items) + null
	case s.Additional.schema != nil:
		return "map of " + p.kind(*s.Additional.schema) + null
	case s.Const != nil:
		return fmt.Sprintf("`%v`", s.Const)
	case len(s.Enum) > 0:
		return "`" + strings.Join(s.Enum, "`, `") + "`" + null
	case s.Format != "":
		return name + " (" + s.Format + ")" + null
	}
	return name + null
}
