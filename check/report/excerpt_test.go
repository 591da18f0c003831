package report

import (
	"strings"
	"testing"

	"github.com/clipperhouse/displaywidth"
)

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	for _, test := range []struct {
		name         string
		source       string
		line, column int
		text         string
		mark         string // a line of blanks and carets
	}{
		{"plain scalar", "a: 1\n  newTag: v1.2.3\n", 2, 11,
			"  newTag: v1.2.3",
			"          ^^^^^^"},
		{"comment and blanks", "newTag: v1  # old: v0", 1, 9,
			"newTag: v1  # old: v0",
			"        ^^"},
		{"hash within", "image: app#1 # x", 1, 8,
			"image: app#1 # x",
			"       ^^^^^"},
		{"image reference", "image: r:5000/app:v1", 1, 8,
			"image: r:5000/app:v1",
			"       ^^^^^^^^^^^^^"},
		{"key", "images:\n- a", 1, 1,
			"images:",
			"^^^^^^"},
		{"double quotes", `tag: "v\"1" # "x"`, 1, 6,
			`tag: "v\"1" # "x"`,
			`     ^^^^^^`},
		{"single quotes", `tag: 'v''1', x`, 1, 6,
			`tag: 'v''1', x`,
			`     ^^^^^^`},
		{"quote without end", `tag: "v1  `, 1, 6,
			`tag: "v1`,
			`     ^^^`},
		{"flow", "- {name: a, newTag: v1, x: 1}", 1, 21,
			"- {name: a, newTag: v1, x: 1}",
			"                    ^^"},
		{"flow end", "- {newTag: v1}", 1, 12,
			"- {newTag: v1}",
			"           ^^"},
		{"tabs", "a:\tv1\tx", 1, 4,
			"a:    v1    x",
			"      ^^^^^^^"},
		{"wide characters", "世界: v1", 1, 5,
			"世界: v1",
			"      ^^"},
		{"wide scalar", "a: 世界 # x", 1, 4,
			"a: 世界 # x",
			"   ^^^^"},
		{"emoji and combining marks", "🚀e\u0301: v1", 1, 6,
			"🚀e\u0301: v1",
			"     ^^"},
		{"control characters", "a\x1b: \x1b[31m", 1, 5,
			`a\x1b: \x1b[31m`,
			`       ^^^^^^^^`},
		{"no UTF-8", "\xff: v1", 1, 4,
			`\xff: v1`,
			`      ^^`},
		{"CRLF", "a: 1\r\nb: v2\r\n", 2, 4,
			"b: v2",
			"   ^^"},
		{"byte order mark", "\ufeffa: v1", 1, 4,
			"a: v1",
			"   ^^"},
		{"no column", "a: v1", 1, 0, "a: v1", ""},
		{"column past the end", "a: v1", 1, 99, "a: v1", ""},
		{"column at the end", "a: v1", 1, 6, "a: v1", ""},
		{"empty line", "a\n\nb", 2, 1, "", ""},
		{"long before", long + ": v1", 1, len(long) + 3,
			"..." + strings.Repeat("x", 96) + ": v1",
			strings.Repeat(" ", 3+98) + "^^"},
		{"long after", "a: v1 # " + long, 1, 4,
			"a: v1 # " + strings.Repeat("x", 92) + "...",
			"   ^^"},
		{"long scalar", "a: " + long, 1, 4,
			"a: " + strings.Repeat("x", 97) + "...",
			"   " + strings.Repeat("^", 97)},
		{"long on both sides", long + ": v1 # " + long, 1, len(long) + 3,
			"..." + strings.Repeat("x", 32) + ": v1 # " + strings.Repeat("x", 61) + "...",
			strings.Repeat(" ", 3+34) + "^^"},
		{"long without column", long, 1, 0, strings.Repeat("x", 100) + "...", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, ok := excerptOf([]byte(test.source), test.line, test.column)
			if !ok {
				t.Fatal("no excerpt")
			}
			if got.text != test.text {
				t.Errorf("text\n got %q\nwant %q", got.text, test.text)
			}
			mark := ""
			if got.width > 0 {
				mark = strings.Repeat(" ", got.start) + strings.Repeat("^", got.width)
			}
			if mark != test.mark {
				t.Errorf("mark of %q\n got %q\nwant %q", got.text, mark, test.mark)
			}
		})
	}
}

func TestExcerptOfNoSuchLine(t *testing.T) {
	for _, test := range []struct {
		source string
		line   int
	}{{"", 1}, {"a\n", 2}, {"a", 2}, {"a\nb\n", 9}, {"a", 0}, {"a", -1}} {
		if got, ok := excerptOf([]byte(test.source), test.line, 1); ok {
			t.Errorf("%q line %d: got %+v", test.source, test.line, got)
		}
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add([]byte("a: 1\n  newTag: 'v1'\n"), 2, 11)
	f.Add([]byte("- {a: \"\\\xff\u202e\t世界🇩🇪"), 1, 7)
	f.Add([]byte(strings.Repeat("e\u0301", 500)), 1, 400)
	f.Fuzz(func(t *testing.T, source []byte, line, column int) {
		x, ok := excerptOf(source, line, column)
		if !ok {
			return
		}
		if !isVisible(x.text) {
			t.Errorf("not visible: %q", x.text)
		}
		if n := displaywidth.String(x.text); n > excerptWidth+2*len(ellipsis) || len(x.text) > 100*excerptWidth {
			t.Errorf("%d cells, %d bytes: %q", n, len(x.text), x.text)
		}
		if x.start < 0 || x.width < 0 || x.width > 0 && x.start+x.width > excerptWidth+len(ellipsis) {
			t.Errorf("mark at %d+%d of %q", x.start, x.width, x.text)
		}
	})
}
