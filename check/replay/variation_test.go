package replay_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/promocheck/promocheck/check/evaluate"
	"github.com/promocheck/promocheck/check/replay"
)

func TestVariations(t *testing.T) {
	parameters := []evaluate.Parameter{
		{Name: "same-change", Type: "string", Enum: []any{"deny", "allow"}},
		{Name: "revert", Type: "boolean"},
		{Name: "lookback", Type: "duration"},
		{Name: "pattern", Type: "string"},
	}
	values := map[string]any{"same-change": "deny", "revert": true, "lookback": "168h", "pattern": "x"}
	ruling := func(severity evaluate.Severity) evaluate.Ruling {
		return evaluate.Ruling{
			Rule:    evaluate.Rule{ID: "r", Severity: evaluate.Error, Parameters: parameters},
			Setting: evaluate.Setting{Severity: severity}, Values: values,
		}
	}
	others := []string{"same-change: deny, allow", "revert: true, false", "lookback: 168h, 84h", "lookback: 168h, 336h"}
	for name, test := range map[string]struct {
		severity evaluate.Severity
		want     []string
	}{
		"as it comes":  {"", append([]string{"severity: as it says, error", "severity: as it says, warning"}, others...)},
		"a warning":    {evaluate.Warning, append([]string{"severity: warning, error"}, others...)},
		"switched off": {evaluate.Off, []string{"severity: off, error"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, v := range replay.Variations([]evaluate.Ruling{ruling(test.severity)}) {
				got = append(got, fmt.Sprintf("%s: %v, %v", v.Key, v.Now, v.Instead))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}
