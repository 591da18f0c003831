package shortrun

import (
	"testing"
	"unsafe"
)

func TestDeepStack(t *testing.T) {
	if !moves(func() {}) {
		t.Fatal("64 KiB fit onto a new stack: the test shows nothing")
	}
	if moves(DeepStack) {
		t.Error("the stack grew again within 64 KiB")
	}
}

// moves says whether a new goroutine's stack is moved, as it is when it grows, for what is needed after prepare.
func moves(prepare func()) bool {
	moved := make(chan bool)
	go func() {
		prepare()
		var here byte
		before := uintptr(unsafe.Pointer(&here))
		descend(64)
		moved <- before != uintptr(unsafe.Pointer(&here))
	}()
	return <-moved
}

//go:noinline
func descend(n int) byte {
	var room [1000]byte
	room[n] = 1
	if n > 0 {
		room[0] = descend(n - 1)
	}
	return room[n]
}
