package chart

import (
	helm "helm.sh/helm/v4/pkg/chart/v2"
	helmutil "helm.sh/helm/v4/pkg/chart/v2/util"
)

// weigh pays for what Helm makes of a chart's values and dependencies, which it copies for each alias, and merges
// at each level: charts in charts that use each other twice double with every level.
func (l *loader) weigh(c *helm.Chart, given map[string]any) error {
	return l.budget.take(100 * (size(given) + weight(c)))
}

func weight(c *helm.Chart) int {
	sum := 1 + size(c.Values)
	if len(c.Metadata.Dependencies)*len(c.Dependencies()) > mostWork {
		return mostWork
	}
	for _, sub := range c.Dependencies() {
		times := 1
		for _, dependency := range c.Metadata.Dependencies {
			if dependency != nil && dependency.Name == sub.Name() && helmutil.IsCompatibleRange(dependency.Version, sub.Metadata.Version) {
				times += 1 + len(dependency.ImportValues)
			}
		}
		if sum += times * weight(sub); sum > mostWork || sum < 0 {
			return mostWork
		}
	}
	return sum
}

// size counts the values in values, which YAML keeps in bounds.
func size(value any) int {
	sum := 1
	switch value := value.(type) {
	case map[string]any:
		for _, child := range value {
			sum += size(child)
		}
	case []any:
		for _, child := range value {
			sum += size(child)
		}
	}
	return sum
}
