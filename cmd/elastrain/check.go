package main

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/network"
)

type checkCommand struct {
	Spec      string   `arg:"" help:"Experiment file, - for stdin."`
	Overrides []string `arg:"" optional:"" help:"Changes to the file, such as learn.rate=0.01."`

	cli.Computing `embed:""`
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
	Spec        string                  `json:"spec"`
	Valid       bool                    `json:"valid"`
	Nodes       int                     `json:"nodes"`
	Dimensions  int                     `json:"dimensions"`
	Bonds       int                     `json:"bonds"`
	Springs     int                     `json:"springs_to_ground"`
	Unknowns    int                     `json:"unknowns"`
	Learn       int                     `json:"bonds_that_learn"`
	Balance     int                     `json:"maxwell_balance"`
	SelfStress  int                     `json:"states_of_self_stress"`
	Mechanisms  int                     `json:"mechanisms"`
	Condition   float64                 `json:"condition"`
	Residual    float64                 `json:"backward_error"`
	Digits      float64                 `json:"digits"` // of displacements that are right
	Solver      string                  `json:"solver"`
	Iterations  int                     `json:"iterations,omitempty"`       // of a solver that iterates: at most, so far
	Reached     float64                 `json:"loads_unbalanced,omitempty"` // and the largest share of the loads that it left
	Work        string                  `json:"solver_work"`                // how large the factorisation is
	Why         string                  `json:"solver_why"`                 // it is this one
	Bytes       int64                   `json:"memory_bytes"`               // that a training takes, an estimate
	Limit       int64                   `json:"memory_limit_bytes,omitempty"`
	Inputs      int                     `json:"inputs"`
	Outputs     int                     `json:"outputs"`
	Train       int                     `json:"train_samples"`
	Test        int                     `json:"test_samples"`
	Steps       int                     `json:"steps_at_most"`
	Memory      []experiment.MemoryPart `json:"memory"`
	StepSeconds float64                 `json:"seconds_a_step"`
	Seconds     float64                 `json:"seconds_at_most"`
	Chosen      []experiment.Choice     `json:"chosen"`                // what the file leaves open and the program chose
	Warnings    []experiment.Warning    `json:"warnings"`              // at the start
	Notes       []string                `json:"notes,omitempty"`       // of the tables that the file names
	Moduli      *experiment.Moduli      `json:"moduli,omitempty"`      // of a periodic cell at the start
	Electronics *learn.Electronics      `json:"electronics,omitempty"` // beside the lattice: what makes classes of what the outputs read
	Elements    map[string]int          `json:"elements,omitempty"`    // of networks of other elements than linear springs: how many of each kind
}

func (c *checkCommand) Run(s *session) error {
	file, files, err := s.ReadSpec(c.Spec, c.Overrides)
	if err != nil {
		return err
	}
	options, err := c.Options()
	if err != nil {
		return err
	}
	x, err := experiment.Build(file, files, options)
	if err != nil {
		return err
	}
	r, err := checkExperiment(x)
	if err != nil {
		return err
	}
	r.Spec, r.Limit, r.Notes = c.Spec, options.Memory, x.Notes
	s.notes(x)
	if s.JSON {
		return s.Object(r)
	}
	s.Printf("%s is valid\n\n", c.Spec)
	s.Printf("network     %s in %s, %s, %s\n", cli.Count(r.Nodes, "node"), cli.Count(r.Dimensions, "dimension"), cli.Count(r.Bonds, "bond"), cli.Count(r.Springs, "spring to ground"))
	for _, kind := range slices.Sorted(maps.Keys(r.Elements)) {
		s.Printf("            %d of kind %s\n", r.Elements[kind], kind)
	}
	s.Printf("rigidity    %s; Maxwell balance %+d; %s, %s\n", cli.Count(r.Unknowns, "unknown"), r.Balance, cli.Count(r.Mechanisms, "mechanism"), cli.Count(r.SelfStress, "state of self-stress"))
	if r.Elements != nil {
		s.Printf("mechanics   backward error %.1e at any unknown, about %.0f digits right, in sample 1\n", r.Residual, r.Digits)
	} else {
		s.Printf("mechanics   condition number about %.2g, backward error %.1e, about %.0f digits right\n", r.Condition, r.Residual, r.Digits)
	}
	if r.Moduli != nil {
		s.Printf("cell        moduli at the start (N/m)\n%s", moduliText(r.Moduli, "            "))
	}
	if r.Why != "" {
		r.Work += " (" + r.Why + ")"
	}
	s.Printf("solver      %s\n", r.Work)
	s.Printf("task        %s, %s, %d training and %s\n", cli.Count(r.Inputs, "input"), cli.Count(r.Outputs, "output"), r.Train, cli.Count(r.Test, "test sample"))
	if r.Electronics != nil {
		s.Printf("electronics %s\n", r.Electronics)
	}
	what := "bond"
	if r.Elements != nil {
		what = "parameter"
	}
	s.Printf("learning    %s, at most %s of %s\n", cli.Count(r.Learn, what), cli.Count(r.Steps, "step"), duration(r.StepSeconds))
	for i, c := range r.Chosen {
		s.Printf("%-11s %s %s (%s)\n", []string{"chosen", ""}[min(i, 1)], c.Key, c.Value, c.Why)
	}
	if r.Bytes > 0 {
		s.Printf("estimate    %s of memory, at most %s\n", size(r.Bytes), duration(r.Seconds))
	} else {
		s.Printf("estimate    at most %s\n", duration(r.Seconds))
	}
	for _, p := range r.Memory {
		if 50*p.Bytes > r.Bytes {
			s.Printf("            %10s  %s\n", size(p.Bytes), p.Name)
		}
	}
	s.warnings(r.Warnings)
	s.Notef("\nnext        %s --labels    %s\n", cli.Command("show", c.Spec, c.Overrides...), cli.Command("train", c.Spec, c.Overrides...))
	return nil
}

// checkExperiment measures one step and estimates the rest.
func checkExperiment(x *experiment.Experiment) (*checked, error) {
	r := &checked{Valid: true, Nodes: x.Network.Nodes(), Dimensions: x.Network.Dim, Learn: x.Design.Dim(),
		Inputs: len(x.In), Outputs: len(x.Out), Train: x.Train.N, Test: x.Test.N, Solver: x.SolverName(), Work: x.SolverWork(), Why: x.Why, Memory: x.Memory.Parts, Bytes: x.Memory.Total(), Electronics: x.Electronics()}
	for i := range x.Network.Elements {
		if x.Network.Elements[i].Kind == network.Ground {
			r.Springs++
		} else if !x.Network.Elements[i].Cut {
			r.Bonds++
		}
	}
	if x.Solid != nil {
		b := x.Solid.Body
		r.Unknowns, r.Balance = b.Space.N, b.M-b.Space.N
		if x.Train.N > 0 {
			lost, backward, err := x.Solid.Rig.Judge(x.Train.Force(0))
			if err != nil {
				return nil, err
			}
			r.Residual, r.Digits = backward, math.Round(10*mechanics.Digits(lost))/10
		}
		r.Elements = map[string]int{}
		for i := range b.Elements {
			if b.Elements[i].Law == law.Law(law.Pull{}) { // it reads, and resists nothing
				r.Balance--
				continue
			}
			r.Elements[b.Elements[i].Kind.Name()]++
		}
		r.SelfStress = r.Balance
		var err error
		if r.Mechanisms, err = x.Solid.Mechanisms(); err != nil {
			return nil, err
		}
		r.SelfStress += r.Mechanisms
		if r.Moduli, err = x.Solid.Moduli(); err != nil {
			return nil, err
		}
	} else if err := r.linear(x); err != nil {
		return nil, err
	}
	_, choices := x.InForce()
	r.Chosen = append([]experiment.Choice{}, choices...)
	warnings, err := x.Warnings()
	if err != nil {
		return nil, err
	}
	r.Warnings = append([]experiment.Warning{}, warnings...)
	if err := r.timeSteps(x); err != nil {
		return nil, err
	}
	if x.Eq != nil {
		r.Work = x.SolverWork() // with what it has taken until now
		r.Iterations, r.Reached = x.Eq.Iterated()
	}
	return r, nil
}

// linear looks at a lattice of linear springs.
func (r *checked) linear(x *experiment.Experiment) error {
	c := x.Eq.C
	r.Unknowns = c.N
	// What could be factorised has no mechanism, so Maxwell's count tells the rest.
	r.Balance = x.Network.Maxwell().Balance
	r.SelfStress = r.Balance
	r.Condition = x.Eq.Condition()
	u, f := make([]float64, c.N), make([]float64, c.N)
	for i := range x.In {
		unknowns, values := c.Load(x.In[i])
		for a, unknown := range unknowns {
			f[unknown] += values[a]
		}
	}
	copy(u, f)
	if err := x.Eq.Displace(u); err != nil {
		return err
	}
	r.Residual = x.Eq.Residual(u, f)
	digits, err := x.Digits()
	r.Digits = math.Round(10*digits) / 10
	return err
}

// timeSteps trains for a moment, to say how long the whole may take.
func (r *checked) timeSteps(x *experiment.Experiment) error {
	t, err := x.NewTrainer()
	if err != nil {
		return err
	}
	perEpoch := 1
	if b := int(x.Spec.Learn.Batch); b > 0 && !t.Method.FullBatch() {
		perEpoch = (x.Train.N + b - 1) / b
	}
	r.Steps = perEpoch * t.Total()
	began := time.Now()
	for !t.Done && time.Since(began) < 300*time.Millisecond && t.Epoch < 50 {
		if err := t.Advance(); err != nil {
			return err
		}
		if _, err := t.EpochScore(); err != nil {
			return err
		}
	}
	if t.Steps > 0 {
		r.StepSeconds = time.Since(began).Seconds() / float64(t.Steps)
	}
	r.Seconds = r.StepSeconds * float64(r.Steps)
	return nil
}
