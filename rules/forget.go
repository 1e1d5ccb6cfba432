package rules

import (
	"context"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/learn/rule"
)

// Forgetting is what biased gauges do to a lattice that has learnt all its tasks: exact slopes lead it to the optimum of all training
// samples, and then a rule goes on learning, of the last sample alone, whose error is zero already.
type Forgetting struct {
	Terms
	Sizes
	Steps    int // of the rule
	Method   string
	Rate     float64
	Exchange bool
	Rest     float64
}

// Forgot is what came of it, as shares of the losses at the start of the file.
type Forgot struct {
	Old   float64 // of the samples that were not shown, at the end
	Cycle float64 // of the sample that was shown, mean over the later half of the steps
}

// Run lets one rule forget.
func (f *Forgetting) Run(ctx context.Context, x *experiment.Experiment, named *Named) (*Forgot, error) {
	losses := func(at []float64) (old, shown float64, err error) {
		last := x.Train.N - 1
		var rows []int32
		for i := range last {
			rows = append(rows, int32(i))
		}
		value := func(rows []int32) (float64, error) {
			p := learn.NewProblem(exact(x), &rule.Backprop{}, x.Loss, x.Design, learn.Batch{Set: x.Train, Rows: rows})
			return p.Value(at)
		}
		if old, err = value(rows); err == nil {
			shown, err = value([]int32{int32(last)})
		}
		return old, shown, err
	}
	at := x.StartPoint()
	firstOld, firstShown, err := losses(at)
	if err != nil {
		return nil, err
	}
	p := learn.NewProblem(exact(x), &rule.Backprop{}, x.Loss, x.Design, learn.Batch{Set: x.Train})
	method := optim.NewLBFGS(len(at))
	for range 1000 {
		report, err := method.Step(p, at)
		if err != nil {
			return nil, err
		}
		if report.Done {
			break
		}
	}
	solved := append([]float64(nil), at...)
	loads := 2
	if by, nudges := named.Make(f.Sizes).(learn.Nudging); nudges {
		loads = 1 + by.Nudges()
	}
	t, err := Try(ctx, x, named, Setting{Terms: f.Terms, Sizes: f.Sizes, Budget: f.Steps * loads, Method: f.Method, Rate: f.Rate, Exchange: f.Exchange, Rest: f.Rest,
		First: firstShown, Start: solved, Rows: []int32{int32(x.Train.N - 1)}})
	if err != nil {
		return nil, err
	}
	old, _, err := losses(t.at)
	if err != nil {
		return nil, err
	}
	r := &Forgot{Old: old / firstOld}
	n := 0
	for _, s := range t.Steps[len(t.Steps)/2:] {
		r.Cycle += s.shown / firstShown
		n++
	}
	r.Cycle /= float64(max(n, 1))
	return r, nil
}
