package main

import (
	"runtime"
	"time"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/train"
)

type checkCommand struct {
	Spec      string   `arg:"" help:"Experiment file, - for stdin."`
	Overrides []string `arg:"" optional:"" help:"Changes to the file, such as learn.rate=0.01."`
	Solver    string   `enum:"auto,dense,sparse" default:"auto" help:"Solver: auto (by size), dense or sparse."`
}

// Help is the part of --help that shows the command at work.
func (*checkCommand) Help() string {
	return `Examples:
  elastrain check mine.yaml                   valid? rigid? how large, how long?
  elastrain check mine.yaml learn.epochs=500  the same with a changed value
  elastrain check mine.yaml --json            all numbers, with the condition of the matrix`
}

// checked is the report of check.
type checked struct {
	Spec        string  `json:"spec"`
	Valid       bool    `json:"valid"`
	Nodes       int     `json:"nodes"`
	Dimensions  int     `json:"dimensions"`
	Bonds       int     `json:"bonds"`
	Springs     int     `json:"springs_to_ground"`
	Unknowns    int     `json:"unknowns"`
	Learn       int     `json:"bonds_that_learn"`
	Balance     int     `json:"maxwell_balance"`
	SelfStress  int     `json:"states_of_self_stress"`
	Mechanisms  int     `json:"mechanisms"`
	Condition   float64 `json:"condition"`
	Residual    float64 `json:"backward_error"`
	Solver      string  `json:"solver"`
	Bytes       int64   `json:"memory_bytes"`
	Inputs      int     `json:"inputs"`
	Outputs     int     `json:"outputs"`
	Train       int     `json:"train_samples"`
	Test        int     `json:"test_samples"`
	Steps       int     `json:"steps_at_most"`
	StepSeconds float64 `json:"seconds_a_step"`
	Seconds     float64 `json:"seconds_at_most"`
}

func (c *checkCommand) Run(s *session) error {
	file, files, err := s.ReadSpec(c.Spec, c.Overrides)
	if err != nil {
		return err
	}
	x, err := experiment.Build(file, files, experiment.Options{Solver: c.Solver})
	if err != nil {
		return err
	}
	r, err := checkExperiment(x)
	if err != nil {
		return err
	}
	r.Spec = c.Spec
	if s.JSON {
		return s.Object(r)
	}
	s.Printf("%s is valid\n\n", c.Spec)
	s.Printf("network     %d nodes in %d dimensions, %d bonds, %d springs to ground\n", r.Nodes, r.Dimensions, r.Bonds, r.Springs)
	s.Printf("rigidity    %d unknowns; Maxwell balance %+d; %d mechanisms, %d states of self-stress\n", r.Unknowns, r.Balance, r.Mechanisms, r.SelfStress)
	s.Printf("mechanics   %s, condition number about %.2g, backward error %.1e\n", r.Solver, r.Condition, r.Residual)
	s.Printf("task        %d inputs, %d outputs, %d training and %d test samples\n", r.Inputs, r.Outputs, r.Train, r.Test)
	s.Printf("learning    %d bonds, at most %d steps of %s\n", r.Learn, r.Steps, duration(r.StepSeconds))
	s.Printf("estimate    %s of memory, at most %s\n", size(r.Bytes), duration(r.Seconds))
	s.Notef("\nnext        elastrain show %s --labels    elastrain train %s\n", c.Spec, c.Spec)
	return nil
}

// checkExperiment measures one step and estimates the rest.
func checkExperiment(x *experiment.Experiment) (*checked, error) {
	c := x.Eq.C
	r := &checked{Valid: true, Nodes: x.Network.Nodes(), Dimensions: x.Network.Dim, Unknowns: c.N, Learn: x.Design.Dim(),
		Inputs: len(x.In), Outputs: len(x.Out), Train: x.Train.N, Test: x.Test.N, Solver: x.Eq.Solver.Name()}
	for i := range x.Network.Elements {
		if x.Network.Elements[i].Kind == network.Ground {
			r.Springs++
		} else if !x.Network.Elements[i].Cut {
			r.Bonds++
		}
	}
	rigidity := mechanics.FindMechanisms(x.Network, c)
	r.Balance, r.SelfStress, r.Mechanisms = rigidity.Count.Balance, rigidity.SelfStress, rigidity.Mechanisms
	r.Condition = x.Eq.Condition()
	u, f := make([]float64, c.N), make([]float64, c.N)
	for i := range x.In {
		unknowns, values := c.Load(x.In[i])
		for a, unknown := range unknowns {
			f[unknown] += values[a]
		}
	}
	copy(u, f)
	x.Eq.Displace(u)
	r.Residual = x.Eq.Residual(u, f)
	columns := int64(len(x.In) + len(x.Out))
	r.Bytes = x.Eq.Solver.Bytes() + 8*columns*int64(c.N+c.M) + 12*int64(len(c.Col)) + 8*int64(len(x.Train.F)+len(x.Test.F)) + 8*32*int64(c.M)

	t, err := train.New(x)
	if err != nil {
		return nil, err
	}
	perEpoch := 1
	if b := int(x.Spec.Learn.Batch); b > 0 && !t.Method.FullBatch() {
		perEpoch = (x.Train.N + b - 1) / b
	}
	r.Steps = perEpoch * t.Total()
	began := time.Now()
	for !t.Done && time.Since(began) < 300*time.Millisecond && t.Epoch < 50 {
		if err := t.Advance(); err != nil {
			return nil, err
		}
		if _, err := t.EpochScore(); err != nil {
			return nil, err
		}
	}
	if t.Steps > 0 {
		r.StepSeconds = time.Since(began).Seconds() / float64(t.Steps)
	}
	r.Seconds = r.StepSeconds * float64(r.Steps)
	// Work space and the collector's reserve are in no formula: what this process
	// has taken for the same steps says more.
	var taken runtime.MemStats
	runtime.ReadMemStats(&taken)
	r.Bytes = max(r.Bytes, int64(taken.Sys-taken.HeapReleased))
	return r, nil
}
