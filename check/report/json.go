package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/waiver"
)

// The version and kind that every JSON report states.
const (
	APIVersion = "promocheck/v1"
	Kind       = "Report"
)

// These types are the contract of promocheck/v1: fields may be added, none may change its name or meaning.
// Changes are the event's own type, because the contract says that they are as in the event.
type jsonReport struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Time       jsonTime       `json:"time"`
	Base       jsonBase       `json:"base"`
	Head       jsonHead       `json:"head"`
	Changes    []event.Change `json:"changes"`
	Findings   []jsonFinding  `json:"findings"`
	Opens      *time.Time     `json:"opens"`
	ValidUntil *time.Time     `json:"valid_until"`
	Summary    jsonSummary    `json:"summary"`
}

type jsonTime struct {
	Now      string `json:"now"`
	Timezone string `json:"timezone"`
	Weekday  string `json:"weekday"`
}

type jsonBase struct {
	Ref    string `json:"ref"`
	Commit string `json:"commit"`
}

type jsonHead struct {
	Ref    string `json:"ref"`
	Commit string `json:"commit"`
	Staged bool   `json:"staged"`
}

type jsonFinding struct {
	Rule        string        `json:"rule"`
	Severity    string        `json:"severity"`
	Message     string        `json:"message"`
	Change      *string       `json:"change"`
	Covers      []string      `json:"covers"`
	Targets     []string      `json:"targets"`
	Files       []string      `json:"files"`
	App         string        `json:"app"`
	Environment string        `json:"environment"`
	Location    *jsonLocation `json:"location"`
	Remediation string        `json:"remediation"`
	Fingerprint string        `json:"fingerprint"`
	Waived      *jsonWaiver   `json:"waived"`
	Opens       *time.Time    `json:"opens"`
	CountsFrom  *time.Time    `json:"counts_from"` // when a warning will be an error
}

type jsonLocation struct {
	Overlay string `json:"overlay"`
	Path    string `json:"path"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
}

type jsonWaiver struct {
	Reason     string    `json:"reason"`
	Expires    string    `json:"expires"` // as it is written
	Ends       time.Time `json:"ends"`
	ApprovedBy string    `json:"approved_by"`
	Path       string    `json:"path"` // the file that states it
	Line       int       `json:"line"`
}

func waiverOf(w *waiver.Waiver) *jsonWaiver {
	if w == nil {
		return nil
	}
	return &jsonWaiver{w.Reason, w.Expires, w.Ends, w.ApprovedBy, w.Path, w.Line}
}

type jsonSummary struct {
	Apps     int `json:"apps"`
	Changes  int `json:"changes"`
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	Notes    int `json:"notes"`
	Waived   int `json:"waived"`
}

func summaryOf(s Summary) jsonSummary {
	return jsonSummary{
		Apps: s.Apps, Changes: s.Changes, Errors: s.Errors, Warnings: s.Warnings, Notes: s.Notes, Waived: s.Waived,
	}
}

// JSON writes the report for programs. Bytes that are no UTF-8 become U+FFFD, and what a terminal would
// not show is escaped within the strings, which leaves their value alone.
func JSON(w io.Writer, r *Report, _ Options) error {
	e := r.Event
	out := jsonReport{
		APIVersion: APIVersion,
		Kind:       Kind,
		Time:       jsonTime{Now: e.Time.Now, Timezone: e.Time.Timezone, Weekday: e.Time.Weekday},
		Base:       jsonBase(e.Base),
		Head:       jsonHead{Ref: e.Head.Ref.Ref, Commit: e.Head.Commit, Staged: e.Head.Staged},
		Changes:    make([]event.Change, 0, len(e.Changes)),
		Findings:   jsonFindings(r.Findings),
		Opens:      r.Opens,
		ValidUntil: r.ValidUntil,
		Summary:    summaryOf(r.Summary()),
	}
	for _, c := range e.Changes {
		out.Changes = append(out.Changes, withoutNulls(c))
	}
	return writeJSON(w, out)
}

func jsonFindings(findings []finding.Finding) []jsonFinding {
	list := make([]jsonFinding, 0, len(findings))
	for _, f := range findings {
		list = append(list, jsonFinding{
			Rule:        f.Rule,
			Severity:    string(f.Severity),
			Message:     f.Message,
			Change:      f.Change,
			Covers:      append([]string{}, f.Covers...),
			Targets:     append([]string{}, f.Targets...),
			Files:       append([]string{}, f.Files...),
			App:         f.App,
			Environment: f.Environment,
			Location:    (*jsonLocation)(f.Location),
			Remediation: f.Remediation,
			Fingerprint: f.Fingerprint,
			Waived:      waiverOf(f.Waived),
			Opens:       f.Opens,
			CountsFrom:  f.CountsFrom,
		})
	}
	return list
}

// writeJSON writes a value, indented, with the characters escaped that are not fit to be seen.
func writeJSON(w io.Writer, value any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	_, err := w.Write(escapeJSON(withoutServiceMessages(b.String(), `\u0023`)))
	return err
}

// withoutNulls is c with empty lists and maps where it has none.
func withoutNulls(c event.Change) event.Change {
	if c.Targets == nil {
		c.Targets = []string{}
	}
	if c.Locations == nil {
		c.Locations = map[string]event.Location{}
	}
	if c.From == nil {
		c.From = map[string]event.Place{}
	}
	if c.BroughtBy == nil {
		c.BroughtBy = map[string][]event.Bringing{}
	}
	c.Own = historyWithoutNulls(c.Own)
	c.Objects = append([]event.Object{}, c.Objects...)
	c.Shared = append([]event.Shared{}, c.Shared...)
	c.Bad = append([]event.Bad{}, c.Bad...)
	c.Formerly, c.Lost = append([]string{}, c.Formerly...), append([]string{}, c.Lost...)
	c.Upstream = holdingsWithoutNulls(c.Upstream)
	c.Earlier = holdingsWithoutNulls(c.Earlier)
	return c
}

func holdingsWithoutNulls(holdings []event.Holding) []event.Holding {
	full := make([]event.Holding, 0, len(holdings))
	for _, h := range holdings {
		if h.Versions == nil {
			h.Versions = []artifact.Version{}
		}
		h.History = historyWithoutNulls(h.History)
		full = append(full, h)
	}
	return full
}

func historyWithoutNulls(h event.History) event.History {
	if h.Left == nil {
		h.Left = map[string]event.Left{}
	}
	return h
}

// escapeJSON writes every character of a JSON text that a terminal would not show as \uXXXX. Outside of strings JSON has none but line breaks, and within
// them the encoder has escaped those.
func escapeJSON(text string) []byte {
	escaped := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == '\n' || visible(r):
			escaped = append(escaped, text[:size]...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			escaped = fmt.Appendf(escaped, `\u%04x\u%04x`, high, low)
		default:
			escaped = fmt.Appendf(escaped, `\u%04x`, r)
		}
		text = text[size:]
	}
	return escaped
}
