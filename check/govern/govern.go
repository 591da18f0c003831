// Package govern reads what decides how a change is judged: the configuration, and the windows, the freeze, the waivers and
// the team's own rules that are in the repo. It is read at the base ref, never from the change that is judged by it.
package govern

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/promocheck/promocheck/check/calendar"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/mistake"
	"github.com/promocheck/promocheck/check/tree"
	"github.com/promocheck/promocheck/check/waiver"
)

// Governing is what decides, as a tree or the caller states it.
type Governing struct {
	Config  *config.Config
	Time    *calendar.Settings
	Waivers []waiver.Waiver
	Ramps   []waiver.Ramp

	Tree *tree.Tree // that it is read from

	Configured bool // there is a configuration
	byCaller   bool // which is the caller's own file
	// statedByCaller says so of the waivers in it.
	statedByCaller bool

	own func() (own, error) // the team's own rules, read when they are first asked for
}

// Read reads what governs at a tree. Errors that a person can act on are of type *mistake.Error.
func Read(t *tree.Tree) (*Governing, error) {
	data, err := t.ReadFile(config.FileName)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		if _, missing := t.Lookup(config.MistakenName); missing == nil {
			return nil, misnamed()
		}
	}
	g, ungoverned := By(t, config.FileName, data)
	if ungoverned != nil {
		return nil, ungoverned
	}
	g.Configured = err == nil
	return g, nil
}

func misnamed() error {
	wrong := mistake.Configured(config.MistakenName, 0, "is not read: the configuration is called "+config.FileName)
	wrong.Hint = "rename it to " + config.FileName
	return wrong
}

// ReadWith reads it with the caller's configuration, a file on disk, in place of the tree's. Without one, it is the tree's.
func ReadWith(t *tree.Tree, dir, file string) (*Governing, error) {
	if file == "" {
		return Read(t)
	}
	onDisk := file
	if !filepath.IsAbs(file) {
		onDisk = filepath.Join(dir, file)
	}
	data, err := os.ReadFile(onDisk)
	if err != nil {
		return nil, &mistake.Error{Problem: "cannot read the configuration: " + err.Error(), Hint: "check --config", Usage: true, Err: err}
	}
	g, err := By(t, file, data)
	if err != nil {
		return nil, err
	}
	g.Configured, g.byCaller, g.statedByCaller = true, true, true
	return g, nil
}

// On is the same configuration for another tree, whatever that one says of itself. Freezes and waivers are the tree's own,
// but for waivers that the caller's configuration states.
func (g *Governing) On(t *tree.Tree) (*Governing, error) {
	stated := g.Config
	if !g.statedByCaller {
		data, err := t.ReadFile(config.FileName)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if stated, err = config.Parse(config.FileName, data); err != nil {
			stated = config.Default() // nobody could judge by it
		}
	}
	on := *g
	on.Tree, on.byCaller = t, true
	var err error
	on.Waivers, err = waiver.Read(stated, t, g.Time.Zone)
	return &on, err
}

// Instead has what else governs be read where another's is: the caller gives no more than the configuration.
func (g *Governing) Instead(other *Governing) (err error) {
	g.Tree = other.Tree
	g.Waivers, err = waiver.Read(g.Config, g.Tree, g.Time.Zone)
	return err
}

// States reports whether it is the caller's own file that states a waiver.
func (g *Governing) States(w waiver.Waiver) bool { return g.statedByCaller && w.Path == g.Config.Path }

// By is what governs a tree by a configuration of that name and content.
func By(t *tree.Tree, name string, data []byte) (*Governing, error) {
	c, err := config.Parse(name, data)
	if err != nil {
		return nil, err
	}
	settings, err := calendar.Parse(name, c.Time)
	if err != nil {
		return nil, err
	}
	waivers, err := waiver.Read(c, t, settings.Zone)
	if err != nil {
		return nil, err
	}
	ramps, err := waiver.ReadRamps(c, settings.Zone)
	if err != nil {
		return nil, err
	}
	g := &Governing{Config: c, Time: settings, Waivers: waivers, Ramps: ramps, Tree: t}
	g.own = sync.OnceValues(func() (own, error) { return readOwn(g.Tree, c) })
	return g, nil
}

// Governs reports whether a file says how changes are judged, and nothing else.
func (g *Governing) Governs(file string) bool {
	return file == config.FileName || file == g.Time.Freeze || waiver.IsFile(file) || g.isOfRules(file)
}

// Calendar reads the windows and the freeze, which may name the environments of a promotion path.
func (g *Governing) Calendar(promotionPath []string) (*calendar.Calendar, error) {
	return g.Time.Read(g.Tree, promotionPath)
}
