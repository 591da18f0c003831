package differential

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
)

// object is a mapping in order. Its values are strings, text, ints, bools, objects and lists.
type object []pair

type pair struct {
	key   string
	value any
	how   string // a trick by which the key is written; empty: as any other
}

type list []any

// text is a string that is written as a block.
type text string

// obj makes an object of keys and values, without those whose value is nil.
func obj(keysAndValues ...any) object {
	var o object
	for i := 0; i < len(keysAndValues); i += 2 {
		if keysAndValues[i+1] != nil {
			o = append(o, pair{key: keysAndValues[i].(string), value: keysAndValues[i+1]})
		}
	}
	return o
}

// overridden is a value that has what before says, and then once more what after says: the last word counts
// where a parser lets keys be repeated.
func overridden(before, after any, how string) any {
	switch b := before.(type) {
	case object:
		a, ok := after.(object)
		if !ok || len(a) != len(b) {
			return after
		}
		var both object
		for i, p := range b {
			if a[i].key != p.key {
				return after
			}
			_, nested := p.value.(object)
			_, listed := p.value.(list)
			switch {
			case nested || listed:
				both = append(both, pair{key: p.key, value: overridden(p.value, a[i].value, how)})
			case p.value == a[i].value:
				both = append(both, p)
			default:
				both = append(both, p, pair{p.key, a[i].value, how})
			}
		}
		return both
	case list:
		a, ok := after.(list)
		if !ok || len(a) != len(b) {
			return after
		}
		both := make(list, len(b))
		for i := range b {
			both[i] = overridden(b[i], a[i], how)
		}
		return both
	}
	return after
}

// writer writes YAML, by the tricks that it is allowed.
type writer struct {
	r       *rand.Rand
	allowed func(trick string) bool
	anchors map[string]string
}

// tricks are the ways to write the same thing otherwise. Shrinking takes them away one by one.
var tricks = []string{
	"json", "crlf", "flow", "quotes", "comments", "documents", "binary-value", "binary-key", "anchors", "alias-key",
	"merge", "folded", "quoted-key", "tagged", "block",
}

// odd are those that not all programs read alike: where they stand, a finding is right whatever changes.
var odd = map[string]bool{"binary-value": true, "binary-key": true, "alias-key": true, "merge": true, "tagged": true}

func (w *writer) try(trick string, in int) bool { return w.r.IntN(in) == 0 && w.allowed(trick) }

// document writes one document of a file.
func (w *writer) document(v any) string {
	w.anchors = map[string]string{}
	if w.try("json", 12) {
		return w.node(v, "", true) + "\n"
	}
	if o, ok := v.(object); ok {
		named := ""
		if key := aliased(o); key != "" {
			named, w.anchors[key] = "named: &named "+key+"\n", "named"
		}
		return named + w.fields(o, "")
	}
	return strings.TrimPrefix(w.node(v, "", false), "\n") + "\n"
}

// aliased is the first key that is to be written as an alias.
func aliased(v any) string {
	switch v := v.(type) {
	case object:
		for _, p := range v {
			if p.how == "alias-key" {
				return p.key
			}
			if key := aliased(p.value); key != "" {
				return key
			}
		}
	case list:
		for _, item := range v {
			if key := aliased(item); key != "" {
				return key
			}
		}
	}
	return ""
}

// file writes documents.
func (w *writer) file(documents ...any) string {
	var all []string
	if w.try("documents", 4) {
		all = append(all, w.document(obj("apiVersion", "v1", "kind", "ConfigMap", "metadata", obj("name", fmt.Sprintf("beside-%d", w.r.IntN(1_000_000))), "data", obj("a", "b"))))
	}
	for _, d := range documents {
		all = append(all, w.document(d))
	}
	return w.ends(strings.Join(all, "---\n"))
}

// values writes a file of one document that is no object of Kubernetes.
func (w *writer) values(v any) string { return w.ends(w.document(v)) }

func (w *writer) ends(file string) string {
	if w.try("crlf", 8) {
		return strings.ReplaceAll(file, "\n", "\r\n")
	}
	return file
}

func (w *writer) fields(o object, indent string) string {
	var b strings.Builder
	rest := object(nil)
	if len(o) > 1 && indent != "" && w.try("merge", 6) {
		at := 1 + w.r.IntN(len(o)-1)
		if !slices.ContainsFunc(o, func(p pair) bool { return p.how != "" || strings.HasSuffix(p.key, "\n") }) {
			o, rest = o[:at], o[at:]
		}
	}
	for _, p := range o {
		if w.try("comments", 10) {
			b.WriteString(indent + "# what follows\n")
		}
		if p.how == "merge" {
			fmt.Fprintf(&b, "%s<<: {%s: %s}\n", indent, p.key, w.node(p.value, "", true))
			continue
		}
		key := w.key(p) // before its value, of which an anchor is not there yet
		value := w.node(p.value, indent+"  ", false)
		if !strings.HasPrefix(value, "\n") {
			value = " " + value
		}
		fmt.Fprintf(&b, "%s%s:%s\n", indent, key, value)
	}
	if rest != nil {
		fmt.Fprintf(&b, "%s<<: %s\n", indent, w.node(rest, "", true))
	}
	return b.String()
}

// node writes a value; a block begins with a line break.
func (w *writer) node(v any, indent string, flow bool) string {
	switch v := v.(type) {
	case object:
		if len(v) == 0 {
			return "{}"
		}
		if flow || w.try("flow", 6) {
			var parts []string
			for _, p := range v {
				if p.how == "merge" {
					parts = append(parts, "<<: {"+p.key+": "+w.node(p.value, "", true)+"}")
					continue
				}
				parts = append(parts, w.key(p)+": "+w.node(p.value, "", true))
			}
			return "{" + strings.Join(parts, ", ") + "}"
		}
		return "\n" + strings.TrimSuffix(w.fields(v, indent), "\n")
	case list:
		if len(v) == 0 {
			return "[]"
		}
		if flow || w.try("flow", 6) {
			var parts []string
			for _, item := range v {
				parts = append(parts, w.node(item, "", true))
			}
			return "[" + strings.Join(parts, ", ") + "]"
		}
		var b strings.Builder
		for _, item := range v {
			written := w.node(item, indent+"  ", false)
			if strings.HasPrefix(written, "\n") {
				written = strings.TrimPrefix(written[1:], indent+"  ")
				if strings.HasPrefix(written, "#") {
					written = "\n" + indent + "  " + written
				}
			}
			b.WriteString("\n" + indent + "- " + written)
		}
		return b.String()
	case text:
		if flow {
			return quoted(string(v))
		}
		return "|\n" + indent + strings.ReplaceAll(strings.TrimSuffix(string(v), "\n"), "\n", "\n"+indent)
	case string:
		return w.scalar(v, indent, flow)
	}
	return fmt.Sprint(v)
}

func (w *writer) key(p pair) string {
	anchor := w.anchors[p.key]
	switch {
	case (p.how == "alias-key" || w.try("alias-key", 3)) && anchor != "":
		return "*" + anchor + " "
	case p.how == "binary-key" || w.try("binary-key", 40):
		return "!!binary " + base64.StdEncoding.EncodeToString([]byte(p.key))
	case p.how == "quoted-key" || w.try("quoted-key", 12):
		return quoted(p.key)
	}
	if plain.MatchString(p.key) {
		return p.key
	}
	return quoted(p.key)
}

var plain = regexp.MustCompile(`^(?:[a-zA-Z][\w./@-]*(?::[\w./@-]+)*|[1-9][0-9]{2,7}|<<)$`)

func (w *writer) scalar(s, indent string, flow bool) string {
	if anchor := w.anchors[s]; anchor != "" && w.try("anchors", 2) {
		return "*" + anchor
	}
	prefix := ""
	if w.anchors[s] == "" && s != "" && w.try("anchors", 10) {
		w.anchors[s] = fmt.Sprintf("a%d", len(w.anchors))
		prefix = "&" + w.anchors[s] + " "
	}
	switch {
	case w.try("binary-value", 40):
		return prefix + "!!binary " + base64.StdEncoding.EncodeToString([]byte(s))
	case w.try("tagged", 30):
		return prefix + "!!str " + quoted(s)
	case !flow && s != "" && w.try("folded", 25):
		return prefix + ">-\n" + indent + s
	case !flow && s != "" && w.try("block", 25):
		return prefix + "|-\n" + indent + s
	case w.try("quotes", 5) || !plain.MatchString(s) || special[strings.ToLower(s)]:
		return prefix + quoted(s)
	}
	return prefix + s
}

// special are words that are no strings, in one version of YAML or another.
var special = map[string]bool{"y": true, "n": true, "yes": true, "no": true, "on": true, "off": true, "true": true, "false": true, "null": true}

func quoted(s string) string { return fmt.Sprintf("%q", s) }
