package kernel

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// slabCase is a slab L with the rows of x it belongs to. The last indices repeat row 0, with
// zeros in L, as the padding of a front does.
type slabCase struct {
	x, l, y []float64
	idx     []int32
	ld, n   int
}

func slabOf(r *rand.Rand, rows, n int) slabCase {
	s := slabCase{n: n, ld: rows + Width*r.IntN(3), x: normals(r, (2*rows+3)*Width), y: normals(r, Width*Width)}
	s.l = normals(r, n*s.ld)
	s.idx = make([]int32, rows)
	for i := range s.idx {
		s.idx[i] = int32(2*i + r.IntN(3)) // now and then there are neighbours and gaps of two
		if i > 0 && s.idx[i] == s.idx[i-1] {
			s.idx[i]++
		}
	}
	for i := rows - r.IntN(Width); i < rows; i++ {
		s.idx[i] = s.idx[0]
		for j := range n {
			s.l[j*s.ld+i] = 0
		}
	}
	return s
}

func (s slabCase) String() string {
	return fmt.Sprintf("n = %d, rows = %d, ld = %d", s.n, len(s.idx), s.ld)
}

func TestSlabs(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for n := 1; n <= Width; n++ {
		for rows := Width; rows <= 200; rows += Width {
			s := slabOf(r, rows, n)
			// Rows of x that are not meant must not change, nor rows of y from n on: their size is 0.
			size := make([]float64, len(s.x))
			for _, row := range s.idx {
				copy(size[row*Width:][:Width], absolute(s.x[row*Width:][:Width], 1))
			}
			slabTimesGo(size, s.idx, absolute(s.l, -1), s.ld, n, absolute(s.y, 1))
			conform(t, func() string { return "SlabTimes, " + s.String() }, s.x, size,
				func(out []float64) { SlabTimes(out, s.idx, s.l, s.ld, n, s.y) },
				func(out []float64) { slabTimesGo(out, s.idx, s.l, s.ld, n, s.y) })

			size = append(absolute(s.y[:n*Width], 1), make([]float64, len(s.y)-n*Width)...)
			slabTransposedGo(size, absolute(s.l, -1), s.ld, n, absolute(s.x, 1), s.idx)
			conform(t, func() string { return "SlabTransposed, " + s.String() }, s.y, size,
				func(out []float64) { SlabTransposed(out, s.l, s.ld, n, s.x, s.idx) },
				func(out []float64) { slabTransposedGo(out, s.l, s.ld, n, s.x, s.idx) })
		}
	}
}

func TestTriangles(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for trial := range 200 {
		n := 1 + trial%Width
		ld := Width * (1 + r.IntN(3))
		tri, triSize := triangle(r, n, ld)
		y := normals(r, (n+2)*Width)
		what := func(name string) func() string {
			return func() string { return fmt.Sprintf("%s, n = %d, ld = %d", name, n, ld) }
		}
		size := append(absolute(y[:n*Width], 1), make([]float64, 2*Width)...)
		triangleForwardGo(size, triSize, ld, n)
		conform(t, what("TriangleForward"), y, size,
			func(out []float64) { TriangleForward(out, tri, ld, n) },
			func(out []float64) { triangleForwardGo(out, tri, ld, n) })

		size = append(absolute(y[:n*Width], 1), make([]float64, 2*Width)...)
		triangleBackwardGo(size, triSize, ld, n)
		conform(t, what("TriangleBackward"), y, size,
			func(out []float64) { TriangleBackward(out, tri, ld, n) },
			func(out []float64) { triangleBackwardGo(out, tri, ld, n) })
	}
}

// TestSolveByFactor: a factor and both triangles solve A x = b by hand, A = [4 2; 2 5].
func TestSolveByFactor(t *testing.T) {
	for l := range levelName {
		atLevel(l, func() {
			a := []float64{4, 2, 0, 0, 0, 0, 0, 0, 9, 5, 0, 0, 0, 0, 0, 0}
			if done, _ := Factor(a, Width, 2, []float64{0, 0}, 1, 1); done != 2 || a[0] != 0.5 || a[1] != 1 || a[8] != 9 || a[9] != 0.5 {
				t.Fatalf("%s: factor %v", levelName[l], a)
			}
			y := slices.Concat(slices.Repeat([]float64{8}, Width), slices.Repeat([]float64{12}, Width))
			TriangleForward(y, a, Width, 2)  // y = (4, 4)
			TriangleBackward(y, a, Width, 2) // x = (1, 2)
			if want := slices.Concat(slices.Repeat([]float64{1}, Width), slices.Repeat([]float64{2}, Width)); !slices.Equal(y, want) {
				t.Errorf("%s: x = %v", levelName[l], y)
			}
		})
	}
}

func TestPack(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for k := range 41 {
		for rows := 0; rows <= 72; rows += Width {
			p := stack(r, k, rows, 1)
			dst := normals(r, (rows+TileRows)*k+Width)
			conform(t, func() string { return fmt.Sprintf("Pack, k = %d, rows = %d", k, rows) }, dst, make([]float64, len(dst)),
				func(out []float64) { Pack(out, p.a, p.o, k, rows) },
				func(out []float64) { packGo(out, p.a, p.o, k, rows) })
		}
	}
}

// TestPackedIsTheSame: an operand and its packed copy give the same bits.
func TestPackedIsTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	const k, rows, n = 21, 56, 7
	p := stack(r, k, rows, n)
	c, _ := matrix(r, rows, n, rows)
	want := slices.Clone(c)
	Update(want, rows, p.a, p.b, p.o, k, rows, n, false)
	a, b := make([]float64, 3*TileRows*k), make([]float64, TileRows*k)
	Pack(a, p.a, p.o, k, rows)
	Pack(b, p.b, p.o, k, Width) // rows beyond n belong to others and are not used
	Update(c, rows, a, b, Operand{TileRows, 0, TileRows * k}, k, rows, n, false)
	if !slices.Equal(c, want) {
		t.Error("the packed operand gives something else")
	}
}
