package event

// required are the apps of which rules have to know what runs, beside those whose versions move: what needs one that moves, and
// what those need that do.
func (c Comparison) required(moved []move) map[string]bool {
	moves, required := map[string]bool{}, map[string]bool{}
	for _, m := range moved {
		moves[m.App] = true
	}
	for _, r := range c.Requires {
		if moves[r.App] || moves[r.Needs.App] {
			required[r.App], required[r.Needs.App] = true, true
		}
	}
	return required
}
