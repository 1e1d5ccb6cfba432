package optim_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/learn/optim"
)

func TestScheduleByHand(t *testing.T) {
	s := optim.Schedule{WarmUp: 3, Fall: optim.Cosine, Steps: 8}
	half := math.Sqrt2 / 2
	for step, want := range map[int]float64{0: 0.25, 1: 0.5 * (1 + math.Cos(math.Pi/8)) / 2, 2: 0.75 * (1 + half) / 2, 4: 0.5, 6: (1 - half) / 2, 8: 0, 9: 0, 1000: 0} {
		if got := s.Share(step, 0); !(math.Abs(got-want) <= 1e-15) {
			t.Errorf("step %d takes %g of the rate, not %g", step, got, want)
		}
	}
	s = optim.Schedule{WarmUp: 1}
	for step, want := range map[int]float64{0: 0.5, 1: 1, 1e6: 1} {
		if got := s.Share(step, 0); got != want {
			t.Errorf("step %d takes %g of the rate, not %g", step, got, want)
		}
	}
}

// The falls by their closed forms: over any stretch of steps the sum of shares of stairs is that of their landings, and of an exponential that
// of a geometric series; each is one at first, never rises, and has fallen by Factor after Every steps.
func TestFallsHaveTheirSums(t *testing.T) {
	random := rand.New(rand.NewPCG(15, 15))
	for range 200 {
		every, factor, steps := 1+random.IntN(50), 0.05+0.9*random.Float64(), 1+random.IntN(400)
		stairs := optim.Schedule{Fall: optim.Stairs, Every: every, Factor: factor}
		smooth := optim.Schedule{Fall: optim.Exponential, Every: every, Factor: factor}
		var sums [2]float64
		for step := range steps {
			for i, s := range []*optim.Schedule{&stairs, &smooth} {
				share := s.Share(step, 0)
				sums[i] += share
				if was := s.Share(max(0, step-1), 0); step == 0 && share != 1 || !(share <= was) {
					t.Fatalf("%+v: step %d takes %g, the one before %g", s, step, share, was)
				}
				if later := s.Share(step+every, 0); !(math.Abs(later/share-factor) <= 1e-13) {
					t.Fatalf("%+v: step %d takes %g, and %d steps later %g", s, step, share, every, later)
				}
			}
		}
		whole, rest := steps/every, steps%every
		landings := float64(every)*(1-math.Pow(factor, float64(whole)))/(1-factor) + float64(rest)*math.Pow(factor, float64(whole))
		q := math.Pow(factor, 1/float64(every))
		series := (1 - math.Pow(q, float64(steps))) / (1 - q)
		if !(math.Abs(sums[0]/landings-1) <= 1e-12) || !(math.Abs(sums[1]/series-1) <= 1e-10) {
			t.Errorf("every %d, factor %g, %d steps: sums %v, not %g and %g", every, factor, steps, sums, landings, series)
		}
	}
	s := optim.Schedule{Fall: optim.Plateau, Factor: 0.25, WarmUp: 3}
	if got := []float64{s.Share(0, 0), s.Share(1, 1), s.Share(9, 0), s.Share(9, 2)}; !slices.Equal(got, []float64{0.25, 0.125, 1, 0.0625}) {
		t.Errorf("lowered rates are %v", got)
	}
}

// A rate that is lowered on the way is lowered after a restore as well, for each method; another factor or kind is refused.
func TestLoweredRatesSurvive(t *testing.T) {
	for _, fall := range []optim.Schedule{{Fall: optim.Plateau, Factor: 0.5}, {Fall: optim.Stairs, Every: 3, Factor: 0.5}, {Fall: optim.Exponential, Every: 3, Factor: 0.5}} {
		for i := range 2 {
			fresh := func(s optim.Schedule) optim.Lowered {
				m := []optim.Lowered{optim.NewAdam(1, 0.1), optim.NewMomentum(1, 0.1, 0.9)}[i]
				if err := m.(interface{ Plan(optim.Schedule) error }).Plan(s); err != nil {
					t.Fatal(err)
				}
				return m
			}
			train := func(m optim.Lowered, x []float64, from, to int) {
				for step := from; step < to; step++ {
					if step == 4 || step == 5 {
						m.Lower()
					}
					run(t, m, slope(1), x, 1)
				}
			}
			whole, x := fresh(fall), []float64{0}
			train(whole, x, 0, 10)
			for stop := range 10 {
				first, again, y := fresh(fall), fresh(fall), []float64{0}
				train(first, y, 0, stop)
				if err := again.Restore(first.State()); err != nil {
					t.Fatal(err)
				}
				train(again, y, stop, 10)
				if y[0] != x[0] {
					t.Errorf("%+v, %s stopped after %d: %v, not %v", fall, whole.Name(), stop, y, x)
				}
				other, kind := fall, fall
				other.Factor, kind.Fall, kind.Every = 0.4, optim.Plateau+optim.Stairs-fall.Fall, 3
				for _, s := range []optim.Schedule{other, kind, {Fall: optim.Cosine, Steps: 3}, {}} {
					if s == fall {
						continue
					}
					if err := fresh(s).Restore(first.State()); err == nil {
						t.Errorf("%+v goes on under %+v", fall, s)
					}
				}
			}
		}
	}
}

// With a constant slope, Adam and gradient descent move by the sum of the shares.
func TestMethodsFollowTheirSchedule(t *testing.T) {
	schedule := optim.Schedule{WarmUp: 2, Fall: optim.Cosine, Steps: 7}
	want := 0.0
	for step := range 9 {
		want -= 0.1 * schedule.Share(step, 0)
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
		s := optim.Schedule{WarmUp: 3, Fall: optim.Cosine, Steps: steps}
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
	for _, s := range []optim.Schedule{{WarmUp: -1}, {Fall: optim.Cosine}, {Fall: optim.Stairs, Factor: 0.5}, {Fall: optim.Exponential, Every: -1, Factor: 0.5},
		{Fall: optim.Stairs, Every: 1}, {Fall: optim.Plateau, Factor: 1}, {Fall: optim.Plateau, Factor: math.NaN()}} {
		if a.Plan(s) == nil {
			t.Errorf("%+v is accepted", s)
		}
	}
	if n := len(a.State()); n != 3 {
		t.Errorf("without a schedule the state has %d fields, as it had not before", n)
	}
}
