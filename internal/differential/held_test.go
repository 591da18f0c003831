package differential

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
)

// held is the image that an environment runs of an app.
type held struct{ host, name, tag, digest string }

func (h held) repository() string { return h.host + "/" + h.name }

func (h held) String() string {
	s := h.repository()
	if h.tag != "" {
		s += ":" + h.tag
	}
	if h.digest != "" {
		s += "@" + h.digest
	}
	return s
}

// version is the tag and digest, as those write them who have one field for both.
func (h held) version() string {
	if h.digest != "" {
		return h.tag + "@" + h.digest
	}
	return h.tag
}

// orNil leaves a field out that has nothing to say.
func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// tree is the files of one side, by path.
type tree map[string]string

// choices are what a case decides, each by its own name: taking one away leaves the others as they are.
type choices struct{ seed uint64 }

func (c choices) rand(what string) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d/%s", c.seed, what)
	return rand.New(rand.NewPCG(h.Sum64(), c.seed))
}

func (c choices) pick(what string, n int) int { return c.rand(what).IntN(n) }

func (c choices) tag(what string) string {
	r := c.rand(what)
	a, b, d := 1+r.IntN(8), r.IntN(20), r.IntN(20)
	switch r.IntN(5) {
	case 0:
		return fmt.Sprintf("v%d.%d.%d", a, b, d)
	case 1:
		return fmt.Sprintf("%d.%d.%d-rc.%d", a, b, d, r.IntN(9)+1)
	case 2:
		return fmt.Sprintf("202610%02d-%07x", 1+b, 0xa000000+r.IntN(0xffffff))
	case 3:
		return fmt.Sprintf("sha-%07x", 0xb000000+r.IntN(0xffffff))
	}
	return fmt.Sprintf("%d.%d.%d", a, b, d)
}

func (c choices) digest(what string) string {
	r := c.rand(what)
	var b strings.Builder
	for range 8 {
		fmt.Fprintf(&b, "%08x", r.Uint32())
	}
	return "sha256:" + b.String()
}
