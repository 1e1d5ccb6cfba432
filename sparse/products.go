package sparse

import (
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/internal/kernel"
)

// products takes the weights of the rows of C and multiplies them out.
type products struct {
	c      *Product
	fronts []front
	first  []int32   // where the entries of each row begin in value, in the order of elimination
	value  []float64 // an unknown that C names twice in a row has the sum

	ptr   []int // terms of front i are ptr[i] to ptr[i+1]
	terms []term
	place []int32 // of each term that is no bar: positions in the front of its entries, and then the offsets of the columns that are owned
}

// term is what one row of C adds to one panel: the columns of its entries from From
// on, of which the front eliminates the first, those that it owns. Most are bars in the plane, which are small and added by a kernel.
type term = kernel.Bar

// noBar marks a term of another kind. Other is then the number of its entries, Own that of those that the front owns, and Column its first place.
const noBar = -1

// entriesOf is the number of entries of a term from its first on, and how many of them the front owns.
func entriesOf(t *term) (count, owned int32) {
	switch t.Both {
	case noBar:
		return t.Other, t.Own
	case 0:
		return 2, 2
	}
	return 4, 2
}

// positions are those of the entries of a term; room is for those of a bar.
func (p *products) positions(t *term, room *[4]int32) []int32 {
	if t.Both == noBar {
		return p.place[t.Column:][:t.Other]
	}
	*room = [4]int32{t.Own, t.Own + 1, t.Other, t.Other + 1}
	count, _ := entriesOf(t)
	return room[:count]
}

// newProducts finds where the product of any two entries of a row of C goes.
func newProducts(s *Symbolic, c *Product) *products {
	p := &products{c: c, fronts: s.fronts}
	place := p.sortRows(s)
	frontOf := s.frontOfPlaces()
	next := make([]int, len(s.fronts)+1)
	p.eachTerm(place, frontOf, func(_ term, front int32) { next[front+1]++ })
	for i := range s.fronts {
		next[i+1] += next[i]
	}
	p.ptr = slices.Clone(next)
	p.terms = make([]term, next[len(s.fronts)])
	total := 0
	p.eachTerm(place, frontOf, func(t term, front int32) {
		p.terms[next[front]] = t
		next[front]++
		if t.Both == noBar {
			total += int(t.Other + t.Own)
		}
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
		column := func(place int32) int32 { return int32(shape.column(int(position[place]))) }
		for a := p.ptr[i]; a < p.ptr[i+1]; a++ {
			t := &p.terms[a]
			count, owned := entriesOf(t)
			entries := place[t.From:][:count]
			if t.Both != noBar {
				t.Column, t.Next = column(entries[0]), column(entries[1])
				t.Own, t.Other = position[entries[0]], position[entries[count-2]]
				continue
			}
			t.Column = int32(len(p.place))
			for _, j := range entries {
				p.place = append(p.place, position[j])
			}
			for _, j := range entries[:owned] {
				p.place = append(p.place, column(j))
			}
		}
	}
	p.sortValues()
	return p
}

// sortValues puts the values of rows in the order in which terms first ask for them, and then each front finds most of its own side by side.
func (p *products) sortValues() {
	first := make([]int32, len(p.first)-1)
	for row := range first {
		first[row] = -1
	}
	values := make([]float64, 0, len(p.value))
	for a := range p.terms {
		t := &p.terms[a]
		from, to := p.first[t.Row], p.first[t.Row+1]
		if first[t.Row] < 0 {
			first[t.Row] = int32(len(values))
			values = append(values, p.value[from:to]...)
		}
		t.From += first[t.Row] - from
	}
	p.value = append(values, p.value[p.first[len(first)]:]...)
	p.first = first
}

// eachTerm visits the stretches of a row that one front eliminates, in the order of rows. A bar of which it eliminates both nodes is two.
func (p *products) eachTerm(place, frontOf []int32, visit func(t term, front int32)) {
	for row := range int32(len(p.first) - 1) {
		end := p.first[row+1]
		for from := p.first[row]; from < end; {
			front, owned := frontOf[place[from]], int32(1)
			for from+owned < end && frontOf[place[from+owned]] == front {
				owned++
			}
			count := end - from
			pairs := count == 2 && owned == 2 || count == 4 && (owned == 2 || owned == 4)
			for a := from; pairs && a < end; a += 2 {
				pairs = place[a+1] == place[a]+1
			}
			switch {
			case !pairs:
				visit(term{Row: row, From: from, Both: noBar, Own: owned, Other: count}, front)
			case count == 2:
				visit(term{Row: row, From: from}, front)
			default:
				visit(term{Row: row, From: from, Both: 3}, front)
				if owned == 4 {
					visit(term{Row: row, From: from + 2}, front)
				}
			}
			from += owned
		}
	}
}

// sortRows sorts the entries of each row of C by the order of elimination and returns
// their places. Bars along an axis get the zeros of the other one, so that they are bars like others.
func (p *products) sortRows(s *Symbolic) (place []int32) {
	c := p.c
	rows := len(c.Ptr) - 1
	p.first = make([]int32, rows+1)
	p.value = make([]float64, 0, len(c.Val)+kernel.BarPadding)
	place = make([]int32, 0, len(c.Val))
	mates := c.mates()
	for row := range rows {
		begin := len(place)
		insert := func(j int32, v float64) {
			at := len(place)
			for at > begin && place[at-1] > j {
				at--
			}
			if at > begin && place[at-1] == j {
				p.value[at-1] += v
				return
			}
			place, p.value = append(place, 0), append(p.value, 0)
			copy(place[at+1:], place[at:])
			copy(p.value[at+1:], p.value[at:])
			place[at], p.value[at] = j, v
		}
		bar := mates != nil && c.isBar(row, mates)
		for a := c.Ptr[row]; a < c.Ptr[row+1]; a++ {
			insert(s.place[c.Col[a]], c.Val[a])
			if bar {
				insert(s.place[mates[c.Col[a]]], 0)
			}
		}
		p.first[row+1] = int32(len(place))
	}
	p.value = append(p.value, make([]float64, kernel.BarPadding)...)
	return place
}

// mates is the other unknown of each group of two, -1 in other groups; nil where there are no groups.
func (c *Product) mates() []int32 {
	if c.Group == nil {
		return nil
	}
	size, sum := make([]int32, c.N), make([]int32, c.N) // of each group
	for unknown, g := range c.Group {
		size[g]++
		sum[g] += int32(unknown)
	}
	mates := make([]int32, c.N)
	for unknown, g := range c.Group {
		mates[unknown] = -1
		if size[g] == 2 {
			mates[unknown] = sum[g] - int32(unknown)
		}
	}
	return mates
}

// isBar says whether a row of C is on one or two groups of two unknowns.
func (c *Product) isBar(row int, mates []int32) bool {
	col := c.Col[c.Ptr[row]:c.Ptr[row+1]]
	other := int32(-1)
	for _, j := range col {
		switch g := c.Group[j]; {
		case mates[j] < 0:
			return false
		case g == c.Group[col[0]] || g == other:
		case other < 0:
			other = g
		default:
			return false
		}
	}
	return true
}

func (p *products) values() int { return len(p.c.Ptr) - 1 }

func (p *products) scatter(i int, values, panel []float64) {
	for terms := p.terms[p.ptr[i]:p.ptr[i+1]]; len(terms) > 0; {
		t := &terms[0]
		if t.Both != noBar {
			terms = terms[kernel.AddBars(panel, values, p.value, terms):]
			continue
		}
		terms = terms[1:]
		k, n := values[t.Row], t.Other
		v := p.value[t.From:][:n]
		place := p.place[t.Column:][:n+t.Own]
		for b, c := range place[n:] {
			kv := k * v[b]
			column := panel[c:]
			for a := b; a < len(v); a++ {
				column[place[a]] += kv * v[a]
			}
		}
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
	var room [4]int32
	for i := range p.fronts {
		for a := p.ptr[i]; a < p.ptr[i+1]; a++ {
			t := &p.terms[a]
			_, owned := entriesOf(t)
			position := p.positions(t, &room)
			for b, v := range p.value[t.From:][:owned] {
				diagonal[p.fronts[i].first+position[b]] += values[t.Row] * v * v
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
