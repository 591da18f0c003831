package trait

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/document"
)

var _ = add("fixed", "The fields of it that change and that a cluster takes no change of, for an object that is there.", readFixed, tellFixed)

// Fixed is what the event says of fields that no cluster lets change.
type Fixed struct {
	Fields []string `json:"fields" meaning:"The paths of the fields, sorted."`
}

// fixed are an object's fields that no cluster lets change, as they are: prints, or short texts.
type fixed struct {
	fields map[string]string
	kind   string
}

// fixedFields are those of most kinds that have any. What a cluster puts in where there is nothing comes after an equals sign.
var fixedFields = map[string][]string{
	"apps/Deployment":                       {"spec.selector"},
	"apps/DaemonSet":                        {"spec.selector"},
	"apps/ReplicaSet":                       {"spec.selector"},
	"batch/Job":                             {"spec.template", "spec.selector", "spec.completions=1", "spec.completionMode=NonIndexed"},
	"/Secret":                               {"type=Opaque"},
	"rbac.authorization.k8s.io/RoleBinding": {"roleRef.kind", "roleRef.name"},
	"rbac.authorization.k8s.io/ClusterRoleBinding": {"roleRef.kind", "roleRef.name"},
	"/PersistentVolumeClaim":                       {"spec.storageClassName", "spec.accessModes", "spec.selector", "spec.volumeMode=Filesystem", "spec.dataSource"},
	"storage.k8s.io/StorageClass":                  {"provisioner", "parameters", "reclaimPolicy=Delete", "volumeBindingMode=Immediate"},
}

// changeable are the fields of a StatefulSet that a cluster lets change: all others are fixed.
var changeable = []string{"replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"}

const (
	claimedSize = "spec.resources.requests.storage"
	clusterIP   = "spec.clusterIP"
	immutable   = "immutable"
)

// dataFields are what ConfigMaps and Secrets have their data in.
var dataFields = []string{"data", "binaryData", "stringData"}

func readFixed(root *yaml.Node, of document.Identity) *fixed {
	f := &fixed{map[string]string{}, of.Group + "/" + of.Kind}
	// What has no name but one that is generated is made anew each time. Where Kustomize builds it, that stands for its name.
	if of.Name == "" || of.Name == text(root, "metadata", "generateName") {
		return nil
	}
	for _, field := range fixedFields[f.kind] {
		path, usual, _ := strings.Cut(field, "=")
		f.fields[path] = digest(orUsual(document.Get(root, strings.Split(path, ".")...), usual))
	}
	switch f.kind {
	case "apps/StatefulSet":
		f.statefulSet(document.Get(root, "spec"))
	case "/PersistentVolumeClaim":
		f.fields[claimedSize] = text(root, strings.Split(claimedSize, ".")...)
	case "/Service":
		if text(root, "spec", "type") != "ExternalName" {
			f.fields[clusterIP] = text(root, "spec", "clusterIP")
		}
	case "/ConfigMap", "/Secret":
		f.data(root)
	}
	if len(f.fields) == 0 {
		return nil
	}
	return f
}

func orUsual(node *yaml.Node, usual string) *yaml.Node {
	if usual != "" && digest(node) == "" {
		return document.NewText(usual)
	}
	return node
}

func (f *fixed) statefulSet(spec *yaml.Node) {
	f.fields["spec.podManagementPolicy"] = digest(orUsual(document.Get(spec, "podManagementPolicy"), "OrderedReady"))
	if !document.IsMapping(spec) {
		return
	}
	for i := 0; i+1 < len(spec.Content); i += 2 {
		switch key := spec.Content[i].Value; {
		case key == "podManagementPolicy" || slices.Contains(changeable, key):
		case key == "volumeClaimTemplates":
			var claims []string
			for _, claim := range document.Items(spec.Content[i+1]) {
				claims = append(claims, claimPrint(claim))
			}
			f.fields["spec."+key] = strings.Join(claims, "")
		default:
			f.fields["spec."+key] = digest(spec.Content[i+1])
		}
	}
}

// claimPrint is that of a claim within another object, which a cluster fills in.
func claimPrint(claim *yaml.Node) string {
	all := []string{"volumeMode" + digest(orUsual(document.Get(claim, "spec", "volumeMode"), "Filesystem"))}
	if spec := document.Get(claim, "spec"); document.IsMapping(spec) {
		for i := 0; i+1 < len(spec.Content); i += 2 {
			key, value := spec.Content[i].Value, digest(spec.Content[i+1])
			if key != "volumeMode" && value != "" {
				all = append(all, key+value)
			}
		}
	}
	slices.Sort(all)
	for _, key := range []string{"name", "labels", "annotations"} {
		all = append(all, digest(document.Get(claim, "metadata", key)))
	}
	return digest(document.NewText(strings.Join(all, " ")))
}

// data is what a ConfigMap or Secret has, where it says that this does not change.
func (f *fixed) data(root *yaml.Node) {
	if !isTrue(root, immutable) {
		return
	}
	f.fields[immutable] = "true"
	for _, key := range dataFields {
		f.fields[key] = digest(document.Get(root, key))
	}
}

func tellFixed(before, after *fixed) *Fixed {
	if before == nil {
		return nil
	}
	if after == nil {
		after = &fixed{kind: before.kind}
		if before.fields[immutable] == "" {
			return nil // it is no more, or another kind of thing
		}
	}
	var differ []string
	fields := maps.Clone(before.fields)
	if before.kind == "apps/StatefulSet" {
		maps.Copy(fields, after.fields)
	}
	for field := range fields {
		was, is := before.fields[field], after.fields[field]
		if slices.Contains(dataFields, field) && after.fields[immutable] == "" {
			continue // that it may change is what is refused
		}
		if was != is && isRefused(field, was, is) {
			differ = append(differ, field)
		}
	}
	if len(differ) == 0 {
		return nil
	}
	slices.Sort(differ)
	return &Fixed{differ}
}

// isRefused reports whether a cluster refuses what differs.
func isRefused(field, was, is string) bool {
	switch field {
	case claimedSize:
		less, known := smaller(is, was)
		return known && less
	case clusterIP: // one that is not said stays what it is
		return is == "None" || is != "" && was != ""
	}
	return true
}

// smaller reports whether one quantity is smaller than another, where both can be read.
func smaller(one, other string) (less, known bool) {
	a, ok := bytesOf(one)
	b, also := bytesOf(other)
	return a < b, ok && also
}

// bytesOf reads a quantity of Kubernetes.
func bytesOf(quantity string) (float64, bool) {
	number := strings.TrimRight(quantity, "KkMGTPEim")
	factor, known := map[string]float64{
		"": 1, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
		"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40, "Pi": 1 << 50, "Ei": 1 << 60,
	}[quantity[len(number):]]
	value, err := strconv.ParseFloat(number, 64)
	return value * cmp.Or(factor, 1), known && err == nil
}
