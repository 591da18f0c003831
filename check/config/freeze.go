package config

import (
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/promocheck/promocheck/check/mistake"
)

// FreezeName is where a freeze is declared, unless the configuration names another file.
const FreezeName = ".promocheck-freeze.yaml"

// ParseFreeze reads a freeze file: as long as it is on the base branch, what it covers is closed.
func ParseFreeze(path string, data []byte) (*Window, error) {
	w := &Window{Path: path, Line: 1, Kind: Deny, Freeze: true}
	r := &reader{path: path}
	document, err := r.document(data)
	if err != nil {
		return nil, err
	}
	if document == nil {
		return nil, mistake.Configured(path, 1, "a freeze needs a reason; remove the file to end the freeze")
	}
	w.Line = document.Line
	err = r.mapping(document, "the freeze", fields{
		"reason": r.into(&w.Description, func(n *yaml.Node) (string, error) { return r.text(n, "reason") }),
		"until":  func(n *yaml.Node) (err error) { w.To, err = r.moment(n, "until"); return err },
		"applications": func(n *yaml.Node) error {
			err := r.globsInto(&w.Applications, "applications")(n)
			if err == nil && len(w.Applications) == 0 {
				err = r.errorf(n, "applications is empty: leave the key out for all of them")
			}
			return err
		},
		"environments": func(n *yaml.Node) (err error) {
			w.Environments, err = r.strings(n, "environments")
			if err == nil && len(w.Environments) == 0 {
				err = r.errorf(n, "environments is empty: leave the key out for all of them")
			}
			return err
		},
		"exceptions": func(n *yaml.Node) (err error) {
			w.Exceptions, err = list(r, n, "exceptions", r.exception)
			return err
		},
	})
	if err == nil && w.Description == "" {
		err = r.errorf(document, "a freeze needs a reason")
	}
	return w, err
}

func (r *reader) exception(node *yaml.Node) (Exception, error) {
	e := Exception{Line: node.Line}
	has := map[string]bool{}
	err := r.mapping(node, "an exception", fields{
		"app": func(n *yaml.Node) (err error) {
			has["app"] = true
			e.Application, err = r.glob(n, "app")
			return err
		},
		"environment": r.into(&e.Environment, func(n *yaml.Node) (string, error) { return r.word(n, "environment") }),
		"reason":      r.into(&e.Reason, func(n *yaml.Node) (string, error) { return r.text(n, "reason") }),
		"expires": func(n *yaml.Node) error {
			has["expires"] = true
			expires, err := r.moment(n, "expires")
			if err == nil {
				e.Expires = *expires
			}
			return err
		},
	})
	switch {
	case err != nil:
		return e, err
	case !has["app"]:
		return e, r.errorf(node, "an exception needs an app")
	case e.Reason == "":
		return e, r.errorf(node, "an exception needs a reason")
	case !has["expires"]:
		return e, r.errorf(node, "an exception needs an expires date")
	}
	return e, nil
}
