package history

import (
	"cmp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/alike"
	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/config"
	"github.com/promocheck/promocheck/check/doing"
	"github.com/promocheck/promocheck/check/form"
	"github.com/promocheck/promocheck/check/idle"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/tree"
)

// Inquiry gathers what is asked of a history, which is then answered in one walk for all. Asking the same again
// gives the same answer.
type Inquiry struct {
	history *History
	stays   map[staysOf]*Stays
	firsts  map[Question]*First
	lefts   map[Question]*Left
	asked   map[string][]asker // by app
	apps    []string           // in the order in which they were asked for

	beside map[*History]*Inquiry // into other branches
	joins  []func()              // of what several branches answered
}

// Question is about a version of an artifact at a place.
type Question struct {
	App      string
	Place    Place
	Artifact artifact.Artifact
	Version  artifact.Version
	Slots    Slots         // that count; the zero value: all that hold the artifact
	Mention  form.Mention  // what the place is that the version is for, where it runs nothing by itself
	Counting idle.Counting // what counts as running though it may not
}

// Place is where a version can be: an environment, and one of its targets or all of it.
type Place struct {
	Environment string // in whatever spelling
	Target      string // empty: in any target
	All         bool   // only what all targets have counts
}

func (p Place) has(s *site) bool {
	return s.Environment == p.Environment && (p.Target == "" || s.Target == p.Target)
}

// asker is a question on the way back through the points of an app.
type asker interface {
	// wants reports whether the answer may depend on what a site of a point renders to.
	wants(w *walker, p point, s *site) bool
	// see is told of older and older points.
	see(w *walker, points []point)
	// settle is called once all points of some commits were seen.
	settle(w *walker)
	// done reports whether no older point changes the answer.
	done(h *History) bool
	// concerns reports whether the answer may depend on what a site of any point renders to.
	concerns(s *site) bool
	// about is the question, whose version is looked for; nil: all versions are.
	about() *Question
}

// Inquire begins an inquiry.
func (h *History) Inquire() *Inquiry {
	return &Inquiry{history: h, stays: map[staysOf]*Stays{}, firsts: map[Question]*First{}, lefts: map[Question]*Left{}, asked: map[string][]asker{}, beside: map[*History]*Inquiry{}}
}

func (i *Inquiry) ask(app string, a asker) {
	if i.asked[app] == nil {
		i.apps = append(i.apps, app)
	}
	i.asked[app] = append(i.asked[app], a)
}

// The trees of so many commits are compared at once: few at first, since what is asked is often answered by
// what is new.
const (
	firstChunk = 16
	mostChunk  = 512
)

// Answer goes back through the history as far as the questions need.
func (i *Inquiry) Answer() error {
	if err := i.answer(); err != nil {
		return err
	}
	return i.answerBeside()
}

// answer goes back through the branch's own history.
func (i *Inquiry) answer() error {
	h := i.history
	commits := h.past.Commits
	if len(commits) == 0 || len(i.apps) == 0 {
		return nil
	}
	reader := h.Memory.reader(h.forms())
	var walkers []*walker
	for _, app := range i.apps {
		w := &walker{History: h, app: app, asked: i.asked[app], reader: reader, looked: map[Place]alike.Looked{}, words: wordsFor(i.asked[app])}
		if err := w.start(); err != nil {
			return err
		}
		walkers = append(walkers, w)
	}
	for first, size := 1, firstChunk; first < len(commits) && len(walkers) > 0; size = min(2*size, mostChunk) {
		last := min(first+size, len(commits))
		doing.Note(h.ctx, "looking into the history of "+walkers[0].app)
		if h.Progress != nil {
			h.Progress(walkers[0].app, first, len(commits))
		}
		if err := h.back(walkers, first, last); err != nil {
			return err
		}
		var err error
		if walkers, err = h.tell(walkers); err != nil {
			return err
		}
		first = last
	}
	for _, w := range walkers {
		w.end()
	}
	_, err := h.tell(walkers)
	return err
}

// lookedIn are the tags and digests that are still looked for in a site: all, where a question that it concerns is about no
// version.
func (w *walker) lookedIn(s *site) alike.Looked {
	at := Place{Environment: s.Environment, Target: s.Target}
	looked, known := w.looked[at]
	if known {
		return looked
	}
	looked = alike.Looked{}
	for _, a := range w.asked {
		switch of := a.about(); {
		case !a.concerns(s):
		case of == nil:
			w.looked[at] = nil
			return nil
		default:
			_, hex, _ := strings.Cut(of.Version.Digest, ":")
			for _, text := range append(of.Version.Spellings(), hex) {
				looked[text] = append(looked[text], w.nameOf(of.Artifact))
			}
		}
	}
	w.looked[at] = looked
	return looked
}

// nameOf is what an artifact is called wherever it stands; empty where other names mean it, too.
func (h *History) nameOf(a artifact.Artifact) string {
	if c := h.config(); c != nil && len(c.Artifacts) > 0 {
		return ""
	}
	return a.Name
}

// wordsFor are what stands in files for the versions that are asked about.
func wordsFor(askers []asker) *words {
	var versions []artifact.Version
	for _, a := range askers {
		of := a.about()
		if of == nil {
			return newWords(nil)
		}
		versions = append(versions, of.Version)
	}
	return newWords(versions)
}

func (h *History) forms() form.Settings {
	c := h.config()
	if c == nil {
		return form.Settings{}
	}
	return form.Settings{Variables: c.Images.Variables, Tags: c.Images.Tags}
}

// config is what the branch says of itself; nil: there is nothing that it could be said of.
func (h *History) config() *config.Config {
	for _, s := range h.Layout.Sites {
		if s.Config != nil {
			return s.Config
		}
	}
	return nil
}

// back has walkers go back through the commits [first, last), each older than the one before it.
func (h *History) back(walkers []*walker, first, last int) error {
	trees := make([]*tree.Tree, 0, last-first+1)
	for _, commit := range h.past.Commits[first-1 : last] {
		trees = append(trees, h.Tree.At(commit.Tree))
	}
	watch := &tree.Watch{}
	for _, w := range walkers {
		w.watched.Watch(watch)
	}
	if err := watch.Load(trees); err != nil {
		return err
	}
	for i := first; i < last; i++ {
		for _, w := range walkers {
			if err := w.step(i); err != nil {
				return err
			}
		}
	}
	return nil
}

// tell tells the askers what the walkers have come by, and returns the walkers that are to go on. It does so a few
// states at a time, side by side, since what an asker has learnt by then may be all that it wants to know.
func (h *History) tell(walkers []*walker) ([]*walker, error) {
	each := max(1, atATime/max(1, len(walkers)))
	for {
		var sites []*site
		told := 0
		for _, w := range walkers {
			wanted := w.choose(each)
			sites = append(sites, wanted...)
			told += len(w.chosen)
		}
		if told == 0 {
			break
		}
		if err := h.render(sites); err != nil {
			return nil, err
		}
		for _, w := range walkers {
			w.tell()
		}
	}
	on := slices.DeleteFunc(walkers, func(w *walker) bool { return !w.goesOn() })
	return on, cmp.Or(h.ctx.Err(), h.failed)
}

// atATime is how many states are worked out before askers are told of them.
const atATime = 4 * state.MostAtOnce
