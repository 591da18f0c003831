package chart

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"text/template"

	"github.com/BurntSushi/toml"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/yaml"
	pretty "sigs.k8s.io/yaml/goyaml.v3"
)

// helmFunctions are those that Helm has beside sprig's, and keeps to itself.
func helmFunctions() template.FuncMap {
	toTOML := func(value any) ([]byte, error) {
		var b bytes.Buffer
		err := toml.NewEncoder(&b).Encode(value)
		return b.Bytes(), err
	}
	return template.FuncMap{
		"toYaml":       quietly(yaml.Marshal),
		"mustToYaml":   loudly(yaml.Marshal),
		"toYamlPretty": quietly(prettyYAML),
		"toJson":       quietly(json.Marshal),
		"mustToJson":   loudly(json.Marshal),
		"mustToToml": func(value any) (string, error) {
			data, err := toTOML(value)
			return string(data), err
		},
		"toToml": func(value any) string {
			data, err := toTOML(value)
			if err != nil {
				return err.Error()
			}
			return string(data)
		},
		"fromYaml":      object(unmarshalYAML),
		"fromYamlArray": array(unmarshalYAML),
		"fromJson":      object(json.Unmarshal),
		"fromJsonArray": array(json.Unmarshal),
		"fromToml":      object(toml.Unmarshal),

		"required": func(warning string, value any) (any, error) {
			if value == nil || value == "" {
				return value, errors.New(warning)
			}
			return value, nil
		},
	}
}

type marshal = func(any) ([]byte, error)

func prettyYAML(value any) ([]byte, error) {
	var b bytes.Buffer
	encoder := pretty.NewEncoder(&b)
	encoder.SetIndent(2)
	err := encoder.Encode(value)
	return b.Bytes(), err
}

// quietly prints nothing for what cannot be written.
func quietly(write marshal) func(any) string {
	return func(value any) string {
		text, _ := loudly(write)(value)
		return text
	}
}

// loudly fails for what cannot be written.
func loudly(write marshal) func(any) (string, error) {
	return func(value any) (string, error) {
		data, err := write(value)
		if err != nil {
			return "", err
		}
		return strings.TrimSuffix(string(data), "\n"), nil
	}
}

func unmarshalYAML(data []byte, into any) error {
	if err := document.Check(data); err != nil {
		return err
	}
	return yaml.Unmarshal(data, into)
}

// object reads a mapping. What is wrong with the text is in it, as Error.
func object(read func([]byte, any) error) func(string) map[string]any {
	return func(text string) map[string]any {
		value := map[string]any{}
		if err := read([]byte(text), &value); err != nil {
			value["Error"] = err.Error()
		}
		return value
	}
}

// array reads a list. What is wrong with the text is all that is in it.
func array(read func([]byte, any) error) func(string) []any {
	return func(text string) []any {
		value := []any{}
		if err := read([]byte(text), &value); err != nil {
			value = []any{err.Error()}
		}
		return value
	}
}
