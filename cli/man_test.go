package cli_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/cli"
)

func TestMan(t *testing.T) {
	got := run("man")
	if got.exit != cli.ExitClean {
		t.Fatal(got.stderr)
	}
	for _, system := range cli.Systems {
		if !strings.Contains(got.stdout, ".B "+system.Variable+"\n") {
			t.Errorf("%s is missing", system.Variable)
		}
	}
	for _, word := range []string{`.B \-\-fail\-on \fIerror|warning|note\fR`, ".B hook\n", ".SH EXIT STATUS"} {
		if !strings.Contains(got.stdout, word) {
			t.Errorf("%q is missing from:\n%s", word, got.stdout)
		}
	}
	man, err := exec.LookPath("man")
	if err != nil {
		t.Skip("the page is not formatted: ", err)
	}
	format := exec.Command(man, "--warnings", "-l", "-")
	format.Stdin = strings.NewReader(got.stdout)
	var warnings strings.Builder
	format.Stderr = &warnings
	if out, err := format.Output(); err != nil || warnings.Len() > 0 || !strings.Contains(string(out), "PROMOCHECK(1)") {
		t.Errorf("man: %v %s\n%s", err, warnings.String(), out)
	}
}
