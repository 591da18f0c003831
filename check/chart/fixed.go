package chart

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"
)

// certificate is what templates take keys and certificates out of.
type certificate struct{ Cert, Key string }

// fixed are functions whose real results differ from one run to the next, from one machine to another, or take
// long to work out. Those that are given something give something else for something else.
func fixed(b *budget) template.FuncMap {
	text := func(length int) (string, error) {
		if err := b.take(max(length, 0)); err != nil {
			return "", err
		}
		return strings.Repeat("x", max(length, 0)), nil
	}
	digits := func(length int) (string, error) {
		letters, err := text(length)
		return strings.ReplaceAll(letters, "x", "1"), err
	}
	issued := func(of ...any) certificate {
		return certificate{Cert: digest("certificate", of), Key: digest("key", of)}
	}
	secret := func(of ...string) string { return digest("secret", of) }
	return template.FuncMap{
		"randAlphaNum": text, "randAlpha": text, "randAscii": text, "randBytes": text, "randNumeric": digits,
		"randInt": func(least, _ int) int { return least },
		"shuffle": func(text string) string { return text },
		"uuidv4":  func() string { return "00000000-0000-4000-8000-000000000000" },

		"genPrivateKey": secret, "derivePassword": func(of ...any) string { return digest("secret", of) },
		"bcrypt": secret, "encryptAES": secret,
		"htpasswd": func(user, password string) string { return user + ":" + secret(user, password) },
		"genCA":    issued, "genCAWithKey": issued, "genSelfSignedCert": issued, "genSelfSignedCertWithKey": issued,
		"genSignedCert": issued, "genSignedCertWithKey": issued,

		"getHostByName": func(string) string { return "" },
		"lookup":        func(_, _, _, _ string) map[string]any { return map[string]any{} },

		"keys": func(dicts ...map[string]any) []string {
			var all []string
			for _, dict := range dicts {
				all = append(all, slices.Sorted(maps.Keys(dict))...)
			}
			return all
		},
		"values": func(dict map[string]any) []any {
			var all []any
			for _, key := range slices.Sorted(maps.Keys(dict)) {
				all = append(all, dict[key])
			}
			return all
		},
	}
}

// digest stands for what a function would make of what it is given.
func digest(kind string, of any) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %v", kind, of))
	return hex.EncodeToString(sum[:])
}
