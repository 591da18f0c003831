package calendar

import (
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/spelling"
)

// certainty says whether something is so, where it may be that nobody can tell.
type certainty int

const (
	no certainty = iota
	unsure
	yes
)

// covers tells whether a window of an AppProject is one that Argo CD asks for an application. One that names nothing is about
// nothing, as in Argo CD, and whichever project an application is in that is not known, the windows of that are asked.
func (w *window) covers(p Place, a event.Application) certainty {
	if w.isElsewhere(p) || a.Project != nil && *a.Project != w.project {
		return no
	}
	var found []certainty
	if len(w.applications) > 0 {
		found = append(found, matchAny(w.applications, p.Environment, a.Name))
	}
	if len(w.clusters) > 0 {
		found = append(found, matchCluster(w.clusters, p.Environment, a.Destination))
	}
	if len(w.namespaces) > 0 {
		found = append(found, matchAny(w.namespaces, p.Environment, a.Destination.Namespace))
	}
	switch {
	case len(found) == 0:
		return no
	case w.and:
		return slices.Min(found)
	}
	return slices.Max(found)
}

// matchCluster tells it by the cluster, which an application names by its name or by its address: what it does not name it by
// counts for nothing.
func matchCluster(globs []pattern, environment string, d event.Destination) certainty {
	found := no
	for _, text := range []*string{d.Name, d.Server} {
		if text == nil || *text != "" {
			found = max(found, matchAny(globs, environment, text))
		}
	}
	return found
}

// matchAny tells whether one of some globs matches a text; null: a text that cannot be told, which may be anything but a name
// of another environment.
func matchAny(globs []pattern, environment string, text *string) certainty {
	found := no
	for _, g := range globs {
		switch {
		case text == nil && strings.Trim(g.text, "*") == "", text != nil && g.Match(*text):
			return yes
		case text == nil && (len(g.says) == 0 || slices.Contains(g.says, environment)):
			found = unsure
		}
	}
	return found
}

// isSeparator reports whether a character stands between the words of a name.
func isSeparator(r rune) bool { return strings.ContainsRune("-_./:", r) }

// tell finds out which environments all that the globs of a window match has in its name.
func (w *window) tell(path []string) {
	for _, globs := range [][]pattern{w.applications, w.clusters, w.namespaces} {
		for i, g := range globs {
			if strings.ContainsAny(g.text, `{[\`) {
				continue // it has alternatives
			}
			for _, word := range strings.FieldsFunc(g.text, isSeparator) {
				if name, ok := spelling.Among(path, word); ok {
					globs[i].says = append(globs[i].says, name)
				}
			}
		}
	}
}

// ask notes which windows are asked together for a place: the team's and the freeze, and for each application those of its
// project or, where that cannot be told, of each.
func (t *Timeline) ask(p Place) {
	team := event.Group{Known: true, Windows: []int{}, Unsure: []int{}}
	var projects []string
	for _, i := range t.gates[p.App][p.Environment][p.Target] {
		switch project := t.windows[i].project; {
		case project == "":
			team.Windows = append(team.Windows, i)
		case !slices.Contains(projects, project):
			projects = append(projects, project)
		}
	}
	t.add(p, team)
	for _, a := range p.Applications {
		for _, project := range projects {
			t.add(p, t.askedBy(p, a, project))
		}
	}
}

// askedBy are the windows of a project that an application asks for.
func (t *Timeline) askedBy(p Place, a event.Application, project string) event.Group {
	group := event.Group{Application: a.Name, Known: a.Project != nil, Project: project, Windows: []int{}, Unsure: []int{}}
	for _, i := range t.gates[p.App][p.Environment][p.Target] {
		w := &t.windows[i]
		if w.project != project {
			continue
		}
		switch w.covers(p, a) {
		case yes:
			group.Windows = append(group.Windows, i)
		case unsure:
			group.Unsure = append(group.Unsure, i)
		}
	}
	return group
}

// add notes a group for a place, if there is something in it.
func (t *Timeline) add(p Place, group event.Group) {
	if len(group.Windows)+len(group.Unsure) > 0 {
		groups := below(t.asked, p)
		groups[p.Target] = append(groups[p.Target], group)
	}
}
