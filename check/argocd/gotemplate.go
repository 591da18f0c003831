package argocd

import (
	"encoding/json"
	"regexp"
	"text/template"

	"github.com/promocheck/promocheck/check/chart"
	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// mentions are the parameters that a template of Go names: by a path, and at the end of one as a text.
var mentions = regexp.MustCompile(`\.([A-Za-z0-9_][A-Za-z0-9_.-]*)(?:\s+["` + "`" + `]([^"` + "`" + `]+)["` + "`" + `])?`)

// ofArgo are the functions that Argo CD has beside those that Helm has, too.
var ofArgo = template.FuncMap{"normalize": normalized}

// evaluated is a template of Go that has more in it than parameters, filled. Where that cannot be done, or a number in it comes
// out as another text than is written, it stays what it was filled to before.
func (f *filling) evaluated(node *yaml.Node, before string, from []*yaml.Node) (text string, of []*yaml.Node) {
	for _, match := range mentions.FindAllStringSubmatch(node.Value, -1) {
		for _, name := range []string{match[1], match[1] + "." + match[2]} {
			value := lookUp(f.parameters, name)
			if value == nil || value.Kind != yaml.ScalarNode {
				continue
			}
			if !printsAsWritten(value) {
				return before, from
			}
			of = append(of, value)
		}
	}
	if f.filler == nil {
		f.filler = chart.NewFiller("an application set", ofArgo)
	}
	if f.given == nil {
		f.given = plain(f.parameters)
	}
	text, err := f.filler.Fill(node.Value, f.given)
	if err != nil {
		return before, from
	}
	return text, of
}

// plain are parameters as JSON has them.
func plain(parameters *yaml.Node) any {
	var values any
	if data, err := yaml.Marshal(document.Plain(parameters)); err != nil || yaml.Unmarshal(data, &values) != nil {
		return map[string]any{}
	}
	data, err := json.Marshal(values)
	if err != nil {
		return map[string]any{}
	}
	values = nil
	if json.Unmarshal(data, &values) != nil {
		return map[string]any{}
	}
	return values
}
