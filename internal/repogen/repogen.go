// Package repogen makes config repos as they are after years, to measure with: apps with bases, overlays for
// environments and clusters, components that all of them use, and thousands of commits. The same size and
// seed make the same repo.
package repogen

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/promocheck/promocheck/internal/fastimport"
)

// Size says how large a repo is.
type Size struct {
	Seed     uint64
	Apps     int
	Clusters int  // of production
	Commits  int  // of the branch main
	Deployed bool // there is a deployer for each overlay, in a file of its own: Flux's and Argo CD's by turns
}

// Default is a repo of a few years.
var Default = Size{Seed: 1, Apps: 33, Clusters: 3, Commits: 4000}

// Wide is a young repo with a thousand overlays.
var Wide = Size{Seed: 1, Apps: 250, Clusters: 2, Commits: 30}

// The branches that a repo has beside main, each a commit ahead of it.
const (
	Promote = "promote" // takes one app's version on to production
	Cluster = "cluster" // adds a cluster to production, and all apps to it
	Shared  = "shared"  // raises the version of what every app runs beside itself
)

// Begin is when the first commit is made.
var Begin = time.Date(2023, time.January, 2, 8, 0, 0, 0, time.UTC)

// Write makes a repo in a directory, and returns when its last commit was made.
func Write(dir string, s Size) (time.Time, error) {
	m := &maker{
		Size: s, random: rand.New(rand.NewPCG(s.Seed, s.Seed)), at: Begin, proxy: 1,
		changed: map[string]fastimport.File{},
	}
	m.begin()
	m.commit("main", "Begin")
	for range s.Commits - 1 {
		m.commit("main", m.step())
	}
	m.branches()
	return m.at, fastimport.Write(dir, m.commits)
}

// maker is a repo in the making.
type maker struct {
	Size
	random  *rand.Rand
	at      time.Time
	commits []fastimport.Commit
	changed map[string]fastimport.File // since the last commit

	apps    []*app
	limits  int // what the shared component says
	proxy   int
	changes int
}

// commit makes a commit of what has changed.
func (m *maker) commit(branch, message string) {
	m.at = m.at.Add(time.Duration(1+m.random.IntN(600)) * time.Minute)
	c := fastimport.Commit{
		Branch: branch, Author: "Ada Example <ada@example.com>", Time: m.at, Message: message,
		OnTop: true, Files: m.changed,
	}
	if branch != "main" {
		c.From = []string{"main"}
	}
	m.commits, m.changed = append(m.commits, c), map[string]fastimport.File{}
}

func (m *maker) write(path, text string, values ...any) {
	m.changed[path] = fastimport.File{Data: fmt.Appendf(nil, text, values...)}
}

// step changes something, as often as people do, and says what.
func (m *maker) step() string {
	m.changes++
	a := m.apps[m.random.IntN(len(m.apps))]
	switch n := m.random.IntN(100); {
	case n < 35:
		return m.release(a)
	case n < 55:
		a.memory++
		m.writeDeployment(a)
		return "Give " + a.name + " other resources"
	case n < 65:
		a.settings++
		m.writeSettings(a)
		return "Change what " + a.name + " is told"
	case n < 72:
		a.variables++
		m.writeDeployment(a)
		return "Tell " + a.name + " something more"
	case n < 75:
		a.rules++
		m.writeRules(a)
		return "Let others reach " + a.name
	case n < 85:
		m.limits++
		m.writeShared()
		return "Change what all apps have"
	case n < 86:
		m.proxy++
		m.writeShared()
		return "Update the proxy beside all apps"
	}
	m.write("docs/notes.md", "Note %d.\n", m.changes)
	return "Write something down"
}

// release takes a version a step further along the path. What is seldom released has its version in its base,
// which all environments share.
func (m *maker) release(a *app) string {
	if a.inBase {
		if m.random.IntN(40) > 0 {
			a.memory++
			m.writeDeployment(a)
			return "Give " + a.name + " other resources"
		}
		a.version++
		m.writeDeployment(a)
		return "Update " + a.name
	}
	for i := len(a.overlays) - 1; i > 0; i-- {
		// Production gets what staging has, and staging what dev has.
		before := a.overlays[max(0, min(i-1, 1))]
		if o := a.overlays[i]; o.version < before.version && m.random.IntN(4) == 0 {
			o.version = before.version
			m.writeOverlay(a, o)
			return "Promote " + a.name + " to " + o.path
		}
	}
	a.version++
	a.overlays[0].version = a.version
	m.writeOverlay(a, a.overlays[0])
	return "Release " + a.name
}

// branches ends the repo with the commits that are to be checked.
func (m *maker) branches() {
	a := m.apps[0]
	staging, prod := a.overlays[1], a.overlays[2]
	was := prod.version
	if prod.version == staging.version {
		prod.version = staging.version - 1
	} else {
		prod.version = staging.version
	}
	m.writeOverlay(a, prod)
	m.commit(Promote, "Promote "+a.name)
	prod.version = was
	for _, a := range m.apps {
		o := *a.overlays[len(a.overlays)-1]
		o.path = "prod/" + cluster(m.Clusters)
		m.writeOverlay(a, &o)
	}
	m.commit(Cluster, "Add a cluster")
	m.proxy++
	m.writeShared()
	m.commit(Shared, "Update the proxy beside all apps")
}
