package chart

import (
	"fmt"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	helm "helm.sh/helm/v4/pkg/chart/v2"
	helmutil "helm.sh/helm/v4/pkg/chart/v2/util"
)

// What a cluster is where an order does not say: what Helm itself takes where it knows of none.
const (
	KubeVersion = "v1.37.0"
	helmVersion = "v4.3.1"
)

// recovered renders a chart; a panic in Helm is a reason to refuse it like any other.
func (l *loader) recovered(o Order) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			l.problem(o.Dir, fmt.Sprintf("is refused by Helm: panic: %v", cause))
		}
	}()
	return l.render(o)
}

// render renders a chart, from its files to its objects.
func (l *loader) render(o Order) error {
	c, err := l.chart(o.Dir)
	if c == nil || err != nil {
		return err
	}
	given, err := l.values(c, o)
	if err != nil {
		return err
	}
	if err := l.addLocal(c, 0); err != nil {
		return err
	}
	if err := l.weigh(c, given); err != nil {
		return err
	}
	if err := helmutil.ProcessDependencies(c, given); err != nil {
		l.refused(l.file(c, "Chart.yaml"), "has dependencies that Helm refuses", err)
		return nil
	}
	capabilities := l.capabilities(c, o)
	release := common.ReleaseOptions{Name: o.Release, Namespace: o.Namespace, Revision: 1, IsInstall: true}
	top, err := util.ToRenderValuesWithSchemaValidation(c, given, release, capabilities, true)
	if err != nil {
		l.refused(l.file(c, "values.yaml"), "is refused by Helm", err)
		return nil
	}
	values, _ := top["Values"].(common.Values)
	if !o.SkipSchema {
		l.validate(c, values)
	}
	l.elsewhere(c, values)
	return l.execute(c, top, o)
}

// capabilities are what templates see of the cluster.
func (l *loader) capabilities(c *helm.Chart, o Order) *common.Capabilities {
	capabilities := common.DefaultCapabilities.Copy()
	capabilities.HelmVersion.Version = helmVersion
	capabilities.HelmVersion.GoVersion = ""
	version := o.KubeVersion
	if version == "" {
		version = KubeVersion
	}
	parsed, err := common.ParseKubeVersion(version)
	if err != nil {
		l.problem(l.file(c, "Chart.yaml"), "is for a cluster whose version is none: "+version)
		parsed, _ = common.ParseKubeVersion(KubeVersion)
	}
	capabilities.KubeVersion = *parsed
	capabilities.APIVersions = append(capabilities.APIVersions[:len(capabilities.APIVersions):len(capabilities.APIVersions)], o.APIVersions...)
	if wanted := c.Metadata.KubeVersion; wanted != "" && o.KubeVersion != "" && !helmutil.IsCompatibleRange(wanted, parsed.String()) {
		l.problem(l.file(c, "Chart.yaml"), "requires kubeVersion "+wanted+", and the cluster's is "+version)
	}
	return capabilities
}
