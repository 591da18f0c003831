package unclaimed

import (
	"regexp"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

var (
	// filled is a part of a text that is put there later, by its name: by a shell, by Flux or by a template, whose
	// words for conditions are no names.
	filled = regexp.MustCompile(`\$\{[\w.-]+\}|\$\([\w.-]+\)|\{\{-?\s*(?:[.$][\w.]*|\w+\.[\w.]+)\s*-?\}\}`)
	// variable is where Kubernetes puts one of a container's into its arguments.
	variable = regexp.MustCompile(`\$\([\w.-]+\)`)
)

// mayBeFilled reports whether a text may have such a part, which few have.
func mayBeFilled(text string) bool {
	return strings.Contains(text, "$") || strings.Contains(text, "{{")
}

// separators are between the words of a line.
const separators = " \t\"'`,;|(){}<>[]"

// wordsOf are the words of a line. What is filled in later is a part of the word that it stands in, if that says a version itself.
func wordsOf(line string) []string {
	split := func(text string) []string {
		return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(separators, r) })
	}
	if !mayBeFilled(line) {
		return split(line)
	}
	const hidden = '\ue000' // and those after it stand for separators
	whole := filled.ReplaceAllStringFunc(line, func(name string) string {
		return strings.Map(func(r rune) rune {
			if at := strings.IndexRune(separators, r); at >= 0 {
				return hidden + rune(at)
			}
			return r
		}, name)
	})
	var all []string
	for _, word := range split(whole) {
		written := strings.Map(func(r rune) rune {
			if at := r - hidden; at >= 0 && int(at) < len(separators) {
				return rune(separators[at])
			}
			return r
		}, word)
		if written == word || strings.ContainsAny(filled.ReplaceAllString(written, ""), ":@") {
			all = append(all, written)
		} else {
			all = append(all, split(written)...)
		}
	}
	return all
}

// shapeOf is a word with a letter for what is filled in later.
func shapeOf(word string) string {
	if !mayBeFilled(word) {
		return word
	}
	return filled.ReplaceAllString(word, "x")
}

// variablesOf are the variables of a container that say what they are.
func variablesOf(container *yaml.Node) map[string]string {
	variables := map[string]string{}
	for _, one := range document.Items(document.Get(container, "env")) {
		if value := document.Get(one, "value"); value != nil {
			variables["$("+document.Text(document.Get(one, "name"))+")"] = document.Text(value)
		}
	}
	return variables
}

// expanded is a text with a container's variables in it.
func (p place) expanded(text string) string {
	if len(p.variables) == 0 {
		return text
	}
	return variable.ReplaceAllStringFunc(text, func(name string) string {
		if value, ok := p.variables[name]; ok {
			return value
		}
		return name
	})
}
