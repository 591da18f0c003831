package argocd

import (
	"cmp"
	"strings"

	"github.com/promocheck/promocheck/check/document"
)

// Asks is by what Argo CD finds the sync windows of an application: those of its project that match its name, its cluster, as
// its destination names it, or its destination's namespace.
type Asks struct {
	Name, Project              Text
	Cluster, Server, Namespace Text
}

// Text is what an application says. It is not told where only what builds or generates the application can.
type Text struct {
	Value string
	Told  bool
}

// defaultProject is that of an application that names none.
const defaultProject = "default"

// Asks tells by what the application's windows are found.
func (a Application) Asks() Asks {
	text := func(keys ...string) Text {
		value := document.Text(document.Get(a.Node, keys...))
		open := a.Open || strings.Contains(value, "{{") || strings.Contains(value, "${")
		return Text{value, !open}
	}
	asks := Asks{
		Name: text("metadata", "name"), Project: text("spec", "project"),
		Cluster: text("spec", "destination", "name"), Server: text("spec", "destination", "server"), Namespace: text("spec", "destination", "namespace"),
	}
	asks.Project.Value = cmp.Or(asks.Project.Value, defaultProject)
	return asks
}
