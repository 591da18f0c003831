package state_test

import (
	"testing"

	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/internal/treetest"
)

// TestFollowers requires that a deployment that follows an image stream's tag does not hold a version of its own
// where the stream is deployed with it, and does where it is not.
func TestFollowers(t *testing.T) {
	const (
		config = "apiVersion: apps.openshift.io/v1\nkind: DeploymentConfig\nmetadata: {name: shop}\nspec:\n  triggers:\n" +
			"  - {type: ImageChange, imageChangeParams: {containerNames: [shop], from: {kind: ImageStreamTag, name: 'shop:live'}}}\n"
		stream = "apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata: {name: shop}\nspec: {tags: [{name: live, from: {kind: DockerImage, name: 'acme/shop:v1'}}]}\n"
	)
	for text, want := range map[string]string{config: "shop:live", config + "---\n" + stream: "acme/shop:v1"} {
		at, o := plain(t, treetest.Files{"shop/a.yaml": text}, []string{"shop/a.yaml"}, nil)
		if got := held(of(t, state.NewCache(), at, o)); got != want {
			t.Errorf("holds %s, want %s", got, want)
		}
	}
}

// TestPrints requires that objects are alike where they mean the same, and alike but for versions where no more
// than those differ.
func TestPrints(t *testing.T) {
	object := func(text string) state.Object {
		at, o := plain(t, treetest.Files{"shop/a.yaml": text}, []string{"shop/a.yaml"}, nil)
		return of(t, state.NewCache(), at, o).Objects[0]
	}
	was := object("kind: Pod\napiVersion: v1\nmetadata: {name: a, labels: {x: '1'}}\nspec: {containers: [{name: a, image: 'acme/a:v1'}]}\n")
	for name, test := range map[string]struct {
		text               string
		equal, butVersions bool
	}{
		"another order":   {"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: acme/a:v1 # here\n    name: a\nmetadata: {labels: {x: \"1\"}, name: a}\n", true, true},
		"another version": {"kind: Pod\napiVersion: v1\nmetadata: {name: a, labels: {x: '1'}}\nspec: {containers: [{name: a, image: 'acme/a:v2'}]}\n", false, true},
		"another image":   {"kind: Pod\napiVersion: v1\nmetadata: {name: a, labels: {x: '1'}}\nspec: {containers: [{name: a, image: 'acme/b:v1'}]}\n", false, false},
		"a number":        {"kind: Pod\napiVersion: v1\nmetadata: {name: a, labels: {x: 1}}\nspec: {containers: [{name: a, image: 'acme/a:v1'}]}\n", false, false},
		"a label more":    {"kind: Pod\napiVersion: v1\nmetadata: {name: a, labels: {x: '1', y: ''}}\nspec: {containers: [{name: a, image: 'acme/a:v1'}]}\n", false, false},
	} {
		is := object(test.text)
		if was.Equal(is) != test.equal || was.EqualButVersions(is) != test.butVersions {
			t.Errorf("%s: equal %v, but for versions %v", name, was.Equal(is), was.EqualButVersions(is))
		}
	}
}
