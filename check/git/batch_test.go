package git

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/promocheck/promocheck/check/git/gittest"
)

// Far more questions and answers than both pipes hold.
func TestManyObjectsAtOnce(t *testing.T) {
	repo := gittest.New(t)
	text := strings.Repeat("0123456789abcdef", 4<<10)
	oid := OID(repo.GitInput(text, "hash-object", "-w", "--stdin"))
	absent := OID(strings.Repeat("ab", 20))
	r := open(t, repo.Dir)
	oids := slices.Repeat([]OID{oid, absent}, 3000)
	objects, err := r.Objects(oids, MaxObjectSize)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(objects); i += 2 {
		if string(objects[i].Data) != text || objects[i].Type != "blob" || objects[i].OID != oid {
			t.Fatalf("object %d differs", i)
		}
		if !errors.Is(objects[i+1].Err, ErrMissing) {
			t.Fatalf("object %d: %v", i+1, objects[i+1].Err)
		}
	}
}

func TestConcurrentReaders(t *testing.T) {
	repo := gittest.New(t)
	repo.Write("f", "1")
	repo.Commit("one")
	r := open(t, repo.Dir)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				if _, err := r.Resolve(t.Context(), "main"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}

func TestLargeObjectsAreNotHeld(t *testing.T) {
	repo := gittest.New(t)
	file := filepath.Join(repo.Dir, "large")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, MaxObjectSize+1); err != nil {
		t.Fatal(err)
	}
	large := OID(repo.Git("-c", "core.compression=0", "hash-object", "-w", "large"))
	small := OID(repo.GitInput("small", "hash-object", "-w", "--stdin"))
	objects, err := open(t, repo.Dir).Objects([]OID{large, small}, MaxObjectSize)
	if err != nil {
		t.Fatal(err)
	}
	if !errors.Is(objects[0].Err, ErrTooLarge) || objects[0].Data != nil {
		t.Errorf("large: %v, %d bytes", objects[0].Err, len(objects[0].Data))
	}
	if string(objects[1].Data) != "small" {
		t.Errorf("small: %+v", objects[1])
	}
}

// A partial clone fetches what it lacks as soon as somebody reads it.
func TestPartialCloneIsNotCompleted(t *testing.T) {
	origin := diverged(t,
		map[string]string{"f": "1\n2\n3\n4\n5\n", "g": "1\n"},
		map[string]string{"f": "one\n2\n3\n4\n5\n"},
		map[string]string{"f": "1\n2\n3\n4\nfive\n"})
	origin.Git("config", "uploadpack.allowFilter", "true")
	blob, tree := OID(origin.Git("rev-parse", "HEAD:g")), OID(origin.Git("rev-parse", "HEAD^{tree}"))
	dir := filepath.Join(t.TempDir(), "partial")
	origin.Git("clone", "--quiet", "--no-checkout", "--filter=blob:none", "file://"+origin.Dir, dir)
	clone := gittest.At(t, dir)
	clone.Git("config", "protocol.file.allow", "always")

	r := open(t, dir)
	main, side := resolve(t, r, "main"), resolve(t, r, "side")
	objects, err := r.Objects([]OID{tree, blob, tree}, MaxObjectSize)
	if err != nil {
		t.Fatal(err)
	}
	if objects[0].Err != nil || objects[2].Err != nil {
		t.Errorf("the tree is there: %v", objects[0].Err)
	}
	if !errors.Is(objects[1].Err, ErrMissing) {
		t.Errorf("the blob is not: %v", objects[1].Err)
	}
	wantError(t, objects[1].Err, false, string(blob), "clone without --filter")
	resolve(t, r, "main")
	_, err = r.Merge(t.Context(), main, side)
	wantError(t, err, false, "clone without --filter")
	if out := clone.Git("rev-list", "--objects", "--missing=print", "HEAD"); !strings.Contains(out, "?"+string(blob)) {
		t.Error("the blob was fetched")
	}
}

// A clone may have the commits and none of the trees.
func TestNamesInACloneWithoutTrees(t *testing.T) {
	origin := gittest.New(t)
	origin.Write("f", "1")
	first := origin.Commit("first")
	origin.Git("config", "uploadpack.allowFilter", "true")
	dir := filepath.Join(t.TempDir(), "treeless")
	origin.Git("clone", "--quiet", "--no-checkout", "--filter=tree:0", "file://"+origin.Dir, dir)
	r := open(t, dir)
	main := resolve(t, r, "main")
	if string(main.OID) != first {
		t.Errorf("main is %s", main.OID)
	}
	if objects, err := r.Objects([]OID{main.Tree}, MaxObjectSize); err != nil || !errors.Is(objects[0].Err, ErrMissing) {
		t.Errorf("its tree: %+v, %v", objects, err)
	}
}

func TestAnswersThatMakeNoSense(t *testing.T) {
	for _, answer := range []string{
		"", "abc", "abc\n", "abc blob\n", "abc blob x\n", "abc blob -1\n", "abc blob 3\nab",
		"abc blob 3\nabcd\n", "name missing", "other missing\n",
	} {
		if object, err := readAnswer(bufio.NewReader(strings.NewReader(answer)), "name", MaxObjectSize); err == nil {
			t.Errorf("%q gives %+v", answer, object)
		}
	}
}

// A git that one finds on the PATH may start another, which goes on when only the first is ended.
func TestWrappedGit(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the wrapper is a shell script")
	}
	repo := gittest.New(t)
	repo.Write("a", "1")
	commit := repo.Commit("first")
	wrapper := filepath.Join(t.TempDir(), "git")
	wrapped := useGit(t, wrapper, nil)
	if err := os.WriteFile(wrapper, []byte("#!/bin/sh\n'"+wrapped+"' \"$@\"\nexit $?\n"), 0o700); err != nil {
		t.Fatal(err)
	}

	done := make(chan struct{})
	go func() {
		defer close(done)
		r, err := Open(t.Context(), repo.Dir, Options{})
		if err != nil {
			t.Error(err)
			return
		}
		if resolved, err := r.Resolve(t.Context(), "HEAD"); err != nil || string(resolved.OID) != commit {
			t.Errorf("%v, %v", resolved, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("hangs")
	}
}
