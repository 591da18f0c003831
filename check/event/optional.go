package event

import (
	"context"
	"reflect"
)

// Optional are the parts of an event that are worked out only where a rule reads them, and are empty otherwise.
type Optional struct {
	Differences []Difference `json:"differences"`
	Trials      []Trial      `json:"trials"`
	Fields      Fields       `json:"fields"`
	Edits       Edits        `json:"edits"`
	Deployed    Deployed     `json:"deployed"`
	Refused     Refused      `json:"refused"`
	Ahead       Ahead        `json:"ahead"`
}

// OptionalFacts are what those are called.
var OptionalFacts = func() (names []string) {
	for i := range reflect.TypeFor[Optional]().NumField() {
		names = append(names, reflect.TypeFor[Optional]().Field(i).Tag.Get("json"))
	}
	return names
}()

func nothingOptional() Optional {
	return Optional{[]Difference{}, []Trial{}, Fields{}, Edits{}, Deployed{}, Refused{}, Ahead{}}
}

// optional works out what is asked for.
func (b *builder) optional(ctx context.Context, moved []move, changes []Change, effects []Effect) (Optional, error) {
	all := nothingOptional()
	var err error
	if b.facts["differences"] {
		if all.Differences, err = b.differences(ctx, moved); err != nil {
			return all, err
		}
	}
	if b.facts["trials"] {
		if all.Trials, err = b.trials(ctx, moved, changes); err != nil {
			return all, err
		}
	}
	if b.facts["fields"] {
		if all.Fields, err = b.fields(ctx, effects); err != nil {
			return all, err
		}
	}
	if b.facts["deployed"] {
		if all.Deployed, err = b.deployed(ctx, effects); err != nil {
			return all, err
		}
	}
	if b.facts["ahead"] {
		if all.Ahead, err = b.ahead(ctx, effects); err != nil {
			return all, err
		}
	}
	if b.facts["refused"] {
		all.Refused = b.refused(effects)
	}
	if b.facts["edits"] {
		all.Edits = b.edits(effects)
	}
	return all, nil
}
