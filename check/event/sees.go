package event

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/overlay"
	"github.com/promocheck/promocheck/check/spelling"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/trait"
)

// outcome is where a reference leads.
type outcome int

const (
	nowhere outcome = iota
	withoutKey
	there
)

// side is one of the change.
type side func(*site) *state.State

func after(s *site) *state.State    { return s.after }
func beforeIt(s *site) *state.State { return s.before }

// mostOthers bounds how many overlays of other apps are built to find an object.
const mostOthers = 16

// find finds out where a reference leads: to what the site deploys, or any other app of its environment.
func (k *keys) find(c container, ref trait.Ref, at side) (outcome, error) {
	if found := k.among(c, ref, at); found != nowhere {
		return found, nil
	}
	if err := k.look(c.site.Environment, ref.Object); err != nil {
		return nowhere, err
	}
	return k.among(c, ref, at), nil
}

func (k *keys) among(c container, ref trait.Ref, at side) outcome {
	found := nowhere
	for _, offer := range k.offered(c, ref, at) {
		if hasKey(offer, ref.Key) {
			return there
		}
		found = withoutKey
	}
	return found
}

// offered are the objects of the name that a reference says.
func (k *keys) offered(c container, ref trait.Ref, at side) []trait.Offer {
	var all []trait.Offer
	for _, s := range k.sitesIn[c.site.Environment] {
		if at(s) == nil || s.App == c.site.App && s.Target != c.site.Target {
			continue
		}
		for _, offer := range k.inventoryOf(at(s)).offers[offered{ref.Kind, ref.Object}] {
			if isReached(c, s, offer) {
				all = append(all, offer)
			}
		}
	}
	return all
}

// isReached reports whether an object is in the namespace of a workload, as far as the two say it.
func isReached(c container, s *site, offer trait.Offer) bool {
	switch {
	case offer.Anywhere || offer.Namespace == c.workload.Namespace:
		return true
	case offer.Namespace != "" && c.workload.Namespace != "":
		return false
	case s != c.site:
		return true // who deploys it says the one that it does not
	}
	said := offer.Namespace + c.workload.Namespace
	for _, o := range []*overlay.Overlay{s.Before, s.After} {
		if o == nil {
			continue
		}
		for _, d := range o.Deployers {
			if slices.Contains(d.Says, said) {
				return true
			}
		}
	}
	return false
}

// look builds what other apps deploy to an environment, as far as their files have the name of an object in them.
func (k *keys) look(environment, name string) error {
	at := looked{environment, name}
	if k.looked[at] {
		return nil
	}
	k.looked[at] = true
	chosen := map[*site]bool{}
	for _, s := range k.sitesIn[environment] {
		if s.before == nil && s.Before != nil && len(chosen) < mostOthers && k.mentions(s, name) {
			chosen[s] = true
		}
	}
	if len(chosen) == 0 {
		return nil
	}
	return k.render(k.ctx, func(s *site) bool { return chosen[s] })
}

// mentions reports whether the files of a site have a name in them: of a generated one what comes before the hash, and of one
// with something put before it or behind it what is left.
func (k *keys) mentions(s *site, name string) bool {
	stem := trait.Stem("ConfigMap", name)
	for _, file := range s.Before.Closure.Files {
		stem = strings.TrimSuffix(strings.TrimPrefix(stem, file.NamePrefix), file.NameSuffix)
	}
	in := k.Before
	if s.Tree != nil {
		in = s.Tree
	}
	files := s.Before.Named()
	for _, file := range s.Before.Closure.Files {
		if !file.Generated {
			files = append(files, file.Path)
		}
	}
	return stem != "" && slices.ContainsFunc(files, func(file string) bool {
		data, err := in.ReadFile(file)
		return err == nil && bytes.Contains(data, []byte(stem))
	})
}

// seen is what a container sees, and what it may see beside that.
type seen struct {
	refs  map[[2]string]trait.Ref // by how it is seen and what it is called
	whole map[[2]string]trait.Ref // the objects that all keys are taken from, by how, and what comes before the keys
	open  map[[2]string]bool      // those of which not all keys are known
	bare  map[[2]string]bool      // how it is seen and what it is called without the words for environments; once it was asked for
}

// sees is what a container sees on one side.
func (k *keys) sees(c container, at side) (*seen, error) {
	for _, ref := range c.Refs {
		if ref.Kind != "" && ref.Key == "" {
			if _, err := k.find(c, ref, at); err != nil {
				return nil, err
			}
		}
	}
	return seenBy(c.Container, func(ref trait.Ref) []trait.Offer { return k.offered(c, ref, at) }), nil
}

// seenBy is what a container sees of what is offered.
func seenBy(c trait.Container, offered func(trait.Ref) []trait.Offer) *seen {
	all := &seen{refs: map[[2]string]trait.Ref{}, whole: map[[2]string]trait.Ref{}, open: map[[2]string]bool{}}
	for _, ref := range c.Refs {
		if ref.Kind == "" || ref.Key != "" {
			all.refs[[2]string{ref.As, ref.Shown}] = ref
			continue
		}
		from := [2]string{ref.As, ref.Shown}
		all.whole[from] = ref
		offers := offered(ref)
		all.open[from] = all.open[from] || len(offers) == 0
		for _, offer := range offers {
			all.open[from] = all.open[from] || offer.Unknown
			for _, key := range offer.Keys {
				of := ref
				of.Key = key
				all.refs[[2]string{ref.As, ref.Shown + key}] = of
			}
		}
	}
	return all
}

// mayHave reports whether something may be seen that is not known.
func (s *seen) mayHave(as, name string) bool {
	if _, ok := s.refs[[2]string{as, name}]; ok {
		return true
	}
	for from, open := range s.open {
		if open && from[0] == as && strings.HasPrefix(name, from[1]) {
			return true
		}
	}
	if s.bare == nil {
		s.bare = map[[2]string]bool{}
		for is := range s.refs {
			s.bare[[2]string{is[0], withoutEnvironments(is[1])}] = true
		}
	}
	return s.bare[[2]string{as, withoutEnvironments(name)}]
}

var words = regexp.MustCompile(`[A-Za-z0-9]+`)

// withoutEnvironments is a name without the words for environments.
func withoutEnvironments(name string) string {
	return words.ReplaceAllStringFunc(name, func(word string) string {
		if spelling.Step(word) >= 0 {
			return ""
		}
		return word
	})
}

// unseen are the keys that the same container sees in all of an environment before, and does not see here.
func (k *keys) unseen(c container, before *container, besides []Lack) ([]Lack, error) {
	here, err := k.sees(c, after)
	if err != nil {
		return nil, err
	}
	upstream, _ := k.appPath(move{site: c.site})
	var all []Lack
	for _, environment := range upstream {
		var lacks []Lack
		common, of, err := k.seenIn(environment.Name, c)
		if err != nil {
			return nil, err
		}
		for _, called := range sortedKeys(common) {
			ref := common[called]
			if ref.Optional || here.mayHave(called[0], called[1]) || slices.ContainsFunc(besides, func(l Lack) bool { return l.As == called[0] && l.Name == valid(called[1]) }) {
				continue
			}
			lack := k.lack(c, ref)
			lack.As, lack.Name, lack.Why, lack.Upstream, lack.Defined = called[0], valid(called[1]), ByVersion, environment.Name, []string{environment.Name}
			lack.Object, lack.Known = "", false
			if whole, ok := here.whole[[2]string{called[0], strings.TrimSuffix(called[1], ref.Key)}]; ok && ref.Kind != "" {
				lack.Object, lack.Known = valid(whole.Kind+"/"+trait.Stem(whole.Kind, whole.Object)), true
			}
			word := ref
			if word.Key == "" {
				word.Key = called[1]
			}
			lack.Example = k.example(of, word)
			lacks = append(lacks, lack)
		}
		if err := k.came(c, before, environment.Name, lacks); err != nil {
			return nil, err
		}
		all = append(all, lacks...)
	}
	return all, nil
}

// came notes of what an environment before sees whether it came there since the version that runs here.
func (k *keys) came(c container, before *container, environment string, lacks []Lack) error {
	if before == nil || k.Past == nil || len(lacks) == 0 {
		return nil
	}
	past, err := k.Past()
	if err != nil {
		return err
	}
	_, err = past.Of(environment).Back(c.site.App, environment, func(of *overlay.Site, was *state.State) bool {
		for _, other := range containersOf(&site{Place: overlay.Place{Place: of.Place}}, was) {
			if other.Name != c.Name || k.workload(other.workload) != k.workload(c.workload) || !runsAs(was, other.workload, c.site.before, before.workload) {
				continue
			}
			then := seenBy(other.Container, func(ref trait.Ref) []trait.Offer { return offeredBy(was, ref) })
			for i, lack := range lacks {
				lacks[i].Since = !then.mayHave(lack.As, lack.Name)
			}
			return true
		}
		return false
	})
	return err
}

// offeredBy are the objects of the name that a reference says, in one state.
func offeredBy(of *state.State, ref trait.Ref) []trait.Offer {
	var all []trait.Offer
	for _, object := range of.Objects {
		for _, offer := range offersIn(object) {
			if offer.Kind == ref.Kind && offer.Name == ref.Object {
				all = append(all, offer)
			}
		}
	}
	return all
}

// runsAs reports whether a workload runs what another does elsewhere.
func runsAs(in *state.State, workload document.Identity, as *state.State, other document.Identity) bool {
	return slices.ContainsFunc(as.Held, func(h state.Held) bool { return isOf(h, other) }) &&
		!slices.ContainsFunc(as.Held, func(h state.Held) bool {
			return isOf(h, other) && !slices.ContainsFunc(in.Held, func(is state.Held) bool {
				return isOf(is, workload) && is.Artifact == h.Artifact && is.Version.Unchanged(h.Version)
			})
		})
}

// seenIn is what the same container sees in all targets of an environment that have it, and one of those.
func (k *keys) seenIn(environment string, c container) (common map[[2]string]trait.Ref, of *site, err error) {
	for _, s := range k.byApp[c.site.App] {
		if s.Environment != environment || s.after == nil || s.after.Fidelity != state.Rendered {
			continue
		}
		there := k.counterpart(container{s, c.workload, c.Container}, s.after)
		if there == nil {
			continue
		}
		all, err := k.sees(*there, after)
		if err != nil {
			return nil, nil, err
		}
		if of == nil {
			common, of = all.refs, s
			continue
		}
		for called := range common {
			if !all.mayHave(called[0], called[1]) {
				delete(common, called)
			}
		}
	}
	return common, of, nil
}

func sortedKeys(refs map[[2]string]trait.Ref) [][2]string {
	all := make([][2]string, 0, len(refs))
	for called := range refs {
		all = append(all, called)
	}
	slices.SortFunc(all, func(a, b [2]string) int {
		return strings.Compare(a[0]+"\x00"+a[1], b[0]+"\x00"+b[1])
	})
	return all
}
