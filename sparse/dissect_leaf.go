package sparse

import (
	"math/bits"
	"runtime"
	"sync"
)

// orderLeaves orders the groups of every leaf by minimum degree, counting the
// groups of the separators around it, which are eliminated later.
func (d *dissection) orderLeaves() {
	n := len(d.order)
	place := make([]int32, n)
	for k, i := range d.order {
		place[i] = int32(k)
	}
	workers := runtime.GOMAXPROCS(0)
	if n < forkGroups {
		workers = 1
	}
	var running sync.WaitGroup
	for w := range workers {
		running.Go(func() {
			for k := n * w / workers; k < n*(w+1)/workers; k++ {
				if end := d.leafEnd[k]; end > 0 {
					d.graph.orderLeaf(d.order[k:end], int32(k), place)
				}
			}
		})
	}
	running.Wait()
}

// orderLeaf puts the groups of a leaf, which has the places from first on, in an
// order of minimum degree. A set of groups is the bits of a word: first those of
// the leaf, then those around it as far as there is room.
func (g *graph) orderLeaf(leaf []int32, first int32, place []int32) {
	n := len(leaf)
	var names, around [64]int32
	var near [64]uint64 // neighbours of each group of the leaf
	copy(names[:], leaf)
	known := 0
	for a, i := range leaf {
		for _, j := range g.of(i) {
			if b := place[j] - first; b >= 0 && int(b) < n {
				near[a] |= 1 << b
				continue
			}
			b := 0
			for b < known && around[b] != j {
				b++
			}
			if n+b < 64 {
				around[b] = j
				known = max(known, b+1)
				near[a] |= 1 << (n + b)
			}
		}
	}
	left := uint64(1)<<n - 1
	for k := range leaf {
		best, least := 0, 65
		for rest := left; rest != 0; rest &= rest - 1 {
			a := bits.TrailingZeros64(rest)
			if degree := bits.OnesCount64(near[a]); degree < least {
				best, least = a, degree
			}
		}
		leaf[k] = names[best]
		left &^= 1 << best
		for rest := near[best] & left; rest != 0; rest &= rest - 1 {
			a := bits.TrailingZeros64(rest)
			near[a] = (near[a] | near[best]) &^ (1<<a | 1<<best)
		}
	}
}
