package event

import _ "embed" // for Schema

// Schema is the JSON Schema of an event.
//
//go:embed event.schema.json
var Schema []byte
