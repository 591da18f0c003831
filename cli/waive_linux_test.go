package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/promocheck/promocheck/cli"
)

// terminal is a terminal on which somebody has typed a text.
func terminal(t *testing.T, typed string) *os.File {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { _ = keyboard.Close() })
	number, err := unix.IoctlGetInt(int(keyboard.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(keyboard.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Skip(err)
	}
	screen, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { _ = screen.Close() })
	if _, err := keyboard.WriteString(typed); err != nil {
		t.Fatal(err)
	}
	return screen
}

// TestWaiveAsks asks at a terminal for what a waiver needs and no flag says.
func TestWaiveAsks(t *testing.T) {
	const why, until = "Why? ", "Until when (2026-12-24, or 2026-12-24T18:00:00+01:00)? "
	for name, test := range map[string]struct {
		arguments    []string
		typed        string
		exit         int
		asked, wrote string // what the waiver has; empty where none is written
	}{
		"for both":           {nil, "INC-4711: pay\n2026-11-28\n", cli.ExitClean, why + until, "reason: 'INC-4711: pay'\nexpires: \"2026-11-28\"\n"},
		"for the end":        {[]string{"--reason", "INC-1"}, " 2026-11-28T18:00:00+01:00 \n", cli.ExitClean, until, "reason: INC-1\nexpires: \"2026-11-28T18:00:00+01:00\"\n"},
		"for nothing":        {[]string{"--reason", "INC-1", "--expires", "2026-11-28"}, "", cli.ExitClean, "", "reason: INC-1\nexpires: \"2026-11-28\"\n"},
		"and gets no reason": {nil, "\n", cli.ExitUsage, why, ""},
		"and gets no end":    {nil, "INC-1\n\n", cli.ExitUsage, why + until, ""},
		"and is left alone":  {nil, "\x04", cli.ExitUsage, why, ""},
		"and gets no date":   {nil, "INC-1\nsoon\n", cli.ExitUsage, why + until, ""},
	} {
		t.Run(name, func(t *testing.T) {
			repo := demo(t)
			var stdout, stderr bytes.Buffer
			exit := cli.Main(cli.Process{
				Arguments: append([]string{"waive", "7ee6026d", "-C", repo, "--base", "main", "--head", "hotfix", "--at", "2026-11-27T12:00:00Z"}, test.arguments...),
				Stdin:     terminal(t, test.typed), Stdout: &stdout, Stderr: &stderr,
				Getenv: func(string) string { return "" },
				Now:    func() time.Time { return wednesday },
			})
			asked := stderr.String()
			if exit != test.exit || !strings.HasPrefix(asked, test.asked) || exit == cli.ExitClean && asked != test.asked {
				t.Errorf("exit %d: %s%s", exit, stdout.String(), asked)
			}
			written, err := filepath.Glob(filepath.Join(repo, ".promocheck", "waivers", "*"))
			if err != nil || len(written) != min(1, len(test.wrote)) {
				t.Fatalf("wrote %q: %v", written, err)
			}
			if len(written) == 1 {
				content, err := os.ReadFile(written[0])
				if err != nil || !strings.HasSuffix(string(content), test.wrote) {
					t.Errorf("%v: %s", err, content)
				}
			}
		})
	}
}
