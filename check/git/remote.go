package git

import (
	"context"
	"strings"
)

// Remotes are the addresses of the repository's remotes, as its configuration has them. There may be none.
func (r *Repo) Remotes(ctx context.Context) []string {
	out, err := r.git.output(ctx, "config", "--null", "--get-regexp", `^remote\..*\.url$`)
	if err != nil {
		return nil // that there is none is an error, too
	}
	var addresses []string
	for entry := range strings.SplitSeq(string(out), "\x00") {
		if _, address, ok := strings.Cut(entry, "\n"); ok {
			addresses = append(addresses, address)
		}
	}
	return addresses
}
