package evaluate

import (
	"maps"
	"slices"
	"strings"
)

// Ruling is a rule as it is configured.
type Ruling struct {
	Rule
	Setting Setting
	Values  map[string]any // of its parameters
	Lacks   []string       // the parameters that it needs and that are not set: it is not asked without them
}

// Rulings are all rules as they are configured, in the order of their IDs.
func (c *Configured) Rulings() []Ruling {
	var all []Ruling
	for _, rule := range c.policies.rules {
		values := c.parameters[rule.ID]
		all = append(all, Ruling{Rule: rule, Setting: rule.as(c.settings), Values: values, Lacks: rule.lacks(values)})
	}
	return all
}

// IsOff reports whether the rule is switched off, by a setting or because none switches it on.
func (r Ruling) IsOff() bool { return r.Setting.Severity == Off }

// Value is a parameter's, as it is written in a configuration file.
func (r Ruling) Value(p Parameter) string { return inWords(r.Values[p.Name]) }

// Kind is what a parameter may be, in words.
func (p Parameter) Kind() string {
	noun := strings.TrimPrefix(types[p.Type].noun, "a ")
	if len(p.Enum) == 0 {
		return noun
	}
	choices := make([]string, len(p.Enum))
	for i, choice := range p.Enum {
		choices[i] = inWords(choice)
	}
	if p.Type == "string" || p.Type == "integer" {
		return strings.Join(choices, " or ")
	}
	return noun + ", each " + strings.Join(choices, " or ")
}

// ParameterTypes are those that a parameter may have.
func ParameterTypes() []string { return slices.Sorted(maps.Keys(types)) }
