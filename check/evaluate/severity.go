package evaluate

import "slices"

// Severity of what a rule reports.
type Severity string

// Severities, the gravest first. Off is for configuration only: it silences a rule.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"

	Off Severity = "off"
)

// Severities are those that a finding can have, the gravest first.
var Severities = []Severity{Error, Warning, Note}

// Valid reports whether a finding can have this severity.
func (s Severity) Valid() bool { return slices.Contains(Severities, s) }

// AtLeast reports whether s is as grave as threshold or graver. Nothing is as grave as a threshold
// that no finding can have.
func (s Severity) AtLeast(threshold Severity) bool {
	at := slices.Index(Severities, s)
	return at >= 0 && at <= slices.Index(Severities, threshold)
}

// Compare orders severities, the gravest first.
func (s Severity) Compare(t Severity) int {
	return slices.Index(Severities, s) - slices.Index(Severities, t)
}
