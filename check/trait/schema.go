package trait

import (
	"reflect"
	"slices"
)

// Schema is the JSON Schema of what the event says of an object's traits.
func Schema() map[string]any {
	properties := map[string]any{}
	for _, t := range traits {
		if t.meaning == "" {
			continue // the event does not say it
		}
		properties[t.name] = described(schemaOf(t.says), t.meaning)
	}
	return map[string]any{
		"description":          "What is known of an object that rules ask for, by the name of the trait. One that is not there says that there is nothing to say.",
		"type":                 "object",
		"additionalProperties": false,
		"properties":           properties,
	}
}

func described(schema map[string]any, meaning string) map[string]any {
	if meaning != "" {
		schema["description"] = meaning
	}
	return schema
}

// schemaOf is that of a type which is written by its fields' tags.
func schemaOf(of reflect.Type) map[string]any {
	switch of.Kind() {
	case reflect.Pointer:
		schema := schemaOf(of.Elem())
		schema["type"] = []string{schema["type"].(string), "null"}
		return schema
	case reflect.Struct:
		properties, required := map[string]any{}, []string{}
		for i := range of.NumField() {
			field := of.Field(i)
			name := field.Tag.Get("json")
			properties[name] = described(schemaOf(field.Type), field.Tag.Get("meaning"))
			required = append(required, name)
		}
		slices.Sort(required)
		return map[string]any{"type": "object", "additionalProperties": false, "required": required, "properties": properties}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": described(schemaOf(of.Elem()), "By its name.")}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(of.Elem())}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int:
		return map[string]any{"type": "integer"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	default:
		return map[string]any{"type": "string"}
	}
}
