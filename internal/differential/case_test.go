package differential

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

// kind is what an edit does to what production runs.
type kind string

const (
	moves   kind = "moves"   // production runs something else
	nothing kind = "nothing" // it runs what it ran
)

// variant is a case's features, which shrinking takes away.
type variant struct {
	choices
	tricks map[string]bool
	beside int    // other apps
	how    string // the trick by which what production had is overridden; empty: it is written anew
	anew   bool   // the edit writes all of the app's files anew, by other tricks
	layout int    // by number; negative: as the choices have it
	usual  bool   // environments are where they are seen to be
}

// trial is a case: the trees before and after an edit, and what the generator knows of it.
type trial struct {
	variant
	kind          kind
	name          string // the form, the place and the edit
	before, after tree
	staging       string // as the repository calls it
	production    string
	had, has      held // what production runs, before and after
	unlike        bool // the files differ
}

// way is how an app says what it runs: a form in a layout, or a setting.
type way struct {
	name string
	lay  func(l *laying, staging, prod held)
}

func (v variant) way(app string) way {
	if v.pick(app+"/set", 3) == 0 && v.layout < 0 {
		s := settings[v.pick(app+"/setting", len(settings))]
		return way{s.name, func(l *laying, staging, prod held) {
			s.of(l, l.staging, staging)
			s.of(l, l.prod, prod)
		}}
	}
	f, at := v.form(app), v.layout
	if v.pick(app+"/often", 6) == 0 { // what is easily read in another way than by its deployer
		f = often[v.pick(app+"/often-form", len(often))]
	}
	if at < 0 || app != v.edited() {
		at = v.pick(app+"/layout", len(layouts))
	}
	if v.usual && hardlySeen[layouts[at].name] {
		at = 0
	}
	on := layouts[at]
	return way{f.name + " in " + on.name, func(l *laying, staging, prod held) {
		l.parts = map[string]part{l.staging: l.part(l.staging, f, staging), l.prod: l.part(l.prod, f, prod)}
		on.of(l)
	}}
}

// form is one of objects, of kustomizations and of values, each as often.
func (v variant) form(app string) form {
	own := len(objectForms) + len(kustomizeForms)
	switch v.pick(app+"/kind", 3) {
	case 0:
		return forms[v.pick(app+"/form", len(objectForms))]
	case 1:
		return forms[len(objectForms)+v.pick(app+"/form", len(kustomizeForms))]
	}
	return forms[own+v.pick(app+"/form", len(forms)-own)]
}

// edited is what the app that the edit is about is called: some have a word for an environment in their names.
func (v variant) edited() string {
	if v.usual || v.pick("odd-name", 4) > 0 {
		return "shop"
	}
	names := []string{"dev-portal", "load-balancer", "test-runner", "qa-bot", "prod-api", "staging-tools", "live-chat"}
	return names[v.pick("name", len(names))]
}

// trial makes the case.
func (v variant) trial(k kind) *trial {
	v.usual = k == nothing
	t := &trial{variant: v, kind: k}
	spelling := [][2]string{{"staging", "prod"}, {"staging", "production"}, {"stage", "prod"}, {"dev", "prod"}}[v.pick("spelling", 4)]
	t.staging, t.production = spelling[0], spelling[1]
	staging := held{host: "ghcr.io", name: "acme/shop", tag: v.tag("staging")}
	t.had = held{host: "ghcr.io", name: "acme/shop", tag: v.tag("before")}
	if v.pick("digests", 4) == 0 {
		staging.digest, t.had.digest = v.digest("staging"), v.digest("before")
	}
	var did string
	t.has, did = t.had, "nothing"
	if k == moves {
		t.has, did = v.edit(t.had)
	}
	w := v.way(v.edited())
	t.name = w.name + ": " + did
	t.before = v.build(w, spelling, staging, t.had, t.had, "same")
	t.unlike = !maps.Equal(t.before, variant{choices: v.choices, tricks: v.tricks, beside: v.beside, layout: v.layout, usual: v.usual}.build(w, spelling, staging, t.had, t.has, "same"))
	writing := "same"
	if v.anew {
		writing = "anew"
	}
	t.after = v.build(w, spelling, staging, t.had, t.has, writing)
	if v.how != "" {
		t.name += " by " + v.how
	}
	if k == nothing {
		t.harmless(spelling[0])
	}
	return t
}

func (v variant) build(w way, spelling [2]string, staging, had, prod held, writing string) tree {
	files := tree{".promocheck.yaml": "repository: " + config + "\n"}
	if v.pick("environments", 2) == 0 {
		files[".promocheck.yaml"] += "environments: [" + spelling[0] + ", " + spelling[1] + "]\n"
	}
	for i := range v.beside {
		app := []string{"mail", "queue"}[i]
		other := held{host: "quay.io", name: "acme/" + app, tag: "v3.0.0"}
		v.lay(files, v.way(app), app, spelling, other, other, other, "same")
	}
	v.lay(files, w, v.edited(), spelling, staging, had, prod, writing)
	return files
}

func (v variant) lay(files tree, w way, app string, spelling [2]string, staging, had, prod held, writing string) {
	l := &laying{app: app, staging: spelling[0], prod: spelling[1], files: files, write: func(environment, path string) *writer {
		return &writer{r: v.rand(writing + app + environment + path), allowed: func(trick string) bool { return v.tricks[trick] }}
	}}
	if app == v.edited() {
		l.had, l.how = had, v.how
	}
	w.lay(l, staging, prod)
}

// edit moves what production runs.
func (v variant) edit(h held) (held, string) {
	switch v.pick("edit", 8) {
	case 0:
		h.host = "evil.example.com"
		return h, "another registry"
	case 1:
		h.name = "mallory/shop"
		return h, "another repository"
	case 2:
		if h.digest == "" {
			h.tag = ""
			return h, "the tag is lost"
		}
		h.digest = v.digest("after")
		return h, "another digest"
	case 3:
		if h.digest == "" {
			h.tag = "latest"
			return h, "latest"
		}
		h.digest = ""
		h.tag = v.tag("after")
		return h, "the digest is lost"
	}
	h.tag = v.tag("after")
	if h.digest != "" {
		h.digest = v.digest("after")
	}
	return h, "another version"
}

// harmless changes something that production does not run.
func (t *trial) harmless(staging string) {
	if !t.anew {
		t.after = maps.Clone(t.before)
	}
	paths := slices.Sorted(maps.Keys(t.after))
	for _, path := range paths {
		if strings.Contains(path, t.production) && strings.HasSuffix(path, ".yaml") && !strings.HasPrefix(t.after[path], "{") && !strings.HasPrefix(t.after[path], link("")) {
			t.after[path] = "# Reviewed every year.\n" + t.after[path]
		}
	}
	t.after["README.md"] = "How " + staging + " is run.\n"
	t.unlike = true
}

// scenario is the case as a file for fixtures.
func (t *trial) scenario(says string) *txtar.Archive {
	a := &txtar.Archive{Comment: fmt.Appendf(nil, "%s\n\n$ promocheck --base main --head change\nexit: 1\n", says)}
	for _, path := range slices.Sorted(maps.Keys(t.before)) {
		if _, stays := t.after[path]; !stays {
			a.Comment = fmt.Appendf(a.Comment, "delete: head/%s\n", path)
		}
		if target, isLink := strings.CutPrefix(t.before[path], link("")); isLink {
			a.Comment = fmt.Appendf(a.Comment, "link: base/%s -> %s\n", path, target)
			continue
		}
		a.Files = append(a.Files, txtar.File{Name: "base/" + path, Data: []byte(t.before[path])})
	}
	a.Comment = append(a.Comment, '\n')
	for _, path := range slices.Sorted(maps.Keys(t.after)) {
		if t.after[path] != t.before[path] {
			a.Files = append(a.Files, txtar.File{Name: "head/" + path, Data: []byte(t.after[path])})
		}
	}
	return a
}

func printed(a *txtar.Archive) string { return string(bytes.TrimSpace(txtar.Format(a))) }
