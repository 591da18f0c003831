package event_test

import (
	"strings"
	"testing"

	. "github.com/promocheck/promocheck/internal/treetest"
)

// TestWhatTargetsShare is about what two targets of one environment are told together of, and what apart.
func TestWhatTargetsShare(t *testing.T) {
	const (
		eu, us = "shop/overlays/prod/eu/", "shop/overlays/prod/us/"
		v1     = "resources: [../../../base]\nimages: [{name: ghcr.io/acme/shop, newTag: v1}]\n"
		remote = "resources: [../../../base, 'https://example.com/acme/base?ref=v1']\nimages: [{name: ghcr.io/acme/shop, newTag: v1}]\n"
		change = "change shop:prod:image/acme/shop"
		moves  = " ghcr.io/acme/shop:v1 -> ghcr.io/acme/shop:v2\n"
		alike  = " modified/Deployment/shop\n"
	)
	for _, test := range []struct {
		name           string
		before, change Files
		want           string
	}{
		{"the same in both", Files{eu + "kustomization.yaml": v1, us + "kustomization.yaml": v1},
			Files{eu + "kustomization.yaml": v2(v1), us + "kustomization.yaml": v2(v1)},
			change + " eu,us" + moves + "effect shop:prod eu rendered" + alike + "effect shop:prod us rendered" + alike},
		{"reached by one file", Files{eu + "kustomization.yaml": v1, us + "kustomization.yaml": v1},
			Files{"shop/base/deployment.yaml": strings.Replace(deployment, "spec:", "spec:\n  replicas: 2", 1)},
			"effect shop:staging . rendered" + alike + "effect shop:prod eu,us rendered" + alike},
		{"one of them rendered in part", Files{eu + "kustomization.yaml": v1, us + "kustomization.yaml": remote},
			Files{eu + "kustomization.yaml": v2(v1), us + "kustomization.yaml": v2(remote)},
			change + " eu" + moves + change + "#2 us" + moves + "effect shop:prod eu rendered" + alike + "effect shop:prod us partial" + alike},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := shop().With(Files{prodK: Gone}).With(test.before)
			if got := summary(eventOf(t, before, before.With(test.change))); got != test.want {
				t.Errorf("got:\n%swant:\n%s", got, test.want)
			}
		})
	}
}
