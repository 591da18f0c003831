package chart

import (
	"bytes"
	"errors"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	helm "helm.sh/helm/v4/pkg/chart/v2"
)

var errElsewhere = errors.New("the schema is elsewhere")

// elsewhere is how schemas are read that a schema refers to, and that are not in it: not at all.
type elsewhere struct{}

func (elsewhere) Load(string) (any, error) { return nil, errElsewhere }

// validate tells which charts have a schema that their values do not fit, for which Helm refuses them all. A
// schema that needs one from elsewhere says nothing.
func (l *loader) validate(c *helm.Chart, values map[string]any) {
	if c.Schema != nil && l.budget.take(10*len(c.Schema)+size(values)) == nil {
		if err := valid(c.Schema, values); err != nil && !errors.As(err, new(*jsonschema.LoadURLError)) {
			l.problem(l.file(c, "values.schema.json"), "does not take the values: "+strings.TrimSpace(err.Error()))
		}
	}
	for _, sub := range c.Dependencies() {
		if below := table(values[sub.Name()]); below != nil {
			l.validate(sub, below)
		}
	}
}

func valid(schema []byte, values map[string]any) error {
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return err
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(elsewhere{})
	const name = "file:///values.schema.json"
	if err := compiler.AddResource(name, parsed); err != nil {
		return err
	}
	compiled, err := compiler.Compile(name)
	if err != nil {
		return err
	}
	err = compiled.Validate(values)
	var invalid *jsonschema.ValidationError
	if errors.As(err, &invalid) {
		_, reason, _ := strings.Cut(err.Error(), "\n")
		return errors.New(reason)
	}
	return err
}
