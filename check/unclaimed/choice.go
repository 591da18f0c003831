package unclaimed

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/argocd"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// picks are the fields of objects by which a controller picks versions that the objects do not name, or sends users to one of
// several that run: paths below spec, through lists, by group and kind.
var picks = map[string][]string{
	"source.toolkit.fluxcd.io/OCIRepository":          {"ref.semverFilter", "layerSelector", "ignore"},
	"source.toolkit.fluxcd.io/GitRepository":          {"ignore", "sparseCheckout"},
	"source.toolkit.fluxcd.io/Bucket":                 {"prefix", "ignore"},
	"image.toolkit.fluxcd.io/ImagePolicy":             {"policy", "filterTags", "digestReflectionPolicy"},
	"image.toolkit.fluxcd.io/ImageRepository":         {"exclusionList"},
	"image.toolkit.fluxcd.io/ImageUpdateAutomation":   {"sourceRef", "git.checkout", "git.push", "update", "policySelector"},
	"fluxcd.controlplane.io/ResourceSet":              {"inputsFrom", "inputStrategy"},
	"fluxcd.controlplane.io/ResourceSetInputProvider": {"type", "url", "filter", "defaultValues"},
	"source.extensions.fluxcd.io/ArtifactGenerator":   {"artifacts"},
	"kustomize.toolkit.fluxcd.io/Kustomization":       {"postBuild.substituteFrom"},
	"argoproj.io/Application":                         {"sourceHydrator.syncSource", "sourceHydrator.hydrateTo"},
	"argocd-image-updater.argoproj.io/ImageUpdater":   {"applicationRefs", "commonUpdateSettings", "writeBackConfig"},
	"kargo.akuity.io/Warehouse":                       {"subscriptions", "freightCreationPolicy", "freightCreationCriteria"},
	"kargo.akuity.io/Stage":                           {"requestedFreight", "promotionTemplate", "promotionMechanisms"},
	"kargo.akuity.io/Project":                         {"promotionPolicies"},
	"kargo.akuity.io/ProjectConfig":                   {"promotionPolicies"},
	"operators.coreos.com/Subscription":               {"installPlanApproval"},
	"operators.coreos.com/InstallPlan":                {"approved", "clusterServiceVersionNames"},
	"pkg.crossplane.io/Provider":                      {"revisionActivationPolicy"},
	"pkg.crossplane.io/Configuration":                 {"revisionActivationPolicy"},
	"pkg.crossplane.io/Function":                      {"revisionActivationPolicy"},
	"config.openshift.io/ClusterVersion":              {"channel", "desiredUpdate", "upstream"},
	"upgrade.cattle.io/Plan":                          {"channel"},
	"cluster.x-k8s.io/Cluster":                        {"topology.class", "topology.classRef"},
	"serving.knative.dev/Service":                     {"traffic"},
	"serving.knative.dev/Route":                       {"traffic"},
	"build.openshift.io/BuildConfig":                  {"source"},
	"kpack.io/Image":                                  {"source", "builder"},
	"helm.cattle.io/HelmChart":                        {"chartContent"},
	"sparkoperator.k8s.io/SparkApplication":           {"deps", "sparkVersion"},
	"sparkoperator.k8s.io/ScheduledSparkApplication":  {"template.deps", "template.sparkVersion"},
	"cdi.kubevirt.io/DataVolume":                      {"source", "sourceRef"},
	"tekton.dev/Task":                                 {"steps.ref"},
	"ray.io/RayService":                               {"serveConfigV2"},
	"serving.kserve.io/InferenceService":              {"predictor.model.runtime", "predictor.canaryTrafficPercent"},
	"machinelearning.seldon.io/SeldonDeployment":      {"predictors.traffic"},
	"psmdb.percona.com/PerconaServerMongoDB":          {"upgradeOptions.apply"},
	"pxc.percona.com/PerconaXtraDBCluster":            {"upgradeOptions.apply"},
	"cluster.x-k8s.io/MachineDeployment":              {"template.spec.infrastructureRef"},
	"flagger.app/Canary":                              {"targetRef"},
	"addons.cluster.x-k8s.io/ClusterResourceSet":      {"resources"},
	"karpenter.k8s.aws/EC2NodeClass":                  {"amiSelectorTerms"},
	"networking.istio.io/VirtualService":              {"http.route", "tcp.route", "tls.route"},
	"networking.istio.io/DestinationRule":             {"subsets"},
	"gateway.networking.k8s.io/HTTPRoute":             {"rules.backendRefs"},
	"gateway.networking.k8s.io/GRPCRoute":             {"rules.backendRefs"},
	"gateway.networking.k8s.io/TLSRoute":              {"rules.backendRefs"},
	"gateway.networking.k8s.io/TCPRoute":              {"rules.backendRefs"},
	"split.smi-spec.io/TrafficSplit":                  {"backends"},
	"route.openshift.io/Route":                        {"to", "alternateBackends"},
	"projectcontour.io/HTTPProxy":                     {"routes.services"},
	"traefik.io/IngressRoute":                         {"routes.services"},
	"traefik.io/TraefikService":                       {"weighted", "mirroring"},
	"consul.hashicorp.com/ServiceSplitter":            {"splits"},
}

// takes are the fields that say what a controller deploys from elsewhere, where alone it is known what that runs.
var takes = map[string][]string{
	"operators.coreos.com/Subscription":         {"sourceNamespace", "source", "name", "channel", "startingCSV"},
	"olm.operatorframework.io/ClusterExtension": {"source"},
	"fleet.cattle.io/GitRepo":                   {"repo", "branch", "revision", "paths"},
	"fleet.cattle.io/HelmOp":                    {"helm"},
	"configsync.gke.io/RootSync":                {"git.repo", "git.branch", "git.revision", "git.dir", "oci.image", "oci.dir", "helm"},
	"configsync.gke.io/RepoSync":                {"git.repo", "git.branch", "git.revision", "git.dir", "oci.image", "oci.dir", "helm"},
	"kappctrl.k14s.io/App":                      {"fetch", "template"},
	"gitops.kluctl.io/KluctlDeployment":         {"source"},
	"helm.crossplane.io/Release":                {"forProvider.chart.url"},
	"addons.cluster.x-k8s.io/HelmChartProxy":    {"repoURL", "chartName"},
	"config.projectsveltos.io/ClusterProfile":   {"kustomizationRefs"},
	"config.projectsveltos.io/Profile":          {"kustomizationRefs"},
	"pulumi.com/Stack":                          {"projectRepo", "branch", "commit", "repoDir"},
	"packaging.carvel.dev/PackageInstall":       {"packageRef"},
	"packaging.carvel.dev/PackageRepository":    {"fetch"},
	"infra.contrib.fluxcd.io/Terraform":         {"sourceRef", "path", "workspace"},
}

// refers are the keys, wherever they stand, under which an object names another that says what runs, or a program or model at an
// address of its own; and the labels and annotations by which a controller picks what runs.
var refers = map[string]bool{
	"pipelineRef": true, "taskRef": true, "workflowTemplateRef": true, "templateRef": true, "workloadRef": true, "imageCatalogRef": true,
	"compositionRef": true, "compositionRevisionRef": true, "compositionSelector": true, "compositionRevisionSelector": true,
	"functionRef": true, "packageref": true,
	"istio.io/rev": true, "config.linkerd.io/proxy-version": true, "apps.open-cluster-management.io/git-branch": true,
	"apps.open-cluster-management.io/git-tag": true, "apps.open-cluster-management.io/git-path": true, "apps.open-cluster-management.io/git-desired-commit": true,
	"mainApplicationFile": true, "jarURI": true, "storageUri": true, "modelUri": true,
	"sidecar.opentelemetry.io/inject": true, "inject.istio.io/templates": true, "nginx.ingress.kubernetes.io/canary-weight": true,
}

// refersFrom are what such a key may begin with.
var refersFrom = []string{"keel.sh/", "instrumentation.opentelemetry.io/inject-"}

// refersToOther reports whether a key is one of those.
func refersToOther(key string) bool {
	return refers[key] || argocd.PicksImages(key) || slices.ContainsFunc(refersFrom, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

// chosen keeps what decides which versions a controller takes, and that names none.
func (w *walker) chosen(root *yaml.Node) {
	group, _, _ := strings.Cut(document.Text(document.Get(root, "apiVersion")), "/")
	kind, spec := group+"/"+document.Text(document.Get(root, "kind")), document.Get(root, "spec")
	w.acting(root, kind)
	for _, field := range picks[kind] {
		w.addChoice("spec."+field, through(spec, strings.Split(field, ".")))
	}
	w.addChoice("dependencies.import-values", through(root, []string{"dependencies", "import-values"})) // of a chart
	var parts []string
	line := 0
	for _, field := range takes[kind] {
		if node := document.Get(spec, strings.Split(field, ".")...); node != nil {
			parts, line = append(parts, InOneLine(node)), node.Line
		}
	}
	if len(parts) > 0 {
		w.add(place{path: "spec", line: line}, strings.Join(parts, " "), Taken)
	}
}

// through is what a path leads to: where it leads through lists, a list of what it leads to in each element.
func through(node *yaml.Node, path []string) *yaml.Node {
	items := document.Items(node)
	if len(path) == 0 || items == nil {
		if node == nil || len(path) == 0 {
			return node
		}
		return through(document.Get(node, path[0]), path[1:])
	}
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, item := range items {
		if found := through(item, path); found != nil {
			list.Content, list.Line = append(list.Content, found), found.Line
		}
	}
	if len(list.Content) == 0 {
		return nil
	}
	return list
}

// generated is the end of a name that Kustomize generates, which says what is in the object of that name: it is judged itself.
var generated = regexp.MustCompile(`-[bcdfghkmt2456789]{10}\b`)

func (w *walker) addChoice(path string, node *yaml.Node) {
	if node != nil {
		w.add(place{path: path, line: node.Line}, generated.ReplaceAllString(InOneLine(node), ""), Choice)
	}
}

// mostInLine bounds what is kept of a value by its letters. What is longer is told apart by a sum of all of it.
const mostInLine = 200

// InOneLine is a value in one line, its keys in order.
func InOneLine(node *yaml.Node) string {
	var b strings.Builder
	writeValue(&b, node)
	if b.Len() <= mostInLine {
		return b.String()
	}
	sum := sha256.Sum256([]byte(b.String()))
	return strings.ToValidUTF8(b.String()[:mostInLine], "") + "… " + hex.EncodeToString(sum[:6])
}

func writeValue(b *strings.Builder, node *yaml.Node) {
	switch node.Kind {
	case yaml.AliasNode:
		writeValue(b, node.Alias)
	case yaml.MappingNode:
		fields := make([][2]*yaml.Node, 0, len(node.Content)/2)
		for i := 0; i+1 < len(node.Content); i += 2 {
			fields = append(fields, [2]*yaml.Node{node.Content[i], node.Content[i+1]})
		}
		slices.SortStableFunc(fields, func(a, b [2]*yaml.Node) int { return strings.Compare(a[0].Value, b[0].Value) })
		b.WriteString("{")
		for i, field := range fields {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(field[0].Value + ": ")
			writeValue(b, field[1])
		}
		b.WriteString("}")
	case yaml.SequenceNode, yaml.DocumentNode:
		b.WriteString("[")
		for i, item := range node.Content {
			if i > 0 {
				b.WriteString(", ")
			}
			writeValue(b, item)
		}
		b.WriteString("]")
	case yaml.ScalarNode:
		b.WriteString(strings.Join(strings.Fields(document.Text(node)), " "))
	}
}
