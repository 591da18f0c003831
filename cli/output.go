package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/report"
	"github.com/urfave/cli/v2"
)

// output is a report in one format: to a file, or else to standard output.
type output struct {
	format report.Format[*report.Report]
	file   string
}

// outputsOf reads the flags that say how to report, on both sides of the command.
func outputsOf(c *cli.Context) ([]output, error) {
	values := all(c, flagFormat)
	if len(values) == 0 {
		values = []string{"text"}
	}
	var outputs []output
	for _, value := range values {
		o, err := parseOutput(value, text(c, flagDir))
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(outputs, func(other output) bool { return other.file == o.file }) {
			if o.file == "" {
				return nil, usage("two formats would go to standard output", "give all but one a file: --format sarif=FILE")
			}
			return nil, usage(fmt.Sprintf("two formats would go to %s", o.file), "give each a file of its own")
		}
		if o.file != "" {
			if err := refuseWayOut(text(c, flagDir), o.file); err != nil {
				return nil, err
			}
		}
		outputs = append(outputs, o)
	}
	return outputs, nil
}

// parseOutput reads NAME, NAME=- or NAME=FILE. Files are relative to dir.
func parseOutput(value, dir string) (output, error) {
	name, file, named := strings.Cut(value, "=")
	format, err := report.Reports.Find(name)
	if err != nil {
		return output{}, fmt.Errorf("--format: %w", err)
	}
	switch {
	case !named || file == "-":
		return output{format: format}, nil
	case file == "":
		return output{}, usage(fmt.Sprintf("--format %s names no file", value), "a variable in the calling script may not be set")
	case !filepath.IsAbs(file):
		file = filepath.Join(dir, file)
	}
	return output{format, filepath.Clean(file)}, nil
}

// refuseWayOut refuses a report's file that a link within the checkout leads out of it for: the change that is judged may
// have brought the link along.
func refuseWayOut(dir, file string) error {
	top, _, _ := git.Checkout(dir) // what is wrong with it is told where the repository is opened
	if top == "" {
		return nil
	}
	file, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	for at := filepath.Dir(file); at != filepath.Dir(at); at = filepath.Dir(at) {
		above, aboveErr := filepath.EvalSymlinks(filepath.Dir(at))
		leads, err := filepath.EvalSymlinks(at)
		if err == nil && aboveErr == nil && isWithin(top, above) && !isWithin(top, leads) {
			return usage(fmt.Sprintf("cannot write a report to %s: %s is a link that leads out of the checkout", file, at), "write it to a directory that is none, or to one outside of the checkout")
		}
	}
	return nil
}

func isWithin(top, path string) bool {
	below, err := filepath.Rel(top, path)
	return err == nil && filepath.IsLocal(below)
}

// discard removes what earlier runs have left: a report that is there is this run's, even if the run
// goes no further.
func discard(outputs []output) error {
	for _, o := range outputs {
		if o.file == "" {
			continue
		}
		if info, err := os.Stat(o.file); err == nil && !info.Mode().IsRegular() {
			return usage(fmt.Sprintf("cannot write a report to %s, which is no ordinary file", o.file), "standard output is -")
		}
		if err := os.Remove(o.file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return unwritten(o.file, err)
		}
	}
	return nil
}

// write writes each report where it belongs. That one fails does not keep the others from those who
// wait for them.
func (p Process) write(outputs []output, r *report.Report) error {
	var failures []error
	for _, o := range outputs {
		if o.file == "" {
			failures = append(failures, o.format(p.Stdout, r, report.Options{Colour: p.colour()}))
			continue
		}
		var b bytes.Buffer
		if err := o.format(&b, r, report.Options{}); err != nil {
			failures = append(failures, err)
		} else if err := replace(o.file, b.Bytes()); err != nil {
			failures = append(failures, unwritten(o.file, err))
		}
	}
	return errors.Join(failures...)
}

// replace writes a file as a whole or not at all. A link of that name is replaced, too, and not
// followed: the change that is judged may have brought it along.
func replace(path string, content []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".promocheck-")
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	err = errors.Join(err, file.Chmod(0o644), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(file.Name()))
	}
	return err
}

// unwritten says which report could not be written and why, without the temporary file's name.
func unwritten(path string, err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	return fmt.Errorf("cannot write the report to %s: %w", path, err)
}
