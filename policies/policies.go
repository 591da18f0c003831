// Package policies holds the rules that promocheck comes with. To add one, add <rule-id>.rego and
// <rule-id>_test.rego, and run `go test ./policies -update`: nothing lists them.
package policies

import "embed"

// Files are the rules and what they share.
//
//go:embed *.rego lib/*.rego
var Files embed.FS

// Compiled is what the files are compiled to. A check starts from that, because to parse and to compile
// them takes longer than all that it does with them.
//
//go:embed compiled.bin
var Compiled string
