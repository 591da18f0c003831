package chart

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	helm "helm.sh/helm/v4/pkg/chart/v2"
	release "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
	"sigs.k8s.io/kustomize/kyaml/yaml"
	helmyaml "sigs.k8s.io/yaml"
)

// objects reads what a template printed, a document at a time: one that is no object leaves the others.
func (l *loader) objects(template, printed string, o Order) {
	split := releaseutil.SplitManifests(printed)
	names := slices.Collect(maps.Keys(split))
	sort.Sort(releaseutil.BySplitManifestsOrder(names))
	for _, name := range names {
		text := split[name]
		object, err := l.object(text)
		switch {
		case err != nil:
			l.rendering.LeftOut = append(l.rendering.LeftOut, Part{Template: template, Reason: err.Error(), Text: text})
		case object == nil:
		default:
			hook, deployed := hooked(object, o.Tests)
			if deployed && (!hook || !o.SkipHooks) {
				l.rendering.Objects = append(l.rendering.Objects, Object{Node: object, Template: template, Hook: hook})
			}
		}
	}
}

// object reads a document as Helm does, by way of JSON; nil for one that says nothing.
func (l *loader) object(text string) (*yaml.Node, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	if err := l.budget.take(10 * len(text)); err != nil {
		return nil, err
	}
	if err := document.Check([]byte(text)); err != nil {
		return nil, err
	}
	data, err := helmyaml.YAMLToJSON([]byte(text))
	if err != nil {
		return nil, errors.New("is not valid YAML: " + strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if string(data) == "null" {
		return nil, nil
	}
	root := parsed(data)
	if root == nil || root.Kind != yaml.MappingNode {
		return nil, errors.New("is no object")
	}
	return root, nil
}

// parsed reads JSON into a document, as if it had been written over several lines. It is nil where that is none.
func parsed(data []byte) *yaml.Node {
	documents, err := document.Parse(data)
	if err != nil || len(documents) != 1 {
		return nil
	}
	unfold(documents[0])
	return documents[0]
}

func unfold(node *yaml.Node) {
	node.Style &^= yaml.FlowStyle
	for _, child := range node.Content {
		unfold(child)
	}
}

// node is a value as a document has it; nil for none.
func node(value any) *yaml.Node {
	data, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	return parsed(data)
}

// events are what hooks are for, but for tests, which are run for nobody who does not ask for them.
var events = []release.HookEvent{
	release.HookPreInstall, release.HookPostInstall, release.HookPreDelete, release.HookPostDelete,
	release.HookPreUpgrade, release.HookPostUpgrade, release.HookPreRollback, release.HookPostRollback,
}

var tests = []string{release.HookTest.String(), "test-success"}

// hooked reports whether an object is a hook, and whether it is deployed. Helm passes over hooks for what it
// does not know.
func hooked(object *yaml.Node, tested bool) (hook, deployed bool) {
	annotation := document.Get(object, "metadata", "annotations", release.HookAnnotation)
	if annotation == nil {
		return false, true
	}
	for name := range strings.SplitSeq(document.Text(annotation), ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		switch {
		case slices.Contains(events, release.HookEvent(name)):
			deployed = true
		case !slices.Contains(tests, name):
			return true, false
		default:
			deployed = deployed || tested
		}
	}
	return true, deployed
}

// crds are the objects that a chart, and those in it, have in crds/. They are no templates.
func (l *loader) crds(c *helm.Chart, o Order) {
	for _, file := range c.CRDObjects() {
		l.objects(l.paths[file.File], string(file.File.Data), o)
	}
}
