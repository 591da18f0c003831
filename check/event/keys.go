package event

import (
	"context"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/trait"
)

// Lack is a key of configuration that a container does not have: one that it refers to and that is not there, or one that
// the same container sees in an environment before. There are names in it, and never a value.
type Lack struct {
	App         string   `json:"app"`
	Environment string   `json:"environment"`
	Targets     []string `json:"targets"`
	Workload    string   `json:"workload"` // its kind and name
	Container   string   `json:"container"`
	As          string   `json:"as"`       // variable, file or object
	Name        string   `json:"name"`     // of the variable, the path of the file, or of the object
	Object      string   `json:"object"`   // that it would come from, by kind and name; empty where that is not known
	Key         string   `json:"key"`      // in that
	Known       bool     `json:"known"`    // the object is here, and all of its keys are known
	Why         string   `json:"why"`      // reference, taken, version or standing
	Was         bool     `json:"was"`      // before the change, the reference led to something that was there
	Upstream    string   `json:"upstream"` // the environment where the same container sees it; empty for a reference
	Since       bool     `json:"since"`    // it came there since the version that runs here
	Defined     []string `json:"defined"`  // the environments that define it, in the order of promotion
	Example     Location `json:"example"`  // where one of those has it
	Location    Location `json:"location"`
}

// Why a key is told of.
const (
	ByReference = "reference" // the change adds or alters the reference
	ByTaking    = "taken"     // the change takes away what it leads to
	ByVersion   = "version"   // another version comes
)

// container is one of a workload's at a site.
type container struct {
	site     *site
	workload document.Identity
	trait.Container
}

// lacks are the keys that containers lack where the change reaches.
func (b *builder) lacks(ctx context.Context) ([]Lack, error) {
	k := newKeys(ctx, b)
	list := lackList{at: map[lackKey]int{}}
	for _, s := range b.sites {
		if !s.Reached() || s.After == nil || s.after.Fidelity != state.Rendered || s.Tree != nil {
			continue // what is not there may be in what was not rendered
		}
		for _, c := range containersOf(s, s.after) {
			found, err := k.of(c)
			if err != nil {
				return nil, err
			}
			for _, lack := range found {
				list.add(lack)
			}
		}
	}
	return append([]Lack{}, list.lacks...), nil
}

// lackList has targets share what they lack alike.
type lackList struct {
	lacks []Lack
	at    map[lackKey]int
}

// lackKey is all that targets have alike which share what they lack.
type lackKey struct {
	app, environment, workload, container, as, name, object, key, why, upstream, defined string
	known, was, since                                                                    bool
}

func (l *lackList) add(lack Lack) {
	key := lackKey{
		lack.App, lack.Environment, lack.Workload, lack.Container, lack.As, lack.Name, lack.Object, lack.Key, lack.Why, lack.Upstream,
		strings.Join(lack.Defined, "\n"), lack.Known, lack.Was, lack.Since,
	}
	at, known := l.at[key]
	switch {
	case !known:
		l.at[key] = len(l.lacks)
		l.lacks = append(l.lacks, lack)
	case !slices.Contains(l.lacks[at].Targets, lack.Targets[0]):
		l.lacks[at].Targets = append(l.lacks[at].Targets, lack.Targets...)
	}
}

func containersOf(s *site, of *state.State) []container {
	var all []container
	for _, object := range of.Objects {
		if keys := object.Traits.KeysOf(); keys != nil {
			for _, c := range keys.Containers {
				all = append(all, container{s, object.Identity, c})
			}
		}
	}
	return all
}

// keys finds out what containers lack.
type keys struct {
	*builder
	ctx         context.Context // of whoever builds the event
	looked      map[looked]bool
	inventories map[*state.State]*inventory
	sitesIn     map[string][]*site // by environment
}

func newKeys(ctx context.Context, b *builder) *keys {
	k := &keys{builder: b, ctx: ctx, looked: map[looked]bool{}, inventories: map[*state.State]*inventory{}, sitesIn: map[string][]*site{}}
	for _, s := range b.sites {
		k.sitesIn[s.Environment] = append(k.sitesIn[s.Environment], s)
	}
	return k
}

// looked is an environment in which other apps were looked through for an object.
type looked struct {
	environment, name string
}

// of is what a container lacks.
func (k *keys) of(c container) ([]Lack, error) {
	before := k.counterpart(c, c.site.before)
	version := k.moves(c, before)
	var lacks []Lack
	for _, ref := range c.Refs {
		if ref.Kind == "" || ref.Object == "" || ref.Optional || isEverywhere(ref) {
			continue
		}
		is, err := k.find(c, ref, after)
		if err != nil {
			return nil, err
		}
		if is == there {
			continue
		}
		lack := k.lack(c, ref)
		lack.Known = is == withoutKey
		switch was, known, err := k.was(before, c, ref); {
		case err != nil:
			return nil, err
		case !known:
			lack.Why, lack.Was = ByReference, was
		case was:
			lack.Why, lack.Was = ByTaking, true
		case version:
			lack.Why = ByVersion
		default:
			continue // it was so before
		}
		if err := k.define(&lack, c, ref); err != nil {
			return nil, err
		}
		lacks = append(lacks, lack)
	}
	if !version {
		return lacks, nil
	}
	unseen, err := k.unseen(c, before, lacks)
	return append(lacks, unseen...), err
}

// moves reports whether another version comes to the workload of a container.
func (k *keys) moves(c container, before *container) bool {
	var was []state.Held
	if before != nil {
		was = k.inventoryOf(c.site.before).held[before.workload.Key()]
	}
	return slices.ContainsFunc(k.inventoryOf(c.site.after).held[c.workload.Key()], func(h state.Held) bool {
		return !slices.ContainsFunc(was, func(was state.Held) bool {
			return was.Slot.Part == h.Slot.Part && was.Artifact == h.Artifact && was.Version.Unchanged(h.Version)
		})
	})
}

func isOf(h state.Held, object document.Identity) bool {
	key, _, _ := strings.Cut(h.Slot.Object, "#")
	return key == object.Key()
}

// isEverywhere reports whether each namespace has an object without anybody's doing.
func isEverywhere(ref trait.Ref) bool {
	return slices.Contains([]string{"kube-root-ca.crt", "openshift-service-ca.crt", "istio-ca-root-cert"}, ref.Object)
}

func (k *keys) lack(c container, ref trait.Ref) Lack {
	o := c.site.After
	lack := Lack{
		App: valid(c.site.App), Environment: c.site.Environment, Targets: []string{valid(c.site.Target)},
		Workload: valid(c.workload.Kind + " " + c.workload.Name), Container: valid(c.Name),
		As: ref.As, Name: valid(ref.Shown), Object: valid(ref.Kind + "/" + ref.Object), Key: valid(ref.Key), Defined: []string{},
		Location: locationOf(o.Dir, state.MainLocation(o)),
	}
	if ref.Key == "" {
		lack.As, lack.Name = "object", valid(ref.Object)
	}
	if ref.Object == "" {
		lack.Object = ""
	}
	return lack
}

// counterpart is the same container in another state: of a workload that is called alike, whatever runs it.
func (k *keys) counterpart(c container, in *state.State) *container {
	if in == nil {
		return nil
	}
	other, ok := k.inventoryOf(in).containers[calledContainer{k.workload(c.workload), c.Name}]
	if !ok {
		return nil
	}
	return &container{c.site, other.workload, other.Container}
}

// workload is what a workload is called in any environment, whatever its kind.
func (k *keys) workload(i document.Identity) string {
	return k.called(document.Identity{Name: i.Name})
}

// was tells whether what a reference leads to was there before, and whether the very reference was. One that is altered is
// known by what it shows the container, and by that the container after the change has it no more.
func (k *keys) was(before *container, now container, ref trait.Ref) (there_, known bool, err error) {
	if before == nil {
		return false, false, nil
	}
	for _, other := range before.Refs {
		if other == ref {
			is, err := k.find(*before, other, beforeIt)
			return is == there, true, err
		}
	}
	for _, other := range before.Refs {
		if other.As == ref.As && other.Shown == ref.Shown && other.Kind == ref.Kind && (other.Key == "") == (ref.Key == "") && !slices.Contains(now.Refs, other) {
			if is, err := k.find(*before, other, beforeIt); err != nil || is == there {
				return true, false, err
			}
		}
	}
	return false, false, nil
}

// define notes which environments before this one define what is lacking, and where one of them says so.
func (k *keys) define(lack *Lack, c container, ref trait.Ref) error {
	if err := k.render(k.ctx, func(s *site) bool { return s.before == nil && s.App == c.site.App }); err != nil {
		return err
	}
	for _, name := range k.before(c.site.Environment) {
		for _, s := range k.byApp[c.site.App] {
			if s.Environment != name || s.before == nil {
				continue
			}
			if k.offers(s, ref) {
				lack.Defined = append(lack.Defined, name)
				lack.Example = k.example(s, ref)
				break
			}
		}
	}
	return nil
}

// offers reports whether a site before this one has what a reference leads to, under whatever name it has there.
func (k *keys) offers(s *site, ref trait.Ref) bool {
	return slices.ContainsFunc(k.inventoryOf(s.after).called[k.offeredAs(ref.Kind, ref.Object)], func(o trait.Offer) bool { return hasKey(o, ref.Key) })
}

func offersIn(object state.Object) []trait.Offer {
	if keys := object.Traits.KeysOf(); keys != nil {
		return keys.Offers
	}
	return nil
}

func hasKey(offer trait.Offer, key string) bool {
	return key == "" || offer.Unknown || slices.Contains(offer.Keys, key)
}

// example is a place where a site's files say a key, or an object: the first line with that word.
func (k *keys) example(s *site, ref trait.Ref) Location {
	o := s.Before
	if o == nil {
		return Location{}
	}
	in := k.Before
	if s.Tree != nil {
		in = s.Tree
	}
	word := ref.Key
	if word == "" {
		word = ref.Object
	}
	var files []string
	for _, file := range o.Closure.Files {
		if !file.Generated {
			files = append(files, file.Path)
		}
	}
	for _, file := range append(files, o.Named()...) {
		data, err := in.ReadFile(file)
		if err != nil {
			continue
		}
		for i, line := range strings.Split(string(data), "\n") {
			if hasWord(line, word) {
				return Location{Overlay: valid(o.Dir), Path: valid(file), Line: i + 1}
			}
		}
	}
	return Location{}
}

// hasWord reports whether a line has a text that is no part of a longer word.
func hasWord(line, word string) bool {
	for rest := line; word != ""; {
		at := strings.Index(rest, word)
		if at < 0 {
			return false
		}
		before, behind := rest[:at], rest[at+len(word):]
		if (before == "" || !isOfWord(before[len(before)-1])) && (behind == "" || !isOfWord(behind[0])) {
			return true
		}
		rest = behind
	}
	return false
}

func isOfWord(b byte) bool {
	return b == '_' || b == '-' || b == '.' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}
