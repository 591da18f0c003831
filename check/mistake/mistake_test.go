package mistake_test

import (
	"errors"
	"io/fs"
	"testing"

	"github.com/promocheck/promocheck/check/mistake"
)

func TestError(t *testing.T) {
	for want, err := range map[string]*mistake.Error{
		"is wrong":           {Problem: "is wrong", Hint: "do better"},
		"line 3: is wrong":   {Problem: "is wrong", Line: 3},
		"a.yaml: is wrong":   {Problem: "is wrong", Path: "a.yaml"},
		"a.yaml:3: is wrong": mistake.Configured("a.yaml", 3, "is wrong"),
	} {
		if got := err.Error(); got != want {
			t.Errorf("reads %q, want %q", got, want)
		}
	}
}

func TestUnwrap(t *testing.T) {
	var err error = &mistake.Error{Problem: "is not there", Err: fs.ErrNotExist}
	if !errors.Is(err, fs.ErrNotExist) {
		t.Error("the cause is lost")
	}
}

// TestConfigured keeps the exit code of a wrong configuration, which is that of wrong usage.
func TestConfigured(t *testing.T) {
	if !mistake.Configured("a.yaml", 3, "is wrong").Usage {
		t.Error("a wrong configuration counts as a failure to check")
	}
}
