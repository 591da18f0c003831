package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// held matches what the page about security names: a scenario, or a package with one of its tests.
var held = regexp.MustCompile("`(?:(fixtures/[^` ]+)|([a-z/]+) (Test[A-Za-z0-9]+))`")

// TestSecurityIsHeld requires that the tests and scenarios exist that each attack is said to be held by.
func TestSecurityIsHeld(t *testing.T) {
	tests := map[string]string{} // the text of a package's tests
	attacks := 0
	for _, line := range strings.Split(read(t, "security.md"), "\n") {
		cells := strings.Split(line, " | ")
		if !strings.HasPrefix(line, "| ") || len(cells) != 2 || cells[1] == "Held by |" || strings.HasPrefix(line, "| ---") {
			continue
		}
		attacks++
		named := held.FindAllStringSubmatch(cells[1], -1)
		if len(named) == 0 || len(named) != strings.Count(cells[1], "`")/2 {
			t.Errorf("%s: names something that is neither a scenario nor a test", line)
		}
		for _, name := range named {
			scenario, dir, function := name[1], name[2], name[3]
			if scenario != "" {
				if _, err := os.Stat(filepath.Join("..", scenario)); err != nil {
					t.Error(err)
				}
				continue
			}
			if _, known := tests[dir]; !known {
				tests[dir] = testsOf(t, dir)
			}
			if !strings.Contains(tests[dir], "\nfunc "+function+"(") {
				t.Errorf("%s has no %s", dir, function)
			}
		}
	}
	if attacks == 0 {
		t.Error("no attacks are found")
	}
}

// testsOf are the files of a package's tests as one text.
func testsOf(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, file := range files {
		b.WriteString(read(t, file))
	}
	return b.String()
}
