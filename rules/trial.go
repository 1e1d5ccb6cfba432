package rules

import (
	"cmp"
	"context"
	"errors"
	"math"
	"math/rand/v2"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/learn/rule"
)

// Trial is one rule learning once.
type Trial struct {
	Rule  string  `json:"rule"`
	Seed  uint64  `json:"seed"`
	Spent Loads   `json:"loads"`
	Steps []Step  `json:"steps"`
	Final float64 `json:"final_loss"` // exact, at the end
	Ended string  `json:"ended"`      // why it ended

	at []float64 // the variables at the end
}

// Step is what was true when a rule measured.
type Step struct {
	Loads  int      `json:"loads"` // hung before
	Loss   float64  `json:"loss"`  // of the training part, exact
	shown  float64  // the same of the samples that are shown, where these are not all
	Cosine *float64 `json:"cosine"` // of what the rule measures and the true gradient; null where either is zero
}

// Setting is what one trial is made of.
type Setting struct {
	Terms
	Sizes
	Budget   int    // loads
	Batch    int    // samples a step; 0: all
	Method   string // that takes steps
	Rate     float64
	Exchange bool      // gauges change places at every other step
	Rest     float64   // no step is taken where the loss that a rule sees is not above this share of the first; 0: always one
	First    float64   // the loss that Rest is a share of; 0: that of the first step
	Start    []float64 // variables where it begins; nil: where the file says
	Rows     []int32   // samples that are shown; nil: all, or batches
	Open     func(seed uint64) (Counting, error)
	Told     func(loads int, loss float64) // of every step; may be nil
}

// seen is a problem that remembers the slope that a method was given.
type seen struct {
	*learn.Problem
	g      []float64
	rig    Counting
	budget int

	ahead bool // value and slope of the next Eval are measured
	value float64
}

func (s *seen) Eval(x, g []float64) (float64, error) {
	if s.ahead {
		s.ahead = false
		copy(g, s.g)
		return s.value, nil
	}
	v, err := s.Problem.Eval(x, g)
	copy(s.g, g)
	return v, err
}

// rests measures ahead, and reports whether what is seen is good enough.
func (s *seen) rests(x []float64, below float64) (bool, error) {
	v, err := s.Problem.Eval(x, s.g)
	s.value, s.ahead = v, err == nil && v > below
	return err == nil && v <= below, err
}

// errSpent ends a method that looks at several places in a step.
var errSpent = errors.New("the loads are spent")

// Value implements optim.Valued, as long as there are loads.
func (s *seen) Value(x []float64) (float64, error) {
	if s.rig.Spent().Sum() >= s.budget {
		return 0, errSpent
	}
	return s.Problem.Value(x)
}

// looked is what a search sees of a bench, as a session of a bench serves it: the lattice as it is is looked at anew in every step, and what
// reads less is taken for less.
type looked struct{ *seen }

// Margin implements optim.Measured.
func (looked) Margin() float64 { return 0 }

// Try lets a rule learn until the loads are spent.
func Try(ctx context.Context, x *experiment.Experiment, named *Named, s Setting) (*Trial, error) {
	s.Sizes.Seed = s.Terms.Seed
	rig, err := s.rig(x)
	if err != nil {
		return nil, err
	}
	by := named.Make(s.Sizes)
	if exchanging, can := rig.(Exchanging); can && s.Exchange {
		by = NewExchanged(by, exchanging)
	}
	stepping, _ := by.(learn.Stepping)
	all := learn.Batch{Set: x.Train}
	truth := learn.NewProblem(exact(x), &rule.Backprop{}, x.Loss, x.Design, all)
	p := &seen{Problem: learn.NewProblem(rig, by, x.Loss, x.Design, all), g: make([]float64, x.Design.Dim()), rig: rig, budget: s.Budget}
	p.Batch.Rows = s.Rows
	method, err := optim.New(cmp.Or(named.Method, s.Method), x.Design.Dim(), s.Rate)
	if err != nil {
		return nil, err
	}
	if genetic, ok := method.(*optim.Genetic); ok {
		genetic.Seed = s.Terms.Seed
	}
	searches := method.FullBatch()
	var problem optim.Problem = p
	if _, bench := rig.(Judging); bench && searches {
		problem = looked{p}
	}
	t := &Trial{Rule: named.Name, Seed: s.Terms.Seed}
	at, right := x.StartPoint(), make([]float64, x.Design.Dim())
	if s.Start != nil {
		copy(at, s.Start)
	}
	begun := 0.0 // the loss of the first step
	order := stream(s.Terms.Seed, orderStream)
	var rows []int32
	for step := 0; ; step++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if s.Batch > 0 && s.Batch < x.Train.N && !searches && s.Rows == nil {
			p.Batch.Rows, rows = next(rows, x.Train.N, s.Batch, order)
		}
		truth.Batch = all
		loss, err := truth.Eval(at, right)
		if errors.Is(err, optim.ErrNoValue) && step > 0 { // Final is that of the last network that stood
			t.Ended = "no network there: " + err.Error()
			break
		}
		if err != nil {
			return nil, err
		}
		if judge, ok := rig.(Judging); ok { // the truth of a bench is its own
			if err = p.Problem.Set(at); err == nil {
				loss, err = judge.Judge(rig.Stiffness())
			}
			if errors.Is(err, optim.ErrNoValue) && step > 0 {
				t.Ended = "no network there: " + err.Error()
				break
			}
			if err != nil {
				return nil, err
			}
		}
		t.Final = loss
		if rig.Spent().Sum() >= s.Budget {
			t.Ended = "the loads are spent"
			break
		}
		now := Step{Loads: rig.Spent().Sum(), Loss: loss}
		if p.Batch.Rows != nil { // a rule measures the slope of its batch
			truth.Batch = p.Batch
			if now.shown, err = truth.Eval(at, right); err != nil {
				return nil, err
			}
		}
		if s.Told != nil {
			s.Told(now.Loads, loss)
		}
		if stepping != nil {
			stepping.AtStep(step)
		}
		clear(p.g)
		if step == 0 {
			begun = loss
		}
		if s.Rest > 0 && !searches {
			rests, err := p.rests(at, s.Rest*cmp.Or(s.First, begun))
			if err == nil && rests {
				t.Steps = append(t.Steps, now)
				continue
			}
		}
		report, err := method.Step(problem, at)
		now.Cosine = cosine(p.g, right)
		t.Steps = append(t.Steps, now)
		if errors.Is(err, errSpent) {
			continue // and see where it stands
		}
		if errors.Is(err, optim.ErrNoValue) {
			t.Ended = "no network there: " + err.Error()
			break
		}
		if errors.Is(err, learn.ErrClamp) { // of the rule, and not of the others
			t.Ended = err.Error()
			break
		}
		if err != nil {
			return nil, err
		}
		if report.Done {
			t.Ended = report.Why
			break
		}
	}
	t.Spent, t.at = rig.Spent(), at
	return t, nil
}

// exact is the network without a camera and gauges.
func exact(x *experiment.Experiment) learn.Rig {
	if x.Exact != nil {
		return x.Exact
	}
	return x.Rig
}

// rig is the network as the rule of a trial meets it.
func (s *Setting) rig(x *experiment.Experiment) (Counting, error) {
	switch {
	case s.Open != nil:
		return s.Open(s.Terms.Seed)
	case x.Exact != nil:
		return NewRig(x.Exact, s.Terms), nil
	}
	return NewBody(x.Solid.Rig, s.Terms, s.Sizes.Nudge), nil
}

// next takes the next batch of an order that is drawn anew when it is used up.
func next(rows []int32, n, size int, order *rand.Rand) (batch, left []int32) {
	if len(rows) < size {
		rows = rows[:0]
		for _, i := range order.Perm(n) {
			rows = append(rows, int32(i))
		}
	}
	return rows[:size:size], rows[size:]
}

// cosine of the angle between two slopes; nil where one is zero.
func cosine(a, b []float64) *float64 {
	ab, aa, bb := 0.0, 0.0, 0.0
	for i := range a {
		ab += a[i] * b[i]
		aa += a[i] * a[i]
		bb += b[i] * b[i]
	}
	if aa == 0 || bb == 0 {
		return nil
	}
	c := ab / math.Sqrt(aa) / math.Sqrt(bb)
	return &c
}

// Optimum is the least loss that exact slopes lead to from the start, by L-BFGS.
func Optimum(ctx context.Context, x *experiment.Experiment) (start, least float64, err error) {
	return optimum(ctx, x, nil)
}

// optimum tells of its steps, if told is not nil, as of a rule without a name.
func optimum(ctx context.Context, x *experiment.Experiment, told func(rule string, seed uint64, step int, loss float64)) (start, least float64, err error) {
	p := learn.NewProblem(exact(x), &rule.Backprop{}, x.Loss, x.Design, learn.Batch{Set: x.Train})
	at, g := x.StartPoint(), make([]float64, x.Design.Dim())
	if start, err = p.Eval(at, g); err != nil {
		return 0, 0, err
	}
	method := optim.NewLBFGS(len(at))
	least = start
	for step := range 1000 {
		if err := ctx.Err(); err != nil {
			return 0, 0, err
		}
		if told != nil {
			told("", 0, step, least)
		}
		report, err := method.Step(p, at)
		if err != nil {
			return 0, 0, err
		}
		least = min(least, report.Value)
		if report.Done {
			break
		}
	}
	return start, least, nil
}
