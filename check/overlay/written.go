package overlay

import (
	"path"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/place"
)

// written tells which places deployers take in that are written in a file.
type written struct {
	sides  []*Layout
	by     map[string][]*deploy.Deployer // the file has them, or decides what they deploy
	bySet  map[string][]*deploy.Set
	places map[*deploy.Deployer][]int
	ofSet  map[*deploy.Set][]int
}

// writtenIn lists the places of a pairing by the files that say what their deployers take in.
func writtenIn(p *Pairing, sides ...*Layout) *written {
	w := &written{
		sides: sides, by: map[string][]*deploy.Deployer{}, bySet: map[string][]*deploy.Set{},
		places: map[*deploy.Deployer][]int{}, ofSet: map[*deploy.Set][]int{},
	}
	for i := range p.Places {
		if p.Places[i].Tree != nil {
			continue // it is another branch's
		}
		for _, o := range []*Overlay{p.Places[i].Before, p.Places[i].After} {
			if o == nil {
				continue
			}
			for _, d := range o.Deployers {
				w.add(d, i)
			}
		}
	}
	return w
}

func (w *written) add(d *deploy.Deployer, place int) {
	if _, known := w.places[d]; !known {
		for _, file := range append([]string{d.File}, d.Reads...) {
			w.by[file] = append(w.by[file], d)
		}
	}
	w.places[d] = append(w.places[d], place)
	if d.Set == nil {
		return
	}
	if _, known := w.ofSet[d.Set]; !known {
		for _, file := range d.Set.Reads {
			w.bySet[file] = append(w.bySet[file], d.Set)
		}
	}
	w.ofSet[d.Set] = append(w.ofSet[d.Set], place)
}

// readers are the places whose deployers a file says something of, if all that it says is about what is followed.
func (w *written) readers(file string) []int {
	var places []int
	for _, d := range w.by[file] {
		places = append(places, w.places[d]...)
	}
	for _, set := range w.bySet[file] {
		places = append(places, w.ofSet[set]...)
	}
	if len(places) == 0 || slices.ContainsFunc(w.sides, func(l *Layout) bool { return !l.followsAll(file) }) {
		return nil
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// followsAll reports whether there is nothing in a file but deployers that are followed in all that they deploy, and what
// those look up by name. A project of Argo CD deploys nothing, whoever names it.
func (l *Layout) followsAll(file string) bool {
	if strings.HasPrefix(path.Base(file), ".argocd-source") {
		return true // whatever is in it, Argo CD takes it for no more
	}
	for _, o := range l.search.objectsIn(file) {
		if o.Kind != "AppProject" && !slices.Contains(l.whole[file], deploy.ID{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}) {
			return false
		}
	}
	return true
}

// lookedUp are the kinds of objects that deploy nothing by themselves, and say no more than where what others deploy is, or what
// those are generated for.
var lookedUp = []string{"GitRepository", "ArtifactGenerator", "Secret", "ExternalSecret", "ClusterExternalSecret", "SealedSecret"}

// wholes are, by file, the deployers and sets of which all is followed, with what those look up. A set that may generate more is
// taken for complete where it reaches production: a repository that has some of the clusters mostly has production's.
func (f *following) wholes(deployers []*deploy.Deployer) map[string][]deploy.ID {
	wholes := map[string][]deploy.ID{}
	sets, inProduction := map[*deploy.Set]bool{}, map[*deploy.Set]bool{}
	for _, d := range deployers {
		if f.follows(d) && !slices.ContainsFunc(d.Sources, func(s deploy.Source) bool { return s.Elsewhere != "" }) {
			addLookedUp(wholes, d.Names)
			if d.Set != nil {
				addLookedUp(wholes, d.Set.Names)
			}
		}
		whole := d.Whole && f.follows(d)
		if d.Set == nil {
			if whole {
				wholes[d.File] = append(wholes[d.File], d.ID)
			}
			continue
		}
		inProduction[d.Set] = inProduction[d.Set] || f.isInProduction(d)
		before, known := sets[d.Set]
		sets[d.Set] = whole && d.Set.Whole && (before || !known)
	}
	for _, d := range deployers {
		if d.Set != nil && sets[d.Set] && (!d.Set.Others || inProduction[d.Set]) {
			wholes[d.File] = append(wholes[d.File], d.Set.ID)
			sets[d.Set] = false // once is enough
		}
	}
	return wholes
}

// isInProduction reports whether a deployer deploys something in production.
func (f *following) isInProduction(d *deploy.Deployer) bool {
	for at := range f.settled[d] {
		if slices.ContainsFunc(f.productions(), func(p production) bool { return p.step == at.step }) {
			return true
		}
	}
	return false
}

func addLookedUp(wholes map[string][]deploy.ID, names []deploy.Named) {
	for _, named := range names {
		if slices.Contains(lookedUp, named.Kind) {
			wholes[named.File] = append(wholes[named.File], named.ID)
		}
	}
}

// follows reports whether what a deployer takes in is somewhere.
func (f *following) follows(d *deploy.Deployer) bool {
	return len(f.settled[d]) > 0 || slices.ContainsFunc(d.Sources, f.isPlace)
}

// readBy are places by their numbers.
func (p *Pairing) readBy(numbers []int) []place.Place {
	var readers []place.Place
	for _, i := range numbers {
		readers = append(readers, p.Places[i].Place)
	}
	return readers
}

// lost are the deployers that took something in before a change and are not followed any more after it.
type lost map[lostSource][]Pointer

type lostSource struct {
	deploy.ID
	source string
}

func lostBy(before, after *Layout) lost {
	type pointer struct {
		stated
		source string
	}
	known := map[pointer]bool{}
	for _, p := range before.search.pointers {
		known[pointer{statedBy(p.Deployer), p.source}] = true
	}
	all := lost{}
	for _, p := range after.search.pointers {
		if !known[pointer{statedBy(p.Deployer), p.source}] {
			key := lostSource{p.ID, p.source}
			all[key] = append(all[key], p)
		}
	}
	return all
}

// of is a deployer that took an overlay in and is not followed any more; nil where there is none.
func (l lost) of(p *Place) *Pointer {
	if p.Before == nil {
		return nil
	}
	for _, d := range p.Before.Deployers {
		if p.After != nil && slices.ContainsFunc(p.After.Deployers, func(still *deploy.Deployer) bool { return still.ID == d.ID }) {
			continue
		}
		for _, source := range d.Sources {
			pointers := l[lostSource{d.ID, source.Name}]
			if at := slices.IndexFunc(pointers, func(p Pointer) bool { return p.File == d.File }); at >= 0 {
				return &pointers[at]
			}
			if len(pointers) > 0 { // the file may be called otherwise now
				return &pointers[0]
			}
		}
	}
	return nil
}
