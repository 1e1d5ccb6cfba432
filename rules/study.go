package rules

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// Study is rules, each over seeds, on the same terms.
type Study struct {
	Names  []string
	Seeds  int
	Bench  Terms // Seed is the first
	Sizes  Sizes
	Budget int // loads a trial; 0: those of 200 steps of backpropagation
	Method string
	Rate   float64
	Batch  int
	Swap   bool    // a cure for biased gauges
	Rest   float64 `json:",omitempty"` // another: share of the first loss below which no step is taken

	Open func(seed uint64) (Counting, error)                     `json:"-"`          // a bench in place of the exact network; nil: none
	Kind string                                                  `json:",omitempty"` // of that bench
	Told func(rule string, seed uint64, loads int, loss float64) `json:"-"`          // of every step; may be nil
}

// Report is what a study found.
type Report struct {
	Spec      string  `json:"spec"`
	Bench     string  `json:"bench,omitempty"` // twin: simulated specimens with a camera, weights and scatter of their own
	Noise     float64 `json:"noise_m"`
	Bias      float64 `json:"gauge_bias"`
	Exchanged bool    `json:"gauges_exchanged"`
	Rests     float64 `json:"rests_below,omitempty"` // share of the first loss below which no step is taken
	Hung      float64 `json:"hung_n"`                // largest load that errors hang as
	Sizes
	Method  string  `json:"method"`
	Rate    float64 `json:"rate"`
	Batch   int     `json:"batch"` // samples a step
	Budget  int     `json:"loads"`
	Seeds   int     `json:"seeds"`
	First   uint64  `json:"first_seed"`
	Start   float64 `json:"start_loss"`
	Optimum float64 `json:"least_loss"` // that any of the trials, or L-BFGS with exact slopes, has found
	Rows    []Row   `json:"rules"`
}

// Row is one rule over all seeds.
type Row struct {
	Rule      string   `json:"rule"`
	Short     string   `json:"short"`
	CosFirst  *Mean    `json:"cosine_at_start"`
	CosWay    *Mean    `json:"cosine_on_the_way"`  // mean over the steps until 90 % of the way is gone, or all
	Reached   int      `json:"reached"`            // seeds that got there
	Loads90   *float64 `json:"loads_to_90_median"` // of the seeds that got there, if more than half did
	Gained    *Mean    `json:"gained"`             // share of the way from the start to the optimum, at the end
	Final     *Mean    `json:"final_loss"`
	StepLoads float64  `json:"loads_a_step"`
	Spent     Loads    `json:"loads"` // of the first seed
	Knows     string   `json:"needs_to_know"`
	Keeps     string   `json:"needs_to_store"`
	Reads     string   `json:"reads"`
	Hangs     string   `json:"hangs_a_step"`
	Trials    []*Trial `json:"trials"`
}

// Mean is a number over seeds.
type Mean struct {
	Mean float64 `json:"mean"`
	Sd   float64 `json:"sd"` // of one seed
}

// MeanOf is the mean of numbers; nil of none.
func MeanOf(v []float64) *Mean {
	if len(v) == 0 {
		return nil
	}
	m := &Mean{}
	for _, x := range v {
		m.Mean += x / float64(len(v))
	}
	for _, x := range v {
		m.Sd += (x - m.Mean) * (x - m.Mean)
	}
	m.Sd = math.Sqrt(m.Sd / float64(max(1, len(v)-1)))
	return m
}

// Fit says why rules cannot be compared on an experiment, with a way out after a semicolon; nil where they can.
func (s *Study) Fit(x *experiment.Experiment) error {
	if err := s.fits(x); err != nil {
		return err
	}
	for _, name := range s.Names {
		if err := s.FitsOne(x, name); err != nil {
			return err
		}
	}
	return nil
}

func (s *Study) fits(x *experiment.Experiment) error {
	if x.Exact == nil && s.Open == nil {
		if x.Solid == nil || x.Spec.Task.Reading != nil || slices.ContainsFunc(x.In, func(p network.Port) bool { return p.Part == network.Value }) {
			return fmt.Errorf("rules are compared on networks whose inputs are loads and whose outputs are read as they are, and this is another; train each with `learn.rule` and compare the runs")
		}
		space := &x.Solid.Body.Space
		for i := range space.N {
			node, part := space.Place(i)
			what := "a cell that strains"
			if node >= 0 && part <= element.Z {
				continue
			} else if node >= 0 {
				what = "nodes that turn or carry a current"
			}
			return fmt.Errorf("rules are compared on lattices of bars, whose nodes a camera sees move, and this network has %s; train each with `learn.rule` and compare the runs", what)
		}
	}
	if x.Design.Dim() == 0 {
		return fmt.Errorf("no stiffness learns; give bonds a range")
	}
	return nil
}

// FitsOne says why a rule cannot be tried on an experiment.
func (s *Study) FitsOne(x *experiment.Experiment, name string) error {
	named, err := Find(name)
	if err != nil {
		return err
	}
	by := named.Make(s.Sizes)
	if _, swings := by.(*rule.Frequency); swings && x.Exact == nil && !learn.InProportion(x.Rig) {
		return fmt.Errorf("%s swings the inputs to both sides, and this network does not answer in proportion to them; leave it out", name)
	}
	if err := unloaded(x, named, by); err != nil {
		return err
	}
	if s.Open != nil {
		switch by.(type) {
		case learn.Holding:
			if x.Exact == nil || slices.ContainsFunc(x.Out, func(p network.Port) bool { return p.Pair || p.Mean != nil }) {
				return fmt.Errorf("%s holds single nodes of a lattice of linear springs on a bench, and an output here is of several nodes or the elements are others; leave it out", name)
			}
		case *rule.Backprop:
			if named.Method == "" && x.Exact == nil && !learn.InProportion(x.Rig) {
				return fmt.Errorf("%s hangs the error as a load of its own on a bench, which is right where a lattice answers in proportion; leave it out", name)
			}
		}
	}
	if _, each := x.Loss.(task.SampleLoss); each {
		return nil
	}
	if _, nudges := by.(learn.Nudging); nudges {
		return fmt.Errorf("%s judges samples together, and %s needs a loss of single samples; add task.loss=cross-entropy, or leave rules out that nudge or hold outputs", x.Loss.Name(), name)
	}
	return nil
}

// unloaded refuses a rule that hangs loads as large as a share of the inputs where there are none.
func unloaded(x *experiment.Experiment, named *Named, by learn.Rule) error {
	if x.Exact != nil && slices.ContainsFunc(x.In, func(p network.Port) bool { return p.Given }) {
		return nil // loads are sized by what they move
	}
	every := 0 // samples without a load
	for i := range x.Train.N {
		if !slices.ContainsFunc(x.Train.Force(i), func(f float64) bool { return f != 0 }) {
			every++
		}
	}
	switch by.(type) {
	case *rule.Backprop:
		switch {
		case named.Method != "":
		case every > 0 && x.Exact == nil && !learn.InProportion(x.Rig):
			return fmt.Errorf("%s hangs the error beside the input where a network does not answer in proportion, and %d of %d samples have no input; leave it out, or give inputs loads", named.Name, every, x.Train.N)
		case every == x.Train.N:
			return fmt.Errorf("%s hangs errors as large as the largest load at an input, and no sample has one; leave it out, or give an input a load", named.Name)
		}
	case *rule.Nudge, *rule.Frequency, *rule.Temporal:
		if every > 0 {
			return fmt.Errorf("%s hangs nudges of a share of the inputs, and %d of %d samples have no input; leave it out, or give inputs loads", named.Name, every, x.Train.N)
		}
	}
	return nil
}

// hung is how large loads at the outputs are, N: the largest force at an input. Where inputs are given displacements it is the force that moves
// an output as far at the start, and nudges go by it as well.
func (s *Study) hung(x *experiment.Experiment) (size float64, given bool, err error) {
	if !slices.ContainsFunc(x.In, func(p network.Port) bool { return p.Given }) {
		for _, f := range x.Train.F {
			size = max(size, math.Abs(f))
		}
		return size, false, nil
	}
	if err := x.NewProblem().Set(x.StartPoint()); err != nil {
		return 0, true, err
	}
	if x.Exact == nil { // the force that the given displacements take
		for i := range x.Train.N {
			push, err := learn.Push(x.Rig, x.Train.Force(i))
			if err != nil {
				return 0, false, err
			}
			size = max(size, push)
		}
		return size, false, nil
	}
	_, q := x.Exact.Ports()
	unit, seen, most, far := make([]float64, q), learn.Measurement{Out: make([]float64, q)}, 0.0, 0.0
	for o := range unit {
		clear(unit)
		unit[o] = 1
		if err := x.Exact.Apply(nil, unit, &seen); err != nil {
			return 0, true, err
		}
		most = max(most, math.Abs(seen.Out[o]))
	}
	for i, f := range x.Train.F {
		if x.In[i%len(x.In)].Given {
			far = max(far, math.Abs(f))
		}
	}
	if most == 0 {
		return 0, true, nil
	}
	return far / most, true, nil
}

// setting of the trial of a seed, with errors that hang as large as size.
func (s *Study) setting(x *experiment.Experiment, seed int, size float64, given bool) Setting {
	t, sizes := s.Bench, s.Sizes
	t.Seed += uint64(seed)
	if t.Size = size; given {
		sizes.Load = sizes.Nudge * size
	}
	return Setting{Terms: t, Sizes: sizes, Budget: s.Loads(x), Batch: s.Batch, Method: s.Method, Rate: s.Rate, Exchange: s.Swap, Rest: s.Rest, Open: s.Open}
}

// Loads is what a trial may hang.
func (s *Study) Loads(x *experiment.Experiment) int {
	if s.Budget > 0 {
		return s.Budget
	}
	n := x.Train.N
	if s.Batch > 0 {
		n = min(n, s.Batch)
	}
	return 200 * 2 * n
}

// Store keeps trials between sessions.
type Store interface {
	Load(name string, seed uint64) (*Trial, error) // nil where there is none
	Save(t *Trial) error
}

// Run tries every rule with every seed.
func (s *Study) Run(ctx context.Context, x *experiment.Experiment, store Store, done func(*Trial)) (*Report, error) {
	if err := s.Fit(x); err != nil {
		return nil, err
	}
	r := &Report{Bench: s.Kind, Noise: s.Bench.Noise, Bias: s.Bench.Bias, Exchanged: s.Swap, Rests: s.Rest, Sizes: s.Sizes, Method: s.Method, Rate: s.Rate, Batch: x.Train.N,
		Budget: s.Loads(x), Seeds: s.Seeds, First: s.Bench.Seed}
	if s.Batch > 0 {
		r.Batch = min(r.Batch, s.Batch)
	}
	var err error
	if r.Start, r.Optimum, err = optimum(ctx, x, s.Told); err != nil {
		return nil, err
	}
	size, given, err := s.hung(x)
	if err != nil {
		return nil, err
	}
	r.Hung = size
	for _, name := range s.Names {
		named, err := Find(name)
		if err != nil {
			return nil, err
		}
		row := Row{Rule: named.Name, Short: named.Short, Knows: named.Knows, Keeps: named.Keeps, Reads: named.Reads, Hangs: named.Hangs}
		for seed := range s.Seeds {
			set := s.setting(x, seed, size, given)
			if s.Told != nil {
				set.Told = func(loads int, loss float64) { s.Told(named.Name, set.Terms.Seed, loads, loss) }
			}
			t, err := store.Load(named.Name, set.Terms.Seed)
			if err != nil {
				return nil, err
			}
			if t == nil {
				if t, err = Try(ctx, x, named, set); err != nil {
					return nil, fmt.Errorf("%s, seed %d: %w", named.Name, set.Terms.Seed, err)
				}
				if err := store.Save(t); err != nil {
					return nil, err
				}
			}
			row.Trials = append(row.Trials, t)
			for _, step := range t.Steps {
				r.Optimum = min(r.Optimum, step.Loss)
			}
			r.Optimum = min(r.Optimum, t.Final)
			done(t)
		}
		r.Rows = append(r.Rows, row)
	}
	if s.Open != nil && len(r.Rows) > 0 && len(r.Rows[0].Trials[0].Steps) > 0 { // specimens begin elsewhere than theory
		r.Start = 0
		for _, t := range r.Rows[0].Trials {
			r.Start += t.Steps[0].Loss / float64(len(r.Rows[0].Trials))
		}
	}
	for i := range r.Rows {
		r.Rows[i].sum(r.Start, r.Optimum)
	}
	return r, nil
}

// sum makes the numbers of a row of its trials.
func (r *Row) sum(start, least float64) {
	near := start - 0.9*(start-least)
	var first, way, final, gained, loads []float64
	for _, t := range r.Trials {
		sum, n, arrived := 0.0, 0, false
		for i, step := range t.Steps {
			if step.Loss <= near && start > least {
				loads = append(loads, float64(step.Loads))
				arrived = true
				break
			}
			if step.Cosine == nil {
				continue
			}
			if i == 0 {
				first = append(first, *step.Cosine)
			}
			sum += *step.Cosine
			n++
		}
		if !arrived && t.Final <= near && start > least {
			loads = append(loads, float64(t.Spent.Sum()))
		}
		if n > 0 {
			way = append(way, sum/float64(n))
		}
		final = append(final, t.Final)
		if start > least {
			gained = append(gained, (start-t.Final)/(start-least))
		}
	}
	r.CosFirst, r.CosWay, r.Final, r.Gained, r.Reached = MeanOf(first), MeanOf(way), MeanOf(final), MeanOf(gained), len(loads)
	if t := r.Trials[0]; len(t.Steps) > 0 {
		r.Spent, r.StepLoads = t.Spent, float64(t.Spent.Sum())/float64(len(t.Steps))
	}
	if 2*len(loads) > len(r.Trials) {
		for len(loads) < len(r.Trials) { // those that did not arrive would have come later
			loads = append(loads, math.Inf(1))
		}
		slices.Sort(loads)
		r.Loads90 = &loads[(len(loads)-1)/2]
	}
}
