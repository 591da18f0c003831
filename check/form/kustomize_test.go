package form_test

import "testing"

func TestChartInflation(t *testing.T) {
	for name, test := range map[string]string{
		"today":  "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: c}\nname: redis\nversion: 19.0.1\nrepo: https://charts.example.com\n",
		"before": "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: c}\nchartName: redis\nchartVersion: 19.0.1\nchartRepo: https://charts.example.com\n",
	} {
		t.Run(name, func(t *testing.T) {
			found := object(parse(t, test))
			if len(found) != 1 || found[0].Artifact.Key() != "chart/redis" || found[0].Version.Tag != "19.0.1" || found[0].Version.Repository != "https://charts.example.com" {
				t.Errorf("%+v", found)
			}
		})
	}
}
