package differ

import (
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/setting"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/trait"
)

// Locate finds where a workload is given a setting, by that one's name and text; the zero place where that is not known.
type Locate func(of document.Identity, name, text string) state.Location

// longest is how long a text may be that is shown.
const longest = 200

// side is a place, and what its workloads take settings from.
type side struct {
	Side
	nature     setting.Nature
	workloads  []state.Object
	likenesses []state.Likenesses
	data       map[[2]string]map[string]string // what ConfigMaps and Secrets have, by kind and name
	offers     map[[2]string][]trait.Offer     // which keys they have, whatever makes them
	secrets    []string                        // the values of all Secrets, as they are and as they are written
}

func sideOf(of Side) *side {
	s := &side{Side: of, data: map[[2]string]map[string]string{}, offers: map[[2]string][]trait.Offer{}}
	var owners []state.Held
	var namespaces []string
	for _, object := range of.Objects {
		if object.Namespace != "" && !slices.Contains(namespaces, object.Namespace) {
			namespaces = append(namespaces, object.Namespace)
		}
		if keys := object.Traits.KeysOf(); keys != nil {
			for _, offer := range keys.Offers {
				at := [2]string{offer.Kind, offer.Name}
				s.offers[at] = append(s.offers[at], offer)
			}
		}
		switch {
		case object.Settings == nil:
		case object.Settings.Data != nil:
			s.data[[2]string{object.Kind, object.Name}] = object.Settings.Data
			if object.Kind == "Secret" {
				for _, value := range object.Settings.Data {
					s.secrets = append(s.secrets, value, base64.StdEncoding.EncodeToString([]byte(value)))
				}
			}
		default:
			s.workloads, owners = append(s.workloads, object), append(owners, state.Held{Owner: object.Owner})
		}
	}
	s.nature = setting.NatureOf(of.Place, namespaces)
	s.likenesses = state.LikenessesOf(owners, of.Place)
	return s
}

// value is what a setting is in one place.
type value struct {
	text    string
	hidden  bool // it is not shown
	secret  bool // because it is a secret
	unknown bool // nobody here knows what it is
}

// settingsOf are those of a workload, with what other objects say of them.
func (s *side) settingsOf(object state.Object) map[key]value {
	all := map[key]value{}
	for _, one := range object.Settings.Settings {
		at := key{one.Container, one.Of, one.Name}
		switch {
		case one.Ref == nil:
			all[at] = s.value(one.Of, one.Name, one.Text)
		case one.Ref.Key != "":
			all[at] = s.of(one.Of, one.Name, one.Ref, one.Ref.Key)
		default:
			for _, offer := range s.offers[[2]string{one.Ref.Kind, one.Ref.Object}] {
				for _, called := range offer.Keys {
					all[key{one.Container, one.Of, one.Name + called}] = s.of(one.Of, one.Name+called, one.Ref, called)
				}
			}
		}
	}
	return all
}

// of is what an object says under a key.
func (s *side) of(of, name string, ref *trait.Ref, key string) value {
	text, known := s.data[[2]string{ref.Kind, ref.Object}][key]
	if !known {
		return value{unknown: true, hidden: true}
	}
	v := s.value(of, name, text)
	v.secret = v.secret || ref.Kind == "Secret"
	v.hidden = v.hidden || v.secret
	return v
}

func (s *side) value(of, name, text string) value {
	v := value{text: text}
	v.secret = of != setting.Image && of != setting.Replicas && setting.IsSecret(name, text)
	v.hidden = v.secret || of == setting.File || len(text) > longest || !utf8.ValidString(text) || strings.Contains(text, "\n") || setting.IsPartOf(text, s.secrets)
	return v
}

// areAlike reports whether a setting means the same in both places.
func areAlike(of string, there, here string) bool {
	switch of {
	case setting.Image:
		a, one, wrong := artifact.ParseImage(there)
		b, other, bad := artifact.ParseImage(here)
		return wrong == nil && bad == nil && isWithin(a.Name, b.Name) && one.Same(other)
	case setting.Resource:
		one, wrong := resource.ParseQuantity(there)
		other, bad := resource.ParseQuantity(here)
		return wrong == nil && bad == nil && one.Cmp(other) == 0
	}
	return false
}

// isWithin reports whether two names of images are one, but for what a registry that mirrors it puts before it.
func isWithin(a, b string) bool {
	return strings.HasSuffix("/"+a, "/"+b) || strings.HasSuffix("/"+b, "/"+a)
}

// isOfPlace reports whether something that only this one of two places has is a label that says which place it is.
func (s *side) isOfPlace(at key, text string) bool {
	isMark := strings.HasPrefix(at.name, "labels.") || strings.HasPrefix(at.name, "annotations.")
	return at.of == setting.Other && at.container == "" && isMark && s.nature.SaysNoMore(text)
}
