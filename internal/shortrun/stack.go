// Package shortrun gives a program that is over within milliseconds its memory in large pieces. The runtime
// and the kernel hand it out bit by bit, as suits a program that stays.
package shortrun

import "unsafe"

// DeepStack grows the calling goroutine's stack to 128 KiB, which parsers, Kustomize and OPA need. A stack that
// grows by itself is copied each time that it doubles, frame by frame: six times on the way there.
func DeepStack() { reach[[72 << 10]byte](false) }

// reach grows the stack by what the result of a call of fill takes, and returns an address at its top: a result
// has its place in the frame of the caller, which is there, untouched, whether or not the call is made.
//
//go:noinline
func reach[Stack any](call bool) uintptr {
	var top byte
	if call {
		fill[Stack]()
	}
	return uintptr(unsafe.Pointer(&top))
}

//go:noinline
func fill[Stack any]() (stack Stack) { return stack }
