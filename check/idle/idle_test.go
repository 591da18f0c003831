package idle

import (
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/document"
)

// marked is a Deployment with an annotation.
func marked(annotation string) string {
	return "kind: Deployment\nmetadata: {name: web, annotations: {" + annotation + "}}\nspec: {template: {}}\n"
}

func TestObjects(t *testing.T) {
	const (
		zero     = "kind: Deployment\nmetadata: {name: web}\nspec: {replicas: 0}\n"
		one      = "kind: Deployment\nmetadata: {name: web}\nspec: {template: {}}\n"
		rollout  = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web}\nspec: {replicas: 0, workloadRef: {kind: Deployment, name: web}}\n"
		keda     = "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: web}\nspec: {scaleTargetRef: {name: web}}\n"
		ofHTTP   = "apiVersion: http.keda.sh/v1alpha1\nkind: HTTPScaledObject\nmetadata: {name: web}\nspec: {scaleTargetRef: {deployment: web}}\n"
		canary   = "apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: {name: web}\nspec: {targetRef: {kind: Deployment, name: web}}\n"
		itself   = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web}\nspec: {replicas: 0, workloadRef: {kind: Rollout, name: web}}\n"
		ordinary = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {scaleTargetRef: {kind: Deployment, name: web}}\n"
	)
	for name, test := range map[string]struct {
		objects []string // of which the first is asked for
		want    string
	}{
		"no replicas":                        {[]string{zero}, "Deployment web is scaled to zero"},
		"as many as is usual":                {[]string{one}, ""},
		"an autoscaler that starts nothing":  {[]string{zero, ordinary}, "Deployment web is scaled to zero"},
		"KEDA":                               {[]string{zero, keda}, ""},
		"KEDA by requests":                   {[]string{zero, ofHTTP}, ""},
		"Flagger":                            {[]string{zero, canary}, ""},
		"a rollout without replicas":         {[]string{zero, rollout}, "Deployment web is scaled to zero"},
		"a rollout that refers to itself":    {[]string{itself}, "Rollout web is scaled to zero"},
		"suspended, whatever would start it": {[]string{"kind: Deployment\nmetadata: {name: web}\nspec: {suspend: true}\n", keda}, "Deployment web is suspended"},
		"suspended in other words":           {[]string{"kind: CronJob\nmetadata: {name: web}\nspec: {suspend: yes}\n"}, "CronJob web is suspended"},
		"jobs that are suspended":            {[]string{"kind: CronJob\nmetadata: {name: web}\nspec: {jobTemplate: {spec: {suspend: true}}}\n"}, "the jobs of CronJob web are suspended"},
		"a job without pods":                 {[]string{"kind: Job\nmetadata: {name: web}\nspec: {parallelism: 0}\n"}, "Job web is scaled to zero"},
		"jobs without pods":                  {[]string{"kind: CronJob\nmetadata: {name: web}\nspec: {jobTemplate: {spec: {parallelism: 0}}}\n"}, "the jobs of CronJob web are scaled to zero"},
		"a partition beyond all pods":        {[]string{"kind: StatefulSet\nmetadata: {name: web}\nspec: {replicas: 3, updateStrategy: {rollingUpdate: {partition: 3}}}\n"}, "no pod of StatefulSet web is past its partition"},
		"a partition beyond the only pod":    {[]string{"kind: StatefulSet\nmetadata: {name: web}\nspec: {updateStrategy: {rollingUpdate: {partition: 1}}}\n"}, "no pod of StatefulSet web is past its partition"},
		"a partition with pods past it":      {[]string{"kind: StatefulSet\nmetadata: {name: web}\nspec: {replicas: 3, updateStrategy: {rollingUpdate: {partition: 2}}}\n"}, ""},
		"a partition of nothing":             {[]string{"kind: StatefulSet\nmetadata: {name: web}\nspec: {updateStrategy: {rollingUpdate: {partition: 0}}}\n"}, ""},
		"a hook that is not run":             {[]string{marked("argocd.argoproj.io/hook: 'Skip, PostDelete'")}, "Deployment web is marked to be left alone"},
		"a hook that is run":                 {[]string{marked("argocd.argoproj.io/hook: 'PostDelete,Sync'")}, ""},
		"not reconciled by Flux":             {[]string{marked("kustomize.toolkit.fluxcd.io/reconcile: disabled")}, "Deployment web is marked to be left alone"},
		"reconciled by Flux":                 {[]string{marked("kustomize.toolkit.fluxcd.io/reconcile: enabled")}, ""},
		"left as it is by Flux":              {[]string{marked("kustomize.toolkit.fluxcd.io/ssa: IfNotPresent")}, "Deployment web is marked to be left alone"},
		"merged by Flux":                     {[]string{marked("kustomize.toolkit.fluxcd.io/ssa: Merge")}, ""},
		"an application that is skipped":     {[]string{strings.Replace(marked("argocd.argoproj.io/skip-reconcile: 'true'"), "Deployment", "Application", 1)}, "Application web is marked to be left alone"},
		"a custom resource without replicas": {[]string{"kind: Redis\nmetadata: {name: web}\nspec: {replicas: 0}\n"}, ""},
	} {
		var objects Objects
		for _, text := range test.objects {
			roots, err := document.Parse([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			of := document.Identify(roots[0], "")
			starts, isStarter := Started(roots[0], of)
			objects.Add(text, of, Of(roots[0], of), starts, isStarter)
		}
		if got := objects.Of(test.objects[0]).Why; got != test.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestZero has zero in all words in which YAML has it, and what is none.
func TestZero(t *testing.T) {
	for text, want := range map[string]bool{
		"0": true, "0.0": true, "0x0": true, "00": true, "-0": true, "+0": true, "0e0": true, "0o0": true, "0b0": true, ".0": true, "-0.0": true, `"0"`: true,
		"1": false, "0x1": false, "0.5": false, "null": false, "~": false, `""`: false, "no": false, "false": false, "zero": false, "[]": false,
	} {
		roots, err := document.Parse([]byte("kind: Deployment\nmetadata: {name: web}\nspec: {replicas: " + text + "}\n"))
		if err != nil {
			t.Fatal(err)
		}
		of := document.Identify(roots[0], "")
		if got := Of(roots[0], of).Scaled; got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
