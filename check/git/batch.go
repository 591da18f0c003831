package git

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// MaxObjectSize bounds what is held in memory of one object.
const MaxObjectSize = 64 << 20

// Object is what an object holds, or why it could not be read.
type Object struct {
	OID  OID
	Type string // blob, tree, commit or tag
	Size int64
	Data []byte
	Err  error
}

// batch is a `git cat-file --batch-command` that is kept running.
type batch struct {
	ctx context.Context
	git program

	mu      sync.Mutex
	process *process // nil if it has to be started again
	dead    error    // why it can answer no more
}

type process struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
	stderr diagnostics
}

func startBatch(ctx context.Context, git program) (*batch, error) {
	b := &batch{ctx: ctx, git: git}
	return b, b.start()
}

func (b *batch) start() error {
	p := &process{cmd: b.git.command(b.ctx, "cat-file", "--batch-command", "--buffer")}
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		return err
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	p.stdin, p.stdout = stdin, bufio.NewReaderSize(stdout, 64<<10)
	p.cmd.Stderr = &p.stderr
	p.cmd.WaitDelay = time.Second // for what it may have started, and left behind
	if err := p.cmd.Start(); err != nil {
		return b.git.failed(b.ctx, "cat-file", "", err)
	}
	b.process = p
	return nil
}

var errClosed = errors.New("the repository is closed")

func (b *batch) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dead = errClosed
	if b.process != nil {
		b.process.stdin.Close()          // which also ends a git that one found on the PATH has started
		_ = b.process.cmd.Process.Kill() // sooner gone than when asked to go: there is nothing that it would lose
		_ = b.process.cmd.Wait()         // its exit status no longer matters
		b.process = nil
	}
}

// request asks for objects by any name without a newline and reads all
// answers. Objects larger than limit are not held.
func (b *batch) request(names []string, limit int64) ([]Object, error) {
	if len(names) == 0 {
		return nil, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.dead != nil {
		return nil, b.dead
	}
	if b.process == nil {
		if err := b.start(); err != nil {
			return nil, err
		}
	}
	objects, err := b.process.ask(names, limit)
	if err == nil {
		return objects, nil
	}
	err = b.git.failed(b.ctx, "cat-file", b.process.stderr.String(), err)
	b.process = nil
	if !errors.Is(err, ErrMissing) {
		b.dead = err
	}
	return nil, err
}

// ask ends the process if it does not get all answers, which git writes
// together. The questions are written while answers are read: with both pipes
// full, git and this process would wait for each other.
func (p *process) ask(names []string, limit int64) ([]Object, error) {
	var questions strings.Builder
	for _, name := range names {
		fmt.Fprintf(&questions, "contents %s\n", name)
	}
	questions.WriteString("flush\n")
	written := make(chan struct{})
	go func() {
		defer close(written)
		// If git is gone, the answers say so.
		_, _ = io.WriteString(p.stdin, questions.String())
	}()
	objects := make([]Object, len(names))
	for i, name := range names {
		var err error
		if objects[i], err = readAnswer(p.stdout, name, limit); err != nil {
			err = p.giveUp(err)
			<-written
			return nil, err
		}
	}
	<-written
	return objects, nil
}

// giveUp ends a process that stopped answering, or answers in an unknown way,
// and says why it did.
func (p *process) giveUp(cause error) error {
	ended := errors.Is(cause, io.EOF) || errors.Is(cause, io.ErrUnexpectedEOF)
	if !ended {
		_ = p.cmd.Process.Kill() // it may have ended already
	}
	p.stdin.Close()
	if err := p.cmd.Wait(); err != nil && ended {
		return err
	}
	return cause
}

// readAnswer reads one answer: a header, the content and a newline, or one
// line that repeats the name and says what is wrong with it.
func readAnswer(in *bufio.Reader, name string, limit int64) (Object, error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return Object{}, err
	}
	line = strings.TrimSuffix(line, "\n")
	if complaint, ok := strings.CutPrefix(line, name+" "); ok {
		switch complaint {
		case "missing":
			return Object{Err: missing(name)}, nil
		case "ambiguous":
			return Object{Err: ambiguous(name)}, nil
		}
	}
	header := strings.Split(line, " ")
	if len(header) != 3 {
		return Object{}, fmt.Errorf("unexpected answer %q", line)
	}
	size, err := strconv.ParseInt(header[2], 10, 64)
	if err != nil || size < 0 {
		return Object{}, fmt.Errorf("unexpected answer %q", line)
	}
	object := Object{OID: OID(header[0]), Type: header[1], Size: size}
	if size > limit {
		object.Err = tooLarge(header[0], size, limit)
		_, err = io.CopyN(io.Discard, in, size)
	} else {
		object.Data = make([]byte, size)
		_, err = io.ReadFull(in, object.Data)
	}
	if err != nil {
		return Object{}, err
	}
	if end, err := in.ReadByte(); err != nil {
		return Object{}, err
	} else if end != '\n' {
		return Object{}, fmt.Errorf("object %s is longer than announced", object.OID)
	}
	return object, nil
}
