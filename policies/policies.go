// Package policies holds the rules that promocheck comes with. To add one, add <rule-id>.rego and
// <rule-id>_test.rego: nothing lists them.
package policies

import (
	"embed"

	"github.com/promocheck/promocheck/check/evaluate"
)

// Files are the rules and what they share.
//
//go:embed *.rego lib/*.rego
var Files embed.FS

// Source is what loads them.
var Source = evaluate.Source{Name: "policies", Files: Files, Compiled: compiled}

//go:generate go run ./compile
