package kustomization

import (
	"fmt"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/internal/treetest"
)

func TestDeclarations(t *testing.T) {
	digest := "sha256:" + strings.Repeat("a", 64)
	for _, test := range []struct {
		name          string
		overlay, base string // images entries
		want          string
	}{
		{"a tag", "[{name: acme/shop, newTag: v1}]", "", "acme/shop docker.io/acme/shop:v1"},
		{"a number", "[{name: shop, newTag: 1.10}]", "", ""}, // Kustomize refuses the file
		{"a digest", "[{name: acme/shop, digest: '" + digest + "'}]", "", "acme/shop docker.io/acme/shop@" + digest},
		{"a tag and a digest", "[{name: acme/shop, newTag: v1, digest: '" + digest + "'}]", "", "acme/shop docker.io/acme/shop:v1@" + digest},
		{"a new name", "[{name: acme/shop, newName: quay.io/acme/shop, newTag: v1}]", "", "acme/shop quay.io/acme/shop:v1"},
		{"only a new name", "[{name: acme/shop, newName: quay.io/acme/shop}]", "", ""},
		{"a suffix", "[{name: acme/shop, newTag: v1, tagSuffix: -x}]", "", "acme/shop docker.io/acme/shop:v1-x"},
		{"the overlay over its base", "[{name: acme/shop, newTag: v2}]", "[{name: acme/shop, newTag: v1}]", "acme/shop docker.io/acme/shop:v2"},
		{"by the name that the base gave", "[{name: quay.io/acme/shop, newTag: v2}]", "[{name: shop, newName: quay.io/acme/shop, newTag: v1}]", "shop quay.io/acme/shop:v2"},
		{"a tag over a digest", "[{name: acme/shop, newTag: v2}]", "[{name: acme/shop, digest: '" + digest + "'}]", "acme/shop docker.io/acme/shop:v2"},
		{"a new name over a tag", "[{name: acme/shop, newName: quay.io/acme/shop}]", "[{name: acme/shop, newTag: v1}]", "acme/shop quay.io/acme/shop:v1"},
		{"two", "[{name: a/a, newTag: v1}, {name: b/b, newTag: v2}]", "", "a/a docker.io/a/a:v1, b/b docker.io/b/b:v2"},
		{"no name", "[{newTag: v1}]", "", ""},
		{"no image's name", "[{name: 'A B', newTag: v1}]", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := treetest.Files{
				"shop/overlays/prod/kustomization.yaml": "resources: [../../base, nothing]\nimages: " + test.overlay + "\n",
				"shop/base/kustomization.yaml":          "images: " + test.base + "\n",
			}
			if test.base == "" {
				files["shop/base/kustomization.yaml"] = "namePrefix: a\n"
			}
			at := treetest.New().Tree(t, files)
			var got []string
			for _, d := range Declarations(NewReader(at, Cache{}).Closure("shop/overlays/prod").Files) {
				image, version, ok := d.Image()
				if !ok {
					continue
				}
				text := image.Name + " " + version.Repository
				if version.Tag != "" {
					text += ":" + version.Tag
				}
				if version.Digest != "" {
					text += "@" + version.Digest
				}
				got = append(got, text)
			}
			if text := strings.Join(got, ", "); text != test.want {
				t.Errorf("%s, want %s", text, test.want)
			}
		})
	}
}

// TestLogicalNames finds an artifact's name again by the repository that it was renamed to.
func TestLogicalNames(t *testing.T) {
	for _, test := range []struct{ name, overlay, base, want string }{
		{"renamed", "[{name: acme/shop, newName: quay.io/a/shop}]", "[]", "map[quay.io/a/shop:acme/shop]"},
		{"renamed twice", "[{name: quay.io/a/shop, newName: quay.io/b/shop}]", "[{name: acme/shop, newName: quay.io/a/shop}]", "map[quay.io/a/shop:acme/shop quay.io/b/shop:acme/shop]"},
		{"two of one name", "[{name: acme/shop, newName: quay.io/a/x}, {name: acme/web, newName: quay.io/a/x}]", "[]", "map[]"},
		{"matches nothing", "[{name: acme/gone, newName: quay.io/a/shop}]", "[]", "map[]"},
		{"what an inner one has given it", "[{name: acme/gone, newName: quay.io/b/shop}]", "[{name: acme/shop, newName: acme/gone}]", "map[docker.io/acme/gone:acme/shop quay.io/b/shop:acme/shop]"},
		{"by itself", "[{name: acme/shop, newName: acme/shop, newTag: v1}]", "[]", "map[]"},
		{"not renamed", "[{name: acme/shop, newTag: v1}]", "[]", "map[]"},
	} {
		at := treetest.New().Tree(t, treetest.Files{
			"prod/kustomization.yaml": "resources: [../base]\nimages: " + test.overlay + "\n",
			"base/kustomization.yaml": "images: " + test.base + "\n",
		})
		if got := fmt.Sprint(LogicalNames(NewReader(at, Cache{}).Closure("prod").Files, func(name string) bool { return name != "acme/gone" })); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}
