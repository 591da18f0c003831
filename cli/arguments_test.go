package cli

import (
	"slices"
	"strings"
	"testing"
)

func TestFlagsFirst(t *testing.T) {
	code := 0
	app := Process{}.app(&code)
	for given, want := range map[string]string{
		"":                                     "",
		"--base main":                          "--base main",
		"check --base main":                    "check --base main",
		"--base main check":                    "--base main check",
		"--base check event":                   "--base check event",
		"history shop --format json":           "history --format json -- shop",
		"history --format json shop":           "history --format json -- shop",
		"history shop --format=json -C repo":   "history --format=json -C repo -- shop",
		"history -- --shop":                    "history -- --shop",
		"history a -- --b":                     "history -- a --b",
		"--staged history shop":                "--staged history -- shop",
		"main --head change --staged":          "--head change --staged -- main",
		"history - --format json":              "history --format json -- -",
		"history shop check":                   "history -- shop check",
		"main history":                         "-- main history",
		"history shop --frmat json":            "history --frmat -- shop json",
		"history shop --format":                "history --format -- shop",
		"--policy a check --policy b --policy": "--policy a check --policy b --policy",
	} {
		if got := flagsFirst(app, strings.Fields(given)); !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s: %q", given, got)
		}
	}
}
