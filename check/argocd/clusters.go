package argocd

import (
	"encoding/base64"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Cluster is one that Argo CD deploys to: its Secret, and the file of the repo that this stands in.
type Cluster struct {
	File   string
	Secret *yaml.Node
}

// IsCluster reports whether an object is a Secret that has a cluster in it.
func IsCluster(object *yaml.Node) bool {
	return document.Text(document.Get(object, "kind")) == "Secret" &&
		document.Text(document.Get(object, "metadata", "labels", "argocd.argoproj.io/secret-type")) == "cluster"
}

// clusters are the sets of a generator of clusters, one for each that has its Secret in the repo; false where none has. The
// cluster that Argo CD runs in is one of them, unless the generator selects some.
func (g *generating) clusters(generator *yaml.Node) ([]set, bool) {
	if g.repo == nil || len(g.repo.Clusters) == 0 {
		return nil, false
	}
	selector := document.Get(generator, "selector")
	var sets []set
	for _, cluster := range g.repo.Clusters {
		g.take(cluster.File, cluster.Secret)
		labels := document.Get(cluster.Secret, "metadata", "labels")
		if labels == nil || !selects(selector, set{values: labels}) {
			continue
		}
		sets = append(sets, set{values: g.ofCluster(cluster.Secret)})
	}
	if document.Get(selector, "matchLabels") == nil && document.Get(selector, "matchExpressions") == nil {
		sets = append(sets, set{values: named("in-cluster", "https://kubernetes.default.svc")})
	}
	for i := range sets {
		sets[i] = g.withValues(sets[i], document.Get(generator, "values"))
	}
	return sets, true
}

// ofCluster are the parameters that a cluster's Secret gives.
func (g *generating) ofCluster(secret *yaml.Node) *yaml.Node {
	parameters := named(secretText(secret, "name"), secretText(secret, "server"))
	parameters = document.Merge(parameters, document.Below([]string{"project"}, document.NewText(secretText(secret, "project"))))
	for _, field := range []string{"labels", "annotations"} {
		texts := document.Get(secret, "metadata", field)
		if !document.IsMapping(texts) {
			continue
		}
		if g.isGo {
			parameters = document.Merge(parameters, document.Below([]string{"metadata", field}, texts))
			continue
		}
		for content := texts.Content; len(content) > 1; content = content[2:] {
			parameters.Content = append(parameters.Content, document.NewText("metadata."+field+"."+content[0].Value), content[1])
		}
	}
	return parameters
}

func named(name, server string) *yaml.Node {
	parameters := document.Below([]string{"name"}, document.NewText(name))
	parameters = document.Merge(parameters, document.Below([]string{"nameNormalized"}, document.NewText(normalized(name))))
	return document.Merge(parameters, document.Below([]string{"server"}, document.NewText(server)))
}

// secretText is an entry of a Secret, however it is written.
func secretText(secret *yaml.Node, key string) string {
	if text := document.Get(secret, "stringData", key); text != nil {
		return document.Text(text)
	}
	decoded, err := base64.StdEncoding.DecodeString(document.Text(document.Get(secret, "data", key)))
	if err != nil {
		return ""
	}
	return string(decoded)
}
