package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestStripsSameBits: Go and assembly of every level agree in every bit.
func TestStripsSameBits(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 11))
	positive := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = math.Exp(2 * r.NormFloat64())
		}
		return x
	}
	for trial := range 60 {
		rows, n := 1+r.IntN(9), 4*r.IntN(5)
		x, u, a := positive(rows*Strip), normals(r, 8*Strip), normals(r, 8*Strip)
		if trial%3 == 0 {
			clear(x[:Strip]) // an input of zero
		}
		ws, follow := positive(2*n), make([]int32, n)
		for i := range follow {
			follow[i] = int32(r.IntN(rows))
		}
		k := r.IntN(9)
		down, along := 1+r.IntN(3), 1+r.IntN(14)
		m := normals(r, 20*9+20*down+8*along)
		load := normals(r, 20)
		target := make([]int32, r.IntN(15))
		for i, p := range r.Perm(20)[:len(target)] {
			target[i] = int32(p)
		}
		for name, loop := range map[string]func(out []float64){
			"Branches": func(out []float64) { Branches(out, ws0(ws), x, follow, ws) },
			"Slopes": func(out []float64) {
				out[2*n] = Slopes(out, u, a, x, follow, ws)
			},
			"Product":      func(out []float64) { Product(out, target, m, down, along, a, k) },
			"Lift":         func(out []float64) { Lift(out, slices.Repeat(x[:Strip], 20), load, len(target), m, 9, a, k) },
			"Lift of 0":    func(out []float64) { Lift(out, slices.Repeat(x[:Strip], 20), nil, len(target), m, 9, a, k) },
			"Stretch":      func(out []float64) { Stretch(out[:k%8], x[:Strip], u, a, u) },
			"Invert":       func(out []float64) { Invert(out, out[Strip:], 0.3) },
			"SubtractDots": func(out []float64) { SubtractDots(out, u, a, k%8) },
		} {
			start := append(positive(10*Strip), normals(r, 10*Strip)...)
			want := slices.Clone(start)
			if !atLevel(pureGo, func() { loop(want) }) {
				t.Fatal("plain Go does not run")
			}
			for l, level := range levelName {
				got := slices.Clone(start)
				if !atLevel(l, func() { loop(got) }) {
					continue
				}
				for i := range got {
					if math.Float64bits(got[i]) != math.Float64bits(want[i]) {
						t.Fatalf("%s in %s, %d branches, %d rows: entry %d is %x, and by definition %x", name, level, n, len(target), i, got[i], want[i])
					}
				}
			}
		}
	}
}

func ws0(ws []float64) float64 {
	if len(ws) == 0 {
		return 0.7
	}
	return ws[0]
}

// TestStripsByHand: one sample of each loop against its formula.
func TestStripsByHand(t *testing.T) {
	row := func(v ...float64) (x []float64) {
		for _, v := range v {
			x = append(x, slices.Repeat([]float64{v}, Strip)...)
		}
		return x
	}
	near := func(what string, got, want float64) {
		t.Helper()
		if !(math.Abs(got-want) <= 1e-15*math.Abs(want)) {
			t.Errorf("%s is %g, not %g", what, got, want)
		}
	}
	x, ws, follow := row(0, 0.5, 1), []float64{1, 10, 2, 6, 3, 1, 0.5, 2}, []int32{0, 1, 2, 1}
	k := row(0)
	Branches(k, 0.25, x, follow, ws)
	near("the stiffness of a hub", k[7], 0.25+2*3./5+3*1./4+0.5*1/1.5)
	g := make([]float64, 8)
	near("the sum of P", Slopes(g, row(2), row(3), x, follow, ws), 6*Strip)
	for i, want := range []float64{0, 0, 0.36, 0.12, 0.0625, 0.0625, 4. / 9, 4. / 9} {
		near(fmt.Sprint("slope ", i), g[i], 6*Strip*want)
	}
	inv := row(0)
	Invert(inv, k, 1)
	near("what is left", k[3]+inv[3], 1)
	c := row(1, 1)
	Product(c, []int32{1}, []float64{2, 3}, 0, 1, row(5, 7), 2)
	near("a row that no product goes to", c[0], 1)
	near("a product", c[Strip], 1+10+21)
	Lift(c, row(1, 0.5), []float64{1, 2}, 2, []float64{2, 3, 4, 5}, 2, row(5, 7), 2)
	near("a hub", c[Strip], 0.5*(2+20+35))
	g = []float64{1}
	Stretch(g, row(5), row(7), row(2), row(3))
	near("a stretch", g[0], 1+12*Strip)
	c = row(1)
	SubtractDots(c, row(1, 2), row(3, 4), 2)
	near("what is left after products", c[9], 1-3-8)
}

func TestStripMisuse(t *testing.T) {
	row := make([]float64, Strip)
	for name, f := range map[string]func(){
		"a row that is not there":  func() { Branches(row, 1, row, []int32{0, 1, 0, 0}, make([]float64, 8)) },
		"a negative row":           func() { Branches(row, 1, row, []int32{0, -1, 0, 0}, make([]float64, 8)) },
		"three branches":           func() { Branches(row, 1, row, []int32{0, 0, 0}, make([]float64, 8)) },
		"a short gradient":         func() { Slopes(row[:7], row, row, row, make([]int32, 4), make([]float64, 8)) },
		"a product that is beyond": func() { Product(row, []int32{1}, row, 1, 1, row, 1) },
		"a short factor":           func() { Product(row, []int32{0}, row[:2], 1, 2, make([]float64, 2*Strip), 2) },
		"a short lift":             func() { Lift(row, row, row[:1], 2, row, 1, row, 1) },
		"a short stretch":          func() { Stretch(row[:2], row, row, row, row) },
		"a short inverse":          func() { Invert(row[:3], row, 1) },
		"short dots":               func() { SubtractDots(row, row, row, 2) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s does not panic", name)
				}
			}()
			f()
		}()
	}
}
