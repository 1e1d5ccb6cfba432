package rule_test

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/task"
)

func TestDifferencesAgreeWithBackpropagation(t *testing.T) {
	rig, classes := specimen(t, 12)
	for _, test := range []struct {
		loss task.Loss
		set  *task.Set
	}{{task.CrossEntropy{}, classes}, {task.Fisher{}, classes}, {task.MeanSquare{Scale: 1e-3}, displaced(classes)}} {
		batch := learn.Batch{Set: test.set, Divisor: 16}
		want, value := gradient(t, &rule.Backprop{}, rig, test.loss, batch)
		g, again := gradient(t, &rule.Difference{}, rig, test.loss, batch)
		if d := apart(g, want); !(d <= 1e-8) || !(math.Abs(again-value) <= 1e-14*value) {
			t.Errorf("%s: differ by %.1e; loss %g and %g", test.loss.Name(), d, again, value)
		}
	}
}

// The error of one-sided differences falls with the step, that of central ones
// with its square.
func TestOrderOfDifferences(t *testing.T) {
	rig, set := specimen(t, 12)
	batch := learn.Batch{Set: set}
	want, _ := gradient(t, &rule.Backprop{}, rig, task.Softmax{Sharpness: 1e3}, batch)
	for _, forward := range []bool{true, false} {
		var errors [2]float64
		for i, step := range []float64{0.02, 0.01} {
			g, _ := gradient(t, &rule.Difference{Step: step, Forward: forward}, rig, task.Softmax{Sharpness: 1e3}, batch)
			errors[i] = apart(g, want)
		}
		order := math.Log2(errors[0] / errors[1])
		if expected := map[bool]float64{true: 1, false: 2}[forward]; !(math.Abs(order-expected) <= 0.05) {
			t.Errorf("forward %v: order %.3f", forward, order)
		}
	}
}

func TestDifferencesCostAndRestore(t *testing.T) {
	exact, set := specimen(t, 3)
	before := append([]float64(nil), exact.Stiffness()...)
	for _, forward := range []bool{true, false} {
		b := &bench{rig: exact}
		gradient(t, &rule.Difference{Forward: forward}, b, task.CrossEntropy{}, learn.Batch{Set: set})
		states := map[bool]int{true: 29, false: 57}[forward]
		if b.loads != 3*states || b.sets != states {
			t.Errorf("forward %v: %d loadings and %d settings", forward, b.loads, b.sets)
		}
		for i, k := range exact.Stiffness() {
			if k != before[i] {
				t.Fatalf("bond %d is left at %g, not %g", i+1, k, before[i])
			}
		}
	}
}

func TestNames(t *testing.T) {
	if (&rule.Backprop{}).Name() == (&rule.Difference{}).Name() {
		t.Error("two rules of one name")
	}
}
