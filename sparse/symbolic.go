package sparse

import "slices"

// Symbolic is everything about the factor L that follows from the pattern of A
// and the order of elimination. It is never written to after Analyze, and any
// number of Factors can share it.
type Symbolic struct {
	pattern *Pattern // of A, in the caller's numbering
	perm    []int32  // len N: unknown eliminated at place k
	place   []int32  // len N: place of each unknown, the inverse of perm

	// The lower triangle of A in the order of elimination, by columns.
	aPtr  []int32 // len N+1
	aRow  []int32 // len Entries: place, not sorted within a column
	aFrom []int32 // len Entries: position of the entry in the caller's values

	parent []int32 // len N: elimination tree; -1 for a root
	first  []int32 // len N: the subtree of j is first[j] to j

	// L below its diagonal, by columns, rows ascending.
	ptr []int   // len N+1; int because a factor can have more than 2^31 entries
	row []int32 // len ptr[N]: place
}

// Analyze prepares the factorisation of matrices with pattern p, eliminating in
// the order perm, a permutation of 0 to N-1 such as Order(p); nil keeps the order
// as it is. Within that order it moves unknowns whose elimination is independent
// so that each subtree of the elimination tree is contiguous, which changes
// neither the entries of L nor the work, only their nearness in memory.
func Analyze(p *Pattern, perm []int32) *Symbolic {
	if err := p.Check(); err != nil {
		panic(err.Error())
	}
	if perm == nil {
		perm = natural(p.N)
	}
	place := invert(perm, p.N)
	post := postorder(eliminationTree(lowerRows(p, place)))

	s := &Symbolic{pattern: p, perm: make([]int32, p.N)}
	for k, before := range post {
		s.perm[k] = perm[before]
	}
	s.place = invert(s.perm, p.N)
	s.permuteColumns()
	rows := lowerRows(p, s.place)
	s.parent = eliminationTree(rows)
	s.first = make([]int32, p.N)
	for j, size := range subtreeSizes(s.parent) {
		s.first[j] = int32(j) - size + 1
	}
	s.fill(rows)
	return s
}

// N is the number of unknowns.
func (s *Symbolic) N() int { return s.pattern.N }

// Pattern is the pattern of A that was analysed.
func (s *Symbolic) Pattern() *Pattern { return s.pattern }

// Permutation returns the order of elimination, len N: the unknown at place k.
func (s *Symbolic) Permutation() []int32 { return slices.Clone(s.perm) }

// Entries is the number of entries of L, diagonal included.
func (s *Symbolic) Entries() int64 { return int64(s.ptr[s.N()]) + int64(s.N()) }

// FactorBytes is the memory one Factor takes, in bytes, before any NullVector or
// ConditionEstimate. The Symbolic itself takes about half as much again.
func (s *Symbolic) FactorBytes() int64 {
	n := int64(s.N())
	const perUnknown = 4*8 + 8*panelWidth + 2*4 + 8 + 1 // diagonals, work, motion, panel, lists, held
	return 8*int64(s.ptr[n]) + perUnknown*n
}

// Flops is the number of additions and multiplications of one Refactor: the sum
// of the squared column counts of L.
func (s *Symbolic) Flops() int64 {
	var sum int64
	for j := range s.N() {
		count := int64(s.ptr[j+1]-s.ptr[j]) + 1
		sum += count * count
	}
	return sum
}

// rowLists is the strict lower triangle of a matrix by rows.
type rowLists struct {
	ptr []int32 // len N+1
	col []int32 // len ptr[N], not sorted within a row
}

func (r rowLists) of(i int) []int32 { return r.col[r.ptr[i]:r.ptr[i+1]] }

// lowerRows is the strict lower triangle, by rows, of p renumbered by place.
func lowerRows(p *Pattern, place []int32) rowLists {
	ptr := make([]int32, p.N+1)
	eachEntry(p, place, func(_ int, i, j int32) {
		if i != j {
			ptr[i+1]++
		}
	})
	for i := range p.N {
		ptr[i+1] += ptr[i]
	}
	col := make([]int32, ptr[p.N])
	at := slices.Clone(ptr[:p.N])
	eachEntry(p, place, func(_ int, i, j int32) {
		if i != j {
			col[at[i]] = j
			at[i]++
		}
	})
	return rowLists{ptr, col}
}

// permuteColumns fills aPtr, aRow and aFrom.
func (s *Symbolic) permuteColumns() {
	p := s.pattern
	s.aPtr = make([]int32, p.N+1)
	s.aRow = make([]int32, p.Entries())
	s.aFrom = make([]int32, p.Entries())
	eachEntry(p, s.place, func(_ int, _, j int32) { s.aPtr[j+1]++ })
	for j := range p.N {
		s.aPtr[j+1] += s.aPtr[j]
	}
	at := slices.Clone(s.aPtr[:p.N])
	eachEntry(p, s.place, func(q int, i, j int32) {
		s.aRow[at[j]], s.aFrom[at[j]] = i, int32(q)
		at[j]++
	})
}

// eachEntry visits the entries of p, by their position q, renumbered by place and
// mirrored into the lower triangle.
func eachEntry(p *Pattern, place []int32, visit func(q int, i, j int32)) {
	for j := range p.N {
		for q := p.Ptr[j]; q < p.Ptr[j+1]; q++ {
			a, b := place[p.Row[q]], place[j]
			visit(int(q), max(a, b), min(a, b))
		}
	}
}

// eliminationTree returns the parent of each column: the row of the first entry
// of L below its diagonal, -1 when there is none (Liu 1986). An entry (i, j) of A
// makes i an ancestor of j, so from j we climb to the top of the tree built so
// far and put i above it. The climb leaves shortcuts behind, which keep it short.
func eliminationTree(rows rowLists) []int32 {
	n := len(rows.ptr) - 1
	parent := make([]int32, n)
	shortcut := make([]int32, n)
	for i := range n {
		parent[i], shortcut[i] = -1, -1
		for _, j := range rows.of(i) {
			for j != int32(i) {
				up := shortcut[j]
				shortcut[j] = int32(i)
				if up < 0 {
					parent[j] = int32(i)
					break
				}
				j = up
			}
		}
	}
	return parent
}

// postorder returns the nodes of a forest whose parents have larger numbers so
// that each subtree is contiguous and ends with its root; subtrees side by side
// keep their order. Each node owns an interval as long as its subtree, takes the
// last place of it and hands out the rest to its children from the back.
func postorder(parent []int32) []int32 {
	n := len(parent)
	size := subtreeSizes(parent)
	end := int32(n)            // of what is not handed out to roots
	inside := make([]int32, n) // of what node j has not handed out to its children
	post := make([]int32, n)
	for j := n - 1; j >= 0; j-- {
		from := &end
		if parent[j] >= 0 {
			from = &inside[parent[j]]
		}
		post[*from-1] = int32(j)
		inside[j] = *from - 1
		*from -= size[j]
	}
	return post
}

// subtreeSizes counts the nodes of each subtree, its root included.
func subtreeSizes(parent []int32) []int32 {
	size := make([]int32, len(parent))
	for j, up := range parent {
		size[j]++
		if up >= 0 {
			size[up] += size[j]
		}
	}
	return size
}

// fill finds the pattern of L. Row i of L holds every column on the way up the
// elimination tree from an entry (i, j) of A to i, so walking these ways, once to
// count and once to write, gives each column its rows in ascending order.
func (s *Symbolic) fill(rows rowLists) {
	n := s.N()
	s.ptr = make([]int, n+1)
	s.walkRows(rows, func(_, j int32) { s.ptr[j+1]++ })
	for j := range n {
		s.ptr[j+1] += s.ptr[j]
	}
	s.row = make([]int32, s.ptr[n])
	at := slices.Clone(s.ptr[:n])
	s.walkRows(rows, func(i, j int32) {
		s.row[at[j]] = i
		at[j]++
	})
}

// walkRows visits every entry (i, j) of L below the diagonal, row by row.
func (s *Symbolic) walkRows(rows rowLists, visit func(i, j int32)) {
	seen := make([]int32, s.N()) // last row, plus one, that visited the column
	for i := range int32(s.N()) {
		for _, j := range rows.of(int(i)) {
			for ; j != i && seen[j] != i+1; j = s.parent[j] {
				seen[j] = i + 1
				visit(i, j)
			}
		}
	}
}
