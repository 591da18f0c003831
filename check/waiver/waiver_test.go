package waiver_test

import (
	"testing"
	"time"

	"github.com/promocheck/promocheck/check/waiver"
)

func parse(t *testing.T, text, zone string) waiver.Waiver {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	w, err := waiver.ParseFile(".promocheck/waivers/x.yaml", []byte(text), location)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

const usual = "{rule: friday-push, app: \"shop-*\", environment: production, reason: x, expires: 2026-12-01}"

func TestEnds(t *testing.T) {
	for _, test := range []struct{ expires, zone, want string }{
		{"2026-12-01", "UTC", "2026-12-02T00:00:00Z"},
		{"2026-12-01", "Europe/Berlin", "2026-12-02T00:00:00+01:00"},
		{"2026-12-01 12:00", "Europe/Berlin", "2026-12-01T12:00:00+01:00"},
		{`"2026-12-01T12:00:00Z"`, "Europe/Berlin", "2026-12-01T13:00:00+01:00"},
	} {
		w := parse(t, "{rule: r, path: p, reason: x, expires: "+test.expires+"}", test.zone)
		if got := w.Ends.Format(time.RFC3339); got != test.want {
			t.Errorf("%s in %s ends at %s, want %s", test.expires, test.zone, got, test.want)
		}
		if !w.Over(w.Ends) || w.Over(w.Ends.Add(-1)) {
			t.Errorf("%s in %s is not over just when it ends", test.expires, test.zone)
		}
	}
}

func TestNames(t *testing.T) {
	w := parse(t, usual, "UTC")
	w.Environment = "prod" // as the repository calls it
	for place, want := range map[[2]string]bool{
		{"shop-a", "prod"}: true, {"shop-a", "staging"}: false, {"shop", "prod"}: false, {"shop-a/b", "prod"}: false, {"", ""}: false,
	} {
		if got := w.In(place[0], place[1]); got != want {
			t.Errorf("in %v: %v, want %v", place, got, want)
		}
	}
	if !w.At("eu") || w.Names("shop-a") {
		t.Error("it is about all targets, and no file")
	}
	file := parse(t, `{rule: unread-change, path: "infra/**", reason: x, expires: 2026-12-01}`, "UTC")
	if !file.Names("infra/a/b.tf") || file.Names("infra") && file.Names("x") || file.In("", "") || file.Concerns("infra") {
		t.Error("it is about files below infra, and no app")
	}
}

func TestSame(t *testing.T) {
	w := parse(t, usual, "UTC")
	moved := w
	moved.Path, moved.Line, moved.Environment = "elsewhere.yaml", 7, "prod"
	if !w.Same(moved) {
		t.Error("it is another one where it is stated elsewhere, or the environment is spelt otherwise")
	}
	for what, edit := range map[string]func(*waiver.Waiver){
		"rule":        func(w *waiver.Waiver) { w.Rule = "freeze-window" },
		"environment": func(w *waiver.Waiver) { w.Environment = "staging" },
		"version":     func(w *waiver.Waiver) { w.Version = "v1" },
		"reason":      func(w *waiver.Waiver) { w.Reason = "y" },
		"end":         func(w *waiver.Waiver) { w.Expires = "2026-12-02" },
	} {
		edited := w
		edit(&edited)
		if w.Same(edited) {
			t.Errorf("another %s makes the same waiver", what)
		}
	}
}
