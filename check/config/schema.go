package config

import _ "embed" // for Schema

// Schema is the JSON Schema of a configuration file. What it says of rules is generated from the
// bundled policies, see internal/golden.
//
//go:embed config.schema.json
var Schema []byte
