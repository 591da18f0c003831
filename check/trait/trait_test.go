package trait_test

import (
	"encoding/json"
	"testing"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/trait"
)

// said is what the event says of an object before and after, as JSON.
func said(t *testing.T, before, after string) string {
	t.Helper()
	text, err := json.Marshal(trait.Between(of(t, before), of(t, after)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func of(t *testing.T, text string) trait.Set {
	t.Helper()
	documents, err := document.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(documents) == 0 {
		return nil
	}
	return trait.Of(documents[0], document.Identify(documents[0], ""))
}

func TestFixed(t *testing.T) {
	const nothing = "{}"
	fields := func(fields string) string { return `{"fixed":{"fields":["` + fields + `"]}}` }
	service := func(spec string) string {
		return "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {" + spec + "}"
	}
	claim := func(spec string) string {
		return "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {" + spec + "}"
	}
	sized := func(size string) string { return claim("resources: {requests: {storage: " + size + "}}") }
	set := func(spec string) string {
		return "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {" + spec + "}"
	}
	for name, c := range map[string]struct{ before, after, want string }{
		"an address that is taken out":    {service("clusterIP: 10.0.0.1"), service(""), nothing},
		"headless":                        {service(""), service("clusterIP: None"), fields("spec.clusterIP")},
		"headless no more":                {service("clusterIP: None"), service("clusterIP: 10.0.0.1"), fields("spec.clusterIP")},
		"another address":                 {service("clusterIP: 10.0.0.1"), service("clusterIP: 10.0.0.2"), fields("spec.clusterIP")},
		"another kind of Service":         {"apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: a}", service("clusterIP: None"), nothing},
		"a claim in other words":          {sized("1Gi"), sized("1024Mi"), nothing},
		"a larger claim":                  {sized("1Gi"), sized("1500M"), nothing},
		"a smaller claim":                 {sized("1Gi"), sized("1000M"), fields("spec.resources.requests.storage")},
		"what a cluster puts in":          {claim("accessModes: [ReadWriteOnce]"), claim("accessModes: [ReadWriteOnce], volumeMode: Filesystem, selector: {}"), nothing},
		"a set's usual policy":            {set("serviceName: a"), set("serviceName: a, podManagementPolicy: OrderedReady, replicas: 2"), nothing},
		"a set's further field":           {set("serviceName: a"), set("serviceName: a, selector: {matchLabels: {a: b}}"), fields("spec.selector")},
		"a template's claim, as filled":   {set("volumeClaimTemplates: [{metadata: {name: a}, spec: {}}]"), set("volumeClaimTemplates: [{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a}, spec: {volumeMode: Filesystem}, status: {phase: Pending}}]"), nothing},
		"a template's claim with a label": {set("volumeClaimTemplates: [{metadata: {name: a}}]"), set("volumeClaimTemplates: [{metadata: {name: a, labels: {a: b}}}]"), fields("spec.volumeClaimTemplates")},
	} {
		t.Run(name, func(t *testing.T) {
			if got := said(t, c.before, c.after); got != c.want {
				t.Errorf("%s, not %s", got, c.want)
			}
		})
	}
}

func TestStem(t *testing.T) {
	for _, c := range [][3]string{
		{"ConfigMap", "till-env-h7b2cf6g4k", "till-env"}, {"Secret", "till-env-h7b2cf6g4k", "till-env"}, {"Deployment", "till-env-h7b2cf6g4k", "till-env-h7b2cf6g4k"},
		{"ConfigMap", "till-production", "till-production"}, {"ConfigMap", "-h7b2cf6g4k", "-h7b2cf6g4k"}, {"ConfigMap", "till-h7b2cf6g4kk", "till-h7b2cf6g4kk"},
	} {
		if got := trait.Stem(c[0], c[1]); got != c[2] {
			t.Errorf("%s %s: %s, not %s", c[0], c[1], got, c[2])
		}
	}
}
