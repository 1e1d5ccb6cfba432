package task_test

import (
	"math"
	"testing"
	"unsafe"

	"github.com/elastrain/elastrain/task"
)

func TestSamplesOfASet(t *testing.T) {
	s := &task.Set{N: 2, P: 2, Q: 3, F: []float64{1, 2, 3, 4}, Want: []float64{5, 6, 7, 8, nan, 9}}
	if f := s.Force(1); len(f) != 2 || f[0] != 3 || f[1] != 4 {
		t.Errorf("forces %v", f)
	}
	if g := s.Goal(1); g.Class != -1 || len(g.Want) != 3 || g.Want[0] != 8 || !math.IsNaN(g.Want[1]) {
		t.Errorf("goal %+v", g)
	}
	s = &task.Set{N: 2, P: 1, Q: 3, F: []float64{1, 2}, Class: []int32{2, 0}}
	if g := s.Goal(0); g.Class != 2 || g.Want != nil {
		t.Errorf("goal %+v", g)
	}
}

func TestPrediction(t *testing.T) {
	for _, test := range []struct {
		u     []float64
		want  []float64 // NaN leaves an output out
		class int
		tie   bool
	}{
		{[]float64{1, -3, 2}, nil, 1, false},
		{[]float64{3, 1, 2}, nil, 0, false},
		{[]float64{1, -3, 3}, nil, 1, true},
		{[]float64{3, 3, 4}, nil, 2, false}, // the tie is overtaken
		{[]float64{0, 0}, nil, 0, true},
		{[]float64{-1}, nil, 0, false},
		{[]float64{9, 1, 2}, []float64{nan, 0, 0}, 2, false},
		{[]float64{9, 9}, []float64{nan, 0}, 1, false},
		{[]float64{9}, []float64{nan}, -1, false},
	} {
		g := task.Goal{Want: test.want, Class: 1}
		if class, tie := g.Predict(test.u); class != test.class || tie != test.tie {
			t.Errorf("%v, asked %v: class %d, tie %v", test.u, test.want, class, tie)
		}
		if right := g.Right(test.u); right != (test.class == 1 && !test.tie) {
			t.Errorf("%v: right is %v", test.u, right)
		}
	}
}

// Goals are handed about by value in the loop of every step.
func TestAGoalFitsIntoRegisters(t *testing.T) {
	if size := unsafe.Sizeof(task.Goal{}); size > 4*unsafe.Sizeof(uintptr(0)) {
		t.Errorf("a goal has %d bytes", size)
	}
}
