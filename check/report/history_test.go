package report_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/git"
	"github.com/promocheck/promocheck/check/history"
	"github.com/promocheck/promocheck/check/report"
)

// chronicle is one app in two environments: prod is still where staging was half of the time ago.
func chronicle() *history.Chronicle {
	begin := time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)
	record := func(environment, tag string, since, until int) history.Record {
		r := history.Record{
			App: "shop", Artifact: artifact.Artifact{Kind: artifact.Image, Name: "acme/shop"}, Version: artifact.Version{Tag: tag},
			Environment: environment, Targets: []string{"."}, Everywhere: true,
		}
		r.Since = begin.AddDate(0, 0, since)
		r.Seen, r.By = r.Since, git.PastCommit{OID: "0123456789", Author: "Ada <ada@example.com>", Subject: "Promote " + tag}
		if until > 0 {
			r.Until = begin.AddDate(0, 0, until)
		}
		return r
	}
	return &history.Chronicle{
		Branch: git.Commit{Name: "main"}, Now: begin.AddDate(0, 0, 20), Whole: true, Commits: 3, Path: []string{"staging", "prod"},
		Apps: []history.AppRecords{{App: "shop", Records: []history.Record{
			record("staging", "v2", 10, 0), record("prod", "v1", 0, 0), record("staging", "v1", 0, 10),
		}}},
	}
}

// TestHistoryInABrowser looks at the page as a person would: each version has a colour, and as much of it
// as the time that it was there, in light and dark.
func TestHistoryInABrowser(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no chromium")
	}
	var page bytes.Buffer
	if err := report.HistoryHTML(&page, chronicle(), report.Options{}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "history.html")
	if err := os.WriteFile(file, page.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for scheme, test := range map[string]struct {
		flag      string
		lightness float64
		paper     color.RGBA
	}{
		"light": {"--blink-settings=preferredColorScheme=1", 0.42, color.RGBA{255, 255, 255, 255}},
		"dark":  {"--blink-settings=preferredColorScheme=0", 0.34, color.RGBA{13, 17, 23, 255}},
	} {
		t.Run(scheme, func(t *testing.T) {
			shot := filepath.Join(dir, scheme+".png")
			command := exec.Command(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
				"--user-data-dir="+filepath.Join(dir, scheme), "--window-size=1200,500", test.flag, "--screenshot="+shot, "file://"+file)
			if out, err := command.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			picture := decode(t, shot)
			if got := color.RGBAModel.Convert(picture.At(2, 2)); got != test.paper {
				t.Errorf("the paper is %v, not %v", got, test.paper)
			}
			v1 := count(picture, hsl(report.Hue("v1"), test.lightness))
			v2 := count(picture, hsl(report.Hue("v2"), test.lightness))
			if v2 < 10_000 {
				t.Errorf("v2 has only %d pixels", v2)
			}
			// v1 was there for 30 days in all, v2 for 10; the letters take some pixels away.
			if ratio := float64(v1) / float64(v2); math.Abs(ratio-3) > 0.15 {
				t.Errorf("v1 has %.2f times the pixels of v2, not about 3", ratio)
			}
		})
	}
}

func decode(t *testing.T, path string) image.Image {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// count counts the pixels that are of a colour, but for rounding.
func count(picture image.Image, want color.RGBA) int {
	near := func(a, b uint8) bool { return math.Abs(float64(a)-float64(b)) <= 2 }
	n := 0
	for y := picture.Bounds().Min.Y; y < picture.Bounds().Max.Y; y++ {
		for x := picture.Bounds().Min.X; x < picture.Bounds().Max.X; x++ {
			got := color.RGBAModel.Convert(picture.At(x, y)).(color.RGBA)
			if near(got.R, want.R) && near(got.G, want.G) && near(got.B, want.B) {
				n++
			}
		}
	}
	return n
}

// hsl is a colour as the page's style has it, with a saturation of 55%.
func hsl(hue int, lightness float64) color.RGBA {
	chroma := (1 - math.Abs(2*lightness-1)) * 0.55
	at := func(n float64) uint8 {
		k := math.Mod(n+float64(hue)/30, 12)
		return uint8(math.Round(255 * (lightness - chroma/2*max(-1, min(k-3, 9-k, 1)))))
	}
	return color.RGBA{at(0), at(8), at(4), 255}
}
