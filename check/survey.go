package check

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/account"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/govern"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/tree"
)

// Survey is what is recognised in all of the repository, as it is at HEAD.
type Survey struct {
	Layout *overlay.Layout
	Files  []account.File // every file, with its fate if it changed
	Tools  []account.Tool // directories of other tools
	// Configuration is where the file belongs that says how the environments are laid out. Configured is set where there
	// is one already, which is what was gone by.
	Configuration string
	Configured    bool
	// Default is the default branch, where environments have branches and that is where the file belongs; empty otherwise.
	Default string

	session *Session
	at      *standing
}

// Survey looks at all of the repository, by the configuration that lies in the work tree, or else the one at HEAD.
func (s *Session) Survey(ctx context.Context) (*Survey, error) {
	top, err := s.repo.WorkTree(ctx)
	if err != nil {
		return nil, err
	}
	head, err := s.repo.Resolve(ctx, "HEAD")
	if err != nil {
		return nil, err
	}
	survey := &Survey{session: s, Configuration: filepath.Join(top, config.FileName)}
	at := s.store.Tree(head.Tree)
	data, err := os.ReadFile(survey.Configuration)
	if errors.Is(err, fs.ErrNotExist) {
		data, err = at.ReadFile(config.FileName)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	survey.Configured = err == nil
	governing, err := govern.By(at, config.FileName, data)
	if err != nil {
		return nil, err
	}
	if survey.at, err = s.standingBy(ctx, head, at, governing); err != nil {
		return nil, err
	}
	if !survey.Configured {
		if governing.Config.Environments, err = s.branchesAsEnvironments(ctx, survey.at); err != nil {
			return nil, err
		}
	}
	if governing.Config.ByBranch() {
		return survey, survey.ofBranches(ctx, governing)
	}
	survey.Layout = survey.at.layout
	survey.Files, err = survey.account(survey.at)
	if err != nil {
		return nil, err
	}
	survey.Tools, err = account.Tools(survey.Files, at)
	return survey, err
}

// account tells the fate of every file, as a change of all files would have it.
func (s *Survey) account(of *standing) ([]account.File, error) {
	files, err := filesOf(of.tree)
	if err != nil {
		return nil, err
	}
	return account.Of(account.Change{
		Files: files, After: of.tree, Layout: overlay.Pair(of.layout, of.layout, pathsOf(files)),
		Governs: of.governing.Governs, Ignored: of.governing.Config.Ignore,
	}), nil
}

// RecognisedBy reports whether a configuration recognises the same.
func (s *Survey) RecognisedBy(ctx context.Context, configuration string) (bool, error) {
	governing, err := govern.By(s.at.tree, config.FileName, []byte(configuration))
	if err != nil {
		return false, err
	}
	by, err := s.session.standingBy(ctx, s.at.commit, s.at.tree, governing)
	if err != nil {
		return false, err
	}
	return slices.EqualFunc(s.Layout.Sites, by.layout.Sites, func(a, b overlay.Site) bool { return a.Place == b.Place && a.Dir == b.Dir }), nil
}

// filesOf lists all files of a tree, as a change that brings them would.
func filesOf(t *tree.Tree) ([]tree.Change, error) {
	var files []tree.Change
	err := t.Walk(".", func(path string, entry tree.Entry) error {
		if !entry.Mode.IsDir() {
			files = append(files, tree.Change{Path: path, After: entry})
		}
		return nil
	})
	slices.SortFunc(files, func(a, b tree.Change) int { return strings.Compare(a.Path, b.Path) })
	return files, err
}
