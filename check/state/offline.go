package state

import (
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"sync"
)

var errOffline = errors.New("promocheck fetches nothing")

// refuse is a transport that lets no request out.
type refuse struct{}

func (refuse) RoundTrip(*http.Request) (*http.Response, error) { return nil, errOffline }

// standardError keeps what os.Stderr was: Go closes a file that nothing refers to, and a crash could
// not be seen then.
//
//nolint:unused // being there is its use
var standardError = os.Stderr

// goOffline keeps Kustomize to the tree, once for the process. References that it would fetch are cut
// before it sees them; this is for those that such a search could miss. It fetches files with the
// default HTTP transport, clones with the git that it finds on the PATH, and has no other way out
// while plugins are disabled. It also writes deprecation warnings to the process's standard error,
// which are not about the change that is judged.
var goOffline = sync.OnceFunc(func() {
	http.DefaultTransport = refuse{}
	_ = os.Setenv("PATH", "") // cannot fail: neither name nor value is malformed
	if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stderr = null
	}
	log.SetOutput(io.Discard)
})
