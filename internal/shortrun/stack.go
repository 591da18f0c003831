// Package shortrun gives a program that is over within milliseconds its memory in large pieces. The runtime
// and the kernel hand it out bit by bit, as suits a program that stays.
package shortrun

// DeepStack grows the calling goroutine's stack to 128 KiB, which parsers, Kustomize and OPA need. A stack that
// grows by itself is copied each time that it doubles, frame by frame: six times on the way there.
func DeepStack() { reach(false) }

// reach only needs the stack that a call of filled would take: the result of a call has its place in the
// frame of the caller, which is there, untouched, whether or not the call is made.
//
//go:noinline
func reach(call bool) {
	if call {
		filled()
	}
}

//go:noinline
func filled() (stack [72 << 10]byte) { return stack }
