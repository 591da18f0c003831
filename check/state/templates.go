package state

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/chart"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/unclaimed"
)

// field is a line of a template that has a key and a value.
var (
	field = regexp.MustCompile(`^(\s*(?:-\s+)?)([A-Za-z][\w./-]*):\s+(\S.*?)\s*$`)
	// inline is an image among others in a line.
	inline = regexp.MustCompile(`^(.*[{,]\s*)(image):\s+("[^"]*"|'[^']*'|[^\s,}]+)`)
	// valueOf is where a template takes one of the chart's values.
	valueOf = regexp.MustCompile(`\.Values\.([\w.]+)`)
)

// fieldsOf are the lines of a template that say something under a key, as an element each of a list. What is put together over
// several lines is not seen.
func fieldsOf(text string) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	number := 0
	for line := range strings.Lines(text) {
		number++
		found := inline.FindStringSubmatch(line)
		if found == nil {
			found = field.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		}
		if found != nil {
			value := document.NewText(strings.Trim(found[3], `"'`))
			value.Line, value.Column = number, len(found[1])+len(found[2])+3
			list.Content = append(list.Content, document.Below([]string{found[2]}, value))
		}
	}
	return list
}

// valuesIn are the values that a text takes, but for those that are read as versions, or as parts of one, where they stand.
func (in *installing) valuesIn(text string) fingerprint {
	taken := &yaml.Node{Kind: yaml.SequenceNode}
	for _, found := range valueOf.FindAllStringSubmatch(text, -1) {
		keys := strings.Split(found[1], ".")
		last := keys[len(keys)-1]
		image, _ := in.settings.Names(last)
		isRead := image || form.SaysVersion(last) || slices.Contains([]string{"image", "repository", "registry", "name"}, last)
		if value := document.Get(in.gives.Root, keys...); value != nil && !isRead {
			taken.Content = append(taken.Content, value)
		}
	}
	taken.Content = append(taken.Content, document.NewText(text))
	return fingerprintOf(taken, nil)
}

var (
	// variable is one of a template, assigned where it is set, included a template that is, and defined where one begins.
	variable = regexp.MustCompile(`\$\w+`)
	assigned = regexp.MustCompile(`(\$\w+)\s*:?=[^=].*`)
	included = regexp.MustCompile(`\b(?:include|template)\s+"([^"]+)"`)
	defined  = regexp.MustCompile(`\bdefine\s+"([^"]+)"`)
)

// making is what a template has that things are made from: the lines that set its variables, and the templates of its chart.
type making map[string]string

func (in *installing) makingOf(template string) making {
	m := making{}
	for _, found := range assigned.FindAllStringSubmatch(template, -1) {
		m[found[1]] += found[0] + "\n"
	}
	for _, source := range in.rendering.Sources {
		begins := defined.FindAllStringSubmatchIndex(source.Text, -1)
		for i, at := range begins {
			end := len(source.Text)
			if i+1 < len(begins) {
				end = begins[i+1][0]
			}
			m[source.Text[at[2]:at[3]]] = source.Text[at[1]:end]
		}
	}
	return m
}

// mostMade bounds what is put together of that.
const mostMade = 1 << 16

// from is what something is made from: that itself, what sets the variables in it, and the templates that it includes, with what
// these include.
func (m making) from(text string) string {
	seen := map[string]bool{}
	for rest := text; rest != "" && len(text) < mostMade; {
		names := variable.FindAllString(rest, -1)
		for _, found := range included.FindAllStringSubmatch(rest, -1) {
			names = append(names, found[1])
		}
		rest = ""
		for _, name := range names {
			if !seen[name] {
				seen[name] = true
				rest += "\n" + m[name]
			}
		}
		text += rest
	}
	return text
}

// undefined is what is said of a template that includes one which is not there: then it may use all values.
var undefined = regexp.MustCompile(`no template|not defined`)

// addTemplates makes up for the templates that do not render, and for what they may include. It returns the paths of the values
// that they use.
func (in *installing) addTemplates(held int) [][]string {
	var paths [][]string
	for _, part := range in.rendering.LeftOut {
		in.addTemplate(part, held)
		paths = append(paths, leavesOf(part.Values, nil)...)
		if undefined.MatchString(part.Reason) {
			paths = append(paths, nil)
		}
	}
	if len(in.rendering.LeftOut) == 0 {
		return nil
	}
	for _, source := range in.rendering.Sources {
		if strings.HasPrefix(path.Base(source.Path), "_") || path.Ext(source.Path) == ".tpl" {
			in.addTemplate(chart.Part{Template: source.Path, Text: source.Text}, held)
		}
	}
	return paths
}

// addTemplate compares a template as text, and each line of it that should say a version. Those that say one by themselves are
// declared versions; where one does not, it is told once it is another line.
func (in *installing) addTemplate(p chart.Part, held int) {
	object := Object{Identity: document.Identity{Kind: "template", Name: p.Template}}
	key := in.ownKey(object.Identity)
	claims := unclaimed.Claims{}
	fields, told := fieldsOf(p.Text), map[int]bool{} // and the lines of which it is told what they take
	beside, made := p.Text, in.makingOf(p.Text)
	for i, line := range fields.Content {
		name, value := line.Content[0].Value, line.Content[1]
		slot, at := Slot{Object: key, Part: fmt.Sprintf("%s#%d", name, i)}, Location{p.Template, value.Line, value.Column}
		if image, _ := in.settings.Names(name); strings.Contains(value.Value, "{{") {
			if image || name == "image" || name == "digest" || form.SaysTag(name) {
				claims[value] = nil
				in.Unresolved = append(in.Unresolved, Unresolved{
					Reason: fmt.Sprintf("does not render, and takes its %s from %s", name, value.Value), Location: at, Slot: slot, Quiet: true,
					given: in.valuesIn(made.from(value.Value)),
				})
				told[value.Line] = true
			}
			continue
		}
		found, _ := form.Object(line, in.settings)
		for _, f := range found {
			claim(claims, f)
			if f.Problem == "" {
				in.Held = append(in.Held, Held{Artifact: f.Artifact, Version: f.Version, Slot: slot, Owner: NewOwner(object.Identity), Written: at})
				beside = strings.Replace(beside, value.Value, f.Artifact.Key(), 1)
			}
		}
	}
	object.prints = prints{textFingerprint(p.Text), textFingerprint(beside)}
	if in.compares {
		object.Texts = in.texts(fields, claims, p.Template)
		said := slices.DeleteFunc(chart.All(chart.Source{Path: p.Template, Text: p.Text}), func(s chart.Said) bool { return s.Decides && told[s.Line] })
		object.Texts = append(object.Texts, in.saying(p.Template, said, in.Held[held:])...)
	}
	in.Objects = append(in.Objects, object)
}
