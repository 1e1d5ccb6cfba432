package sparse

import (
	"fmt"
	"slices"

	"github.com/elastrain/elastrain/internal/kernel"
)

// Lanes is how many matrices go side by side through the loops of an Abreast.
const Lanes = 8

// Row is a number of each.
type Row = [Lanes]float64

// Abreast is for many symmetric positive definite matrices of one pattern of which each is solved for a load or two: small ones,
// or ones that fill in little, such as chains and trees. Eight of them are factorised and solved at once, A = L D L^T each, so
// that what is looked up is looked up once for eight, and the piece at hand stays near the processor. Unknowns that nothing joins make pieces that
// are factorised each by itself.
//
// Columns and entries are those of L in the order of elimination; the diagonal comes first in its column.
type Abreast struct {
	perm, place []int32
	ptr         []int // column j is entries ptr[j] to ptr[j+1]
	row         []int32
	first       []int   // of its products
	target      []int32 // the entry that each product goes to: of a column by rows, of each row with itself and those after it
	piece       []int32 // column at which each piece begins, and their end
	entry       []int32 // in L, of every entry of the pattern
}

// NewAbreast prepares matrices of a pattern. It is nil where a factorisation takes more than most products, for which a Factor is
// the better choice.
func NewAbreast(p *Pattern, most int) *Abreast {
	s := Analyze(p, Order(p)) // whose order is a postorder: pieces are contiguous
	a := &Abreast{perm: s.perm, place: s.place, ptr: make([]int, 1, p.N+1), first: make([]int, 1, p.N+1)}
	if !a.structure(p, most) {
		return nil
	}
	a.entry = make([]int32, p.Entries())
	for j := range p.N {
		for q := p.Ptr[j]; q < p.Ptr[j+1]; q++ {
			a.entry[q] = a.find(a.place[p.Row[q]], a.place[j])
		}
	}
	for j := range p.N {
		rows := a.row[a.ptr[j]+1 : a.ptr[j+1]]
		for b, col := range rows {
			from := a.ptr[col]
			for _, row := range rows[b:] { // both lists ascend
				for a.row[from] != row {
					from++
				}
				a.target = append(a.target, int32(from))
			}
		}
		a.first = append(a.first, len(a.target))
	}
	return a
}

// structure finds the rows of every column of L: its own of the matrix, and those of the columns whose first row below is it.
func (a *Abreast) structure(p *Pattern, most int) bool {
	n := p.N
	own, children := make([][]int32, n), make([][]int32, n)
	for j := range n {
		for _, i := range p.Row[p.Ptr[j]+1 : p.Ptr[j+1]] {
			low, high := a.place[i], a.place[j]
			if low > high {
				low, high = high, low
			}
			own[low] = append(own[low], high)
		}
	}
	open, products := 0, 0 // columns of the piece that have not met their parent
	for j := range int32(n) {
		if open == 0 {
			a.piece = append(a.piece, j)
		}
		rows := own[j]
		for _, child := range children[j] {
			open--
			rows = append(rows, a.row[a.ptr[child]+2:a.ptr[child+1]]...) // without its diagonal and j
		}
		slices.Sort(rows)
		rows = slices.Compact(rows)
		a.row = append(append(a.row, j), rows...)
		a.ptr = append(a.ptr, len(a.row))
		if len(rows) > 0 {
			children[rows[0]] = append(children[rows[0]], j)
			open++
		}
		if products += len(rows) * (len(rows) + 1) / 2; products > most {
			return false
		}
	}
	a.piece = append(a.piece, int32(n))
	a.target = make([]int32, 0, products)
	return true
}

// find is the entry in a row and a column, in either order.
func (a *Abreast) find(i, j int32) int32 {
	if i < j {
		i, j = j, i
	}
	at, ok := slices.BinarySearch(a.row[a.ptr[j]:a.ptr[j+1]], i)
	if !ok {
		panic(fmt.Sprintf("sparse: no entry in row %d of column %d", i, j))
	}
	return int32(a.ptr[j] + at)
}

// Pieces is how many pieces there are.
func (a *Abreast) Pieces() int { return len(a.piece) - 1 }

// Piece is the columns and the entries of a piece.
func (a *Abreast) Piece(k int) (from, to, entry, end int) {
	from, to = int(a.piece[k]), int(a.piece[k+1])
	return from, to, a.ptr[from], a.ptr[to]
}

// Entries is the number of entries of L.
func (a *Abreast) Entries() int { return len(a.row) }

// Products is how many products a factorisation takes.
func (a *Abreast) Products() int { return len(a.target) }

// Place is the column of an unknown.
func (a *Abreast) Place(unknown int) int { return int(a.place[unknown]) }

// Unknown is the unknown of a column.
func (a *Abreast) Unknown(column int) int { return int(a.perm[column]) }

// EntryOf is the entry of L for an entry of the pattern.
func (a *Abreast) EntryOf(entry int) int { return int(a.entry[entry]) }

// leastPivot is how little elimination may leave of a diagonal entry, as in a Factor.
const leastPivot = 1e-14

// Factor makes L and 1/D of a piece from its entries l, of which the first is the first entry of the piece. Where a matrix of the first
// lanes is not positive definite it says in which column, and which of them; column is -1 where all are. least is room for the columns
// of the piece.
func (a *Abreast) Factor(k int, l, least []Row, lanes int) (column, lane int) {
	from, to, base, end := a.Piece(k)
	l, least = l[:end-base], least[:to-from]
	for j := range least {
		for i, v := range l[a.ptr[from+j]-base] {
			least[j][i] = leastPivot * v
		}
	}
	for j := from; j < to; j++ {
		at, rows := a.ptr[j]-base, a.ptr[j+1]-a.ptr[j]-1
		d := &l[at]
		for i, v := range d[:lanes] {
			if !(v > least[j-from][i]) {
				return j, i
			}
		}
		var inv Row
		for i, v := range d {
			inv[i] = 1 / v
		}
		*d = inv
		kernel.Eliminate(l, base, l[at+1:][:rows], a.target[a.first[j]:a.first[j+1]], &inv)
	}
	return -1, 0
}

// Solve makes x, of the columns of a piece, the solutions for the loads in it.
func (a *Abreast) Solve(k int, l, x []Row) {
	from, to, base, _ := a.Piece(k)
	x = x[:to-from]
	for j := from; j < to; j++ {
		at, rows := a.ptr[j]-base, a.row[a.ptr[j]+1:a.ptr[j+1]]
		kernel.Scatter(x, from, l[at+1:][:len(rows)], rows, &x[j-from])
	}
	for j := to - 1; j >= from; j-- {
		at, rows := a.ptr[j]-base, a.row[a.ptr[j]+1:a.ptr[j+1]]
		v, inv := &x[j-from], &l[at]
		for i := range v {
			v[i] *= inv[i]
		}
		kernel.Gather(v, l[at+1:][:len(rows)], x, from, rows)
	}
}
