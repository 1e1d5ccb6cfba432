package autonomous

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/automaton"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/rules"
	"github.com/elastrain/elastrain/task"
)

// Study is automata under conditions, over seeds.
type Study struct {
	automaton.Conditions
	Rule     string  // backprop, ep or coupled; with Site, rest lengths by ep
	Latched  bool    // bonds go on until they hear another bit
	Readings int     // after each bit, over 0.4 of a unit of time
	Rate     float64 // change of a bond in a showing at the start, root mean square, as a share of its range; of motors in sites
	Shown    int     // samples that are shown
	Left     int     // units of time after that, without a word
	Heat     float64 // kT as a share of the mean energy of a bond under the inputs at the start
	Kelvin   float64 // temperature in its place, K; 0: Heat
	Nudge    float64 // largest error beside an input, as a share of the largest input; alone it hangs as large as that
	Site     float64 // distance of places of attachment, m; 0: stiffnesses learn
	Sites    int     // of them to either side
	Seeds    int
	Seed     uint64 // first
	OpenTest bool   // at the end

	Sweep  string // a condition of Sweeps, or ""
	Values []float64

	Told func(value *float64, seed uint64, shown, all int) `json:"-"` // of every life now and then; may be nil
}

// boltzmann is k of kT, J/K: exact since 2019.
const boltzmann = 1.380649e-23

// Report is what a study found.
type Report struct {
	Spec    string  `json:"spec"`
	Rule    string  `json:"rule"`
	Latched bool    `json:"latched"`
	Reads   int     `json:"readings"` // after each bit
	Rate    float64 `json:"rate"`
	Shown   int     `json:"samples_shown"`
	Left    int     `json:"left_alone"`
	Nudge   float64 `json:"nudge"`
	Hung    float64 `json:"hung_n"`
	Site    float64 `json:"site_m"`
	automaton.Conditions
	Heat    float64 `json:"heat"`
	Kelvin  float64 `json:"temperature_k,omitempty"`
	Energy  float64 `json:"bond_energy_j"` // mean of a bond under the inputs at the start
	Seeds   int     `json:"seeds"`
	First   uint64  `json:"first_seed"`
	Start   float64 `json:"start_loss"`
	Least   float64 `json:"least_loss"`
	Judged  string  `json:"judged_on"` // part of the data for accuracies
	Classes bool    `json:"-"`
	Opened  int     `json:"test_part_opened,omitempty"` // how often the test part was looked at, if it was
	Sweep   string  `json:"sweep"`
	Rows    []Row   `json:"rows"`
}

// Row is one set of conditions over all seeds.
type Row struct {
	Value    *float64    `json:"value"`    // of what is swept
	Kept     rules.Mean  `json:"kept"`     // share of the way to the least loss, mean over the last fifth of the scores
	Final    rules.Mean  `json:"loss"`     // the same of the loss
	Within   *rules.Mean `json:"of_able"`  // the same of the way to the least loss that bonds can reach which are not dead or stuck
	Accuracy *rules.Mean `json:"accuracy"` // of the judged part
	Train    *rules.Mean `json:"training_accuracy"`
	Test     *rules.Mean `json:"test_accuracy"` // at the end
	Reached  int         `json:"reached"`       // seeds that went 90 % of the way
	Time90   *float64    `json:"shown_to_90_median"`
	Deaths   float64     `json:"deaths"` // mean over the seeds
	Moves    float64     `json:"moves_of_motors"`
	Trials   []*Trial    `json:"trials"`
}

// Trial is one life.
type Trial struct {
	Seed   uint64   `json:"seed"`
	Able   *float64 `json:"least_loss_able"` // that bonds can reach which are not dead or stuck; null where all can change
	Scores []Score  `json:"scores"`
	Test   *float64 `json:"test_accuracy"`
	Deaths int      `json:"deaths"`
	Moves  int      `json:"moves_of_motors"`
}

// Score is how good a lattice is at a time.
type Score struct {
	Shown    int      `json:"shown"` // samples before, or units of time
	Loss     float64  `json:"loss"`  // of the training part
	Train    *float64 `json:"training_accuracy"`
	Accuracy *float64 `json:"accuracy"` // of the judged part
}

// ErrDone says that nothing is left to learn.
var ErrDone = errors.New("the loss at the start is the least there is, and nothing is left to learn; another start or task leaves something")

// Unknowns of a lattice: the square of it is kept, and where it is warm the cube of it is the work at every bit.
const (
	mostUnknowns = 3000
	mostModes    = 500
)

// Fit says why the lattice of an experiment cannot learn by itself, with a way out after a semicolon; nil where it can.
func (s *Study) Fit(x *experiment.Experiment) error {
	_, each := x.Loss.(task.SampleLoss)
	switch {
	case x.Reading != nil:
		return &experiment.Misfit{Path: "task.reading", Cause: "the electronics of task.reading learn with a computer", Help: "leave it out, and let outputs compete by size"}
	case x.Exact == nil:
		return fmt.Errorf("lattices of linear springs that move little can learn by themselves, and this network is another; `learn.rule` trains it with a computer")
	case x.Eq.C.N > mostUnknowns:
		return fmt.Errorf("a lattice of %d unknowns is too large to be followed bond by bond; take one of at most %d", x.Eq.C.N, mostUnknowns)
	case x.Eq.C.N > mostModes && (s.Heat > 0 || s.Kelvin > 0 || s.Relaxation > 0 || s.Sweep == "temperature"):
		return fmt.Errorf("the modes of a lattice of %d unknowns are too many to be found at every bit; take one of at most %d, or let it be cold and at rest", x.Eq.C.N, mostModes)
	case x.Design.Dim() == 0 && s.Site == 0:
		return &experiment.Misfit{Path: "bonds", Cause: "no stiffness learns", Help: "give bonds a range, or motors with --site"}
	case !each:
		return &experiment.Misfit{Path: "task.loss", Cause: x.Loss.Name() + " judges samples together, and a driver sees one at a time", Help: "write task.loss=softmax or another loss of single samples"}
	case slices.ContainsFunc(x.In, func(p network.Port) bool { return p.Given }):
		return &experiment.Misfit{Path: x.GivenPath(), Cause: "inputs that are given displacements hold the lattice while the error hangs", Help: "give a force, such as `force: 49 mN`"}
	case x.Spec.Matter != nil:
		return &experiment.Misfit{Path: "matter", Cause: "automata live in the lattice as it is drawn, and the section matter is for trainings", Help: "leave it out, and give faults as flags"}
	}
	for _, i := range x.Design.Free {
		if math.IsInf(x.Design.Hi[i], 0) || math.IsInf(x.Design.Lo[i], 0) {
			return &experiment.Misfit{Path: "bonds", Cause: "a bond has a range without an end, and an automaton needs one to stop at", Help: "give each range both ends"}
		}
	}
	return nil
}

// setup is the lattice of a seed.
func (s *Study) setup(x *experiment.Experiment, c automaton.Conditions, seed uint64) *automaton.Setup {
	m := x.Exact.Modes()
	a := &automaton.Setup{Eq: x.Eq, Net: x.Network, In: x.In, Out: x.Out, Loss: x.Loss.(task.SampleLoss),
		Lo: make([]float64, m), Hi: make([]float64, m), Start: make([]float64, m), Sites: s.Sites, Conditions: c, Seed: seed}
	a.Latched, a.Times, a.Wait, a.Tick, a.Rate, a.Site = s.Latched, s.Readings, 0.1, 0.4/float64(s.Readings), s.Rate, s.Site
	switch {
	case s.Site > 0:
		a.Rule = automaton.Attach
	case s.Rule == "ep":
		a.Rule = automaton.Contrast
	case s.Rule == "coupled":
		a.Rule, a.Hold = automaton.Contrast, s.Nudge
	}
	x.Design.Init(a.Start)
	copy(a.Lo, a.Start)
	copy(a.Hi, a.Start)
	for _, i := range x.Design.Free {
		a.Lo[i], a.Hi[i] = x.Design.Gain[i]*x.Design.Lo[i], x.Design.Gain[i]*x.Design.Hi[i]
	}
	a.Size = largest(x.Train)
	if a.Rule != automaton.Product {
		a.Size *= s.Nudge
	}
	return a
}

// largest input of a set, N.
func largest(set *task.Set) (most float64) {
	for _, f := range set.F {
		most = max(most, math.Abs(f))
	}
	return most
}

// Run lets lattices live. What is finished is kept by the store, unless it is nil.
func (s *Study) Run(ctx context.Context, x *experiment.Experiment, store Store, done func(*Row)) (*Report, error) {
	if err := s.Fit(x); err != nil {
		return nil, err
	}
	r := &Report{Rule: s.Rule, Latched: s.Latched, Reads: s.Readings, Rate: s.Rate, Shown: s.Shown, Left: s.Left, Nudge: s.Nudge, Site: s.Site, Conditions: s.Conditions, Heat: s.Heat,
		Seeds: s.Seeds, First: s.Seed, Judged: "training", Classes: x.Table != nil && x.Train.Class != nil, Sweep: s.Sweep}
	if x.Valid.N > 0 {
		r.Judged = "validation"
	}
	if s.Site > 0 {
		r.Rule = "ep of rest lengths"
	}
	r.Hung = s.setup(x, s.Conditions, 0).Size
	var err error
	if r.Start, r.Least, err = rules.Optimum(ctx, x); err != nil {
		return nil, err
	}
	if s.Site > 0 {
		r.Least = 0 // no loss is less
	}
	if !(r.Start > r.Least) {
		return nil, ErrDone
	}
	if r.Energy, err = energy(x); err != nil {
		return nil, err
	}
	if r.Kelvin = s.Kelvin; s.Kelvin > 0 {
		r.Heat = boltzmann * s.Kelvin / r.Energy
	}
	values := s.Values
	if s.Sweep == "" {
		values = []float64{math.NaN()}
	}
	for _, v := range values {
		of, row := *s, Row{}
		of.Heat = r.Heat
		if s.Sweep != "" {
			of.Set(s.Sweep, v)
			row.Value = &v
		}
		c := of.Conditions
		if c.Heat = of.Heat * r.Energy; c.Heat > 0 && c.Relaxation == 0 {
			c.Relaxation = 0.02
		}
		if s.Sweep == "" {
			r.Conditions = c
		}
		for seed := range s.Seeds {
			t, err := of.life(ctx, x, c, row.Value, s.Seed+uint64(seed), store)
			if err != nil {
				return nil, err
			}
			row.Trials = append(row.Trials, t)
		}
		row.sum(r.Start, r.Least)
		r.Rows = append(r.Rows, row)
		done(&row)
	}
	return r, nil
}

// energy is the mean of k e^2/2 over bonds that feel anything and samples, at the start.
func energy(x *experiment.Experiment) (float64, error) {
	p := x.NewProblem()
	if err := p.Set(x.StartPoint()); err != nil {
		return 0, err
	}
	_, q := x.Exact.Ports()
	m := learn.Measurement{Out: make([]float64, q), Elongation: make([]float64, x.Exact.Modes())}
	sum, k := 0.0, x.Exact.Stiffness()
	for n := range x.Train.N {
		if err := x.Exact.Apply(x.Train.Force(n), nil, &m); err != nil {
			return 0, err
		}
		for i, e := range m.Elongation {
			sum += k[i] * e * e / 2
		}
	}
	return sum / float64(x.Train.N*len(k)), nil
}
