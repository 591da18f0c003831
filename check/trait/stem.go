package trait

import "strings"

// hashed are the letters that Kustomize writes hashes with, and how many there are.
const (
	hashed     = "2456789bcdfghkmt"
	hashLength = 10
)

// Stem is the name of an object without the hash that its generator adds, which differs with each content.
func Stem(kind, name string) string {
	at := len(name) - hashLength - 1
	if kind != "ConfigMap" && kind != "Secret" || at <= 0 || name[at] != '-' || strings.Trim(name[at+1:], hashed) != "" {
		return name
	}
	return name[:at]
}
