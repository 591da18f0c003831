package replay

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"time"

	"github.com/promocheck/promocheck/check/evaluate"
)

// Severity is the key of a rule's setting that says how grave it is.
const Severity = "severity"

// Variation is one setting of a rule as it might be instead.
type Variation struct {
	Rule, Key    string
	Now, Instead any
}

// Variations are what each rule could be set to instead, as far as there are only a few values to choose from: its
// severity, what is one of several words or true or false, and half and twice a duration.
func Variations(rules []evaluate.Ruling) []Variation {
	var all []Variation
	for _, rule := range rules {
		for _, severity := range []evaluate.Severity{evaluate.Error, evaluate.Warning, evaluate.Off} {
			now := rule.Setting.Severity
			if severity == now || now != evaluate.Off && severity == evaluate.Off {
				continue // what is a warning stops nothing, and is seen still
			}
			if now == evaluate.Off && severity != rule.Severity {
				continue
			}
			if now == "" {
				now = "as it says"
			}
			all = append(all, Variation{rule.ID, Severity, string(now), string(severity)})
		}
		if rule.IsOff() {
			continue
		}
		for _, parameter := range rule.Parameters {
			now := rule.Values[parameter.Name]
			for _, instead := range others(parameter, now) {
				all = append(all, Variation{rule.ID, parameter.Name, now, instead})
			}
		}
	}
	return all
}

func others(parameter evaluate.Parameter, now any) []any {
	var all []any
	switch parameter.Type {
	case "string":
		for _, value := range parameter.Enum {
			if !reflect.DeepEqual(value, now) {
				all = append(all, value)
			}
		}
	case "boolean":
		all = append(all, now != true)
	case "duration":
		text, _ := now.(string)
		if d, err := time.ParseDuration(text); err == nil && d > 0 {
			all = append(all, inHours(d/2), inHours(2*d))
		}
	}
	return all
}

// inHours writes a duration without the units of which there are none.
func inHours(d time.Duration) string {
	text := strings.TrimSuffix(d.String(), "0s")
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// Of is a rule's setting with the variation in it.
func (v Variation) Of(setting evaluate.Setting) evaluate.Setting {
	if v.Key == Severity {
		setting.Severity = evaluate.Severity(fmt.Sprint(v.Instead))
		return setting
	}
	setting.Parameters = maps.Clone(setting.Parameters)
	if setting.Parameters == nil {
		setting.Parameters = map[string]any{}
	}
	setting.Parameters[v.Key] = v.Instead
	return setting
}
