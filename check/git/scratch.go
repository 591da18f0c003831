package git

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// scratch is a bare repository of our own that borrows the user's objects, and
// nothing else: no configuration, attribute or driver of theirs takes part in
// what git does there, and what it writes stays there.
type scratch struct {
	dir     string
	git     program
	objects *batch
}

// borrow sets the scratch repository up when it is first needed.
func (r *Repo) borrow() (*scratch, error) {
	r.borrowing.Lock()
	defer r.borrowing.Unlock()
	if s := r.scratch.Load(); s != nil {
		return s, nil
	}
	user, err := r.layout()
	if err != nil {
		return nil, err
	}
	s, err := r.newScratch(user)
	if err != nil {
		return nil, fmt.Errorf("preparing a temporary repository: %w", err)
	}
	r.scratch.Store(s)
	return s, nil
}

func (r *Repo) newScratch(user layout) (_ *scratch, err error) {
	dir, err := os.MkdirTemp("", "promocheck-")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	s := &scratch{dir: dir}
	s.git = r.git.with("GIT_DIR="+dir, "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	s.git.dir = dir
	if err := s.write(user); err != nil {
		return nil, err
	}
	// The process lives as long as the repository, whoever needs it first.
	s.objects, err = startBatch(r.names.ctx, s.git)
	return s, err
}

func (s *scratch) close() error {
	s.objects.close()
	return os.RemoveAll(s.dir)
}

func (s *scratch) write(user layout) error {
	for _, dir := range []string{"refs", "objects/info"} {
		if err := os.MkdirAll(filepath.Join(s.dir, dir), 0o700); err != nil {
			return err
		}
	}
	config := "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
	if user.objectFormat != "sha1" {
		config = "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = " + user.objectFormat + "\n"
	}
	files := map[string]string{
		"HEAD":                    "ref: refs/heads/none\n",
		"config":                  config,
		"objects/info/alternates": quote(user.objects()) + "\n",
	}
	shallow, err := os.ReadFile(user.shallow())
	switch {
	case err == nil:
		files["shallow"] = string(shallow)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// quote writes a path as git's C-style quoting does, so that any directory can
// be borrowed from, whatever its name contains.
func quote(path string) string {
	var quoted strings.Builder
	quoted.WriteByte('"')
	for _, c := range []byte(path) {
		if c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			fmt.Fprintf(&quoted, `\%03o`, c)
		} else {
			quoted.WriteByte(c)
		}
	}
	quoted.WriteByte('"')
	return quoted.String()
}
