package sparse

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// matrix is a sparse matrix under test.
type matrix struct {
	p      *Pattern
	values []float64
}

func (m matrix) add(i, j int, v float64) {
	m.values[m.p.Index(i, j)] += v
}

func (m matrix) dense() *mat.SymDense {
	d := mat.NewSymDense(m.p.N, nil)
	for j := range m.p.N {
		for q := m.p.Ptr[j]; q < m.p.Ptr[j+1]; q++ {
			d.SetSym(int(m.p.Row[q]), j, m.values[q])
		}
	}
	return d
}

// chain is the tridiagonal matrix of n masses in a row, joined by unit springs
// and fixed to a wall at both ends.
func chain(n int) matrix {
	p := NewPattern(n, func(yield func(int, int) bool) {
		for i := 1; i < n; i++ {
			if !yield(i, i-1) {
				return
			}
		}
	})
	m := matrix{p, make([]float64, p.Entries())}
	for i := range n {
		m.add(i, i, 2)
		if i > 0 {
			m.add(i, i-1, -1)
		}
	}
	return m
}

// lattice is the stiffness matrix of a triangular lattice of unit springs in the
// plane, rows of columns nodes; unknown 2*node is x and 2*node+1 is y. With
// supports, the bottom row stands on stiff springs to the ground.
func lattice(columns, rows int, supports bool) matrix {
	type bond struct {
		a, b   int
		cx, cy float64
	}
	at := func(c, r int) (x, y float64) {
		return float64(c) + 0.5*float64(r%2), float64(r) * math.Sqrt(3) / 2
	}
	var bonds []bond
	join := func(c, r, c2, r2 int) {
		if c2 >= 0 && c2 < columns && r2 < rows {
			x, y := at(c, r)
			x2, y2 := at(c2, r2)
			bonds = append(bonds, bond{r*columns + c, r2*columns + c2, x2 - x, y2 - y})
		}
	}
	for r := range rows {
		for c := range columns {
			join(c, r, c+1, r)
			join(c, r, c+r%2, r+1)
			join(c, r, c+r%2-1, r+1)
		}
	}
	p := NewCliquePattern(2*columns*rows, func(yield func([]int) bool) {
		for _, b := range bonds {
			if !yield([]int{2 * b.a, 2*b.a + 1, 2 * b.b, 2*b.b + 1}) {
				return
			}
		}
	})
	m := matrix{p, make([]float64, p.Entries())}
	for _, b := range bonds {
		of := [4]int{2 * b.a, 2*b.a + 1, 2 * b.b, 2*b.b + 1}
		c := [4]float64{-b.cx, -b.cy, b.cx, b.cy}
		for s := range of {
			for t := range s + 1 {
				m.add(of[s], of[t], c[s]*c[t])
			}
		}
	}
	if supports {
		for i := range 2 * columns {
			m.add(i, i, 1)
		}
	}
	return m
}

// gram is C^T C of a random sparse compatibility matrix C with rows rows of a few
// entries each, plus shift on the diagonal.
func gram(n, rows int, shift float64, random *rand.Rand) matrix {
	type entry struct {
		col   int
		value float64
	}
	c := make([][]entry, rows)
	for r := range c {
		for _, col := range random.Perm(n)[:min(n, 1+random.IntN(3))] {
			c[r] = append(c[r], entry{col, random.NormFloat64()})
		}
	}
	p := NewPattern(n, func(yield func(int, int) bool) {
		for _, row := range c {
			for _, a := range row {
				for _, b := range row {
					if !yield(a.col, b.col) {
						return
					}
				}
			}
		}
	})
	m := matrix{p, make([]float64, p.Entries())}
	for _, row := range c {
		for s, a := range row {
			m.add(a.col, a.col, a.value*a.value)
			for _, b := range row[:s] {
				m.add(a.col, b.col, a.value*b.value)
			}
		}
	}
	for i := range n {
		m.add(i, i, shift)
	}
	return m
}

// drawGram draws a random Gram matrix.
func drawGram(t *rapid.T, shift float64) matrix {
	n := rapid.IntRange(1, 40).Draw(t, "n")
	rows := rapid.IntRange(0, 2*n).Draw(t, "rows")
	seed := rapid.Uint64().Draw(t, "seed")
	return gram(n, rows, shift, rand.New(rand.NewPCG(seed, 1)))
}

// drawPermutation draws an order of elimination: ours, the natural or a random one.
func drawPermutation(t *rapid.T, p *Pattern) []int32 {
	switch rapid.SampledFrom([]string{"minimum degree", "natural", "random"}).Draw(t, "order") {
	case "natural":
		return nil
	case "random":
		return randomPermutation(p.N, rapid.Uint64().Draw(t, "order seed"))
	}
	return Order(p)
}

func randomPermutation(n int, seed uint64) []int32 {
	perm := make([]int32, n)
	for k, i := range rand.New(rand.NewPCG(seed, 2)).Perm(n) {
		perm[k] = int32(i)
	}
	return perm
}

func randomBlock(n int, seed uint64) []float64 {
	random := rand.New(rand.NewPCG(seed, 3))
	b := make([]float64, n)
	for i := range b {
		b[i] = random.NormFloat64()
	}
	return b
}

// fataler is testing.TB without its private part, so that rapid.T fits too.
type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func mustFactor(t fataler, m matrix, perm []int32) *Factor {
	t.Helper()
	f := Analyze(m.p, perm).NewFactor()
	if err := f.Refactor(m.values); err != nil {
		t.Fatal(err)
	}
	return f
}

// mustPanic runs do and fails unless it panics.
func mustPanic(t fataler, what string, do func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if recover() == nil {
			t.Fatalf("%s did not panic", what)
		}
	}()
	do()
}
