package report

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"slices"

	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
)

// The dialect of JUnit's XML that Jenkins, GitLab, CircleCI and Azure read alike.
type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	ClassName string        `xml:"classname,attr"`
	File      string        `xml:"file,attr,omitempty"`
	Line      int           `xml:"line,attr,omitempty"`
	Failure   *junitOutcome `xml:"failure"`
	Skipped   *junitOutcome `xml:"skipped"`
	Output    string        `xml:"system-out,omitempty"`
}

type junitOutcome struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// JUnit writes test results: a suite for each rule, with a case for each finding, or one that passes. A
// case fails if its finding fails the check, so that what a CI server shows agrees with the exit code;
// what else was found is a passing case's output.
func JUnit(w io.Writer, r *Report, _ Options) error {
	j := &junit{report: r, places: newPlaces(r), changes: r.changes(), byRule: make(map[string][]finding.Finding)}
	rules := make([]string, 0, len(r.Rules))
	for _, rule := range r.Rules {
		rules = append(rules, rule.ID)
	}
	for _, f := range r.Findings {
		if !slices.Contains(rules, f.Rule) {
			rules = append(rules, f.Rule)
		}
		j.byRule[f.Rule] = append(j.byRule[f.Rule], f)
	}
	all := junitSuites{Name: "promocheck"}
	for _, rule := range rules {
		suite := j.suite(rule)
		all.Tests += suite.Tests
		all.Failures += suite.Failures
		all.Skipped += suite.Skipped
		all.Suites = append(all.Suites, suite)
	}

	b := bytes.NewBufferString(xml.Header)
	encoder := xml.NewEncoder(b)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return fmt.Errorf("write JUnit XML: %w", err)
	}
	b.WriteString("\n")
	_, err := io.WriteString(w, withoutServiceMessages(b.String(), "&#35;"))
	return err
}

type junit struct {
	report  *Report
	places  *places
	changes map[string]*event.Change
	byRule  map[string][]finding.Finding
}

func (j *junit) suite(rule string) junitSuite {
	suite := junitSuite{Name: name(rule)}
	seen := make(map[string]int)
	for _, f := range j.byRule[rule] {
		c := j.testCase(f)
		// CI servers take two cases of one name for the same.
		if seen[c.Name]++; seen[c.Name] > 1 {
			c.Name += fmt.Sprintf(" (%d)", seen[c.Name])
		}
		suite.add(c)
	}
	if len(suite.Cases) == 0 {
		suite.add(junitCase{Name: "nothing found", ClassName: junitClass(rule)})
	}
	return suite
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Skipped != nil {
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

func junitClass(rule string) string { return "promocheck." + name(rule) }

// testCase is named by what the finding is about, not by what it says: CI servers follow a case
// from run to run by its name.
func (j *junit) testCase(f finding.Finding) junitCase {
	at := j.places.of(f)
	c := junitCase{
		Name:      cmp.Or(blockName(f.App, f.Environment), pathText(at.Path)),
		ClassName: junitClass(f.Rule),
		File:      pathText(at.Path),
		Line:      at.Line,
	}
	if change := j.changes[deref(f.Change)]; change != nil {
		c.Name += ", " + artifactText(change.Artifact)
	}
	severity, message := name(string(f.Severity)), sentence(f.Message)
	text := fmt.Sprintf("%s[%s] %s\n%s\n", severity, name(f.Rule), message, locationText(at))
	if remediation := sentence(f.Remediation); remediation != "" {
		text += remediation + "\n"
	}
	switch {
	case f.Waived != nil:
		c.Skipped = &junitOutcome{Message: "waived " + waiverText(*f.Waived)}
		c.Output = text
	case f.AtLeast(j.report.FailOn):
		c.Failure = &junitOutcome{Message: message, Type: severity, Text: text}
	default:
		c.Output = text
	}
	return c
}
