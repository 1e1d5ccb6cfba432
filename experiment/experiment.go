// Package experiment builds what a spec describes: the network and its
// equilibrium, the ports, the samples, the loss, the design parameters and the
// optimiser. It is the one place where the words of a file become the objects
// of the libraries, and where an object that cannot be built becomes an error
// at a line of the file.
package experiment

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"github.com/elastrain/elastrain/ingest"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
	"github.com/elastrain/elastrain/passport"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/task/data"
)

// Experiment is everything a spec describes, built and checked.
type Experiment struct {
	File    *spec.File
	Spec    *spec.Spec
	Network *network.Network
	Eq      *mechanics.Equilibrium
	Rig     learn.Rig
	Exact   *learn.Exact   // Rig of a lattice of linear springs that move little; else nil
	Solid   *Solid         // of any other network; else nil, and Eq is not
	Reading *learn.Reading // Rig where the file has electronics beside the outputs; else nil
	In, Out []network.Port
	Design  *design.Design

	Train, Test *task.Set // Test.N is 0 where there is no test part
	Valid       *task.Set // taken off the training part to choose by; N is 0 where none is
	Loss        task.Loss
	Rule        learn.Rule

	Passport *passport.Passport // of the part, where the file names it and bonds are not as they are asked for; else nil

	Notes  []string // what whoever gave the files should know: columns that were not read, numbers that were kept
	Why    string   // the solver is the one it is
	Memory Memory   // that a training takes, an estimate

	pushes  [][]pushed          // of every case of a behaviour
	amounts []amount            // of every input of a task that learns from data
	hubs    *lattice.HubNetwork // of a network of hubs; else nil
	comb    *network.Comb       // of a comb; else nil
	moves   *data.Moves         // what happens to pictures from step to step; nil: nothing
	scored  *task.Set           // see Scored
	share   []float64           // that each element has of what it is asked for; nil: all of it

	Inputs  []string // a name for every input port: its feature, or its node
	Outputs []string // a name for every output port: its class, or its node

	// Of tasks that learn from data:
	Table    *data.Table   // all rows, columns as the inputs use them; nil for behaviours
	Encoding data.Encoding // features to unit loads; no Features where inputs are forces
	TrainRow []int         // rows of Table used for training
	ValidRow []int         // rows of Table by which settings are chosen
	TestRow  []int
	OutputOf []int32 // output port of each class of Table
}

// Files reads a file that a spec names.
type Files func(name string) ([]byte, error)

// Options are choices that are not part of an experiment: they change how it is
// computed, not what.
type Options struct {
	Solver  string // "", "auto", "dense", "sparse" or "multigrid"
	Threads int    // of solvers; 0: as many as the program may use
	Memory  int64  // bytes that the training may take; 0: no limit
	// Make makes the solver of a lattice of linear springs in place of one that Solver names, and says why it is this one: one that
	// works on other machines. nil: none.
	Make    func(c *mechanics.Compatibility) (solver mechanics.Solver, why string, err error)
	Stock   *Stock // parts of experiments built before that this one may have in common with them; nil: none
	AsAsked bool   // bonds have what they are asked for, whatever a passport says: of a bench, which asks them
}

// Build makes the experiment of a spec. Errors are spec.Errors, each at its
// place in the file.
func Build(file *spec.File, files Files, options Options) (*Experiment, error) {
	b := &builder{Experiment: Experiment{File: file, Spec: &file.Spec}, files: files, options: options}
	stages := []func(){b.buildNetwork, b.readPassport, b.buildMechanics, b.buildTask, b.leaves, b.buildDesign, b.buildLearning, b.refuseOverflow}
	if b.isSolid() {
		stages = []func(){b.buildNetwork, b.readPassport, b.buildSolid, b.buildTask, b.leaves, b.buildRig, b.buildLearning}
	}
	for _, stage := range stages {
		stage()
		if len(b.errors) > 0 {
			b.errors.Sort()
			if first := b.errors[0]; len(b.Notes) > 0 {
				first.WithNote("%s", strings.TrimSpace(first.Note+"\n"+strings.Join(b.Notes, "\n")))
			}
			return nil, b.errors
		}
	}
	return &b.Experiment, nil
}

// builder collects errors while it fills an Experiment.
type builder struct {
	Experiment
	files      Files
	options    Options
	bonds      *network.BondTable   // where the bonds come from a table or file
	named      []ingest.Set         // nodes that the file of the network has names for
	groups     []*network.Group     // that ports take means of
	tableBytes int64                // of the table, and of the one that it was pooled from
	foreseen   *[][2]int            // where the sizes of tables that are read are written down; nil: nowhere
	told       []network.Port       // readings of the body that are given, in the order of its plan
	between    map[network.Port]int // elements of the plan, from 1, that stand between pairs for the task
	errors     spec.Errors
}

// fail reports an error about the value at a path of the file. What a single
// key can tell spec.Parse has refused before.
func (b *builder) fail(code, path, format string, args ...any) *spec.Error {
	err := b.File.Errorf(code, path, format, args...)
	b.errors = append(b.errors, err)
	return err
}

// failKey is fail for a key that should not be there.
func (b *builder) failKey(code, path, format string, args ...any) *spec.Error {
	err := b.File.KeyErrorf(code, path, format, args...)
	b.errors = append(b.errors, err)
	return err
}

// failBy is fail for an error of a library, which says what is wrong and, after
// a semicolon, the way out.
func (b *builder) failBy(code, path string, cause error) *spec.Error {
	what, way, _ := strings.Cut(cause.Error(), "; ")
	err := b.fail(code, path, "%s", what)
	if way != "" {
		err.WithHelp("%s", way)
	}
	return err
}

// buildLearning makes the loss' rule and checks that method, loss and task fit.
func (b *builder) buildLearning() {
	l := &b.Spec.Learn
	b.buildRule()
	b.buildMatter()
	b.checkScore()
	_, square := b.Loss.(task.MeanSquare)
	if l.Method == "levenberg-marquardt" && !square {
		b.fail("E0501", "learn.method", "levenberg-marquardt needs the mean-square loss, not %s", b.Loss.Name()).
			WithHelp("use method l-bfgs or adam for this task")
	}
	if bonds := b.Design.Dim(); l.Method == "levenberg-marquardt" && bonds > 0 && b.Train.N*b.Train.Q > optim.MostJacobian/bonds {
		b.fail("E0501", "learn.method", "levenberg-marquardt needs the derivative of every output of every sample by every bond, and %d x %d are too many",
			b.Train.N*b.Train.Q, bonds).WithHelp("use method l-bfgs")
	}
	if l.Method == "fewest-changes" {
		if lo, hi := b.Design.Box(); lo == nil {
			b.fail("E0501", "learn.bounds", "fewest-changes looks along the whole range of each bond, and a %s never reaches its ends", l.Bounds).
				WithHelp("use bounds: projection")
		} else if hasOpenEnd(lo) || hasOpenEnd(hi) {
			b.fail("E0501", "learn.method", "fewest-changes looks along the whole range of each bond, and some have no end").
				WithHelp("give every range both ends, or use method l-bfgs")
		}
	}
	if l.Method == "frank-wolfe" {
		if lo, hi := b.Design.Box(); lo == nil {
			b.fail("E0501", "learn.bounds", "frank-wolfe goes to the ends of the bond ranges, which a %s never reaches", l.Bounds).
				WithHelp("use bounds: projection")
		} else if hasOpenEnd(hi) {
			b.fail("E0501", "learn.method", "frank-wolfe goes to the ends of the bond ranges, and some have no upper end").
				WithHelp("give every range both ends, or use method l-bfgs")
		}
	}
	if m, err := b.ofNone(); err == nil && m.FullBatch() && l.Batch != 0 && int(l.Batch) < b.Train.N {
		b.fail("E0501", "learn.batch", "%s compares losses between steps and needs all samples in each", l.Method).
			WithHelp("leave batch out, or use adam, momentum or gradient-descent")
	}
	if int(l.Batch) > b.Train.N {
		b.fail("E0505", "learn.batch", "a batch of %d samples is larger than the %d training samples", l.Batch, b.Train.N).
			WithHelp("take at most %d, or `all`", b.Train.N)
	}
	if l.Compat != "" {
		path := ""
		switch {
		case l.Method != "adam":
			path = "learn.method"
		case b.Design.Bounds != design.Sigmoid:
			path = "learn.bounds"
		}
		if path != "" {
			b.fail("E0502", path, "the authors' program, which `compat` replays, runs Adam on a variable behind a sigmoid").
				WithHelp("write `method: adam`, `bounds: sigmoid` and `steepness: 5` (Iris) or 10, or leave `compat` out")
		}
	}
}

func hasOpenEnd(hi []float64) bool {
	for _, v := range hi {
		if math.IsInf(v, 0) {
			return true
		}
	}
	return false
}

// DefaultRate is the step size of a first-order method in units of the range of a bond, 0 of one that has none.
func DefaultRate(method string) float64 { return defaultRate[method] }

// defaultRate is the step size of first-order methods in units of the range of
// a bond.
var defaultRate = map[string]float64{"adam": 0.02, "momentum": 0.02, "gradient-descent": 0.2}

// liMaoEpsilon is the epsilon of Adam in the authors' program, sqrt(2^-52).
const liMaoEpsilon = 1.4901161193847656e-08

// NewMethod makes the optimiser in its first state.
func (x *Experiment) NewMethod() (optim.Method, error) { return x.method(x.Design.Dim()) }

// ofNone makes the optimiser of no variables, which says what kind it is and takes no memory.
func (x *Experiment) ofNone() (optim.Method, error) { return x.method(0) }

func (x *Experiment) method(variables int) (optim.Method, error) {
	l := &x.Spec.Learn
	rate := l.Rate
	if rate == 0 {
		rate = defaultRate[l.Method]
	}
	if l.Memory > 0 {
		return optim.NewLBFGSOf(variables, l.Memory), nil
	}
	m, err := optim.New(l.Method, variables, rate)
	if err == nil {
		err = x.tune(m)
	}
	if adam, ok := m.(*optim.Adam); ok && l.Compat != "" {
		adam.Relative, adam.Absolute = 0, liMaoEpsilon
	}
	return m, err
}

// tune gives a first-order method what the spec says of it beside its rate.
func (x *Experiment) tune(m optim.Method) error {
	l := &x.Spec.Learn
	if genetic, ok := m.(*optim.Genetic); ok {
		genetic.Seed = x.Spec.Seed
	}
	if changes, ok := m.(*optim.Fewest); ok {
		changes.Most = l.Changes
	}
	if levels, ok := m.(*optim.LevelSearch); ok {
		levels.Seed = x.Spec.Seed
	}
	if adam, ok := m.(*optim.Adam); ok {
		adam.Beta1 = cmp.Or(l.Beta1, adam.Beta1)
		adam.Beta2 = cmp.Or(l.Beta2, adam.Beta2)
		adam.Relative = cmp.Or(l.Epsilon, adam.Relative)
	}
	planned, ok := m.(interface{ Plan(optim.Schedule) error })
	fall := map[string]optim.Fall{"cosine": optim.Cosine, "step": optim.Stairs, "exponential": optim.Exponential, "plateau": optim.Plateau}[l.Schedule]
	if !ok || l.WarmUp == 0 && fall == optim.Constant {
		return nil
	}
	steps := 1 // an epoch
	if batch := int(l.Batch); batch > 0 && x.Train.N > batch {
		steps = (x.Train.N + batch - 1) / batch
	}
	schedule := optim.Schedule{WarmUp: l.WarmUp, Fall: fall, Factor: l.Factor}
	switch fall {
	case optim.Cosine:
		schedule.Steps = max(1, l.Epochs*steps)
	case optim.Stairs, optim.Exponential:
		schedule.Every = l.Every * steps
	}
	return planned.Plan(schedule)
}

// NewProblem joins rig, rule, loss and design on the whole training set.
func (x *Experiment) NewProblem() *learn.Problem {
	return learn.NewProblem(x.Rig, x.Rule, x.Loss, x.Design, learn.Batch{Set: x.Train})
}

// StartPoint is the x at which learning starts (len Design.Dim()).
func (x *Experiment) StartPoint() []float64 { return x.Design.StartPoint() }

// StartFrom makes learning start at given stiffnesses (of every element, N/m),
// those of a trained network. Values outside a bond's range are moved into it. Of a network that is read, k may leave out the
// reading: it is then made anew for these stiffnesses.
func (x *Experiment) StartFrom(k []float64) error {
	d := x.Design
	if x.Reading != nil && len(k) == x.Reading.First() {
		return x.startUnread(k)
	}
	if len(k) != len(d.Start) {
		return fmt.Errorf("the network has %d %s, and the stiffness to start from %d", len(d.Start), x.what(), len(k))
	}
	for i, v := range k {
		if x.Solid == nil && x.Network.Elements[i].Cut {
			continue
		}
		d.Start[i] = min(max(v/d.Gain[i], d.Lo[i]), d.Hi[i])
	}
	start := make([]float64, len(k))
	d.Init(start)
	return x.Rig.SetStiffness(start)
}

// Rows are the rows of the data that the samples of a part stand in, from 1; of a
// behaviour the numbers of its cases. In a CSV file row 1 is the first below the
// header, and empty lines do not count.
func (x *Experiment) Rows(set *task.Set) []int {
	rows := make([]int, set.N)
	from := []int(nil)
	switch {
	case x.Table == nil:
	case set == x.Train:
		from = x.TrainRow
	case set == x.Test:
		from = x.TestRow
	case set == x.Valid:
		from = x.ValidRow
	}
	for i := range rows {
		rows[i] = i + 1
		if from != nil {
			rows[i] = from[i] + 1
		}
	}
	return rows
}

// Deform is the shape under input forces f at the stiffness set last: the
// displacement of every node and axis (len nodes*Dim, m; 0 where held) and the
// elongation of every element (len M, m).
func (x *Experiment) Deform(f []float64) (u, e []float64, err error) {
	if x.Solid != nil {
		return x.Solid.deform(f, len(x.Network.Elements), len(x.Network.Elements)-len(x.Spec.Supports.Springs))
	}
	m := learn.Measurement{Out: make([]float64, len(x.Out)), Elongation: make([]float64, x.Eq.C.M)}
	if err := x.Rig.Apply(f, nil, &m); err != nil {
		return nil, nil, err
	}
	return x.displacements(), m.Elongation, nil
}

// Parameters is the number of stiffnesses or other parameters that the rig has, learning or not.
func (x *Experiment) Parameters() int { return x.Rig.Modes() }

// what the parameters are of.
func (x *Experiment) what() string {
	if x.Solid != nil {
		return "parameters"
	}
	return "elements"
}
