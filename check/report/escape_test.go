package report

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestEscape(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"plain", "order-service/overlays/prod", "order-service/overlays/prod"},
		{"letters of any script", "é 世界 שלום", "é 世界 שלום"},
		{"combining mark", "e\u0301", "e\u0301"},
		{"backslash stays", `C:\n`, `C:\n`},
		{"line breaks", "a\nb\r\nc\td", `a\nb\r\nc\td`},
		{"escape sequence", "\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`},
		{"C0 and DEL", "\x00\x07\x08\x7f", `\x00\x07\x08\x7f`},
		{"C1", "\u0085\u009b", `\u0085\u009b`},
		{"bidi", "\u202eabc\u202c\u2066\u200f\u061c", `\u202eabc\u202c\u2066\u200f\u061c`},
		{"zero width", "a\u200bb\u200d\u2060\ufeff\u00ad", `a\u200bb\u200d\u2060\ufeff\u00ad`},
		{"invisible letters", "\u3164\u115f\uffa0\u034f\ufe0f", `\u3164\u115f\uffa0\u034f\ufe0f`},
		{"tag characters", "\U000e0041", `\U000e0041`},
		{"separators", "\u2028\u2029\u00a0", `\u2028\u2029\u00a0`},
		{"no UTF-8", "a\xff\xc3(", `a\xff\xc3(`},
		{"a real replacement character", "\ufffd", "\ufffd"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Escape(test.in); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"":                        "",
		"one line":                "one line",
		"two\nlines\n":            "two lines",
		" a \r\n\r\n\t b  c \n\n": "a b  c",
		"a\x1b\nb\u2028c":         `a\x1b b\u2028c`,
	} {
		if got := Fold(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestClip(t *testing.T) {
	for _, test := range []struct {
		in   string
		n    int
		want string
	}{
		{"abc", 3, "abc"}, {"abcd", 3, "abc..."}, {"世界", 2, "世界"}, {"世界!", 2, "世界..."}, {"", 0, ""},
	} {
		if got := clip(test.in, test.n); got != test.want {
			t.Errorf("%q: got %q, want %q", test.in, got, test.want)
		}
	}
}

func FuzzEscape(f *testing.F) {
	f.Add("a\nb\x1b[2J\u202e\u200b\xff\u0085")
	f.Add("\U000e0041\ufe0f\u3164")
	f.Fuzz(func(t *testing.T, s string) {
		for _, got := range []string{Escape(s), Fold(s)} {
			if !utf8.ValidString(got) {
				t.Errorf("%q: not UTF-8: %q", s, got)
			}
			for _, r := range got {
				if r != ' ' && unicode.In(r, unicode.C, unicode.Z, unicode.Bidi_Control, unicode.Variation_Selector) {
					t.Errorf("%q: %q in %q", s, r, got)
				}
			}
			if Escape(got) != got {
				t.Errorf("%q: not escaped once and for all: %q", s, got)
			}
		}
		if isVisible(s) && !strings.Contains(s, "\n") && Escape(s) != s {
			t.Errorf("%q changed", s)
		}
	})
}
