package body

import "slices"

// The coordinates and forces of all elements have a flat numbering, run by run, so that sums over elements go through
// memory in one direction, and in chunks that threads share out. What comes of a chunk does not depend on who does it.

// chunkSize is the elements that are done at once: enough to share out, few enough to stay in cache.
const chunkSize = 256

// chunk is elements from to to of a run.
type chunk struct{ run, from, to int }

// flat is that numbering. Local coordinate p of element k of a run is r.First + k*r.Local + p.
type flat struct {
	locals, rows int // in all: local coordinates, and entries of de/dlocal
	chunks       []chunk
	at           []float64 // places of the ends of all elements; Built.At are parts of it
	// Of the runs that are plain: where each local coordinate is among unknowns, given values and, last, a zero.
	from []int32
	// Forces that meet at every unknown, then at every given value: those of local coordinates meet[meetPtr[i]:meetPtr[i+1]],
	// in the order of the elements; times by where that is not nil.
	meetPtr, meet []int32
	by            []float64
}

// number lays out the flat numbering.
func (b *Body) number() {
	f := &b.flat
	size := 0
	for i := range b.Built {
		size += len(b.Built[i].At)
	}
	f.at = make([]float64, 0, size)
	for at := range b.Runs {
		r := &b.Runs[at]
		n := len(r.Elements)
		r.First, r.row, r.place = f.locals, f.rows, len(f.at)
		f.locals += n * r.Local
		f.rows += n * r.Modes * r.Local
		for from := 0; from < n; from += chunkSize {
			f.chunks = append(f.chunks, chunk{at, from, min(from+chunkSize, n)})
		}
		for _, i := range r.Elements {
			begin := len(f.at)
			f.at = append(f.at, b.Built[i].At...)
			b.Built[i].At = f.at[begin:len(f.at):len(f.at)]
		}
	}
}

// join finds where local coordinates come from, and where forces go.
func (b *Body) join() {
	f, s := &b.flat, &b.Space
	f.from = make([]int32, f.locals)
	f.meetPtr = make([]int32, s.N+s.G+1)
	plain := true
	for at := range b.Runs {
		r := &b.Runs[at]
		r.plain = true
		for k, i := range r.Elements {
			first := int(b.local[i])
			own := f.from[r.First+k*r.Local:][:r.Local]
			for p := range own {
				own[p] = int32(s.N + s.G)
				terms := b.term[b.ptr[first+p]:b.ptr[first+p+1]]
				for _, t := range terms {
					f.meetPtr[s.Row(t.col)+1]++
					r.plain = r.plain && t.by == 1 && len(terms) == 1
					own[p] = int32(s.Row(t.col))
				}
				r.plain = r.plain && (len(terms) == 0 || !slices.Contains(own[:p], own[p]))
			}
		}
		plain = plain && r.plain
	}
	for i := range s.N + s.G {
		f.meetPtr[i+1] += f.meetPtr[i]
	}
	f.meet = make([]int32, f.meetPtr[s.N+s.G])
	if !plain {
		f.by = make([]float64, len(f.meet))
	}
	next := slices.Clone(f.meetPtr)
	for i := range b.Elements {
		r, first := &b.Runs[b.run[i]], int(b.local[i])
		for p := range r.Local {
			for _, t := range b.term[b.ptr[first+p]:b.ptr[first+p+1]] {
				to := &next[s.Row(t.col)]
				f.meet[*to] = int32(r.First + int(b.place[i])*r.Local + p)
				if f.by != nil {
					f.by[*to] = t.by
				}
				*to++
			}
		}
	}
}

// gather adds to sum[i - from], for the unknowns from to to, by times the forces that meet there.
func (f *flat) gather(force []float64, by float64, from, to int, sum []float64) {
	for i := from; i < to; i++ {
		v := sum[i-from]
		first, last := f.meetPtr[i], f.meetPtr[i+1]
		if f.by == nil {
			for _, at := range f.meet[first:last] {
				v += by * force[at]
			}
		} else {
			for a := first; a < last; a++ {
				v += by * f.by[a] * force[f.meet[a]]
			}
		}
		sum[i-from] = v
	}
}
