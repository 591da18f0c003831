package report

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
)

const (
	homepage = "https://github.com/promocheck/promocheck"

	// sourceRoot stands for the top of the repository, wherever that is.
	sourceRoot = "%SRCROOT%"

	// GitHub's code scanning takes so many results of a run, and characters of a description.
	maxResults     = 25000
	maxDescription = 1024 - len(ellipsis)
)

// ruleURL is the page on a rule.
func ruleURL(id string) string {
	return homepage + "/blob/main/docs/rules/" + url.PathEscape(id) + ".md"
}

// SARIF writes a log of version 2.1.0 of the Static Analysis Results Interchange Format.
func SARIF(w io.Writer, r *Report, _ Options) error {
	places := newPlaces(r)
	driver := sarif.NewToolComponent().WithName("promocheck").WithInformationURI(homepage)
	if r.Version != "" {
		driver.WithVersion(r.Version)
	}
	index := make(map[string]int)
	for i, rule := range r.Rules {
		index[rule.ID] = i
		driver.AddRule(sarifRule(rule))
	}
	invocation := sarif.NewInvocation().WithExecutionSuccessful(true).WithExitCode(r.exitCode())
	for _, notice := range r.Notices {
		invocation.AddToolExecutionNotification(sarifNotice(notice))
	}
	run := sarif.NewRun().
		WithTool(sarif.NewTool().WithDriver(driver)).
		WithAutomationDetails(sarif.NewRunAutomationDetails().WithID("promocheck/")).
		WithColumnKind("unicodeCodePoints").
		WithOriginalUriBaseIds(map[string]sarif.ArtifactLocation{
			sourceRoot: *sarif.NewArtifactLocation().WithDescription(sarif.NewTextMessage("The top of the repository.")),
		})
	findings := r.Findings
	if more := len(findings) - maxResults; more > 0 {
		invocation.AddToolExecutionNotification(sarifNotice(fmt.Sprintf("%d more findings are left out; the other formats have them.", more)))
		findings = gravestFirst(findings)[:maxResults]
	}
	for _, f := range findings {
		result := sarifResult(f, places)
		if i, ok := index[f.Rule]; ok {
			result.WithRuleIndex(i)
		}
		run.AddResult(result)
	}
	log := sarif.NewReport()
	log.AddRun(run.WithInvocations([]*sarif.Invocation{invocation}))
	return writeJSON(w, log)
}

func (r *Report) exitCode() int {
	if r.Fails() {
		return 1
	}
	return 0
}

func sarifRule(rule evaluate.Rule) *sarif.ReportingDescriptor {
	markdown := fmt.Sprintf("%s\n\n**What to do:** %s\n\n[More on %s](%s)", rule.Description, rule.Remediation, rule.ID, ruleURL(rule.ID))
	return sarif.NewRule(rule.ID).
		WithName(rule.ID).
		WithShortDescription(multiformat(rule.Title + ".")).
		WithFullDescription(multiformat(clip(Fold(rule.Description), maxDescription))).
		WithHelp(multiformat(Fold(rule.Description) + "\n\nWhat to do: " + Fold(rule.Remediation)).WithMarkdown(markdown)).
		WithHelpURI(ruleURL(rule.ID)).
		WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(string(rule.Severity)))
}

func multiformat(text string) *sarif.MultiformatMessageString {
	return sarif.NewMultiformatMessageString().WithText(text)
}

func sarifNotice(text string) *sarif.Notification {
	return sarif.NewNotification().WithLevel(sarif.LevelNote).WithMessage(sarifMessage(text))
}

// sarifMessage is a plain text in which viewers shall see no links.
func sarifMessage(text string) *sarif.Message {
	return sarif.NewTextMessage(strings.NewReplacer("[", `\[`, "]", `\]`).Replace(sentence(text)))
}

func sarifResult(f finding.Finding, places *places) *sarif.Result {
	result := sarif.NewRuleResult(f.Rule).
		WithLevel(string(severityOf(f))).
		WithMessage(sarifMessage(f.Message)).
		WithPartialFingerprints(map[string]string{"promocheck/v1": f.Fingerprint})
	result.AddLocation(sarifLocation(places, places.of(f)))
	if f.Waived != nil {
		result.AddSuppression(sarif.NewSuppression().WithKind("external").WithStatus("accepted").WithJustification(waiverText(*f.Waived)))
	}
	return result
}

func sarifLocation(places *places, at event.Location) *sarif.Location {
	region := sarif.NewRegion().WithStartLine(at.Line)
	if at.Column > 0 {
		region.WithStartColumn(at.Column)
		if end := places.endColumn(at); end > 0 {
			region.WithEndColumn(end)
		}
	}
	return sarif.NewLocationWithPhysicalLocation(sarif.NewPhysicalLocation().
		WithArtifactLocation(sarif.NewArtifactLocation().WithURI(relativeURI(at.Path)).WithURIBaseID(sourceRoot)).
		WithRegion(region))
}

// relativeURI is a path as a URI that cannot be taken for one with a scheme.
func relativeURI(path string) string {
	return strings.ReplaceAll((&url.URL{Path: path}).EscapedPath(), ":", "%3A")
}
