package sparse

import (
	"math"
	"slices"
)

// source is where the numbers of A come from.
type source interface {
	// values is how many numbers Refactor takes.
	values() int
	// scatter adds the columns of A that front i eliminates to its panel.
	scatter(i int, values, panel []float64)
	// check says whether every number is finite.
	check(values []float64) error
	// diagonal sets the diagonal of A, by place.
	diagonal(values []float64, place []int32, diagonal []float64)
	// norm is the infinity norm of A, or a bound on it.
	norm(values []float64) float64
}

// entries takes the values of a Pattern one by one.
type entries struct {
	pattern *Pattern
	ptr     []int   // those of front i are ptr[i] to ptr[i+1]
	at      []int32 // offset in the panel
	from    []int32 // entry of the pattern
}

// newEntries finds the place of every entry of p in the panels.
func newEntries(s *Symbolic, p *Pattern) *entries {
	e := &entries{pattern: p, ptr: make([]int, len(s.fronts)+1),
		at: make([]int32, p.Entries()), from: make([]int32, p.Entries())}
	frontOf := s.frontOfPlaces()
	column := func(i, j int) int32 { return min(s.place[i], s.place[j]) }
	for j := range p.N {
		for q := p.Ptr[j]; q < p.Ptr[j+1]; q++ {
			e.ptr[frontOf[column(int(p.Row[q]), j)]+1]++
		}
	}
	for i := range s.fronts {
		e.ptr[i+1] += e.ptr[i]
	}
	next := slices.Clone(e.ptr)
	to := make([]int32, p.Entries()) // column of each entry of the pattern
	for j := range p.N {
		for q := p.Ptr[j]; q < p.Ptr[j+1]; q++ {
			to[q] = int32(j)
			i := frontOf[column(int(p.Row[q]), j)]
			e.from[next[i]] = q
			next[i]++
		}
	}
	position := make([]int32, s.n)
	for i := range s.fronts {
		s.positions(i, position)
		shape := s.fronts[i].panelShape()
		for a := e.ptr[i]; a < e.ptr[i+1]; a++ {
			q := e.from[a]
			x, y := position[s.place[p.Row[q]]], position[s.place[to[q]]]
			e.at[a] = panelOffset(shape, max(x, y), min(x, y))
		}
	}
	return e
}

// panelOffset is where entry (row, col) of a panel is stored.
func panelOffset(shape trapezoid, row, col int32) int32 {
	at := shape.column(int(col)) + int(row)
	if at > math.MaxInt32 {
		panic("sparse: a front of more than 2^31 entries")
	}
	return int32(at)
}

// frontOfPlaces is the front that eliminates the unknown at each place.
func (s *Symbolic) frontOfPlaces() []int32 {
	of := make([]int32, s.n)
	for i := range s.fronts {
		f := &s.fronts[i]
		for p := f.first; p < f.first+f.width; p++ {
			of[p] = int32(i)
		}
	}
	return of
}

// positions sets the position in front i of the places it has.
func (s *Symbolic) positions(i int, position []int32) {
	f := &s.fronts[i]
	for p := range f.width {
		position[f.first+p] = p
	}
	for p, place := range s.rowsOf(f) {
		position[place] = f.below + int32(p)
	}
}

func (e *entries) values() int { return e.pattern.Entries() }

func (e *entries) scatter(i int, values, panel []float64) {
	from := e.from[e.ptr[i]:e.ptr[i+1]]
	for a, at := range e.at[e.ptr[i]:e.ptr[i+1]] {
		panel[at] = values[from[a]]
	}
}

func (e *entries) check(values []float64) error {
	p := e.pattern
	for j := range p.N {
		for q := p.Ptr[j]; q < p.Ptr[j+1]; q++ {
			if v := values[q]; math.IsNaN(v) || math.IsInf(v, 0) {
				return &NotFiniteError{Row: int(p.Row[q]), Column: j, Value: v}
			}
		}
	}
	return nil
}

func (e *entries) diagonal(values []float64, place []int32, diagonal []float64) {
	for j, k := range place {
		diagonal[k] = values[e.pattern.Ptr[j]]
	}
}

func (e *entries) norm(values []float64) float64 { return e.pattern.NormInf(values) }
