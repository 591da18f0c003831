package history

import (
	"context"
	"fmt"
	"sync"

	"github.com/promocheck/promocheck/check/alike"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
)

// Memory keeps what one history has worked out for others of the same repository, whose pasts are mostly the same.
// Histories that share one are asked one after the other.
type Memory struct {
	readers map[string]*alike.Reader // by the forms that they read
	traits  map[kustomization.Key]*alike.Traits
	apps    map[appAt]*overlay.App

	mu   sync.Mutex
	held map[state.Key][]state.Held
}

// appAt is an app in a tree, as layouts have it.
type appAt struct {
	layouts overlay.Sameness
	tree    git.OID
	app     string
}

// mostApps is of how many apps, each in one tree, it is kept what they are there.
const mostApps = 1 << 11

// mostKept is how many overlays it is kept of what they hold, and what their traits are.
const mostKept = 1 << 14

// NewMemory returns an empty memory.
func NewMemory() *Memory {
	return &Memory{readers: map[string]*alike.Reader{}, traits: map[kustomization.Key]*alike.Traits{}, apps: map[appAt]*overlay.App{}, held: map[state.Key][]state.Held{}}
}

// reader is what tells whether files say the same versions.
func (m *Memory) reader(forms form.Settings) *alike.Reader {
	if m == nil {
		return alike.New(forms)
	}
	key := fmt.Sprintf("%q %q", forms.Variables, forms.Tags)
	if m.readers[key] == nil {
		m.readers[key] = alike.New(forms)
	}
	return m.readers[key]
}

// app is like overlay.Layout.App.
func (m *Memory) app(l *overlay.Layout, t *tree.Tree, app string) (*overlay.App, error) {
	as, isKnown := l.Sameness()
	if m == nil || !isKnown {
		return l.App(t, app)
	}
	key := appAt{as, t.OID(), app}
	found, known := m.apps[key]
	if known {
		return found, nil
	}
	found, err := l.App(t, app)
	if err != nil {
		return nil, err
	}
	if len(m.apps) >= mostApps {
		clear(m.apps)
	}
	m.apps[key] = found
	return found, nil
}

func (m *Memory) traitsOf(s *site) *alike.Traits {
	if m == nil {
		return alike.TraitsOf(s.Closure, s.tree)
	}
	key := s.key()
	traits, known := m.traits[key]
	if !known {
		if len(m.traits) >= mostKept {
			clear(m.traits)
		}
		traits = alike.TraitsOf(s.Closure, s.tree)
		m.traits[key] = traits
	}
	return traits
}

// versions is like state.Versions.
func (m *Memory) versions(ctx context.Context, t *tree.Tree, o *overlay.Overlay) ([]state.Held, error) {
	if m == nil {
		return state.Versions(ctx, t, o)
	}
	key := state.KeyOf(t, o)
	m.mu.Lock()
	held, known := m.held[key]
	m.mu.Unlock()
	if known {
		return held, nil
	}
	held, err := state.Versions(ctx, t, o)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.held) >= mostKept {
		clear(m.held)
	}
	m.held[key] = held
	return held, nil
}
