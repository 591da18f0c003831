package tree

import "github.com/promocheck/promocheck/check/git"

// recent keeps what was used lately, up to about twice a size: once the newer half is full, the older half is
// forgotten.
type recent[T any] struct {
	most, size int // of the newer half
	sizeOf     func(T) int
	newer      map[git.OID]T
	older      map[git.OID]T
}

func newRecent[T any](most int, sizeOf func(T) int) recent[T] {
	return recent[T]{most: most, sizeOf: sizeOf, newer: map[git.OID]T{}}
}

func (r *recent[T]) get(oid git.OID) (T, bool) {
	value, ok := r.newer[oid]
	if !ok {
		if value, ok = r.older[oid]; ok {
			r.put(oid, value)
		}
	}
	return value, ok
}

func (r *recent[T]) put(oid git.OID, value T) {
	if _, ok := r.newer[oid]; ok {
		return
	}
	if r.size > r.most {
		r.older, r.newer, r.size = r.newer, map[git.OID]T{}, 0
	}
	r.newer[oid] = value
	const fixed = 64 // of what keeps a value
	r.size += fixed + r.sizeOf(value)
}
