package sparse

import (
	"fmt"
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

// products takes the weights of the rows of C and multiplies them out.
type products struct {
	c      *Product
	fronts []front
	first  []int32   // entries of row i in the order of elimination are value[first[i]:first[i+1]]
	value  []float64 // an unknown that C names twice in a row has the sum

	ptr   []int // terms of front i are ptr[i] to ptr[i+1]
	terms []term
	place []int32 // of each term: positions in the front of its entries, and then the offsets of the columns that are owned
}

// term is what one row of C adds to one panel: the columns of its entries from
// from on, of which the front eliminates the first owned.
type term struct {
	row   int32
	from  int32
	count int32 // entries from there on
	owned int32
	at    int32 // first of its places
}

// positions are those of the entries of a term.
func (p *products) positions(t *term) []int32 { return p.place[t.at:][:t.count] }

// newProducts finds where the product of any two entries of a row of C goes.
func newProducts(s *Symbolic, c *Product) *products {
	p := &products{c: c, fronts: s.fronts}
	place := p.sortRows(s)
	frontOf := s.frontOfPlaces()
	// eachTerm visits the stretches of a row that one front eliminates.
	eachTerm := func(visit func(row int32, from, owned, end int32, front int32)) {
		for row := range int32(len(p.first) - 1) {
			end := p.first[row+1]
			for from := p.first[row]; from < end; {
				front, owned := frontOf[place[from]], int32(1)
				for from+owned < end && frontOf[place[from+owned]] == front {
					owned++
				}
				visit(row, from, owned, end, front)
				from += owned
			}
		}
	}
	p.ptr = make([]int, len(s.fronts)+1)
	eachTerm(func(_, _, _, _, front int32) { p.ptr[front+1]++ })
	for i := range s.fronts {
		p.ptr[i+1] += p.ptr[i]
	}
	p.terms = make([]term, p.ptr[len(s.fronts)])
	next := slices.Clone(p.ptr)
	total := 0
	eachTerm(func(row, from, owned, end, front int32) {
		p.terms[next[front]] = term{row: row, from: from, count: end - from, owned: owned}
		next[front]++
		total += int(end - from + owned)
	})
	if total > math.MaxInt32 {
		panic("sparse: C has too many entries")
	}
	p.place = make([]int32, 0, total)
	position := make([]int32, s.n)
	for i := range s.fronts {
		s.positions(i, position)
		shape := s.fronts[i].panelShape()
		panelOffset(shape, int32(shape.rows-1), int32(max(shape.cols-1, 0)))
		for a := p.ptr[i]; a < p.ptr[i+1]; a++ {
			t := &p.terms[a]
			t.at = int32(len(p.place))
			entries := place[t.from:][:t.count]
			for _, j := range entries {
				p.place = append(p.place, position[j])
			}
			for _, j := range entries[:t.owned] {
				p.place = append(p.place, int32(shape.column(int(position[j]))))
			}
		}
	}
	return p
}

// sortRows sorts the entries of each row of C by the order of elimination and returns
// their places.
func (p *products) sortRows(s *Symbolic) (place []int32) {
	c := p.c
	rows := len(c.Ptr) - 1
	p.first = make([]int32, rows+1)
	p.value = make([]float64, 0, len(c.Val))
	place = make([]int32, 0, len(c.Val))
	for row := range rows {
		begin := len(place)
		for a := c.Ptr[row]; a < c.Ptr[row+1]; a++ {
			j, v := s.place[c.Col[a]], c.Val[a]
			at := len(place)
			for at > begin && place[at-1] > j {
				at--
			}
			if at > begin && place[at-1] == j {
				p.value[at-1] += v
				continue
			}
			place, p.value = append(place, 0), append(p.value, 0)
			copy(place[at+1:], place[at:])
			copy(p.value[at+1:], p.value[at:])
			place[at], p.value[at] = j, v
		}
		p.first[row+1] = int32(len(place))
	}
	return place
}

func (p *products) values() int { return len(p.first) - 1 }

func (p *products) scatter(i int, values, panel []float64) {
	for a := p.ptr[i]; a < p.ptr[i+1]; a++ {
		t := &p.terms[a]
		k := values[t.row]
		if t.owned == 2 && t.count <= 4 && t.count != 3 || t.owned == 4 && t.count == 4 { // a bar in the plane
			addBar(panel, k, p.value[t.from:][:t.count], p.place[t.at:][:t.count+t.owned])
			continue
		}
		v := p.value[t.from:][:t.count]
		position := p.positions(t)
		for b, c := range p.place[t.at+t.count:][:t.owned] {
			kv := k * v[b]
			column := panel[c:]
			for a := b; a < len(v); a++ {
				column[position[a]] += kv * v[a]
			}
		}
	}
}

// addBar is the loop of scatter for a row of C on one node of two unknowns or on two, of which the front owns the first or both.
func addBar(panel []float64, k float64, v []float64, place []int32) {
	if len(v) == 2 {
		v, to := (*[2]float64)(v), (*[4]int32)(place)
		column, kv := to[2], k*v[0]
		panel[column+to[0]] += kv * v[0]
		panel[column+to[1]] += kv * v[1]
		panel[to[3]+to[1]] += k * v[1] * v[1]
		return
	}
	w, to := (*[4]float64)(v), (*[6]int32)(place)
	column, kv := to[4], k*w[0]
	panel[column+to[0]] += kv * w[0]
	panel[column+to[1]] += kv * w[1]
	panel[column+to[2]] += kv * w[2]
	panel[column+to[3]] += kv * w[3]
	column, kv = to[5], k*w[1]
	panel[column+to[1]] += kv * w[1]
	panel[column+to[2]] += kv * w[2]
	panel[column+to[3]] += kv * w[3]
	if len(place) == 8 {
		column, kv = place[6], k*w[2]
		panel[column+to[2]] += kv * w[2]
		panel[column+to[3]] += kv * w[3]
		panel[place[7]+to[3]] += k * w[3] * w[3]
	}
}

func (p *products) check(values []float64) error {
	most := uint64(0) // without a sign, infinity and NaN are the largest bits
	for _, v := range values {
		most = max(most, math.Float64bits(v)<<1)
	}
	if most < math.Float64bits(math.Inf(1))<<1 {
		return nil
	}
	for row, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return &NotFiniteError{Row: row, Column: -1, Value: v}
		}
	}
	return nil
}

func (p *products) diagonal(values []float64, _ []int32, diagonal []float64) {
	clear(diagonal)
	for i := range p.fronts {
		for a := p.ptr[i]; a < p.ptr[i+1]; a++ {
			t := &p.terms[a]
			for b, v := range p.value[t.from:][:t.owned] {
				diagonal[p.fronts[i].first+p.positions(t)[b]] += values[t.row] * v * v
			}
		}
	}
}

// norm bounds the infinity norm of A by that of |C|^T |K| |C|.
func (p *products) norm(values []float64) float64 {
	c := p.c
	sum := make([]float64, c.N)
	for row := range len(c.Ptr) - 1 {
		size := 0.0
		for a := c.Ptr[row]; a < c.Ptr[row+1]; a++ {
			size += math.Abs(c.Val[a])
		}
		for a := c.Ptr[row]; a < c.Ptr[row+1]; a++ {
			sum[c.Col[a]] += math.Abs(values[row]) * size * math.Abs(c.Val[a])
		}
	}
	return largest(sum)
}

// Check says what is wrong with a Product; nil when it is sound.
func (c *Product) Check() error {
	rows := len(c.Ptr) - 1
	if c.N < 0 || rows < 0 || len(c.Col) != len(c.Val) || int(c.Ptr[rows]) != len(c.Col) {
		return fmt.Errorf("sparse: product of %d rows with %d unknowns and %d values", rows, len(c.Col), len(c.Val))
	}
	for _, j := range c.Col {
		if j < 0 || int(j) >= c.N {
			return fmt.Errorf("sparse: row of C names unknown %d of %d", j, c.N)
		}
	}
	if c.Group != nil && len(c.Group) != c.N {
		return fmt.Errorf("sparse: %d groups for %d unknowns", len(c.Group), c.N)
	}
	return nil
}
