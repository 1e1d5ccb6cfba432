package vec

import (
	"math"
	"testing"
)

func TestVectors(t *testing.T) {
	a, b := [3]float64{1, 2, 2}, [3]float64{3, 0, -4}
	if Norm(a) != 3 || Dot(a, b) != -5 || Add(a, b) != [3]float64{4, 2, -2} || Sub(a, b) != [3]float64{-2, 2, 6} {
		t.Errorf("%v %v %v %v", Norm(a), Dot(a, b), Add(a, b), Sub(a, b))
	}
	if c := Cross(a, b); c != [3]float64{-8, 10, -6} || Dot(c, a) != 0 || Dot(c, b) != 0 {
		t.Errorf("cross %v", c)
	}
	if m := Mean([][3]float64{a, b}); math.Abs(m[0]-2) > 0 || m[1] != 1 || m[2] != -1 {
		t.Errorf("mean %v", m)
	}
}
