package optim_test

import (
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/learn/optim"
)

func TestScheduleByHand(t *testing.T) {
	s := optim.Schedule{WarmUp: 3, Cosine: true, Steps: 8}
	half := math.Sqrt2 / 2
	for step, want := range map[int]float64{0: 0.25, 1: 0.5 * (1 + math.Cos(math.Pi/8)) / 2, 2: 0.75 * (1 + half) / 2, 4: 0.5, 6: (1 - half) / 2, 8: 0, 9: 0, 1000: 0} {
		if got := s.Share(step); !(math.Abs(got-want) <= 1e-15) {
			t.Errorf("step %d takes %g of the rate, not %g", step, got, want)
		}
	}
	s = optim.Schedule{WarmUp: 1}
	for step, want := range map[int]float64{0: 0.5, 1: 1, 1e6: 1} {
		if got := s.Share(step); got != want {
			t.Errorf("step %d takes %g of the rate, not %g", step, got, want)
		}
	}
}

// With a constant slope, Adam and gradient descent move by the sum of the shares.
func TestMethodsFollowTheirSchedule(t *testing.T) {
	schedule := optim.Schedule{WarmUp: 2, Cosine: true, Steps: 7}
	want := 0.0
	for step := range 9 {
		want -= 0.1 * schedule.Share(step)
	}
	adam, descent := optim.NewAdam(1, 0.1), optim.NewMomentum(1, 0.1, 0)
	adam.Relative = 0
	for _, m := range []optim.Method{adam, descent} {
		if err := m.(interface{ Plan(optim.Schedule) error }).Plan(schedule); err != nil {
			t.Fatal(err)
		}
		x := []float64{0}
		run(t, m, slope(1), x, 9)
		near(t, m.Name(), x, []float64{want}, 1e-14)
	}
}

// Stopped anywhere and restored, the same bits; under another schedule it is refused.
func TestScheduleSurvives(t *testing.T) {
	fresh := func(steps int) []optim.Method {
		a, m := optim.NewAdam(2, 0.1), optim.NewMomentum(2, 0.01, 0.9)
		a.Beta1, a.Beta2 = 0.8, 0.9
		s := optim.Schedule{WarmUp: 3, Cosine: true, Steps: steps}
		if a.Plan(s) != nil || m.Plan(s) != nil {
			t.Fatal("no plan")
		}
		return []optim.Method{a, m}
	}
	bowl := &function{n: 2, eval: func(x, g []float64) float64 {
		g[0], g[1] = 2*x[0], 20*(x[1]-1)
		return x[0]*x[0] + 10*(x[1]-1)*(x[1]-1)
	}}
	for i := range 2 {
		whole, x := fresh(10)[i], []float64{1, 2}
		run(t, whole, bowl, x, 10)
		for stop := range 10 {
			first, again, y := fresh(10)[i], fresh(10)[i], []float64{1, 2}
			run(t, first, bowl, y, stop)
			if err := again.Restore(first.State()); err != nil {
				t.Fatal(err)
			}
			run(t, again, bowl, y, 10-stop)
			if y[0] != x[0] || y[1] != x[1] {
				t.Errorf("%s stopped after %d steps: %v, not %v", whole.Name(), stop, y, x)
			}
			if err := fresh(11)[i].Restore(first.State()); err == nil || !strings.Contains(err.Error(), "a schedule of 10 steps after 3 of warm-up, and this one has 11 after 3") {
				t.Errorf("%s goes on under another schedule: %v", whole.Name(), err)
			}
		}
	}
	if err := optim.NewAdam(1, 1).Restore(fresh(3)[0].State()); err == nil {
		t.Error("a schedule is dropped unseen")
	}
}

func TestSchedulesThatCannotBe(t *testing.T) {
	a := optim.NewAdam(1, 1)
	if a.Plan(optim.Schedule{WarmUp: -1}) == nil || a.Plan(optim.Schedule{Cosine: true}) == nil {
		t.Error("accepted")
	}
	if n := len(a.State()); n != 3 {
		t.Errorf("without a schedule the state has %d fields, as it had not before", n)
	}
}
