package shortrun

import "syscall"

// firstHeap is about what a run uses before its first collection, in bytes. See main.
const firstHeap = 16 << 20

// init has the kernel back the heap with huge pages. In pages of 4 KiB, a check of a small repository
// interrupts itself 2,000 times to be given the next, which is a tenth of its time. Only what the runtime has
// taken from the kernel can be marked, and it takes 4 MiB at a time; so the heap is made to grow first, by a
// stack, which comes from the heap and goes back to it with its goroutine. None of it is touched by that.
//
// It is an init so that it comes before those of most libraries, which use a sixth of the memory.
func init() {
	tops := make(chan uintptr)
	go func() { tops <- reach[[firstHeap/2 + 1<<20]byte](false) }() // stacks are powers of two
	top := <-tops
	const huge = 2 << 20
	from, to := (top-firstHeap+huge-1)&^(huge-1), top&^(huge-1)
	// It is a wish: where the kernel does not know it, or memory is in pieces, pages are small as ever.
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, from, to-from, syscall.MADV_HUGEPAGE)
}
