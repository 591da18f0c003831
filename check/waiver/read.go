package waiver

import (
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/config/strict"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/tree"
)

// Read reads all that are stated: in the configuration, and each in a file of its own in the tree. Dates end with their
// days in the team's zone. An error that a person can act on is of type *mistake.Error.
func Read(c *config.Config, t *tree.Tree, zone *time.Location) ([]Waiver, error) {
	inConfiguration, err := Parse(c, zone)
	if err != nil {
		return nil, err
	}
	inFiles, err := readDirectory(t, zone)
	return slices.Concat(inConfiguration, inFiles), err
}

// Parse reads those that are in the configuration.
func Parse(c *config.Config, zone *time.Location) ([]Waiver, error) {
	if c.Waivers == nil {
		return nil, nil
	}
	r := newReader(c.Path, zone)
	return strict.List(r.Reader, r.waiver)(c.Waivers, "waivers")
}

// ParseFile reads the file of one.
func ParseFile(path string, data []byte, zone *time.Location) (Waiver, error) {
	r := newReader(path, zone)
	document, err := r.Document(data)
	if err != nil {
		return Waiver{}, err
	}
	if document == nil {
		return Waiver{}, mistake.Configured(path, 1, "there is no waiver in here")
	}
	if document.Kind == yaml.SequenceNode {
		return Waiver{}, r.Errorf(document, "a file has one waiver: write each into its own, or list them under `waivers` in %s", config.FileName)
	}
	return r.waiver(document, "a waiver")
}

type reader struct {
	strict.Reader
	zone   *time.Location
	moment strict.Value[*calendar.Moment]
}

func newReader(path string, zone *time.Location) reader {
	r := strict.Reader{Path: path}
	return reader{r, zone, calendar.ReadMoment(r)}
}

func (r reader) waiver(node *yaml.Node, _ string) (Waiver, error) {
	w := Waiver{Path: r.Path, Line: node.Line}
	var expires *calendar.Moment
	var kind string
	err := r.Mapping(node, "a waiver", strict.Fields{
		"kind":          strict.Into(&kind, r.OneOf("emergency")),
		"rule":          strict.Into(&w.Rule, r.some),
		"app":           strict.Into(&w.App, r.pattern),
		"environment":   strict.Into(&w.Environment, r.Word),
		"target":        strict.Into(&w.Target, r.pattern),
		"artifact":      strict.Into(&w.Artifact, r.pattern),
		"version":       strict.Into(&w.Version, r.some),
		"path":          strict.Into(&w.File, r.pattern),
		"configuration": strict.Into(&w.Configuration, r.yes),
		"soak":          strict.Into(&w.Soak, r.soak),
		"reason":        strict.Into(&w.Reason, r.some),
		"approved-by":   strict.Into(&w.ApprovedBy, r.some),
		"expires":       strict.Into(&expires, r.moment),
	})
	if err != nil {
		return w, err
	}
	w.Emergency = kind != ""
	if lacks := w.lacks(); lacks != "" {
		return w, r.Errorf(node, "%s %s needs %s", article(w.Kind()), w.Kind(), lacks)
	}
	if surplus := w.surplus(); surplus != "" {
		return w, r.Errorf(node, "%s", surplus)
	}
	if expires == nil {
		return w, r.Errorf(node, "%s %s needs an end: expires, as in 2026-12-24", article(w.Kind()), w.Kind())
	}
	w.Expires, w.Ends = expires.String(), expires.Ends(r.zone).In(r.zone)
	return w, nil
}

// lacks is what is missing of a waiver, beside its end.
func (w Waiver) lacks() string {
	switch {
	case w.Rule == "" && !w.Emergency:
		return "a rule"
	case w.Emergency && (w.App == "" || w.Environment == ""):
		return "an app and an environment"
	case w.Emergency && w.Version == "" && !w.Configuration:
		return "what comes in: a version, or configuration: true"
	case w.App == "" && w.File == "":
		return "an app and an environment, or the path of a file that belongs to no app"
	case w.Environment == "" && w.File == "":
		return "an environment"
	case w.Reason == "":
		return "a reason"
	}
	return ""
}

// surplus is what does not go with the rest of it.
func (w Waiver) surplus() string {
	switch {
	case w.Emergency && w.Rule != "":
		return "an emergency has no rule: it opens days and windows, and lifts nothing else"
	case w.Emergency && w.File != "":
		return "an emergency is for an app in an environment, and has no path"
	case w.Version+w.Artifact != "" && w.Configuration:
		return "an emergency lets in a version, with the configuration along with it, or configuration alone: leave out version and artifact, or configuration"
	case !w.Emergency && (w.Configuration || w.Soak > 0):
		return "configuration and soak are for an emergency, kind: emergency"
	case w.File != "" && w.App+w.Environment+w.Target+w.Artifact+w.Version != "":
		return "path is for findings that belong to no app: leave out app, environment, target, artifact and version, or path"
	}
	return ""
}

func article(noun string) string {
	if strings.HasPrefix(noun, "e") {
		return "an"
	}
	return "a"
}

// yes takes what may only be true.
func (r reader) yes(node *yaml.Node, what string) (bool, error) {
	value, err := r.Boolean(node, what)
	if err == nil && !value {
		err = r.Errorf(node, "%s is false: leave it out", what)
	}
	return value, err
}

func (r reader) soak(node *yaml.Node, what string) (time.Duration, error) {
	text, err := r.Text(node, what)
	if err != nil {
		return 0, err
	}
	soak, err := time.ParseDuration(text)
	if err != nil || soak <= 0 {
		return 0, r.Errorf(node, "%s is %q: write how long the version has to have soaked, as in 30m or 1h30m", what, text)
	}
	return soak, nil
}

// some takes text that says something.
func (r reader) some(node *yaml.Node, what string) (string, error) {
	text, err := r.Text(node, what)
	if err == nil && strings.TrimSpace(text) == "" {
		err = r.Errorf(node, "%s is empty", what)
	}
	return text, err
}

// pattern takes a glob that names something.
func (r reader) pattern(node *yaml.Node, what string) (string, error) {
	if _, err := r.some(node, what); err != nil {
		return "", err
	}
	return r.Glob(node, what)
}
