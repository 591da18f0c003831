package argocd

import (
	"encoding/base64"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Cluster is one that Argo CD deploys to: the object that is its Secret, or makes it, and the file that this stands in.
type Cluster struct {
	File   string
	Object *yaml.Node
}

// IsCluster reports whether an object makes a Secret that has a cluster in it.
func IsCluster(object *yaml.Node) bool { return clusterIn(object) != nil }

// clusterIn is a Secret that has a cluster in it: an object that is one, or the template of one that is sealed or fetched. It is
// nil for any other object.
func clusterIn(object *yaml.Node) *yaml.Node {
	secrets := []*yaml.Node{document.Get(object, "spec", "template"), document.Get(object, "spec", "target", "template"), document.Get(object, "spec", "externalSecretSpec", "target", "template")}
	if isSecret(object) {
		secrets = []*yaml.Node{object}
	}
	for _, secret := range secrets {
		if document.Text(document.Get(secret, "metadata", "labels", "argocd.argoproj.io/secret-type")) == "cluster" {
			return secret
		}
	}
	return nil
}

func isSecret(object *yaml.Node) bool { return document.Text(document.Get(object, "kind")) == "Secret" }

// local is the server of the cluster that Argo CD runs in.
const local = "https://kubernetes.default.svc"

// clusters are the sets of a generator of clusters: one for each that has its Secret in the repo, and one for all others, which
// may have theirs anywhere. The cluster that Argo CD runs in is one of them, unless the generator selects some or a Secret has it.
func (g *generating) clusters(generator *yaml.Node) []set {
	values := document.Get(generator, "values")
	if document.Text(document.Get(generator, "flatList")) == "true" {
		return []set{open(onlyArgo)} // one set, that lists them all
	}
	var sets []set
	selector := document.Get(generator, "selector")
	takesLocal := document.Get(selector, "matchLabels") == nil && document.Get(selector, "matchExpressions") == nil
	for _, cluster := range g.repo.known() {
		g.take(cluster.File, cluster.Object)
		secret := clusterIn(cluster.Object)
		takesLocal = takesLocal && strings.TrimRight(document.Text(entryOf(secret, "server")), "/") != local
		if selects(selector, set{values: document.Get(secret, "metadata", "labels")}) {
			sets = append(sets, g.withValues(set{values: g.ofCluster(secret)}, values))
		}
	}
	others := g.withValues(open(onlyArgo), values)
	if len(sets) > 0 {
		others.why, others.others = elsewhereToo, true
		if takesLocal {
			sets = append(sets, g.withValues(set{values: named(document.NewText("in-cluster"), document.NewText(local))}, values))
		}
	}
	return append(sets, others)
}

// ofCluster are the parameters that a cluster's Secret gives.
func (g *generating) ofCluster(secret *yaml.Node) *yaml.Node {
	parameters := named(entryOf(secret, "name"), entryOf(secret, "server"))
	parameters = document.Merge(parameters, document.Below([]string{"project"}, entryOf(secret, "project")))
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

// named are the parameters of a cluster by its name and server, as far as they are known.
func named(name, server *yaml.Node) *yaml.Node {
	parameters := &yaml.Node{Kind: yaml.MappingNode}
	if name != nil {
		parameters = document.Merge(parameters, document.Below([]string{"name"}, name))
		parameters = document.Merge(parameters, document.Below([]string{"nameNormalized"}, document.NewText(normalized(name.Value))))
	}
	if server != nil {
		parameters = document.Merge(parameters, document.Below([]string{"server"}, server))
	}
	return parameters
}

// entryOf is an entry of a Secret, however it is written: empty where it has none; nil where it is sealed or fetched, and so not to
// be known.
func entryOf(secret *yaml.Node, key string) *yaml.Node {
	if text := document.Get(secret, "stringData", key); text != nil {
		return text
	}
	entry := document.Get(secret, "data", key)
	if !isSecret(secret) {
		return entry
	}
	decoded, err := base64.StdEncoding.DecodeString(document.Text(entry))
	if err != nil {
		return document.NewText("")
	}
	return document.NewText(string(decoded))
}
