package sparse

import (
	"fmt"
	"math"
	"slices"
)

// Sum is A = sum of small symmetric matrices, one for each element, on the
// unknowns that it joins: a tangent stiffness. Its numbers go from the elements
// straight into the factorisation, and A is never stored.
//
// The values of a Sum are those of all elements, one after the other: of each the
// lower triangle row by row, so that entry (p, q), p >= q, of an element is number p(p+1)/2 + q of its own.
// They are many, so a Factor keeps no copy: after Refactor, NormInf and ConditionEstimate read them where they are.
type Sum struct {
	N   int     // unknowns
	Ptr []int32 // element i joins the unknowns Col[Ptr[i]:Ptr[i+1]]
	Col []int32 // none twice in an element; -1 for what is held, whose numbers are passed over

	// Group, X and Dim are as in Product.
	Group []int32
	X     []float64
	Dim   int
}

// Values is how many numbers the elements have.
func (c *Sum) Values() int {
	total := 0
	for i := range len(c.Ptr) - 1 {
		n := int(c.Ptr[i+1] - c.Ptr[i])
		total += n * (n + 1) / 2
	}
	return total
}

// each visits every number that counts: its place among the values, row and column.
func (c *Sum) each(visit func(at int, row, col int32) bool) {
	at := 0
	for i := range len(c.Ptr) - 1 {
		list := c.Col[c.Ptr[i]:c.Ptr[i+1]]
		for p, row := range list {
			for _, col := range list[:p+1] {
				if row >= 0 && col >= 0 && !visit(at, row, col) {
					return
				}
				at++
			}
		}
	}
}

// AnalyzeSum prepares the factorisation of matrices that are such sums. The
// pattern may not change afterwards. It panics where an unknown is none.
func AnalyzeSum(c *Sum) *Symbolic {
	free := &Product{N: c.N, Ptr: make([]int32, 1, len(c.Ptr)), Col: make([]int32, 0, len(c.Col))}
	for i := range len(c.Ptr) - 1 {
		for _, j := range c.Col[c.Ptr[i]:c.Ptr[i+1]] {
			if j < -1 || int(j) >= c.N {
				panic(fmt.Sprintf("sparse: an element names unknown %d of %d", j, c.N))
			}
			if j >= 0 {
				free.Col = append(free.Col, j)
			}
		}
		free.Ptr = append(free.Ptr, int32(len(free.Col)))
	}
	group := c.Group
	if group == nil {
		group = natural(c.N)
	}
	g, member := free.graph(group)
	order, how := g.orderBy(c.X, c.Dim)
	s := newSymbolic(g, member, order)
	s.source, s.how = newSums(s, c), how
	return s
}

// sums takes the numbers of a Sum.
type sums struct {
	c     *Sum
	total int
	ptr   []int   // numbers of front i are ptr[i] to ptr[i+1]
	at    []int32 // offset in the panel
	from  []int32 // number
}

// newSums finds the place of every number in the panels.
func newSums(s *Symbolic, c *Sum) *sums {
	e := &sums{c: c, total: c.Values(), ptr: make([]int, len(s.fronts)+1)}
	if e.total > math.MaxInt32 {
		panic("sparse: the elements have too many numbers")
	}
	frontOf := s.frontOfPlaces()
	c.each(func(_ int, row, col int32) bool {
		e.ptr[frontOf[min(s.place[row], s.place[col])]+1]++
		return true
	})
	for i := range s.fronts {
		e.ptr[i+1] += e.ptr[i]
	}
	next, count := slices.Clone(e.ptr), e.ptr[len(s.fronts)]
	e.at, e.from = make([]int32, count), make([]int32, count)
	high, low := make([]int32, count), make([]int32, count) // places of row and column, sorted by fronts
	c.each(func(at int, row, col int32) bool {
		x, y := s.place[row], s.place[col]
		i := frontOf[min(x, y)]
		e.from[next[i]], high[next[i]], low[next[i]] = int32(at), max(x, y), min(x, y)
		next[i]++
		return true
	})
	position := make([]int32, s.n)
	for i := range s.fronts {
		s.positions(i, position)
		shape := s.fronts[i].panelShape()
		for a := e.ptr[i]; a < e.ptr[i+1]; a++ {
			e.at[a] = panelOffset(shape, position[high[a]], position[low[a]])
		}
	}
	return e
}

func (e *sums) values() int { return e.total }

func (e *sums) scatter(i int, values, panel []float64) {
	from := e.from[e.ptr[i]:e.ptr[i+1]]
	for a, at := range e.at[e.ptr[i]:e.ptr[i+1]] {
		panel[at] += values[from[a]]
	}
}

func (e *sums) check(values []float64) error {
	if finite(values) {
		return nil
	}
	var err error
	e.c.each(func(at int, row, col int32) bool {
		if v := values[at]; math.IsNaN(v) || math.IsInf(v, 0) {
			err = &NotFiniteError{Row: int(row), Column: int(col), Value: v}
		}
		return err == nil
	})
	return err
}

func (e *sums) diagonal(values []float64, place []int32, diagonal []float64) {
	clear(diagonal)
	e.c.each(func(at int, row, col int32) bool {
		if row == col {
			diagonal[place[row]] += values[at]
		}
		return true
	})
}

// norm bounds the infinity norm of A by the sum of those of the elements.
func (e *sums) norm(values []float64) float64 {
	sum := make([]float64, e.c.N)
	e.c.each(func(at int, row, col int32) bool {
		v := math.Abs(values[at])
		if sum[row] += v; row != col {
			sum[col] += v
		}
		return true
	})
	return largest(sum)
}

// finite reports whether all numbers are: times zero they are zero, else NaN. Four sums, so that none waits for another.
func finite(values []float64) bool {
	var a, b, c, d float64
	for ; len(values) >= 4; values = values[4:] {
		a += values[0] * 0
		b += values[1] * 0
		c += values[2] * 0
		d += values[3] * 0
	}
	for _, v := range values {
		a += v * 0
	}
	return a+b+c+d == 0
}
