package sparse

import (
	"errors"
	"math"
	"slices"
	"testing"
)

// sumOf is a product as the sum of the matrices of its rows, at weights.
func sumOf(c *Product, weights []float64) (*Sum, []float64) {
	s := &Sum{N: c.N, Ptr: []int32{0}, Group: c.Group, X: c.X, Dim: c.Dim}
	var values []float64
	for i, k := range weights {
		for a := c.Ptr[i]; a < c.Ptr[i+1]; a++ {
			s.Col = append(s.Col, c.Col[a])
			for b := c.Ptr[i]; b <= a; b++ {
				values = append(values, k*c.Val[a]*c.Val[b])
			}
		}
		s.Ptr = append(s.Ptr, int32(len(s.Col)))
	}
	return s, values
}

// A truss is a product, and the sum of the matrices of its bars.
func TestSumIsTheProduct(t *testing.T) {
	for name, c := range trusses() {
		weights := make([]float64, len(c.Ptr)-1)
		for i := range weights {
			weights[i] = 1 + float64(i%7)
		}
		sum, values := sumOf(c, weights)
		want, got := AnalyzeProduct(c).NewFactor(), AnalyzeSum(sum).NewFactor()
		if err := want.Refactor(weights); err != nil {
			continue // a mechanism is one both ways
		}
		if err := got.Refactor(values); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		x := randomBlock(c.N, 3)
		y := slices.Clone(x)
		want.Solve(x, 1)
		got.Solve(y, 1)
		size, off := 0.0, 0.0
		for i := range x {
			size, off = max(size, math.Abs(x[i])), max(off, math.Abs(x[i]-y[i]))
		}
		if !(off <= 1e-11*size) {
			t.Errorf("%s: the sum of the matrices of bars gives displacements that differ by %.1e of the largest", name, off/size)
		}
		if a, b := want.NormInf(), got.NormInf(); math.Abs(a-b) > 1e-12*a {
			t.Errorf("%s: bounds of the norm are %g and %g", name, a, b)
		}
		values[len(values)/2] = math.Inf(1)
		var notFinite *NotFiniteError
		if err := got.Refactor(values); !errors.As(err, &notFinite) || notFinite.Column < 0 || !math.IsInf(notFinite.Value, 1) {
			t.Errorf("%s: an infinite number gives %v", name, err)
		}
	}
}

// A free bar has a motion without force, which a sum finds like a product.
func TestSumThatIsSingular(t *testing.T) {
	c := &Sum{N: 2, Ptr: []int32{0, 2}, Col: []int32{0, 1}}
	f := AnalyzeSum(c).NewFactor()
	var notPositive *NotPositiveError
	if err := f.Refactor([]float64{1, -1, 1}); !errors.As(err, &notPositive) {
		t.Errorf("a free bar gives %v", err)
	}
	null, err := f.RefactorSemidefinite([]float64{1, -1, 1}, PivotTolerance)
	if err != nil || len(null) != 1 {
		t.Errorf("its free motions are %v, %v", null, err)
	}
}
