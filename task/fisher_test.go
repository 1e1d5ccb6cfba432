package task_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/elastrain/elastrain/task"
)

// twoClasses is samples of two outputs, those of class 0 first.
func twoClasses(zeros, ones int) *task.Set {
	s := &task.Set{N: zeros + ones, P: 1, Q: 2, Class: make([]int32, zeros+ones)}
	for i := zeros; i < s.N; i++ {
		s.Class[i] = 1
	}
	return s
}

// With leads d = |u_1| - |u_0| written out: J = h|h| / (h^2 + m^2 + v).
func TestFisherByHand(t *testing.T) {
	for _, test := range []struct {
		name  string
		zeros []float64 // d of the samples of class 0
		ones  []float64
		want  float64
	}{
		{"two points, right and alike", []float64{-1, -1}, []float64{1, 1}, 0},
		{"off the middle", []float64{-1}, []float64{3}, (4.+1)/4 - 1},                            // h = 2, m = 1
		{"spread", []float64{-3, -1}, []float64{1, 3}, (4.+1)/4 - 1},                             // h = 2, v = 1
		{"spread of one class", []float64{-2, -2}, []float64{0, 4}, (4.+2)/4 - 1},                // v = (0 + 4)/2
		{"no difference", []float64{-1, 1}, []float64{-1, 1}, 99 + 0.01*1e4},                     // J = 0: on the tangent
		{"wrong way round", []float64{1, 1}, []float64{-1, -1}, 99 + 1.01*1e4},                   // J = -1
		{"one class absent", nil, []float64{1, 2}, 0},                                            // no pair
		{"little difference", []float64{-0.1, 0}, []float64{0, 0.1}, (0.0025+0.0025)/0.0025 - 1}, // h = 0.05, v = 0.0025
	} {
		s := twoClasses(len(test.zeros), len(test.ones))
		var u []float64
		for _, d := range append(append([]float64(nil), test.zeros...), test.ones...) {
			u = append(u, -5, 5+d) // signs do not matter, only sizes
		}
		g := make([]float64, len(u))
		if got := (task.Fisher{}).EvalSet(s, nil, u, g); !(math.Abs(got-test.want) <= 1e-11*max(1, test.want)) {
			t.Errorf("%s: %.15g, not %.15g", test.name, got, test.want)
		}
	}
}

// Of three outputs each sample lets two compete: what the third does is nobody's
// business, neither for the value nor for the slope.
func TestFisherLeavesOutWhatIsNotAsked(t *testing.T) {
	none := math.NaN()
	s := &task.Set{N: 4, P: 1, Q: 3, Class: []int32{0, 1, 0, 1}, Want: []float64{0, 0, none, 0, 0, none, 0, 0, none, 0, 0, none}}
	pair := &task.Set{N: 4, P: 1, Q: 2, Class: s.Class}
	u := []float64{3, 1, 7, 1, 2, 9, 4, 2, -8, 2, 4, 0}
	z := make([]complex128, len(u))
	for i := range u {
		z[i] = complex(u[i], 0)
	}
	two := []float64{3, 1, 1, 2, 4, 2, 2, 4}
	g, want := make([]float64, 12), make([]float64, 8)
	value, wanted := (task.Fisher{}).EvalSet(s, nil, u, g), (task.Fisher{}).EvalSet(pair, nil, two, want)
	if value != wanted || math.Abs(real((task.Fisher{}).ComplexSet(s, nil, z))-wanted) > 1e-14 {
		t.Errorf("%g, without the third output %g", value, wanted)
	}
	for i := range 4 {
		if g[3*i] != want[2*i] || g[3*i+1] != want[2*i+1] || g[3*i+2] != 0 {
			t.Errorf("sample %d: slopes %v, without the third output %v", i+1, g[3*i:3*i+3], want[2*i:2*i+2])
		}
	}
}

func TestFisherWhereNothingMoves(t *testing.T) {
	s, g := twoClasses(1, 1), make([]float64, 4)
	if v := (task.Fisher{}).EvalSet(s, nil, make([]float64, 4), g); !math.IsNaN(v) {
		t.Errorf("nothing moves: %g", v)
	}
	g = []float64{1, 2}
	if v := (task.Fisher{}).EvalSet(s, []int32{1}, []float64{3, 4}, g); v != 0 || g[0] != 0 || g[1] != 0 {
		t.Errorf("one class only: %g, %v", v, g)
	}
}

// drawSet is samples of q classes with outputs that lean to their class by as
// much as separation says.
func drawSet(t *rapid.T, q int) (*task.Set, []int32, []float64) {
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
	n := rapid.IntRange(1, 20).Draw(t, "samples")
	s := &task.Set{N: n, P: 1, Q: q, Class: make([]int32, n)}
	for i := range s.Class {
		s.Class[i] = int32(random.IntN(q))
	}
	var rows []int32
	if rapid.Bool().Draw(t, "some rows") {
		for range rapid.IntRange(1, n).Draw(t, "rows") {
			rows = append(rows, int32(random.IntN(n)))
		}
		n = len(rows)
	}
	separation := rapid.Float64Range(-1, 3).Draw(t, "separation")
	u := make([]float64, n*q)
	for i := range n {
		row := i
		if rows != nil {
			row = int(rows[i])
		}
		for o := range q {
			size := 2 + random.Float64()
			if o == int(s.Class[row]) {
				size = max(size+separation, 0.5)
			}
			u[i*q+o] = math.Copysign(size, random.Float64()-0.5)
		}
	}
	return s, rows, u
}

// EvalSet and ComplexSet are written separately. Ten classes need more room than
// the few for which it is kept on the stack.
func TestFisherByComplexStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, rows, u := drawSet(t, rapid.SampledFrom([]int{2, 3, 4, 10}).Draw(t, "classes"))
		g := make([]float64, len(u))
		for i := range g {
			g[i] = 1e9 // left over
		}
		value := task.Total(task.Fisher{}, s, rows, u, g)
		n := float64(len(u) / s.Q)
		if mean := (task.Fisher{}).EvalSet(s, rows, u, make([]float64, len(u))); !(math.Abs(value-n*mean) <= 1e-14*math.Abs(value)) {
			t.Fatalf("the total is %g, the mean %g of %g", value, mean, n)
		}
		largest := 1e-3
		for _, v := range g {
			largest = max(largest, math.Abs(v))
		}
		const h = 1e-30
		for i := range u {
			z := make([]complex128, len(u))
			for j := range z {
				z[j] = complex(u[j], 0)
			}
			z[i] = complex(u[i], h)
			found := task.TotalComplex(task.Fisher{}, s, rows, z)
			if !(math.Abs(real(found)-value) <= 1e-10*max(1, value)) {
				t.Fatalf("%.17g, complex %.17g", value, real(found))
			}
			if want := imag(found) / h; !(math.Abs(g[i]-want) <= 1e-10*largest) {
				t.Fatalf("derivative %d is %.17g, by complex step %.17g", i, g[i], want)
			}
		}
	})
}

// No scale to choose, no order of samples, no sign of a displacement matters.
func TestInvarianceOfFisher(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, _, u := drawSet(t, 3)
		u = append([]float64(nil), u...)
		for len(u) < 3*s.N {
			u = append(u, 1, 2, 3)
		}
		g := make([]float64, len(u))
		want := (task.Fisher{}).EvalSet(s, nil, u, g)
		scale := math.Pow(2, float64(rapid.IntRange(-40, 40).Draw(t, "power")))
		turned, rows := make([]float64, len(u)), make([]int32, s.N)
		for i := range s.N {
			rows[i] = int32(s.N - 1 - i)
			for o := range 3 {
				turned[3*i+o] = -scale * u[3*(s.N-1-i)+o]
			}
		}
		got := (task.Fisher{}).EvalSet(s, rows, turned, make([]float64, len(u)))
		if !(math.Abs(got-want) <= 1e-10*max(1, math.Abs(want))) {
			t.Fatalf("%.17g, not %.17g", got, want)
		}
	})
}

func TestFisherAllocatesNothing(t *testing.T) {
	s, u, g := twoClasses(2, 2), []float64{1, 2, 3, 4, 5, 6, 7, 9}, make([]float64, 8)
	if n := testing.AllocsPerRun(10, func() { task.Total(task.Fisher{}, s, nil, u, g) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}
