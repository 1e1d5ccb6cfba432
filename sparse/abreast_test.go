package sparse

import (
	"math"
	"math/rand/v2"
	"testing"
)

// chains is a pattern of two chains of blocks that nothing joins, and of one unknown by itself, in an order mixed up.
func chains(r *rand.Rand, blocks int) *Pattern {
	n := 2*3*blocks + 1
	name := r.Perm(n)
	return NewCliquePattern(n, func(yield func([]int) bool) {
		for chain := range 2 {
			for b := range blocks - 1 {
				var clique []int
				for i := range 6 {
					clique = append(clique, name[chain*3*blocks+3*b+i])
				}
				if !yield(clique) {
					return
				}
			}
		}
	})
}

// pairs is a pattern of so many pairs of n unknowns.
func pairs(r *rand.Rand, n, count int) *Pattern {
	return NewPattern(n, func(yield func(int, int) bool) {
		for range count {
			if !yield(r.IntN(n), r.IntN(n)) {
				return
			}
		}
	})
}

// Eight different matrices that are solved abreast have the solutions of a Factor each.
func TestAbreast(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, p := range []*Pattern{chains(r, 7), pairs(r, 40, 70), NewPattern(3, func(func(int, int) bool) {})} {
		a := NewAbreast(p, 1e6)
		var values, want [Lanes][]float64
		l, x := make([]Row, a.Entries()), make([]Row, p.N)
		for lane := range Lanes {
			v := make([]float64, p.Entries())
			for j := range p.N {
				for q := p.Ptr[j] + 1; q < p.Ptr[j+1]; q++ {
					v[q] = r.NormFloat64()
					v[p.Ptr[j]] += math.Abs(v[q]) + 0.1
					v[p.Ptr[p.Row[q]]] += math.Abs(v[q]) + 0.1
				}
				v[p.Ptr[j]] += 0.1
			}
			b := make([]float64, p.N)
			for i := range b {
				b[i] = r.NormFloat64()
				x[a.Place(i)][lane] = b[i]
			}
			for q, v := range v {
				l[a.EntryOf(q)][lane] = v
			}
			f := Analyze(p, Order(p)).NewFactor()
			if err := f.Refactor(v); err != nil {
				t.Fatal(err)
			}
			f.Solve(b, 1)
			values[lane], want[lane] = v, b
		}
		columns := 0
		for k := range a.Pieces() {
			from, to, entry, end := a.Piece(k)
			if from != columns {
				t.Fatalf("piece %d begins at column %d, and the one before ends at %d", k, from, columns)
			}
			columns = to
			if column, lane := a.Factor(k, l[entry:end], make([]Row, to-from), Lanes); column >= 0 {
				t.Fatalf("column %d of matrix %d is not positive", column, lane)
			}
			a.Solve(k, l[entry:end], x[from:to])
		}
		if columns != p.N {
			t.Fatalf("pieces have %d columns of %d", columns, p.N)
		}
		for lane, want := range want {
			for i, v := range want {
				if got := x[a.Place(i)][lane]; !(math.Abs(got-v) <= 1e-12*(1+math.Abs(v))) {
					t.Fatalf("matrix %d of %d: x[%d] is %g, want %g", lane, p.N, i, got, v)
				}
			}
		}
		for j := range p.N {
			if a.Place(a.Unknown(j)) != j {
				t.Fatal("places and unknowns disagree")
			}
		}
	}
	if a := NewAbreast(chains(r, 7), 1e6); a.Pieces() != 3 {
		t.Errorf("two chains and an unknown by itself make %d pieces", a.Pieces())
	}
	if NewAbreast(chains(r, 7), 10) != nil {
		t.Error("more products than allowed")
	}
}

// A matrix that is not positive definite is found with its column, among the lanes that count.
func TestAbreastNotPositive(t *testing.T) {
	p := NewPattern(3, func(yield func(int, int) bool) { _ = yield(1, 0) && yield(2, 1) })
	a := NewAbreast(p, 100)
	fill := func(bad int) []Row {
		l := make([]Row, a.Entries())
		for lane := range Lanes {
			for i, v := range []float64{2, 1, 2, 1, 2} {
				l[a.EntryOf(i)][lane] = v
			}
		}
		l[a.EntryOf(0)][bad] = 0.4
		l[a.EntryOf(2)][bad] = 0.4
		return l
	}
	if column, lane := a.Factor(0, fill(5), make([]Row, 3), Lanes); column < 0 || lane != 5 {
		t.Errorf("column %d of matrix %d, want matrix 5", column, lane)
	}
	if column, _ := a.Factor(0, fill(5), make([]Row, 3), 5); column >= 0 {
		t.Error("a lane that does not count is refused")
	}
}
