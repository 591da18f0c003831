// Package golden writes anew what tests compare with: the scenarios, the pages and tables of the docs that
// repeat what the program knows, the schema's part about rules, the reports in testdata. One command does
// it for all of them, and goes for one package, too:
//
//	PROMOCHECK_UPDATE=1 go test ./...
//
// It is a variable of the environment and not a flag, because go test gives a flag to every package, and
// those fail that do not know it.
package golden

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Command is what writes everything anew.
const Command = "PROMOCHECK_UPDATE=1 go test ./..."

// Updating reports whether tests write what they would otherwise compare with.
func Updating() bool { return os.Getenv("PROMOCHECK_UPDATE") == "1" }

// Compare compares a file with what it should have, or writes it.
func Compare(t testing.TB, path string, want []byte) {
	t.Helper()
	if Updating() {
		Write(t, path, want)
		return
	}
	has, _ := os.ReadFile(path) // what is missing differs
	if !bytes.Equal(has, want) {
		t.Errorf("%s is stale; %s writes it anew (-has +should have):\n%s", path, Command, cmp.Diff(string(has), string(want)))
	}
}

// Write writes a file, and leaves it alone where it is as it should be.
func Write(t testing.TB, path string, text []byte) {
	t.Helper()
	if has, err := os.ReadFile(path); err == nil && bytes.Equal(has, text) {
		return
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}
