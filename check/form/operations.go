package form

import (
	"fmt"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Operations finds the images that a JSON patch puts somewhere: the values at an image, and the
// images within larger values.
func Operations(root *yaml.Node) []Found {
	var found []Found
	for i, operation := range document.Items(root) {
		at, value := document.Text(document.Get(operation, "path")), document.Get(operation, "value")
		if value == nil {
			continue
		}
		part := fmt.Sprintf("%s#%d", at, i)
		if strings.HasSuffix(at, "/image") && value.Kind == yaml.ScalarNode {
			found = append(found, image(value, part))
			continue
		}
		found = append(found, within(part, images(value))...)
	}
	return settle(found)
}
