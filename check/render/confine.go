package render

import (
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"sync"

	"github.com/promocheck/promocheck/check/git"
	jsonpatch "gopkg.in/evanphx/json-patch.v4"
)

// Confine keeps Kustomize to the tree. References that it would fetch are cut before it sees them; this is for
// those that such a search could miss. It fetches files with the default HTTP transport, clones with the git
// that it finds on the PATH, and has no other way out while plugins are disabled. It also writes deprecation
// warnings to the process's standard error and log, which are not about the change that is judged, and its
// library for JSON patches copies without a bound.
//
// Kustomize takes all of these from the process, so they are set for the process, once and for good, and
// nowhere else. Whoever opens a repository does so as early as possible; every build makes sure. What needs
// the PATH or standard error as they were has to have taken them by then: git is looked up here first.
var Confine = sync.OnceFunc(func() {
	_ = git.Find() // whoever opens a repository is told
	http.DefaultTransport = refuse{}
	_ = os.Setenv("PATH", "") // cannot fail: neither name nor value is malformed
	standardError = os.Stderr
	if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stderr = null
	}
	log.SetOutput(io.Discard)
	jsonpatch.AccumulatedCopySizeLimit = mostCopied
})

// mostCopied is how many bytes one patch may copy: a few operations that copy what others copied fill any memory.
const mostCopied = 16 << 20

var errOffline = errors.New("promocheck fetches nothing")

// refuse is a transport that lets no request out.
type refuse struct{}

func (refuse) RoundTrip(*http.Request) (*http.Response, error) { return nil, errOffline }

// standardError keeps what os.Stderr was: Go closes a file that nothing refers to, and a crash could
// not be seen then.
//
//nolint:unused // being there is its use
var standardError *os.File
