package event

import (
	"strings"

	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/trait"
)

// inventory is what is looked up in a state for each of its containers, so that many do not cost the square of their number.
type inventory struct {
	containers map[calledContainer]runContainer
	held       map[string][]state.Held // by the object's key
	offers     map[offered][]trait.Offer
	called     map[offered][]trait.Offer // by what they are called in any environment
}

// offered is an object that has keys, by its kind and name.
type offered struct{ kind, name string }

// calledContainer is what a container is called in any environment, whatever kind of workload runs it.
type calledContainer struct{ workload, name string }

type runContainer struct {
	workload document.Identity
	trait.Container
}

// inventoryOf lists a state once. Of containers that are called alike the first one counts.
func (k *keys) inventoryOf(of *state.State) *inventory {
	if known := k.inventories[of]; known != nil {
		return known
	}
	inv := &inventory{
		containers: map[calledContainer]runContainer{}, held: map[string][]state.Held{},
		offers: map[offered][]trait.Offer{}, called: map[offered][]trait.Offer{},
	}
	for _, object := range of.Objects {
		keys := object.Traits.KeysOf()
		if keys == nil {
			continue
		}
		for _, c := range keys.Containers {
			called := calledContainer{k.workload(object.Identity), c.Name}
			if _, known := inv.containers[called]; !known {
				inv.containers[called] = runContainer{object.Identity, c}
			}
		}
		for _, offer := range keys.Offers {
			as, called := offered{offer.Kind, offer.Name}, k.offeredAs(offer.Kind, offer.Name)
			inv.offers[as] = append(inv.offers[as], offer)
			inv.called[called] = append(inv.called[called], offer)
		}
	}
	for _, h := range of.Held {
		key, _, _ := strings.Cut(h.Slot.Object, "#")
		inv.held[key] = append(inv.held[key], h)
	}
	k.inventories[of] = inv
	return inv
}

// offeredAs is what an object that has keys is called in any environment.
func (k *keys) offeredAs(kind, name string) offered {
	return offered{kind, k.called(document.Identity{Kind: kind, Name: name})}
}
