package report

import (
	"io"

	"github.com/promocheck/promocheck/check/differ"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/state"
)

// KindDiff is the kind that every diff in JSON states.
const KindDiff = "Diff"

// These types are part of the contract of promocheck/v1: fields may be added, none may change its name or
// meaning.
type jsonDiff struct {
	APIVersion string     `json:"apiVersion"`
	Kind       string     `json:"kind"`
	Ref        string     `json:"ref"`
	Commit     string     `json:"commit"` // empty: the index
	App        string     `json:"app"`
	Pairs      []jsonPair `json:"pairs"`
}

type jsonPair struct {
	From      jsonTarget     `json:"from"`
	To        jsonTarget     `json:"to"`
	Fidelity  string         `json:"fidelity"`
	Workloads []jsonWorkload `json:"workloads"`
	OnlyFrom  []jsonNamed    `json:"onlyFrom"`
	OnlyTo    []jsonNamed    `json:"onlyTo"`
}

type jsonTarget struct {
	Environment string `json:"environment"`
	Target      string `json:"target"`
}

type jsonWorkload struct {
	From        jsonNamed     `json:"from"`
	To          jsonNamed     `json:"to"`
	Differences []jsonSetting `json:"differences"`
}

type jsonNamed struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

type jsonSetting struct {
	Container string  `json:"container"` // empty: the workload as a whole
	Of        string  `json:"of"`
	Name      string  `json:"name"`
	From      *string `json:"from"` // null: it has none, or what it has is not shown
	To        *string `json:"to"`
	Only      string  `json:"only"`   // from or to, where the other has none
	Hidden    bool    `json:"hidden"` // what it is is not shown
	Equal     bool    `json:"equal"`  // it is hidden, and the same in both

	FromAt *jsonLine `json:"fromAt"` // where it is written; null: not known
	ToAt   *jsonLine `json:"toAt"`
}

type jsonLine struct {
	Path   string `json:"path"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

func lineJSON(at state.Location) *jsonLine {
	if at.Path == "" {
		return nil
	}
	return &jsonLine{at.Path, at.Line, at.Column}
}

// DiffJSON writes for programs what differs between two environments.
func DiffJSON(w io.Writer, diff *differ.Diff, _ Options) error {
	out := jsonDiff{APIVersion: APIVersion, Kind: KindDiff, Ref: diff.Ref, Commit: diff.Commit, App: diff.App, Pairs: []jsonPair{}}
	for _, pair := range diff.Pairs {
		p := jsonPair{
			From: jsonTarget{pair.From.Environment, pair.From.Target}, To: jsonTarget{pair.To.Environment, pair.To.Target}, Fidelity: string(pair.Fidelity), Workloads: []jsonWorkload{},
			OnlyFrom: namedJSON(pair.OnlyThere...), OnlyTo: namedJSON(pair.OnlyHere...),
		}
		for _, workload := range pair.Workloads {
			p.Workloads = append(p.Workloads, workloadJSON(workload))
		}
		out.Pairs = append(out.Pairs, p)
	}
	return writeJSON(w, out)
}

func workloadJSON(workload differ.Workload) jsonWorkload {
	only := map[string]string{differ.OnlyThere: "from", differ.OnlyHere: "to"}
	out := jsonWorkload{namedJSON(workload.There)[0], namedJSON(workload.Here)[0], []jsonSetting{}}
	for _, d := range workload.Differences {
		out.Differences = append(out.Differences, jsonSetting{d.Container, d.Of, d.Name, d.There, d.Here, only[d.Only], d.Hidden, d.Equal, lineJSON(d.ThereAt), lineJSON(d.HereAt)})
	}
	return out
}

func namedJSON(all ...document.Identity) []jsonNamed {
	named := []jsonNamed{}
	for _, i := range all {
		named = append(named, jsonNamed{i.Kind, i.Namespace, i.Name})
	}
	return named
}
