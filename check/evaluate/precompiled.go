package evaluate

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/version"

	"github.com/promocheck/promocheck/check/evaluate/compiled"
)

// Precompile loads a source as Load does, and writes down what comes of it, for the source's Compiled.
func Precompile(source Source) (string, error) {
	files, err := read([]Source{source})
	if err != nil {
		return "", err
	}
	policies, err := load(ast.NewCompiler(), files)
	if err != nil {
		return "", err
	}
	rules, err := json.Marshal(policies.rules)
	if err != nil {
		return "", err
	}
	modules, err := compiled.Write(policies.compiler.Modules)
	return fingerprint(files) + string(rules) + "\n" + modules, err
}

var errOutdated = errors.New("compiled from other files, or by another version of OPA")

// loadCompiled loads what Precompile made of files. What Load checks was checked then.
func loadCompiled(text string, files []file) (*Policies, error) {
	text, ok := strings.CutPrefix(text, fingerprint(files))
	if !ok {
		return nil, errOutdated
	}
	rules, written, _ := strings.Cut(text, "\n")
	policies := &Policies{compiler: ast.NewCompiler().WithCapabilities(&ast.Capabilities{})} // there is nothing to check
	if err := json.Unmarshal([]byte(rules), &policies.rules); err != nil {
		return nil, fmt.Errorf("compiled policies: %w", err)
	}
	if err := compiled.Load(policies.compiler, written); err != nil {
		return nil, fmt.Errorf("compiled policies: %w", err)
	}
	return policies, nil
}

// fingerprint is of all that decides what files are compiled to.
func fingerprint(files []file) string {
	hash := sha256.New()
	add := func(text []byte) {
		hash.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(text))))
		hash.Write(text)
	}
	add([]byte(version.Version))
	for _, file := range files {
		add([]byte(file.name))
		add(file.text)
	}
	return string(hash.Sum(nil))
}
