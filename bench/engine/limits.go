package main

import (
	"sync"
	"time"

	"github.com/elastrain/elastrain/internal/kernel"
)

// limits are what a machine can do at best with some number of threads.
type limits struct {
	threads int
	dgemm   float64 // of OpenBLAS, or the BLAS that CHOLMOD uses, GFLOP/s; 0 unknown
	update  float64 // of kernel.Update, GFLOP/s
	read    float64 // of memory, GB/s
}

// peak is the faster of the two ways to multiply matrices, GFLOP/s.
func (l *limits) peak() float64 { return max(l.dgemm, l.update) }

// seconds is the least time of a step by these limits: all the flops of the
// factorisation at the peak, and twice through L as the forward and backward
// solutions go, both at once for all ports.
func (l *limits) seconds(r *report) float64 {
	return 1e-9 * (r.Flops/l.peak() + 2*8*r.Entries/l.read)
}

const tries = 5 // of which the best counts

// updateRate measures kernel.Update where it is at its best: eight columns, a
// packed operand that stays in the second-level cache.
func updateRate(threads int, least time.Duration) float64 {
	const k, rows = 128, 480
	o := kernel.Operand{Ld: kernel.TileRows, Step: kernel.TileRows * k}
	return best(threads, func() func() float64 {
		a, c := make([]float64, k*rows), make([]float64, kernel.Width*rows)
		for i := range a {
			a[i] = float64(i%97) / 97
		}
		return func() float64 {
			start, flops := time.Now(), 0.0
			for time.Since(start) < least {
				for range 20 {
					kernel.Update(c, rows, a, a, o, k, rows, kernel.Width, false)
				}
				flops += 20 * 2 * k * rows * kernel.Width
			}
			return 1e-9 * flops / time.Since(start).Seconds()
		}
	})
}

// readRate measures how fast memory is read: every thread sums its share of the
// numbers, of which there are too many for any cache.
func readRate(threads, numbers int) float64 {
	return best(threads, func() func() float64 {
		x := make([]float64, numbers/threads)
		for i := range x { // until it is written, it is not there
			x[i] = 1
		}
		return func() float64 {
			start := time.Now()
			if total(x) == 0 {
				panic("the numbers are all one")
			}
			return 1e-9 * 8 * float64(len(x)) / time.Since(start).Seconds()
		}
	})
}

// total adds in eight chains, so that additions do not wait for one another.
func total(x []float64) float64 {
	var s [8]float64
	for ; len(x) >= 8; x = x[8:] {
		s[0] += x[0]
		s[1] += x[1]
		s[2] += x[2]
		s[3] += x[3]
		s[4] += x[4]
		s[5] += x[5]
		s[6] += x[6]
		s[7] += x[7]
	}
	for _, v := range x {
		s[0] += v
	}
	return s[0] + s[1] + s[2] + s[3] + s[4] + s[5] + s[6] + s[7]
}

// best runs a measurement on so many threads at once, several times, and returns
// the largest sum of their rates. prepare gives each thread its measurement.
func best(threads int, prepare func() func() float64) float64 {
	work := make([]func() float64, threads)
	for i := range work {
		work[i] = prepare()
	}
	most := 0.0
	for range tries {
		rates := make([]float64, threads)
		var all sync.WaitGroup
		for i := range work {
			all.Go(func() { rates[i] = work[i]() })
		}
		all.Wait()
		sum := 0.0
		for _, r := range rates {
			sum += r
		}
		most = max(most, sum)
	}
	return most
}
