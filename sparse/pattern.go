package sparse

import (
	"fmt"
	"iter"
	"math"
	"slices"
)

// Pattern says which entries of a symmetric N x N matrix may be nonzero. It keeps
// the lower triangle, column by column, rows ascending; the diagonal is always
// there, so each column starts with it. The values of a matrix with this pattern
// are a slice of len Entries(), in the order of Row.
type Pattern struct {
	N   int     // unknowns
	Ptr []int32 // len N+1: column j is Row[Ptr[j]:Ptr[j+1]]
	Row []int32 // len Ptr[N]: row of each entry, row >= column
}

// NewPattern collects the entries (i, j) that pairs yields, 0 <= i, j < n. Order
// and repetition do not matter, (i, j) and (j, i) are the same entry, and the
// diagonal is added. It panics on an index outside the matrix.
func NewPattern(n int, pairs iter.Seq2[int, int]) *Pattern {
	if n < 0 || n > math.MaxInt32-1 {
		panic(fmt.Sprintf("sparse: NewPattern of %d unknowns; it takes 0 to %d", n, math.MaxInt32-1))
	}
	// An entry is a key, column in the high half, so that sorting the keys sorts
	// by column and then by row.
	keys := make([]uint64, n)
	for j := range keys {
		keys[j] = uint64(j)<<32 | uint64(j)
	}
	for i, j := range pairs {
		if i < 0 || i >= n || j < 0 || j >= n {
			panic(fmt.Sprintf("sparse: NewPattern got entry (%d, %d) of a matrix of %d unknowns", i, j, n))
		}
		keys = append(keys, uint64(min(i, j))<<32|uint64(max(i, j)))
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	if len(keys) > math.MaxInt32 {
		panic(fmt.Sprintf("sparse: NewPattern got %d entries; it takes %d", len(keys), math.MaxInt32))
	}

	p := &Pattern{N: n, Ptr: make([]int32, n+1), Row: make([]int32, len(keys))}
	for q, key := range keys {
		p.Row[q] = int32(key & math.MaxUint32)
		p.Ptr[key>>32+1]++
	}
	for j := range n {
		p.Ptr[j+1] += p.Ptr[j]
	}
	return p
}

// NewCliquePattern makes the pattern of a sum of small dense matrices, one for
// each clique: all the unknowns of a clique are coupled with one another. A bond,
// for instance, is the clique of the degrees of freedom of its two ends.
func NewCliquePattern(n int, cliques iter.Seq[[]int]) *Pattern {
	return NewPattern(n, func(yield func(int, int) bool) {
		for clique := range cliques {
			for a, i := range clique {
				for _, j := range clique[:a+1] {
					if !yield(i, j) {
						return
					}
				}
			}
		}
	})
}

// Entries is the number of entries of the lower triangle, diagonal included: the
// length of every slice of values with this pattern.
func (p *Pattern) Entries() int { return len(p.Row) }

// Index is the position of entry (i, j), or (j, i), among the values; -1 when the
// pattern does not have it.
func (p *Pattern) Index(i, j int) int {
	if i < j {
		i, j = j, i
	}
	if j < 0 || i >= p.N {
		return -1
	}
	begin := int(p.Ptr[j])
	at, found := slices.BinarySearch(p.Row[begin:p.Ptr[j+1]], int32(i))
	if !found {
		return -1
	}
	return begin + at
}

// Check says what is wrong with a Pattern that was not made by this package; nil
// when it is sound.
func (p *Pattern) Check() error {
	if p.N < 0 || len(p.Ptr) != p.N+1 || p.Ptr[0] != 0 || int(p.Ptr[p.N]) != len(p.Row) {
		return fmt.Errorf("sparse: pattern of %d unknowns has %d pointers and %d rows; "+
			"Ptr must have N+1 numbers from 0 to len(Row)", p.N, len(p.Ptr), len(p.Row))
	}
	for j := range p.N {
		begin, end := p.Ptr[j], p.Ptr[j+1]
		if begin < 0 || end <= begin || int(end) > len(p.Row) || p.Row[begin] != int32(j) {
			return fmt.Errorf("sparse: column %d of the pattern must start with its diagonal", j)
		}
		for q := begin + 1; q < end; q++ {
			if p.Row[q] <= p.Row[q-1] || int(p.Row[q]) >= p.N {
				return fmt.Errorf("sparse: rows of column %d of the pattern must ascend and stay below %d", j, p.N)
			}
		}
	}
	return nil
}

// Multiply sets y = A x for nrhs vectors at once. values has len Entries(); x and
// y have len N*nrhs and hold component i of vector r at i*nrhs+r. They must not
// overlap.
func (p *Pattern) Multiply(values, x, y []float64, nrhs int) {
	p.mustMatch("Multiply", values, nrhs, x, y)
	clear(y)
	for j := range p.N {
		xj, yj := x[j*nrhs:(j+1)*nrhs], y[j*nrhs:(j+1)*nrhs]
		diagonal := int(p.Ptr[j])
		for r, v := range xj {
			yj[r] += values[diagonal] * v
		}
		for q := diagonal + 1; q < int(p.Ptr[j+1]); q++ {
			i, a := int(p.Row[q]), values[q]
			xi, yi := x[i*nrhs:(i+1)*nrhs], y[i*nrhs:(i+1)*nrhs]
			for r := range xj {
				yi[r] += a * xj[r]
				yj[r] += a * xi[r]
			}
		}
	}
}

// mustMatch panics, naming the method, when values or a block of nrhs vectors has
// the wrong length.
func (p *Pattern) mustMatch(method string, values []float64, nrhs int, blocks ...[]float64) {
	if len(values) != len(p.Row) {
		panic(fmt.Sprintf("sparse: %s got %d values; the pattern has %d entries", method, len(values), len(p.Row)))
	}
	for _, block := range blocks {
		p.mustMatchBlock(method, nrhs, block)
	}
}

// mustMatchBlock panics when block is not a block of nrhs vectors.
func (p *Pattern) mustMatchBlock(method string, nrhs int, block []float64) {
	if nrhs < 0 || len(block) != p.N*nrhs {
		panic(fmt.Sprintf("sparse: %s got a block of len %d for %d vectors of %d unknowns", method, len(block), nrhs, p.N))
	}
}
