package deploy

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/chart"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
)

// Release is a chart of the tree with what Helm is told to make of it: what an overlay is rendered from that is no
// kustomization.
type Release struct {
	Chart     string // its directory
	Name      string
	Namespace string
	Values    []Values // each over those before it, and the first over the chart's own
	// Instead is set where files of values are taken in the place of the chart's own values.yaml.
	Instead      bool
	Parameters   []Parameter // over all values
	KubeVersion  string      // empty: what is usual
	APIVersions  []string    // that the cluster has, beside what is usual
	WithoutCRDs  bool
	WithoutHooks bool
	Tests        bool // hooks that are tests are run
	// WithoutSchema is set where values need not fit the chart's schema.
	WithoutSchema bool
	// Problems say why it cannot be rendered as it is meant: a file that it needs is not there.
	Problems []Problem
	// Waits is set where a chart that changes is deployed only once its version does.
	Waits bool
	// Known is set where a deployer of the tree says what it is called, and Open where it is given values that are not to be known.
	Known, Open bool
	// After are what goes over the objects that Helm makes, one after the other.
	After []*kustomization.Edits
}

// Values are some that a chart is given: those of a file, or those that stand in a deployer.
type Values struct {
	File string     // that they are, or stand in
	Root *yaml.Node // nil: they are the file
	// MayMiss is set for a file that need not be there.
	MayMiss bool
}

// Parameter is one value, by its path as `helm --set` has it.
type Parameter struct {
	Name, Value string
	IsText      bool       // whatever it looks like
	File        string     // whose content is the value; empty: Value is
	Stands      string     // the file that it stands in
	At          *yaml.Node // the scalar that says it
}

// Problem is a place in a deployer that keeps from knowing what it installs.
type Problem struct {
	File   string
	At     *yaml.Node
	Reason string // a clause about the deployer
}

// Order is the release as the chart is rendered for it. A file that a deployer names in vain is told where it is named.
func (r *Release) Order() chart.Order {
	o := chart.Order{
		Dir: r.Chart, Release: r.Name, Namespace: r.Namespace, KubeVersion: r.KubeVersion, APIVersions: r.APIVersions,
		SkipCRDs: r.WithoutCRDs, SkipHooks: r.WithoutHooks, Tests: r.Tests, SkipSchema: r.WithoutSchema,
	}
	for _, values := range r.Values {
		of := chart.Values{File: values.File, Optional: values.MayMiss || len(r.Problems) > 0}
		if values.Root != nil {
			of = chart.Values{Data: values.Text()}
		}
		if r.Instead && values.Root == nil {
			o.Instead = append(o.Instead, of)
		} else {
			o.Values = append(o.Values, of)
		}
	}
	for _, p := range r.Parameters {
		kind := chart.Set
		switch {
		case p.File != "":
			kind = chart.SetFile
		case p.IsText:
			kind = chart.SetString
		}
		o.Parameters = append(o.Parameters, chart.Parameter{
			Name: p.Name, Value: p.Value, File: p.File, Optional: len(r.Problems) > 0, Kind: kind,
		})
	}
	return o
}

// Waiting is what Helm makes of a source that is a chart of the tree, if a change of that is deployed only with its next version;
// nil for any other.
func (s Source) Waiting() *Release {
	if release := s.Edits.Made(); s.Within && s.Elsewhere == "" && release != nil && release.Waits {
		return release
	}
	return nil
}

// Text is the values as YAML, where they stand in a deployer.
func (v Values) Text() []byte {
	switch {
	case v.Root == nil:
		return nil
	case v.Root.Kind == yaml.ScalarNode:
		return []byte(v.Root.Value)
	}
	text, err := yaml.Marshal(document.Plain(v.Root))
	if err != nil {
		return nil // it was read from YAML
	}
	return text
}

// Files are those of its values.
func (r *Release) Files() []string {
	var files []string
	for _, values := range r.Values {
		if values.Root == nil {
			files = append(files, values.File)
		}
	}
	for _, p := range r.Parameters {
		if p.File != "" {
			files = append(files, p.File)
		}
	}
	return files
}

// Texts are those that it gives its chart itself.
func (r *Release) Texts() []string {
	var texts []string
	for _, values := range r.Values {
		if values.Root == nil {
			continue
		}
		document.Scalars(values.Root, func(_ string, scalar *yaml.Node) bool {
			texts = append(texts, scalar.Value)
			return true
		})
	}
	for _, p := range r.Parameters {
		texts = append(texts, p.Value)
	}
	return texts
}

// Has reports whether a file is the chart's, or one of its values.
func (r *Release) Has(file string) bool {
	return r.Chart == "." || strings.HasPrefix(file, r.Chart+"/") || slices.Contains(r.Files(), file)
}

// Key tells it from every other. Of files it has the names.
func (r *Release) Key() string {
	if r == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q %q %v %q %q %v %v %v %v", r.Chart, r.Name, r.Namespace, r.Instead, r.KubeVersion, r.APIVersions, r.WithoutCRDs, r.WithoutHooks, r.Tests, r.WithoutSchema)
	for _, values := range r.Values {
		fmt.Fprintf(&b, "\n%q %v %s", values.File, values.MayMiss, values.Text())
	}
	for _, p := range r.Parameters {
		fmt.Fprintf(&b, "\n%q %q %v %q", p.Name, p.Value, p.IsText, p.File)
	}
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "\n%q", p.Reason)
	}
	for _, edits := range r.After {
		fmt.Fprintf(&b, "\nafter %s", edits.Key())
	}
	return b.String()
}
