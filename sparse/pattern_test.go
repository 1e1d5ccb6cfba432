package sparse

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func pairsOf(list ...[2]int) func(func(int, int) bool) {
	return func(yield func(int, int) bool) {
		for _, e := range list {
			if !yield(e[0], e[1]) {
				return
			}
		}
	}
}

func TestNewPattern(t *testing.T) {
	p := NewPattern(4, pairsOf([2]int{0, 3}, [2]int{2, 0}, [2]int{3, 0}, [2]int{1, 1}))
	if want := []int32{0, 3, 4, 5, 6}; !slices.Equal(p.Ptr, want) {
		t.Errorf("Ptr = %v, want %v", p.Ptr, want)
	}
	if want := []int32{0, 2, 3, 1, 2, 3}; !slices.Equal(p.Row, want) {
		t.Errorf("Row = %v, want %v", p.Row, want)
	}
	if p.Index(0, 3) != 2 || p.Index(3, 0) != 2 || p.Index(1, 0) != -1 || p.Index(4, 0) != -1 || p.Index(0, -1) != -1 {
		t.Error("Index does not find entries by position, either way round")
	}
	if p.Entries() != 6 || p.Check() != nil {
		t.Errorf("%d entries, Check %v", p.Entries(), p.Check())
	}
	if empty := NewPattern(0, pairsOf()); empty.Check() != nil || empty.Entries() != 0 {
		t.Error("a pattern of no unknowns is not sound")
	}
}

func TestNewCliquePattern(t *testing.T) {
	got := NewCliquePattern(5, slices.Values([][]int{{0, 4, 2}, {3}, {2, 3}}))
	want := NewPattern(5, pairsOf([2]int{0, 4}, [2]int{0, 2}, [2]int{2, 4}, [2]int{3, 2}))
	if !slices.Equal(got.Row, want.Row) || !slices.Equal(got.Ptr, want.Ptr) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func FuzzNewPattern(f *testing.F) {
	f.Add(uint8(3), []byte{0, 1, 2, 1})
	f.Add(uint8(0), []byte{})
	f.Add(uint8(9), []byte{8, 0, 0, 8, 4, 4, 7})
	f.Fuzz(func(t *testing.T, size uint8, data []byte) {
		n := int(size)
		want := map[[2]int]bool{}
		var list [][2]int
		for i := range n {
			want[[2]int{i, i}] = true
		}
		for k := 0; n > 0 && k+1 < len(data); k += 2 {
			i, j := int(data[k])%n, int(data[k+1])%n
			list = append(list, [2]int{i, j})
			want[[2]int{max(i, j), min(i, j)}] = true
		}
		p := NewPattern(n, pairsOf(list...))
		if err := p.Check(); err != nil {
			t.Fatal(err)
		}
		if p.Entries() != len(want) {
			t.Fatalf("%d entries, want %d", p.Entries(), len(want))
		}
		for e := range want {
			if p.Index(e[0], e[1]) < 0 {
				t.Fatalf("entry %v is missing", e)
			}
		}
		invert(Order(p), n) // panics unless it is a permutation
	})
}

func TestCheckNamesTheFault(t *testing.T) {
	for _, c := range []struct {
		name string
		p    Pattern
		want string
	}{
		{"short Ptr", Pattern{N: 2, Ptr: []int32{0, 1}, Row: []int32{0}}, "2 pointers"},
		{"no diagonal", Pattern{N: 2, Ptr: []int32{0, 1, 2}, Row: []int32{1, 1}}, "column 0"},
		{"empty column", Pattern{N: 2, Ptr: []int32{0, 2, 2}, Row: []int32{0, 1}}, "column 1"},
		{"pointer past the end", Pattern{N: 2, Ptr: []int32{0, 9, 2}, Row: []int32{0, 1}}, "column 0"},
		{"row repeated", Pattern{N: 2, Ptr: []int32{0, 3, 4}, Row: []int32{0, 1, 1, 1}}, "column 0"},
		{"row outside", Pattern{N: 2, Ptr: []int32{0, 2, 3}, Row: []int32{0, 2, 1}}, "below 2"},
	} {
		if err := c.p.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q in it", c.name, err, c.want)
		}
		mustPanic(t, "Order: "+c.name, func() { Order(&c.p) })
		mustPanic(t, "Analyze: "+c.name, func() { Analyze(&c.p, nil) })
	}
}

func TestMisusePanics(t *testing.T) {
	m := chain(3)
	f := Analyze(m.p, nil).NewFactor()
	x := make([]float64, 3)
	mustPanic(t, "Solve before Refactor", func() { f.Solve(x, 1) })
	if err := f.Refactor(m.values); err != nil {
		t.Fatal(err)
	}
	for what, do := range map[string]func(){
		"negative size":           func() { NewPattern(-1, pairsOf()) },
		"row outside":             func() { NewPattern(3, pairsOf([2]int{3, 0})) },
		"column outside":          func() { NewPattern(3, pairsOf([2]int{0, -1})) },
		"short values":            func() { _ = f.Refactor(x[:2]) },
		"short block":             func() { f.Solve(x, 2) },
		"negative block":          func() { f.Solve(nil, -1) },
		"short permutation":       func() { Analyze(m.p, []int32{0, 1}) },
		"permutation with repeat": func() { Analyze(m.p, []int32{0, 1, 1}) },
		"permutation outside":     func() { Analyze(m.p, []int32{0, 1, 3}) },
		"tolerance of one":        func() { _, _ = f.RefactorSemidefinite(m.values, 1) },
		"tolerance NaN":           func() { _, _ = f.RefactorSemidefinite(m.values, math.NaN()) },
		"null vector not held":    func() { f.NullVector(0, x) },
		"short Multiply":          func() { m.p.Multiply(m.values, x, x[:2], 1) },
	} {
		mustPanic(t, what, do)
	}
}

func TestMultiplyAgreesWithDense(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawGram(t, 0)
		nrhs := rapid.IntRange(0, 6).Draw(t, "nrhs")
		n := m.p.N
		x, y := randomBlock(n*nrhs, 1), randomBlock(n*nrhs, 2)
		m.p.Multiply(m.values, x, y, nrhs)
		dense := m.dense()
		largestSum := 0.0
		for i := range n {
			absolute := 0.0
			for j := range n {
				absolute += math.Abs(dense.At(i, j))
			}
			largestSum = max(largestSum, absolute)
			for r := range nrhs {
				want := 0.0
				for j := range n {
					want += dense.At(i, j) * x[j*nrhs+r]
				}
				if math.Abs(y[i*nrhs+r]-want) > 1e-13*(1+absolute*4) {
					t.Fatalf("row %d of vector %d is %g, want %g", i, r, y[i*nrhs+r], want)
				}
			}
		}
		if norm := m.p.NormInf(m.values); math.Abs(norm-largestSum) > 1e-13*largestSum {
			t.Fatalf("NormInf %g, want %g", norm, largestSum)
		}
	})
}

// TestBarsAlongAxes: a bar of which C leaves out the zeros is a bar like others, unless a node has no second unknown.
func TestBarsAlongAxes(t *testing.T) {
	for _, c := range []struct{ held, others bool }{{false, false}, {true, true}} {
		p, weights := bars(2, 12)
		if c.held {
			hold(p)
		}
		source := AnalyzeProduct(p).source.(*products)
		others := 0
		for i := range source.terms {
			if source.terms[i].Both == noBar {
				others++
			}
		}
		if (others > 0) != c.others {
			t.Errorf("held %v: %d of %d terms of %d rows are no bars", c.held, others, len(source.terms), len(weights))
		}
	}
}
