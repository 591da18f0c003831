package shortrun

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"unsafe"
)

// object is larger than what the runtime has taken from the kernel when the program starts.
var object = sync.OnceValue(func() *[6 << 20]byte { return new([6 << 20]byte) })

func TestHeapIsMarked(t *testing.T) {
	if _, err := os.Stat("/sys/kernel/mm/transparent_hugepage"); err != nil {
		t.Skip("this kernel has no huge pages to give")
	}
	flags := flagsOf(t, uintptr(unsafe.Pointer(&object()[len(object())/2])))
	if !slices.Contains(flags, "hg") {
		t.Errorf("the heap's memory is not marked for huge pages, but %q", flags)
	}
}

// flagsOf returns the kernel's flags of the mapping that an address lies in.
func flagsOf(t *testing.T, address uintptr) []string {
	t.Helper()
	file, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, within := bufio.NewScanner(file), false
	for lines.Scan() {
		var from, to uintptr
		if n, _ := fmt.Sscanf(lines.Text(), "%x-%x ", &from, &to); n == 2 {
			within = from <= address && address < to
		}
		if flags, ok := strings.CutPrefix(lines.Text(), "VmFlags: "); ok && within {
			return strings.Fields(flags)
		}
	}
	t.Fatalf("no mapping has the address %#x: %v", address, lines.Err())
	return nil
}
