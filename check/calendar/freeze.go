package calendar

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/config/strict"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/tree"
)

// exception is what a freeze lets through.
type exception struct {
	line        int
	application pattern
	environment string // empty: all
	reason      string
	expires     Moment
}

// readFreeze reads the freeze file, nil where there is none. One that cannot be read is an error: it was meant
// to stop the line.
func readFreeze(path string, t *tree.Tree) (*window, error) {
	data, err := t.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, checkExtension(path, t)
	}
	if err != nil {
		return nil, mistake.Configured(path, 1, "the freeze file cannot be read: "+err.Error())
	}
	return parseFreeze(path, data)
}

// checkExtension refuses a file that is called like the freeze file, but for the other extension of YAML.
func checkExtension(file string, t *tree.Tree) error {
	other := map[string]string{".yaml": ".yml", ".yml": ".yaml"}[path.Ext(file)]
	if other == "" {
		return nil
	}
	other = strings.TrimSuffix(file, path.Ext(file)) + other
	switch _, err := t.ReadFile(other); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	return mistake.Configured(other, 1, "this freezes nothing: the freeze file is "+file)
}

// parseFreeze reads a freeze file: as long as it is on the base branch, what it covers is closed.
func parseFreeze(path string, data []byte) (*window, error) {
	w := &window{path: path, line: 1, kind: deny, freeze: true}
	r := reader{strict.Reader{Path: path}}
	document, err := r.Document(data)
	if err != nil {
		return nil, err
	}
	if document == nil {
		return nil, mistake.Configured(path, 1, "a freeze needs a reason; remove the file to end the freeze")
	}
	w.line = document.Line
	err = r.Mapping(document, "the freeze", strict.Fields{
		"reason":       strict.Into(&w.description, r.Text),
		"until":        strict.Into(&w.end, r.moment),
		"applications": strict.Into(&w.applications, strict.Some(r.Reader, r.pattern)),
		"environments": strict.Into(&w.environments, strict.Some(r.Reader, r.Text)),
		"exceptions":   strict.Into(&w.exceptions, strict.List(r.Reader, r.exception)),
	})
	if err == nil && w.description == "" {
		err = r.Errorf(document, "a freeze needs a reason")
	}
	return w, err
}

func (r reader) exception(node *yaml.Node, _ string) (exception, error) {
	e := exception{line: node.Line}
	var expires *Moment
	err := r.Mapping(node, "an exception", strict.Fields{
		"app":         strict.Into(&e.application, r.pattern),
		"environment": strict.Into(&e.environment, r.Word),
		"reason":      strict.Into(&e.reason, r.Text),
		"expires":     strict.Into(&expires, r.moment),
	})
	switch {
	case err != nil:
		return e, err
	case e.application.text == "":
		return e, r.Errorf(node, "an exception needs an app")
	case e.reason == "":
		return e, r.Errorf(node, "an exception needs a reason")
	case expires == nil:
		return e, r.Errorf(node, "an exception needs an expires date")
	}
	e.expires = *expires
	return e, nil
}
