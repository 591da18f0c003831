package event_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/promocheck/promocheck/internal/treetest"
)

// allocations counts what some work allocates: unlike the time that it takes, that is the same on every machine.
func allocations(work func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	work()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestWorkGrowsWithTheChange has changes of some size and of four times that. What is linear takes four times as much, or a
// little more, and what is quadratic sixteen times. The paths of directories within each other are quadratic as text already;
// what is no more than that stays below.
func TestWorkGrowsWithTheChange(t *testing.T) {
	manifests := func(n int, image string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p%d}\nspec: {containers: [{name: c, image: %q}]}\n", i, fmt.Sprintf(image, i))
		}
		return b.String()
	}
	most := map[string]uint64{"levels of directories": 20}
	for name, files := range map[string]func(n int) treetest.Files{
		"images in one manifest": func(n int) treetest.Files { return treetest.Files{"clusters/prod/a.yaml": manifests(n, "a/i%d:v1")} },
		"objects of one name": func(n int) treetest.Files {
			return treetest.Files{"clusters/prod/a.yaml": strings.Repeat(manifests(1, "a/i%d:v1"), n)}
		},
		"files of one directory":  func(n int) treetest.Files { return many(n, "clusters/prod/f%d.yaml", manifests(1, "a/i%d:v1")) },
		"environments' directory": func(n int) treetest.Files { return many(n, "apps/a%d/prod/d.yaml", manifests(1, "a/i%d:v1")) },
		"levels of directories": func(n int) treetest.Files {
			return treetest.Files{"clusters/prod/" + strings.Repeat("d/", n) + "a.yaml": manifests(1, "a/i%d:v1")}
		},
	} {
		t.Run(name, func(t *testing.T) {
			measure := func(n int) uint64 {
				before := treetest.Files{"clusters/staging/a.yaml": manifests(1, "a/i%d:v1")}.With(files(n))
				after := treetest.Files{}
				for path, content := range before {
					after[path] = v2(content)
				}
				return allocations(func() { eventOf(t, before, after) })
			}
			measure(10) // what is made once is made
			if few, more := measure(150), measure(600); more > max(8, most[name])*few {
				t.Errorf("%d bytes, and %d for four times as much", few, more)
			}
		})
	}
}

// many are files of one content, with a number in their paths.
func many(n int, path, content string) treetest.Files {
	files := treetest.Files{}
	for i := range n {
		files[fmt.Sprintf(path, i)] = content
	}
	return files
}
