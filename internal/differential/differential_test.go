// Package differential compares what the program says of random changes with what is known of them.
//
// A grammar makes repositories in which an app says in one of many ways, in one of many layouts and by any tricks of YAML,
// which image it runs. As it writes them, it knows what production runs before an edit and after. The program is not to pass a change of it unnamed, and not to stop what
// changes nothing. Rendering both would not tell: it shares the program's libraries, and their faults.
//
//	go test ./internal/differential                                 # a number of cases that is always the same
//	go test ./internal/differential -differential.for 1h -timeout 2h   # others, for as long
//
// A case that fails is printed as a scenario, with all taken away that it fails without.
package differential

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/promocheck/promocheck/check"
	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/finding"
	"github.com/promocheck/promocheck/check/refs"
	"github.com/promocheck/promocheck/internal/fastimport"
	"github.com/promocheck/promocheck/scenario"
)

var (
	runFor = flag.Duration("differential.for", 0, "try random cases for so long, instead of the usual ones")
	seed   = flag.Uint64("differential.seed", 0, "the first case; 0: by the clock where there is a duration, else always the same")
	cases  = flag.Int("differential.cases", 400, "how many cases there are without a duration")
)

// batch is how many cases share a repository.
const batch = 50

func TestDifferential(t *testing.T) {
	first, until := *seed, time.Now().Add(*runFor)
	if first == 0 && *runFor > 0 {
		first = uint64(time.Now().UnixNano())
	}
	seen := map[string]int{}
	tried := 0
	for n := uint64(0); (*runFor > 0 && time.Now().Before(until)) || (*runFor == 0 && n < uint64(*cases)); n += batch {
		var trials []*trial
		for i := range uint64(batch) {
			if c := made(first + n + i); c != nil {
				trials = append(trials, c)
			}
		}
		tried += len(trials)
		for i, fault := range judged(t, trials) {
			if fault == "" {
				continue
			}
			kind := trials[i].name + " " + fault
			if seen[kind]++; seen[kind] > 1 {
				continue
			}
			small, why := shrunk(t, trials[i], fault)
			t.Errorf("seed %d: %s: %s\n%s", trials[i].seed, small.name, why, printed(small.scenario(small.name)))
		}
	}
	t.Logf("%d cases, %d kinds of faults", tried, len(seen))
}

// made is the case of a seed; nil where its edit changes nothing.
func made(seed uint64) *trial {
	v := variant{choices: choices{seed}, tricks: map[string]bool{}, layout: -1}
	k := moves
	if v.pick("which", 6) == 0 {
		k = nothing
	}
	v.beside = v.pick("beside", 3)
	if v.pick("plain", 3) > 0 {
		for _, trick := range tricks {
			v.tricks[trick] = v.pick("trick/"+trick, 2) == 0 && (k == moves || !odd[trick])
		}
	}
	v.anew = v.pick("anew", 4) == 0
	if k == moves && v.pick("overrides", 3) == 0 {
		hows := []string{"again", "alias-key", "binary-key", "quoted-key", "merge", "document"}
		v.how = hows[v.pick("how", len(hows))]
	}
	c := v.trial(k)
	if !c.unlike {
		return nil
	}
	return c
}

// judged runs the program on each case and says what it gets wrong; empty: nothing.
func judged(t *testing.T, trials []*trial) []string {
	t.Helper()
	dir := t.TempDir()
	var commits []fastimport.Commit
	for i, c := range trials {
		base, head := fmt.Sprintf("base-%d", i), fmt.Sprintf("head-%d", i)
		author := "Ada Example <ada@example.com>"
		commits = append(commits,
			fastimport.Commit{Branch: base, Author: author, Time: scenario.Now.AddDate(0, 0, -15), Message: "What is there", Files: c.before.files()},
			fastimport.Commit{Branch: head, From: []string{base}, Author: author, Time: scenario.Now.AddDate(0, 0, -1), Message: "The change", Files: c.after.files()})
	}
	if err := fastimport.Write(dir, commits); err != nil {
		t.Fatal(err)
	}
	session, err := check.Open(context.Background(), check.Options{Dir: dir, Now: scenario.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = session.Close() }()
	faults := make([]string, len(trials))
	for i, c := range trials {
		faults[i] = c.judge(session, fmt.Sprintf("base-%d", i), fmt.Sprintf("head-%d", i))
	}
	return faults
}

func (t tree) files() map[string]fastimport.File {
	files := map[string]fastimport.File{}
	for path, content := range t {
		if target, isLink := strings.CutPrefix(content, link("")); isLink {
			files[path] = fastimport.File{Mode: fastimport.Symlink, Data: []byte(target)}
		} else {
			files[path] = fastimport.File{Data: []byte(content)}
		}
	}
	return files
}

// judge says what the program gets wrong.
func (t *trial) judge(session *check.Session, base, head string) string {
	ctx := context.Background()
	c, err := session.Check(ctx, refs.Request{Base: base, Head: head})
	if err != nil {
		return "cannot be checked: " + err.Error()
	}
	findings, err := c.Findings(ctx)
	if err != nil {
		return "cannot be judged: " + err.Error()
	}
	if t.kind == nothing {
		return t.stopped(findings)
	}
	if !t.named(c.Event.Changes, findings) {
		return "what production runs changes, and nothing says so"
	}
	return ""
}

// named reports whether a change of production, or a finding about it, tells of the edit.
func (t *trial) named(changes []event.Change, findings []finding.Finding) bool {
	told := slices.ContainsFunc(changes, func(c event.Change) bool {
		return c.Environment != t.staging && (t.tells(c.Before) || t.tells(c.After))
	})
	return told || slices.ContainsFunc(findings, func(f finding.Finding) bool {
		return f.Severity != finding.Note && f.Environment != t.staging && (f.Environment != "" || f.Location != nil && t.touches(f.Location.Path))
	})
}

// tells reports whether a version is one that production runs only before the edit, or only after it.
func (t *trial) tells(v *artifact.Version) bool {
	if v == nil {
		return false
	}
	for _, h := range []held{t.had, t.has} {
		if h.tag != "" && v.Tag == h.tag || h.digest != "" && v.Digest == h.digest {
			return true
		}
	}
	return strings.Contains(v.Repository, t.has.name)
}

func (t *trial) touches(path string) bool {
	return t.before[path] != t.after[path]
}

// versionRules are those about which version production runs.
var versionRules = []string{
	"skipped-environment", "version-not-in-staging", "mutable-tag", "changed-source", "digest-mismatch", "unresolved-version", "unclaimed-text", "undeclared-rollback", "unread-change",
}

// stopped names the rule that stops what changes nothing.
func (t *trial) stopped(findings []finding.Finding) string {
	for _, f := range findings {
		if f.Severity == finding.Error && slices.Contains(versionRules, f.Rule) {
			return "nothing changes in production, and " + f.Rule + " stops it: " + f.Message
		}
	}
	return ""
}

// shrunk takes away what the case fails without.
func shrunk(t *testing.T, c *trial, fault string) (*trial, string) {
	t.Helper()
	attempt := func(v variant) bool {
		small := v.trial(c.kind)
		if !small.unlike {
			return false
		}
		if why := judged(t, []*trial{small})[0]; why != "" {
			c, fault = small, why
			return true
		}
		return false
	}
	v := c.variant
	v.beside = 0
	attempt(v)
	v = c.variant
	v.anew = false
	attempt(v)
	v = c.variant
	v.how = ""
	attempt(v)
	v = c.variant
	v.tricks = map[string]bool{}
	if !attempt(v) {
		for _, trick := range slices.Sorted(maps.Keys(c.tricks)) {
			v = c.variant
			v.tricks = maps.Clone(v.tricks)
			if v.tricks[trick] {
				v.tricks[trick] = false
				attempt(v)
			}
		}
	}
	return c, fault
}
