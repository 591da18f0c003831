package argocd

import (
	"cmp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/chart"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Bounds of what generators may multiply to. Real sets stay far below.
const (
	mostSets  = 10_000
	mostNodes = 1_000_000 // of all filled templates
)

// Why an application of a set says no version.
const (
	onlyArgo     = "takes its version from a generator that only Argo CD can ask"
	ambiguous    = "takes its version from files of which its patterns find more or fewer, as Argo CD is set up"
	notGiven     = "takes its version from a parameter that its generator does not give, or gives as a number that comes out differently"
	elsewhereToo = "takes its version from a cluster, and there may be others whose Secrets are not in this repo"
	elsewhere    = "takes its version from what a Git repository holds; if that is this one, and its default branch, `repository` in .promocheck.yaml says so"
)

// applicationSet fills the template of a set once for each set of parameters that the repo alone
// determines. What other generators give, it does not say: a version that depends on that is a problem, and
// only a version.
func (r *reading) applicationSet(root *yaml.Node) {
	spec := document.Get(root, "spec")
	g := &generating{reading: r, isGo: document.Text(document.Get(spec, "goTemplate")) == "true", left: mostNodes}
	patch := g.templatePatch(spec)
	for _, item := range document.Items(document.Get(spec, "generators")) {
		for _, one := range kindsOf(item) {
			template := document.Get(spec, "template")
			if own := document.Get(one.node, "template"); own != nil {
				template = document.Merge(template, own)
			}
			for _, parameters := range g.setsOf(one) {
				if !selects(document.Get(item, "selector"), parameters) {
					continue
				}
				filled := g.with(parameters.values)
				application := filled.fill(template)
				open, unknown := false, ""
				if patch != nil {
					application, open, unknown = filled.patched(application, patch)
				}
				if g.left < 0 {
					r.Problems = append(r.Problems, Problem{"generators", document.Get(root, "metadata", "name"), "generates more than promocheck reads"})
					return
				}
				application = document.Merge(application, isApplication)
				part := "applications/" + document.Text(document.Get(application, "metadata", "name")) + "/"
				r.Applications = append(r.Applications, Application{
					Part: part, Node: application, Sources: r.sources(application, part), Unknown: unknown, Open: open, Others: parameters.others,
					Origins: filled.origins, Unfilled: cmp.Or(parameters.why, notGiven),
				})
			}
		}
	}
}

// isApplication is what Argo CD gives each object that a set generates: its template does not say it.
var isApplication = document.Merge(
	document.Below([]string{"apiVersion"}, document.NewText("argoproj.io/v1alpha1")), document.Below([]string{"kind"}, document.NewText("Application")),
)

// set is one set of parameters that a generator gives.
type set struct {
	values *yaml.Node
	why    string // what it may have besides is not known; empty in one that is whole
	others bool   // it stands for what else there may be beside those that are known
}

func open(why string) set { return set{values: &yaml.Node{Kind: yaml.MappingNode}, why: why} }

// over puts one set on top of another.
func (s set) over(under set) set {
	return set{document.Merge(under.values, s.values), cmp.Or(under.why, s.why), under.others || s.others}
}

// generating works out the sets of parameters of an application set.
type generating struct {
	*reading
	isGo bool // its templates are Go's
	left int  // how many nodes may still be filled

	filler *chart.Filler // nil until a template asks for more than a parameter
}

// kind is what a generator is: an item may have several, which all run.
type kind struct {
	name string
	node *yaml.Node
}

// kindsOf lists the generators of an item in the order in which Argo CD runs them.
func kindsOf(item *yaml.Node) []kind {
	var kinds []kind
	for _, name := range []string{"list", "clusters", "git", "scmProvider", "clusterDecisionResource", "pullRequest", "matrix", "merge", "plugin"} {
		if node := document.Get(item, name); node != nil {
			kinds = append(kinds, kind{name, node})
		}
	}
	return kinds
}

// sets lists the sets of parameters of all generators of an item.
func (g *generating) sets(item *yaml.Node) []set {
	item = document.Get(item)
	var sets []set
	for _, one := range kindsOf(item) {
		sets = append(sets, g.setsOf(one)...)
	}
	selector := document.Get(item, "selector")
	return slices.DeleteFunc(sets, func(s set) bool { return !selects(selector, s) })
}

// setsOf lists the sets of parameters of a generator. One that the repo does not determine has one set, of what is known of
// it: the values that it adds.
func (g *generating) setsOf(one kind) []set {
	switch one.name {
	case "list":
		if sets, known := elementsOf(one.node); known {
			return sets
		}
	case "matrix":
		return g.product(document.Items(document.Get(one.node, "generators")))
	case "merge":
		return g.merged(document.Items(document.Get(one.node, "generators")), document.Items(document.Get(one.node, "mergeKeys")))
	case "git":
		return g.git(one.node)
	case "clusters":
		return g.clusters(one.node)
	}
	return []set{g.withValues(open(onlyArgo), document.Get(one.node, "values"))}
}

// elementsOf are the elements of a list, those that stand in a text last; false where that is yet to be filled.
func elementsOf(generator *yaml.Node) ([]set, bool) {
	elements := document.Items(document.Get(generator, "elements"))
	if text := document.Text(document.Get(generator, "elementsYaml")); text != "" {
		roots, err := document.Parse([]byte(text))
		if err != nil || strings.Contains(text, "{{") || len(roots) == 0 {
			return nil, false
		}
		elements = slices.Concat(elements, document.Items(roots[0]))
	}
	var sets []set
	for _, element := range elements {
		sets = append(sets, set{values: element})
	}
	return sets, true
}

// withValues adds the values that a generator has of its own, which may be put together from what it gives.
func (g *generating) withValues(s set, values *yaml.Node) set {
	if values == nil {
		return s
	}
	s.values = document.Merge(s.values, document.Below([]string{"values"}, g.with(s.values).fill(values)))
	return s
}

// product combines each set of one generator with each of the next, which may have the first's parameters
// in it.
func (g *generating) product(generators []*yaml.Node) []set {
	sets := []set{{values: &yaml.Node{Kind: yaml.MappingNode}}}
	for _, generator := range generators {
		var combined []set
		for _, one := range sets {
			for _, other := range g.sets(g.with(one.values).fill(generator)) {
				combined = append(combined, other.over(one))
			}
			if len(combined) > mostSets || g.left < 0 {
				return []set{open(onlyArgo)}
			}
		}
		sets = combined
	}
	return sets
}
