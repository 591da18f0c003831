package place_test

import (
	"slices"
	"testing"

	"github.com/promocheck/promocheck/check/place"
)

func TestCompare(t *testing.T) {
	want := []place.Place{
		{App: "cart", Environment: "prod", Target: "us"},
		{App: "shop", Environment: "dev", Target: "us"},
		{App: "shop", Environment: "prod", Target: "eu"},
		{App: "shop", Environment: "prod", Target: "us"},
	}
	got := []place.Place{want[3], want[1], want[0], want[2]}
	slices.SortFunc(got, place.Place.Compare)
	if !slices.Equal(got, want) {
		t.Errorf("sorted to %v", got)
	}
	if want[0].Compare(got[0]) != 0 {
		t.Error("a place is not equal to itself")
	}
}
