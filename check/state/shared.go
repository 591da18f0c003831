package state

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/flux"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/trait"
	"github.com/promocheck/promocheck/check/tree"
	"github.com/promocheck/promocheck/check/unclaimed"
)

// Brings works out which ConfigMaps and Secrets an overlay of a tree brings.
type brings func(context.Context, *tree.Tree, *overlay.Overlay) ([]*flux.Config, error)

// configsOf are those that an overlay brings, among the ones that others take something from. The error is the context's.
func configsOf(ctx context.Context, t *tree.Tree, o *overlay.Overlay) ([]*flux.Config, error) {
	c := newCollector(t, o, configsOf)
	if _, err := c.gather(ctx, t); err != nil {
		return nil, err
	}
	if err := c.take(ctx, t); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(c.own(), func(config *flux.Config) bool { return !slices.Contains(o.Offers, config.Name) }), nil
}

// take puts variables into the objects, and has the values of releases be those that they are given in the cluster. The
// error is the context's.
func (c *collector) take(ctx context.Context, t *tree.Tree) error {
	for _, provider := range c.overlay.Providers {
		configs, err := c.brings(ctx, t, provider)
		if err != nil {
			return err
		}
		c.others = append(c.others, configs)
	}
	c.variables = c.overlay.Edits.Substitution().Variables(c.finder(c.own()))
	for _, o := range c.pending {
		c.fill(o)
	}
	find, values := c.finder(c.own()), map[*yaml.Node]*flux.Values{}
	c.settings.Values = func(release *yaml.Node) *flux.Values {
		if values[release] == nil {
			values[release] = flux.ValuesOf(release, find)
		}
		return values[release]
	}
	return nil
}

// own are the ConfigMaps and Secrets among the overlay's own objects.
func (c *collector) own() []*flux.Config {
	var all []*flux.Config
	for _, o := range c.pending {
		if config := flux.ConfigOf(o.root); config != nil && !o.isValues {
			all = append(all, config)
		}
	}
	return all
}

// finder finds a ConfigMap or Secret among the overlay's own, and else among those of others, by their order.
func (c *collector) finder(own []*flux.Config) flux.Configs {
	return func(ref flux.Ref) *flux.Config {
		for _, configs := range append([][]*flux.Config{own}, c.others...) {
			if found := flux.Among(configs, ref); found != nil {
				return found
			}
		}
		return nil
	}
}

// fill puts variables into an object. Where that cannot be done, it is read as it is, and told.
func (c *collector) fill(o *observed) {
	filled, err := c.variables.Into(o.root)
	if err != nil {
		o.wrong = err.Error()
		return
	}
	if filled != nil {
		o.root, o.filled = filled.Root, filled
	}
}

// put puts variables into what is not rendered, as far as it can be told what they would go into.
func (c *collector) put(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.SequenceNode {
		made := *node
		made.Content = slices.Clone(node.Content)
		for i, item := range made.Content {
			made.Content[i] = c.put(item)
		}
		return &made
	}
	if filled, err := c.variables.Into(node); err == nil && filled != nil {
		return filled.Root
	}
	return node
}

// place is where a scalar of the object stands; of one that was made, what it was made from.
func (o *observed) place(scalars []*yaml.Node) Location {
	at := Location{Path: o.file}
	if !o.inFile || len(scalars) == 0 {
		return at
	}
	scalar := scalars[0]
	if file, ok := o.origins[scalar]; ok {
		at.Path = file
	}
	if o.filled != nil {
		scalar = o.filled.From[scalar]
	}
	if scalar != nil {
		at.Line, at.Column = scalar.Line, scalar.Column
	}
	return at
}

// uses are where what was found comes from, as far as the object does not say it itself.
func (o *observed) uses(found form.Found) []flux.Use {
	uses := found.Uses
	for _, scalar := range found.Scalars {
		for _, use := range o.filled.Uses(scalar) {
			if !slices.ContainsFunc(uses, func(u flux.Use) bool { return u.Origin == use.Origin }) {
				uses = append(uses, use)
			}
		}
	}
	return uses
}

// secretOf says which Secrets have what is not known, and what stands for it.
func secretOf(uses []flux.Use) (text string, given *yaml.Node) {
	var names []string
	given = &yaml.Node{Kind: yaml.SequenceNode}
	for _, use := range uses {
		if use.Secret != nil {
			names, given.Content = append(names, use.Key+" of Secret "+use.Name), append(given.Content, use.Secret)
		}
	}
	if len(names) == 0 {
		return "", given
	}
	return ", filled by " + strings.Join(names, " and "), given
}

// given are what decides what an object deploys beside what it says itself: what stands for variables that are not to be
// known, and the values that a release takes from elsewhere.
func (c *collector) given(o *observed) []*yaml.Node {
	var all []*yaml.Node
	if o.filled != nil {
		all = o.filled.Unknown
	}
	if !takesValues(o.root) {
		return all
	}
	values := c.settings.Values(o.root)
	if values.Root != nil {
		all = append(all, values.Root)
		document.Expanded(values.Root, func(_ string, scalar *yaml.Node) {
			if secret := values.From[scalar].Secret; secret != nil {
				all = append(all, secret)
			}
		})
	}
	for _, hidden := range values.Hidden {
		all = append(all, standIn(hidden))
	}
	return all
}

// takesValues reports whether an object is a release that takes values from elsewhere.
func takesValues(root *yaml.Node) bool {
	return document.Text(document.Get(root, "kind")) == "HelmRelease" && len(document.Items(document.Get(root, "spec", "valuesFrom"))) > 0
}

// hiddenTexts stand for values of a release that are not to be known: as a whole, they may set any version.
func (c *collector) hiddenTexts(o *observed) []Text {
	if !takesValues(o.root) {
		return nil
	}
	var texts []Text
	values := c.settings.Values(o.root)
	if values.Open { // what is taken over what decides, where one of them is not to be known
		texts = choice(texts, valuesFrom, referencesOf(o.root))
	}
	for _, hidden := range values.Hidden {
		stands := fingerprintOf(standIn(hidden), nil)
		texts = append(texts, Text{Text: unclaimed.Text{
			Path: valuesFrom, Value: fmt.Sprintf("%s of %s %s#%x", hidden.Key, hidden.Kind, hidden.Name, stands[:4]), Kind: unclaimed.Hidden,
			Line: document.Get(o.root, "spec", "valuesFrom").Line,
		}})
	}
	return texts
}

const valuesFrom = "spec.valuesFrom"

// referencesOf are what a release takes values from, in order, each with what decides which values and where they go.
func referencesOf(release *yaml.Node) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, reference := range document.Items(document.Get(release, "spec", "valuesFrom")) {
		list.Line = reference.Line
		kept := &yaml.Node{Kind: yaml.MappingNode, Tag: yaml.NodeTagMap}
		for _, key := range []string{"kind", "name", "valuesKey", "targetPath"} {
			if value := document.Text(document.Get(reference, key)); value != "" {
				if key == "name" {
					value = trait.Stem(document.Text(document.Get(reference, "kind")), value)
				}
				kept.Content = append(kept.Content, document.NewText(key), document.NewText(value))
			}
		}
		list.Content = append(list.Content, kept)
	}
	return list
}

// standIn tells hidden values from others.
func standIn(hidden flux.Hidden) *yaml.Node {
	stands := hidden.Given
	if stands == nil {
		stands = document.NewText("")
	}
	return document.Below([]string{hidden.Kind, hidden.Name, hidden.Key}, stands)
}
