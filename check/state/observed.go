package state

import (
	"fmt"
	"strings"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/flux"
	"github.com/promocheck/promocheck/check/unclaimed"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// observed is an object while its YAML is there. Afterwards there is only what readers kept of it: the YAML of
// all that a large repo deploys does not fit into memory.
type observed struct {
	root     *yaml.Node
	file     string                // that it stands in, or the overlay's own where it is rendered
	isValues bool                  // it is values for a chart, even if it has a kind
	inFile   bool                  // root is the file's own: what is wrong with it has a line
	made     *Made                 // what it is made from, where that is a chart
	installs *deploy.Release       // what it installs itself, where that is a chart of the tree
	origins  map[*yaml.Node]string // the files that its scalars stand in, where that is not one
	names    map[string]string     // by repository, the artifacts that images entries renamed from

	key      string                // the object's, which no other has
	versions map[*yaml.Node]string // the scalars that say a version, and of which artifact
	claims   unclaimed.Claims      // what the same scalars, and those that are known to say none, were found to say
	deployed *argocd.Deployed      // what Argo CD makes of it; nil where it is not Argo CD's
	kept     Object
	passes   bool // it has variables that are judged where they are put in

	filled *flux.Filled // root with variables in it, where they were put into it; nil: they were not
	wrong  string       // why they cannot be
}

// taken is what an object of Argo CD takes from other files.
func (o *observed) taken() argocd.Taken {
	if o.deployed == nil {
		return argocd.Taken{}
	}
	return o.deployed.Taken
}

// reader takes from each object the facts of one kind that are to be kept of it. It may use what those before it found.
type reader func(*collector, *observed)

// read has all readers read an object.
func (c *collector) read(o *observed, readers []reader) {
	o.kept.Identity = document.Identify(o.root, o.file)
	if o.isValues {
		o.kept.Identity = document.Identity{Kind: document.KindFile, Name: o.file}
	}
	o.key = c.ownKey(o.kept.Identity)
	o.versions, o.claims = map[*yaml.Node]string{}, unclaimed.Claims{}
	for _, reader := range readers {
		reader(c, o)
	}
	if o.wrong != "" {
		reason := o.kept.Kind + " " + o.kept.Name + " cannot be given its variables: " + o.wrong
		c.Unresolved = append(c.Unresolved, Unresolved{Reason: reason, Location: Location{Path: o.file}, Slot: Slot{Object: o.key}})
	}
	c.Objects = append(c.Objects, o.kept)
}

// ownKey numbers objects of one key, as plain manifests may have them: neither hides the other.
func (c *collector) ownKey(i document.Identity) string {
	key := i.Key()
	c.keys[key]++
	if n := c.keys[key]; n > 1 {
		key = fmt.Sprintf("%s#%d", key, n)
	}
	return key
}

// objectsIn are the objects of a plain manifest's document, which may be a list of them.
func objectsIn(root *yaml.Node) []*yaml.Node {
	if strings.HasSuffix(document.Text(document.Get(root, "kind")), "List") {
		if items := document.Items(document.Get(root, "items")); items != nil {
			return items
		}
	}
	return []*yaml.Node{root}
}
