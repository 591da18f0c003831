package event

import (
	"context"
	"slices"

	"github.com/promocheck/promocheck/check/deploy"
	"github.com/promocheck/promocheck/check/state"
	"github.com/promocheck/promocheck/check/trait"
)

// Deployed are the objects that deployers deploy at base which go from production or deploy to another place: by effect, and by the
// deployer's kind and name.
type Deployed map[string]map[string][]DeployedObject

// DeployedObject is one of them.
type DeployedObject struct {
	Group     string   `json:"group"`
	Kind      string   `json:"kind"`
	Namespace string   `json:"namespace"`
	Name      string   `json:"name"`
	Kept      []string `json:"kept"` // who leaves it in the cluster when it is taken out of Git
}

// deployed lists what goes with its deployer.
func (b *builder) deployed(ctx context.Context, effects []Effect) (Deployed, error) {
	all := Deployed{}
	for _, e := range effects {
		if !b.isProduction(e.Environment) {
			continue
		}
		for _, r := range e.Resources {
			if !r.takesAlong() {
				continue
			}
			objects, err := b.deployedBy(ctx, r)
			if err != nil {
				return nil, err
			}
			if all[e.ID] == nil {
				all[e.ID] = map[string][]DeployedObject{}
			}
			all[e.ID][r.Kind+" "+r.Name] = objects
		}
	}
	return all, nil
}

// takesAlong reports whether what an object deploys is deleted along with it, or where it was.
func (r Resource) takesAlong() bool {
	switches, _ := r.Traits["switches"].(*trait.Sides[trait.Switches])
	if switches == nil || switches.Before == nil || !switches.Before.Deployer || switches.Before.Orphans {
		return false
	}
	return r.goes() || switches.After != nil && switches.After.Into != switches.Before.Into
}

// deployedBy are the objects that an object deploys at base, as far as it is followed.
func (b *builder) deployedBy(ctx context.Context, r Resource) ([]DeployedObject, error) {
	takes := func(s *site) bool {
		return s.Before != nil && slices.ContainsFunc(s.Before.Deployers, func(d *deploy.Deployer) bool {
			return valid(d.Kind) == r.Kind && valid(d.Name) == r.Name && (d.Namespace == "" || r.Namespace == "" || valid(d.Namespace) == r.Namespace)
		})
	}
	if err := b.render(ctx, func(s *site) bool { return s.before == nil && takes(s) }); err != nil {
		return nil, err
	}
	objects := []DeployedObject{}
	for _, s := range b.sites {
		if !takes(s) {
			continue
		}
		for _, o := range s.before.Objects {
			object := deployedObject(o)
			if !slices.ContainsFunc(objects, func(other DeployedObject) bool { return other.is(object) }) {
				objects = append(objects, object)
			}
		}
	}
	return objects, nil
}

func deployedObject(o state.Object) DeployedObject {
	object := DeployedObject{Group: valid(o.Group), Kind: valid(o.Kind), Namespace: valid(o.Namespace), Name: valid(o.Name), Kept: []string{}}
	if marks := o.Traits.MarksOf(); marks != nil {
		object.Kept = marks.Kept
	}
	return object
}

func (o DeployedObject) is(other DeployedObject) bool {
	return o.Group == other.Group && o.Kind == other.Kind && o.Namespace == other.Namespace && o.Name == other.Name
}
