package cli

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestColour is coloured only on a terminal, and there only where nobody objects.
func TestColour(t *testing.T) {
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no terminal to be had: ", err)
	}
	defer terminal.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "report"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for name, test := range map[string]struct {
		stdout      io.Writer
		environment map[string]string
		want        bool
	}{
		"terminal":       {terminal, map[string]string{"TERM": "xterm-256color"}, true},
		"NO_COLOR":       {terminal, map[string]string{"NO_COLOR": "1"}, false},
		"empty NO_COLOR": {terminal, map[string]string{"NO_COLOR": ""}, true},
		"dumb terminal":  {terminal, map[string]string{"TERM": "dumb"}, false},
		"file":           {file, nil, false},
		"no file at all": {&bytes.Buffer{}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := Process{Stdout: test.stdout, Getenv: func(name string) string { return test.environment[name] }}
			if got := p.colour(); got != test.want {
				t.Errorf("coloured: %v", got)
			}
		})
	}
}

// TestNoColourInFiles reads what a report that goes to a file is made of.
func TestNoColourInFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	exit := Main(Process{
		Arguments: []string{"demo"}, Stdout: file, Stderr: io.Discard, Getenv: func(string) string { return "" }, Now: time.Now,
	})
	text, err := os.ReadFile(path)
	if err != nil || exit != ExitClean || len(text) == 0 || bytes.ContainsRune(text, '\x1b') {
		t.Errorf("exit code %d, %v: %q", exit, err, text)
	}
}
