package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

var levelName = []string{pureGo: "Go", avx2: "AVX2", avx512: "AVX-512"}

const epsilon = 0x1p-53

// normals is memory of normal numbers.
func normals(r *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	return x
}

// absolute is |x| with a sign.
func absolute(x []float64, sign float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = sign * math.Abs(v)
	}
	return y
}

// conform calls a loop at every level on copies of out. It compares what it leaves with the
// definition, called on another copy, entry by entry within eight roundings of size, the same
// sum made of absolute values: entries of size 0 have to stay as they are in every bit. All levels but
// plain Go have to agree in every bit.
func conform(t *testing.T, what func() string, out, size []float64, loop, definition func(out []float64)) {
	t.Helper()
	want := slices.Clone(out)
	definition(want)
	var assembly []float64
	for l, name := range levelName {
		got := slices.Clone(out)
		if !atLevel(l, func() { loop(got) }) {
			continue
		}
		for i := range got {
			same := math.Float64bits(got[i]) == math.Float64bits(want[i])
			if !same && !(math.Abs(got[i]-want[i]) <= 8*epsilon*size[i]) {
				t.Fatalf("%s in %s: entry %d is %g, and by definition %g (sum of absolute values %g)", what(), name, i, got[i], want[i], size[i])
			}
		}
		if l == pureGo {
			continue
		}
		if assembly == nil {
			assembly = got
		}
		for i := range got {
			if math.Float64bits(got[i]) != math.Float64bits(assembly[i]) {
				t.Fatalf("%s: entry %d is %x in %s and %x in %s", what(), i, got[i], name, assembly[i], levelName[avx2])
			}
		}
	}
}

// operand is a matrix A and rows of a matrix B, stored one way. All around them is NaN.
type operand struct {
	a, b []float64
	o    Operand
}

// stack stores both in one front, B first, below k columns.
func stack(r *rand.Rand, k, rows, n int) operand {
	above := (k+Width-1)/Width*Width + Width*r.IntN(3)
	height := above + Width + rows + Width*r.IntN(2)
	o := Operand{Ld: height, Taper: Width, Step: TileRows}
	end := o.reach(k)
	all := slices.Repeat([]float64{math.NaN()}, end+height)
	at, ld := 0, o.Ld
	for kk := range k {
		copy(all[at+above:], normals(r, n))
		copy(all[at+above+Width:], normals(r, rows))
		at += ld
		if kk%Width == Width-1 {
			at, ld = at-Width, ld-Width
		}
	}
	return operand{all[above+Width:], all[above:], o}
}

// tiles stores both packed, B in a tile of its own.
func tiles(r *rand.Rand, k, rows, n int) operand {
	o := Operand{Ld: TileRows, Step: TileRows * k}
	tile := func(rows int) []float64 {
		x := slices.Repeat([]float64{math.NaN()}, TileRows*k)
		for kk := range k {
			copy(x[kk*TileRows:], normals(r, rows))
		}
		return x
	}
	p := operand{b: tile(n), o: o}
	for at := 0; at < rows; at += TileRows {
		p.a = append(p.a, tile(min(TileRows, rows-at))...)
	}
	return p
}

// triangle is a lower triangle as Factor leaves it, NaN elsewhere.
func triangle(r *rand.Rand, n, ld int) (t, size []float64) {
	t = slices.Repeat([]float64{math.NaN()}, (n-1)*ld+Width)
	size = slices.Clone(t)
	for j := range n {
		for i := j; i < n; i++ {
			t[j*ld+i] = r.NormFloat64() / 4
			size[j*ld+i] = -math.Abs(t[j*ld+i])
		}
		size[j*ld+j] *= -1
	}
	return t, size
}

// matrix is rows x n numbers in columns ldc apart, with others around them, and
// their absolute values, with zeros around.
func matrix(r *rand.Rand, rows, n, ldc int) (c, size []float64) {
	c = normals(r, n*ldc+Width)
	size = make([]float64, len(c))
	for j := range n {
		copy(size[j*ldc:], absolute(c[j*ldc:][:rows], 1))
	}
	return c, size
}

func TestUpdate(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	depths := []int{47, 48, 63, 64, 65, 100, 127, 128, 130}
	for k := range 41 {
		if !testing.Short() || k%5 < 2 {
			depths = append(depths, k)
		}
	}
	for _, k := range depths {
		for n := 1; n <= Width; n++ {
			for rows := 0; rows <= 72; rows += Width {
				for _, p := range []operand{stack(r, k, rows, n), tiles(r, k, rows, n)} {
					testUpdate(t, r, p, k, rows, n)
				}
			}
		}
	}
}

func testUpdate(t *testing.T, r *rand.Rand, p operand, k, rows, n int) {
	ldc := rows + Width*r.IntN(3)
	c, size := matrix(r, rows, n, ldc)
	a, b := absolute(p.a, 1), absolute(p.b, -1)
	what := func(name string) func() string {
		return func() string {
			return fmt.Sprintf("%s, k = %d, rows = %d, n = %d, ldc = %d, %+v", name, k, rows, n, ldc, p.o)
		}
	}

	product := make([]float64, len(c))
	updateGo(product, ldc, a, b, p.o, k, rows, n, true)
	conform(t, what("Update with set"), c, product,
		func(out []float64) { Update(out, ldc, p.a, p.b, p.o, k, rows, n, true) },
		func(out []float64) { updateGo(out, ldc, p.a, p.b, p.o, k, rows, n, true) })

	updateGo(size, ldc, a, b, p.o, k, rows, n, false)
	conform(t, what("Update"), c, size,
		func(out []float64) { Update(out, ldc, p.a, p.b, p.o, k, rows, n, false) },
		func(out []float64) { updateGo(out, ldc, p.a, p.b, p.o, k, rows, n, false) })

	ldt := Width * (1 + r.IntN(3))
	tri, triSize := triangle(r, n, ldt)
	solveRightGo(size, ldc, rows, n, triSize, ldt)
	conform(t, what("UpdateSolve"), c, size,
		func(out []float64) { UpdateSolve(out, ldc, p.a, p.b, p.o, k, rows, n, tri, ldt) },
		func(out []float64) {
			updateGo(out, ldc, p.a, p.b, p.o, k, rows, n, false)
			solveRightGo(out, ldc, rows, n, tri, ldt)
		})
}
