// Package setting reads what a workload is given beside its version: how many of it run, with which resources, flags, variables,
// mounts and all else that an environment may have otherwise. Values are kept here, those of Secrets too: whoever shows them
// asks first whether they may be shown.
package setting

import (
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/trait"
)

// What a setting is of.
const (
	Replicas = "replicas"
	Resource = "resource"
	Probe    = "probe"
	Flag     = "flag"
	Variable = "variable"
	File     = "file"
	Mount    = "mount"
	Image    = "image"
	Value    = "value" // for a chart
	Other    = "other"
)

// Setting is one thing that a workload is given.
type Setting struct {
	Container string // empty: the workload as a whole
	Of        string
	Name      string // within its container: of a variable its name, of a file its path, else the path of the field
	Text      string
	Ref       *trait.Ref // the object that has the text, or all of those that its keys have; nil: the workload itself says it
}

// Object is what is kept of a deployed object.
type Object struct {
	Settings []Setting         // of a workload, or values for a chart
	Data     map[string]string // of a ConfigMap or a Secret: what its keys have
}

// Called is what an object is called in each environment: its name without what the overlay gives the names of all.
type Called func(kind, name string) string

// Of reads an object; nil: there is nothing to keep of it. keys are those that its containers see.
func Of(root *yaml.Node, of document.Identity, keys *trait.Keys, called Called) *Object {
	switch of.Group + "/" + of.Kind {
	case "/ConfigMap", "/Secret":
		return &Object{Data: dataOf(root, of.Kind == "Secret")}
	case "helm.toolkit.fluxcd.io/HelmRelease":
		r := &reader{called: called}
		r.fields(Value, "", document.Get(root, "spec", "values"))
		return &Object{Settings: r.settings}
	case "/" + document.KindFile:
		r := &reader{called: called}
		r.fields(Value, "", root)
		return &Object{Settings: r.settings}
	}
	pod := trait.Pod(root, of)
	if pod == nil {
		return nil
	}
	r := &reader{called: called}
	r.workload(root, of)
	r.pod(pod, keys)
	return &Object{Settings: r.settings}
}
