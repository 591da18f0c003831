package git

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// behind is how for-each-ref says by how much a branch is.
var behind = regexp.MustCompile(`\bbehind ([0-9]+)`)

// BehindUpstream counts the commits that a branch of the clone's own lacks, and that its upstream has: what the clone says
// that it tracks, or without that a remote's branch of the same name. It is zero for whatever is no such branch. It may be
// asked while others read the repository.
func (r *Repo) BehindUpstream(ctx context.Context, commit Commit) (upstream string, n int, err error) {
	branch, ok := strings.CutPrefix(commit.Ref, localBranches)
	if !ok || strings.ContainsAny(branch, "~^@*?[") {
		return "", 0, nil
	}
	out, err := r.git.output(ctx, "for-each-ref", "--format=%(refname)%00%(objectname)%00%(upstream:short)%00%(upstream:track)",
		localBranches+branch, remoteBranches+"*/"+branch)
	if err != nil {
		return "", 0, err
	}
	elsewhere := map[string]string{} // the commits of remotes' branches
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\x00")
		if fields[0] != localBranches+branch {
			elsewhere[shortRef(fields[0])] = fields[1]
			continue
		}
		if found := behind.FindStringSubmatch(fields[3]); found != nil {
			n, err = strconv.Atoi(found[1])
		}
		if fields[2] != "" && fields[3] != "[gone]" {
			return fields[2], n, err
		}
	}
	at := slices.IndexFunc(preferredRemotes, func(remote string) bool { return elsewhere[remote+"/"+branch] != "" })
	if at < 0 {
		return "", 0, nil
	}
	upstream = preferredRemotes[at] + "/" + branch
	if out, err = r.git.output(ctx, "rev-list", "--count", fmt.Sprintf("%s..%s", commit.OID, elsewhere[upstream])); err != nil {
		return "", 0, err
	}
	n, err = strconv.Atoi(strings.TrimSpace(string(out)))
	return upstream, n, err
}
