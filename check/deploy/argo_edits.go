package deploy

import (
	"os"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/kustomization"
)

// edits reads what Argo CD puts into the kustomization of a source before it builds that, as kustomize's own commands do.
func (a argoSource) edits() *Edits {
	settings := document.Get(a.node, "kustomize")
	if settings == nil {
		return nil
	}
	text := func(key string) string { return document.Text(document.Get(settings, key)) }
	k := kustomization.Edits{MayMiss: text("ignoreMissingComponents") == "true", Written: a.written}
	set := &k.Kustomization
	set.Namespace, set.NamePrefix, set.NameSuffix = text("namespace"), text("namePrefix"), text("nameSuffix")
	for _, entry := range document.Items(document.Get(settings, "images")) {
		if image, ok := imageSet(a.expand(document.Text(entry))); ok {
			set.Images = append(set.Images, image)
		}
	}
	k.ByName = len(set.Images) > 0
	set.Replicas = replicasSet(document.Get(settings, "replicas"))
	labels := textsOf(document.Get(settings, "commonLabels"))
	for name, value := range labels {
		labels[name] = a.expand(value)
	}
	switch {
	case labels == nil:
	case text("labelWithoutSelector") == "true":
		set.Labels = []types.Label{{Pairs: labels, IncludeTemplates: text("labelIncludeTemplates") == "true"}}
	default:
		set.CommonLabels = labels //nolint:staticcheck // what kustomize's command for labels writes
	}
	set.CommonAnnotations = textsOf(document.Get(settings, "commonAnnotations"))
	if text("commonAnnotationsEnvsubst") == "true" {
		for name, value := range set.CommonAnnotations {
			set.CommonAnnotations[name] = a.expand(value)
		}
	}
	for _, entry := range document.Items(document.Get(settings, "patches")) {
		set.Patches = append(set.Patches, types.Patch{
			Path: document.Text(document.Get(entry, "path")), Patch: document.Text(document.Get(entry, "patch")),
			Target: targetOf(document.Get(entry, "target")), Options: optionsOf(document.Get(entry, "options")),
		})
	}
	for _, entry := range document.Items(document.Get(settings, "components")) {
		set.Components = append(set.Components, document.Text(entry))
	}
	if len(set.Components) == 0 {
		k.MayMiss = false
	}
	return editsOf(k)
}

// imageSet reads what the command to set an image takes: name:tag, name@digest, name=new:tag@digest. An asterisk leaves that
// part as it is. It refuses what sets nothing.
func imageSet(argument string) (types.Image, bool) {
	name, reference, renames := strings.Cut(argument, "=")
	if !renames {
		reference = argument
	}
	reference, digest, _ := strings.Cut(reference, "@")
	tag := ""
	if at := strings.LastIndex(reference, ":"); at > strings.LastIndex(reference, "/") {
		reference, tag = reference[:at], reference[at+1:]
	}
	image := types.Image{Name: name, NewName: reference, NewTag: tag, Digest: digest}
	if !renames {
		image.Name, image.NewName = reference, ""
	}
	return image, renames || tag != "" || digest != ""
}

// replicasSet reads numbers of replicas.
func replicasSet(list *yaml.Node) []types.Replica {
	var replicas []types.Replica
	for _, entry := range document.Items(list) {
		if count, err := strconv.ParseInt(document.Text(document.Get(entry, "count")), 10, 64); err == nil {
			replicas = append(replicas, types.Replica{Name: document.Text(document.Get(entry, "name")), Count: count})
		}
	}
	return replicas
}

// expand puts into a text what Argo CD knows of the application by variables. What is only known once it is deployed stays.
func (a argoSource) expand(text string) string {
	return os.Expand(text, func(name string) string {
		switch name {
		case "$":
			return "$"
		case "ARGOCD_APP_NAME":
			return a.name
		case "ARGOCD_APP_NAMESPACE":
			return a.destination
		case "ARGOCD_APP_PROJECT_NAME":
			return a.project
		case "ARGOCD_APP_SOURCE_REPO_URL":
			return document.Text(document.Get(a.node, "repoURL"))
		case "ARGOCD_APP_SOURCE_PATH":
			return document.Text(document.Get(a.node, "path"))
		case "ARGOCD_APP_SOURCE_TARGET_REVISION":
			return document.Text(document.Get(a.node, "targetRevision"))
		case "ARGOCD_APP_REVISION", "ARGOCD_APP_REVISION_SHORT", "ARGOCD_APP_REVISION_SHORT_8":
			return "${" + name + "}"
		}
		return ""
	})
}
