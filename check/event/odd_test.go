package event_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	. "github.com/promocheck/promocheck/internal/treetest"
)

func inUTF16(text string) string {
	b := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(text)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return string(b)
}

// TestOddContents is about files as editors, other systems and accidents leave them.
func TestOddContents(t *testing.T) {
	const bom = "\xef\xbb\xbf"
	binary := "\x7fELF\x02\x01\x01\x00\x00\x00\xff\xfe"
	crlf := strings.NewReplacer("\n", "\r\n")
	tagged := onBase + "images: [{name: ghcr.io/acme/shop, newTag: v2}]\n"
	plain := Files{prodK: Gone, prod + "d.yaml": deployment}
	for _, test := range []struct {
		name           string
		before, change Files
		want           string
	}{
		{"kustomization with a byte order mark", nil, Files{prodK: bom + tagged}, toV2 + modified},
		{"kustomization with carriage returns", nil, Files{prodK: crlf.Replace(tagged)}, toV2 + modified},
		{"kustomization in UTF-16", nil, Files{prodK: inUTF16(tagged)}, toV2 + modified},
		{"kustomization with tabs", nil, Files{prodK: onBase + "images:\n\t- name: a\n"}, "unresolved shop:prod . reached:true " + prodK + ":3"},
		{"kustomization that is binary", nil, Files{prodK: binary}, "unresolved shop:prod . reached:true " + prodK},
		{"kustomization that is empty", nil, Files{prodK: ""}, "unresolved shop:prod . reached:true " + prodK},
		{"manifest with a byte order mark", nil, Files{"shop/base/deployment.yaml": bom + v2(deployment)}, toV2},
		{"manifest with carriage returns", nil, Files{"shop/base/deployment.yaml": crlf.Replace(v2(deployment))}, toV2},
		{"manifest that only gets carriage returns", nil, Files{"shop/base/deployment.yaml": crlf.Replace(deployment)}, ""},
		{"manifest that is binary", nil, Files{"shop/base/deployment.yaml": binary}, "unresolved shop:prod . reached:true shop/base/deployment.yaml"},
		{"manifest that is empty", nil, Files{"shop/base/deployment.yaml": ""}, "effect shop:prod ."},
		{"plain manifest with a byte order mark", plain, Files{prod + "d.yaml": bom + v2(deployment)}, toV2 + modified},
		{"plain manifest in UTF-16", plain, Files{prod + "d.yaml": inUTF16(v2(deployment))}, toV2 + modified},
		{"plain manifest that is binary", plain, Files{prod + "d.yaml": binary}, "unresolved shop:prod . reached:true " + prod + "d.yaml"},
		{"plain manifest that is empty", plain, Files{prod + "d.yaml": ""}, "effect shop:prod . rendered removed/Deployment/shop"},
		{"plain manifest in JSON", Files{prodK: Gone, prod + "d.json": `{"kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "ghcr.io/acme/shop:v1"}]}}`},
			Files{prod + "d.json": `{"kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "ghcr.io/acme/shop:v2"}]}}`}, toV2},
		{"a directory that is called kustomization.yaml", nil, Files{prodK: Gone, prodK + "/d.yaml": v2(deployment)}, "change shop:prod:image/acme/shop"},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := shop().With(test.before)
			got := summary(eventOf(t, before, before.With(test.change)))
			if !strings.Contains(got, test.want) || (got == "") != (test.want == "") {
				t.Errorf("want %q in\n%s", test.want, got)
			}
		})
	}
}

// TestOddNames is about names with any byte that Git allows in them.
func TestOddNames(t *testing.T) {
	for _, name := range []string{"a b", "a:b", `a"b'c`, "a\nb", "a\tb", "a\x1b[31mb", "\xff\xfe", "ü", "-rf", "a=b", "$(id)", "#", "?", "*", "a\\b", "{app}", strings.Repeat("x", 255)} {
		t.Run(name, func(t *testing.T) {
			kustomized, plain := name+"/overlays/prod/"+name+"/", name+"/overlays/staging/"+name+"/"
			quoted, _ := json.Marshal(name + ".yaml")
			before := Files{
				kustomized + "kustomization.yaml": "resources: [" + string(quoted) + "]\n",
				kustomized + name + ".yaml":       deployment,
				plain + name + ".yaml":            deployment,
			}
			if len(name) > 250 || !utf8.ValidString(name) { // YAML cannot name it
				before[kustomized+"kustomization.yaml"] = "resources: [d.yaml]\n"
				delete(before, kustomized+name+".yaml")
				before[kustomized+"d.yaml"] = deployment
			}
			after := Files{}
			for path, content := range before {
				after[path] = v2(content)
			}
			got := eventOf(t, before, after)
			if len(got.Changes) != 2 || len(got.Unresolved) != 0 {
				t.Fatalf("%s", summary(got))
			}
			for _, change := range got.Changes {
				if !utf8.ValidString(change.ID) || !utf8.ValidString(change.App) || !utf8.ValidString(change.Targets[0]) {
					t.Errorf("%q %q %q", change.ID, change.App, change.Targets)
				}
				for _, location := range change.Locations {
					if location.Line != 8 || !utf8.ValidString(location.Path) {
						t.Errorf("%+v", location)
					}
				}
			}
			if _, err := json.Marshal(got); err != nil {
				t.Error(err)
			}
		})
	}
}
