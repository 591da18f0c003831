package evaluate

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/version"

	"github.com/promocheck/promocheck/check/evaluate/compiled"
	"github.com/promocheck/promocheck/check/rego"
)

// Precompile compiles a source as Load does, and writes down what comes of it, for the source's Compiled.
func Precompile(source Source) (string, error) {
	files, err := rego.Read(source.Name, source.Files)
	if err != nil {
		return "", err
	}
	policies, err := compileBundled(files)
	if err != nil {
		return "", err
	}
	rules, err := json.Marshal(policies.rules)
	if err != nil {
		return "", err
	}
	modules, err := compiled.Write(policies.modules)
	return fingerprint(files) + string(rules) + "\n" + modules, err
}

var errOutdated = errors.New("compiled from other files, or by another version of OPA")

// loadCompiled reads what Precompile made of files. What compiling checks was checked then.
func loadCompiled(text string, files []rego.File) (part, error) {
	text, ok := strings.CutPrefix(text, fingerprint(files))
	if !ok {
		return part{}, errOutdated
	}
	head, written, _ := strings.Cut(text, "\n")
	var rules []Rule
	if err := json.Unmarshal([]byte(head), &rules); err != nil {
		return part{}, fmt.Errorf("compiled policies: %w", err)
	}
	modules, err := compiled.Read(written)
	if err != nil {
		return part{}, fmt.Errorf("compiled policies: %w", err)
	}
	return part{modules, rules}, nil
}

// fingerprint is of all that decides what files are compiled to.
func fingerprint(files []rego.File) string {
	hash := sha256.New()
	add := func(text []byte) {
		hash.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(text))))
		hash.Write(text)
	}
	add([]byte(version.Version))
	for _, file := range files {
		add([]byte(file.Name))
		add(file.Text)
	}
	return string(hash.Sum(nil))
}
