package chart

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"path"

	"github.com/promocheck/promocheck/check/tree"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	"helm.sh/helm/v4/pkg/ignore"
)

var byteOrderMark = []byte("\xef\xbb\xbf")

// below reads all files of a chart's directory, in order of name, without what .helmignore leaves out. Symbolic
// links are followed, as Helm does, as long as they stay in the repository.
func (l *loader) below(dir string) ([]*archive.BufferedFile, error) {
	d := directory{loader: l, top: dir}
	if err := d.readRules(); err != nil {
		return nil, err
	}
	top, err := l.tree.Lookup(dir)
	if err != nil {
		return nil, err
	}
	if err := l.readAhead(dir); err != nil {
		return nil, err
	}
	err = d.walk("", top, nil)
	return d.found, err
}

// readAhead asks for all files of a directory at once.
func (l *loader) readAhead(dir string) error {
	files := tree.Files{Tree: l.tree}
	err := l.tree.Walk(dir, func(name string, entry tree.Entry) error {
		if entry.Mode.IsFile() {
			files.Paths = append(files.Paths, name)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return tree.Prefetch(files)
}

// directory is a walk through the directory of a chart.
type directory struct {
	*loader
	top   string
	rules *ignore.Rules
	found []*archive.BufferedFile
}

func (d *directory) readRules() error {
	d.rules = ignore.Empty()
	file := path.Join(d.top, ignore.HelmIgnore)
	data, err := d.tree.ReadFile(file)
	switch {
	case err == nil:
		if d.rules, err = ignore.Parse(bytes.NewReader(data)); err != nil {
			d.problem(file, "is refused by Helm: "+err.Error())
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	d.rules.AddDefaults()
	return nil
}

// walk reads what is below a directory of the chart; within are the directories on the way there.
func (d *directory) walk(inside string, dir tree.Entry, within []tree.Entry) error {
	for _, above := range within {
		if above.OID == dir.OID {
			d.problem(path.Join(d.top, inside), "is a symbolic link to a directory that it is in")
			return nil
		}
	}
	entries, err := d.tree.ReadDir(path.Join(d.top, inside))
	if err != nil {
		return err
	}
	for _, child := range entries {
		if err := d.visit(path.Join(inside, child.Name), child.Entry, append(within, dir)); err != nil {
			return err
		}
	}
	return nil
}

func (d *directory) visit(name string, entry tree.Entry, within []tree.Entry) error {
	at := path.Join(d.top, name)
	if entry.Mode.IsSymlink() {
		resolved, err := d.tree.Resolve(at)
		if err != nil {
			return d.unreadable(at, "is a symbolic link that leads to nothing", err)
		}
		entry = resolved.Entry
	}
	if d.rules.Ignore(name, ignorable{directory: entry.Mode.IsDir()}) {
		return nil
	}
	if entry.Mode.IsDir() {
		return d.walk(name, entry, within)
	}
	if entry.Mode.IsSubmodule() {
		return d.unreadable(at, "cannot be read", tree.ErrSubmodule)
	}
	data, err := d.tree.Content(at, entry)
	if err != nil {
		return err
	}
	if err := d.budget.take(1 + len(data)); err != nil {
		return err
	}
	d.found = append(d.found, &archive.BufferedFile{Name: name, Data: bytes.TrimPrefix(data, byteOrderMark)})
	return nil
}

// ignorable is all that .helmignore's rules ask of a file.
type ignorable struct {
	fs.FileInfo
	directory bool
}

func (i ignorable) IsDir() bool { return i.directory }

// unpack reads a packed chart. Helm refuses paths that lead out of it; how much it unfolds to is counted before
// Helm sees it, with what else the chart is made of.
func (l *loader) unpack(data []byte) ([]*archive.BufferedFile, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	size, err := io.CopyN(io.Discard, unzipped, archive.MaxDecompressedChartSize+1)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if err := l.budget.take(int(size)); err != nil {
		return nil, err
	}
	return archive.LoadArchiveFiles(bytes.NewReader(data))
}
