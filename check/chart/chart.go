// Package chart renders Helm charts that are in the repository, in process and straight from the tree: Helm's
// own code loads a chart, puts its values together and brings its functions; the templates are run here, so
// that one that fails leaves the others, and that none takes more than its share of time and memory.
package chart

import (
	"context"

	"github.com/promocheck/promocheck/check/tree"
	"helm.sh/helm/v4/pkg/chart/common"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Order says what to render, and with what.
type Order struct {
	Dir        string      // the chart's directory, or packed chart, from the top of the repository
	Instead    []Values    // in place of the chart's own values.yaml, as Flux's valuesFiles; nil leaves that
	Values     []Values    // over the chart's own, the last one first: as --values
	Parameters []Parameter // over all values
	Release    string
	Namespace  string

	KubeVersion string   // the cluster's; empty is KubeVersion
	APIVersions []string // that the cluster has beside those of Kubernetes

	SkipCRDs   bool // leaves out what is in crds/
	SkipHooks  bool
	Tests      bool // runs the hooks that are tests, as nobody does who is not asked to
	SkipSchema bool // takes values that values.schema.json does not
}

// Values are a file of values, or their text.
type Values struct {
	File     string // from the top of the repository; empty: Data is the text
	Optional bool   // the file need not be there
	Data     []byte
}

// Parameter sets one value. It is in the syntax of --set: a caller that has a value alone escapes what means
// something there.
type Parameter struct {
	Name, Value string
	File        string // whose content is the value of a SetFile, from the top of the repository
	Optional    bool   // the file need not be there
	Kind        ParameterKind
}

// ParameterKind is which of Helm's options a parameter is. They apply in this order, whatever order they are in.
type ParameterKind int

// The options, in Helm's order.
const (
	Set ParameterKind = iota
	SetString
	SetFile
)

// Rendering is what a chart renders to, as far as it does.
type Rendering struct {
	Objects   []Object     // hooks and crds/ included, but for tests
	LeftOut   []Part       // what did not render, or is no YAML
	Elsewhere []Dependency // charts that are used, and not in the repository
	Problems  []Problem    // why Helm would refuse the chart, beside what is left out
	Rewritten []Rewritten  // where Helm takes a text of the values for something else
	Sources   []Source     // its templates and those of the charts in it, and the files that may be given to one as templates
}

// Partial reports whether something was left out, or would be refused.
func (r *Rendering) Partial() bool {
	return len(r.LeftOut)+len(r.Elsewhere)+len(r.Problems) > 0
}

// Object is one that would be deployed.
type Object struct {
	Node     *yaml.Node // as Helm reads it; its lines are nobody's
	Template string     // the file that it comes from, from the top of the repository; of a packed chart, below its path
	Hook     bool
}

// Nodes are the objects alone.
func (r *Rendering) Nodes() []*yaml.Node {
	nodes := make([]*yaml.Node, len(r.Objects))
	for i, object := range r.Objects {
		nodes[i] = object.Node
	}
	return nodes
}

// Part is a template that failed, or a document of its output that is no YAML.
type Part struct {
	Template string
	Line     int // of the template; 0 where it is not known
	Reason   string
	Text     string     // the template's, or the document's
	Values   *yaml.Node // a mapping of the values that it names, or that what it includes does
}

// Dependency is a chart that another one uses, and that is not in the repository.
type Dependency struct {
	Chart      string // the file that names it
	Name       string
	Alias      string // empty where it has none
	Version    string // may be a range
	Locked     string // the version that Chart.lock has for it
	Repository string
	OutOfStep  string     // why Chart.lock does not say its version, though there is one
	Values     *yaml.Node // what the chart that names it hands down to it
}

// Problem is something for which Helm refuses a chart.
type Problem struct {
	Path   string
	Line   int // 0 where it is not known
	Reason string
}

// Rewritten is a text in values, or in Chart.yaml, that Helm takes for a number or a truth value and that
// a template prints as something else: 1.10 as 1.1.
type Rewritten struct {
	File    string // empty: the text of Values
	Values  int    // which of the Order's Values; -1 where it is none of them
	Line    int
	Column  int
	Path    string // its keys, with dots between
	Written string
	Printed string
}

// Render renders a chart. The error is the context's, the tree's, or that the chart takes more than it may.
func Render(ctx context.Context, t *tree.Tree, o Order) (*Rendering, error) {
	return within(ctx, newBudget(o.Dir), t, o)
}

func within(ctx context.Context, b *budget, t *tree.Tree, o Order) (*Rendering, error) {
	l := &loader{
		tree:      t,
		budget:    b,
		rendering: &Rendering{},
		paths:     map[*common.File]string{},
		origins:   map[*common.File]origin{},
	}
	if err := watched(ctx, l.budget, func() error { return l.recovered(o) }); err != nil {
		return nil, err
	}
	return l.rendering, nil
}
