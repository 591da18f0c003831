package state

import (
	"cmp"
	"context"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/render"
)

// afterwards are the objects that Helm makes for a release, with what the release has put over them. Where Kustomize refuses
// that, nothing would be deployed: they are told as Helm makes them. The error is the context's.
func (c *collector) afterwards(ctx context.Context, m made) ([]*observed, error) {
	nodes := m.rendering.Nodes()
	for _, edits := range m.After {
		if m.rendering.Partial() {
			edits = edits.ForParts()
		}
		changed, problem, err := render.Over(ctx, nodes, edits)
		if err != nil {
			return nil, err
		}
		if problem != "" {
			settings := edits.Written[0]
			at := Location{Path: cmp.Or(settings.Path, c.overlay.MainFile())}
			if settings.Path != "" {
				at.Line, at.Column = settings.Root.Line, settings.Root.Column
			}
			c.Unresolved = append(c.Unresolved, Unresolved{
				Reason: "has Kustomize change what Helm makes of " + m.Chart + ", which does not build: " + problem, Location: at, content: textFingerprint(edits.Key()),
			})
			break
		}
		nodes = changed
	}
	names := kustomization.LogicalNames(m.puttingOver(), func(name string) bool {
		return m.rendering.Partial() || slices.ContainsFunc(m.rendering.Nodes(), func(node *yaml.Node) bool { return c.names(node, name) })
	})
	templates := map[document.Identity]string{}
	for _, object := range m.rendering.Objects {
		templates[document.Identify(object.Node, "")] = object.Template
	}
	var all []*observed
	for _, node := range nodes {
		made := &Made{m.Release, templates[document.Identify(node, "")], false}
		all = append(all, &observed{root: node, file: m.gives.Main, made: made, names: names})
	}
	return all, nil
}

// puttingOver is what goes over the objects, as kustomizations, the one with the last word first.
func (m made) puttingOver() []*kustomization.File {
	var files []*kustomization.File
	for _, edits := range slices.Backward(m.After) {
		files = append(files, &kustomization.File{Kustomization: edits.Kustomization})
	}
	return files
}

// addAfterwards makes up for what goes over objects that are not rendered.
func (in *installing) addAfterwards() {
	if !in.rendering.Partial() {
		return
	}
	files := in.puttingOver()
	for _, file := range files {
		for _, patch := range file.Patches {
			entry := document.Below([]string{"patch"}, document.NewText(patch.Patch))
			says, _ := document.Parse([]byte(patch.Patch)) // what is wrong with it is told where it is put over the rest
			name := ""
			for _, root := range says {
				name = cmp.Or(name, document.Text(document.Get(root, "metadata", "name")))
			}
			if patch.Target != nil {
				name = patch.Target.String()
			}
			in.addPart(render.Part{Field: kustomization.Patches, Name: in.Chart + " " + name, Says: append([]*yaml.Node{entry}, says...)})
		}
	}
	for _, d := range kustomization.Declarations(files) {
		in.addDeclared(d)
	}
}

// names reports whether an object runs an image of a name.
func (c *collector) names(object *yaml.Node, name string) bool {
	found, _ := form.Object(object, c.settings)
	return slices.ContainsFunc(found, func(f form.Found) bool { return f.Mention == "" && isCalled(f.Scalars, name) })
}
