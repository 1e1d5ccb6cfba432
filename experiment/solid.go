package experiment

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/network"
)

// Solid is the mechanics of an experiment that has more than linear springs that move little: beams, angles, pipes,
// other laws, finite deformation.
type Solid struct {
	Body   *body.Body
	Eq     *statics.Equilibrium
	Rig    *learn.Statics
	Params []Param // of every parameter of the body

	plan *body.Plan // nil for a lattice of linear springs that AsSolid made a body
}

// Plan is what the body was made of; nil for a lattice of linear springs that AsSolid made a body.
func (s *Solid) Plan() *body.Plan { return s.plan }

// Param is one parameter as people know it.
type Param struct {
	Element int    // of the body, from 0; -1 for the place of a node
	Node    int    // from 0, where it is a place
	Name    string // stiffness, width, ...; x, y or z of a place
	Unit    string
}

// isSolid reports whether the file asks for more than linear springs.
func (b *builder) isSolid() bool {
	return len(b.Spec.Elements) > 0 || b.Spec.Hubs != nil || b.Spec.Comb != nil || b.written() || len(b.Spec.Geometry) > 0 || b.Spec.Task.Reading != nil || b.isCell() || b.driven() || b.Spec.Statics != nil && b.Spec.Statics.Deformation == "finite"
}

// finite reports whether ends may move far.
func (b *builder) finite() bool {
	return b.Spec.Statics != nil && b.Spec.Statics.Deformation == "finite"
}

// buildSolid makes the body and its equilibrium at the start.
func (b *builder) buildSolid() {
	if name := b.options.Solver; name == "dense" || name == "multigrid" {
		b.fail("E0801", "", "the "+name+" solver is for lattices of linear springs, and this network has other elements, a cell, places that learn, a reading that learns, or moves far").
			WithHelp("leave --solver out, or write --solver sparse")
		return
	}
	p := &planner{builder: b, random: rand.New(rand.NewPCG(b.Spec.Seed, randomStart))}
	plan := p.plan()
	if len(b.errors) > 0 {
		return
	}
	built, err := body.New(plan)
	var follows *body.DependentError
	if errors.As(err, &follows) {
		b.dependent(b.portName(b.told[follows.Reading]))
		return
	}
	if err != nil {
		b.failBy("E0320", "elements", err)
		return
	}
	if built.Space.N == 0 {
		b.fail("E0307", "supports", "every node is held: nothing can move").WithHelp("leave free what shall move")
		return
	}
	s := &Solid{Body: built, Eq: statics.New(built, b.finite()), plan: plan}
	s.Eq.Floppy, s.Eq.Loose = plan.Cell != nil, b.written() || b.hubs != nil || b.comb != nil
	if b.options.Threads > 0 {
		s.Eq.SetThreads(b.options.Threads)
	}
	if b.Memory = b.estimateSolid(s); !b.admit(b.Memory, "about") {
		return
	}
	b.Why = "the only one for elements of all kinds"
	if b.Spec.Statics != nil {
		s.Eq.Steps = b.Spec.Statics.Steps
	}
	s.Params = make([]Param, built.P)
	d := &design.Design{Steepness: b.Spec.Learn.Steepness, Signed: true, Lo: make([]float64, built.P), Hi: make([]float64, built.P),
		Gain: make([]float64, built.P), Start: make([]float64, built.P), Unit: make([]float64, built.P)}
	switch b.Spec.Learn.Bounds {
	case "sigmoid":
		d.Bounds = design.Sigmoid
	case "softplus":
		d.Bounds = design.Softplus
	}
	b.scale(d)
	open := false
	give := func(at int, r span, param Param) {
		s.Params[at] = param
		d.Lo[at], d.Hi[at], d.Start[at], d.Gain[at] = r.lo, r.hi, r.start, 1
		d.Unit[at] = r.hi - r.lo
		if math.IsInf(r.hi, 1) {
			open, d.Unit[at] = true, max(r.start-r.lo, r.lo)
		}
		if r.learns {
			d.Free = append(d.Free, int32(at))
		}
	}
	for i := range built.Elements {
		for j, r := range p.ranges[i] {
			param := built.Elements[i].Law.Params()[j]
			give(built.ThetaOf(i)+j, r, Param{Element: i, Name: param.Name, Unit: param.Unit})
		}
	}
	for i, m := range built.Moves {
		give(built.FirstMove()+i, p.moves[i], Param{Element: -1, Node: m.Node, Name: element.Part(m.Axis).String(), Unit: "m"})
	}
	for i := range d.Log { // angles may be zero, and places are shifts
		d.Log[i] = d.Lo[i] > 0 && i < built.FirstMove()
	}
	if !open && d.Bounds != design.Softplus {
		d.Unit = nil
	}
	b.Solid, b.Design = s, d
	theta := make([]float64, built.P)
	d.Init(theta)
	if err := s.Eq.Set(theta); err != nil {
		b.solidError(err)
		return
	}
	// Nothing may be floppy before it is loaded.
	if _, err := s.Eq.Rest(&statics.Load{F: make([]float64, built.Space.N)}, built.NewState()); err != nil {
		b.solidError(err)
	}
}

// solidError reports a failure of mechanics at the place in the file that can mend it.
func (b *builder) solidError(err error) {
	var unstable *statics.UnstableError
	var parameter *statics.ParameterError
	var place *body.PlaceError
	switch {
	case errors.Is(err, statics.ErrStressedPlaces):
		b.failBy("E0330", "geometry", err)
	case errors.As(err, &unstable) && unstable.Overflow:
		b.overflow(fmt.Sprintf("a stiffness at node %d along %s", b.Network.NodeNumber(max(unstable.Node, 0)), unstable.Part))
	case errors.As(err, &unstable) && unstable.Share == 0 && unstable.Stressed:
		b.failBy("E0710", "elements", err)
	case errors.As(err, &unstable) && unstable.Share == 0:
		where, node := "", b.Network.NodeNumber(max(unstable.Node, 0))
		switch {
		case unstable.Part == element.Potential:
			b.fail("E0701", "supports", "nothing holds the potential of node %d: no node that pipes lead it to is earthed or given a potential", node).
				WithHelp("earth a node of these pipes, such as `supports: {earthed: [1]}`")
			return
		case unstable.Part > element.Z:
			where = fmt.Sprintf("nothing resists a %s of node %d", unstable.Part, node)
		default:
			where = fmt.Sprintf("nothing resists the motion of node %d along %s", node, unstable.Part)
		}
		b.fail("E0701", "supports", "%s: the network is a mechanism", where).
			WithHelp("add a support, a bond or an angular spring there; %s the numbered lattice", b.draws())
	case errors.As(err, &place):
		b.failBy("E0330", "geometry", err)
	case b.Solid.drivesLoose(err):
		b.fail("E0701", "network", "a push or an output of the cell drives a motion that costs nothing: the network is a mechanism").
			WithHelp("add bonds or angular springs, take beams for bars, or other pushes; `elastrain show %s --labels` draws the cell", b.File.Name)
	case errors.As(err, &parameter):
		b.fail("E0320", "elements", "%v", err)
	default:
		b.failBy("E0710", "statics", err)
	}
}

// buildRig joins body and ports.
func (b *builder) buildRig() {
	s := b.Solid
	var in []learn.Input
	var pixels [][]learn.Change
	if b.hubs != nil {
		pixels = b.hubWrites()
	} else if b.comb != nil {
		pixels = b.combWrites()
	}
	for i, p := range b.In {
		q := s.port(p)
		input := learn.Input{Port: q, Given: -1}
		if p.Part == network.Value && pixels != nil {
			input.Write = pixels[i]
		} else if p.Part == network.Value {
			input.Write = b.writes(i)
		} else if p.Drive > 0 {
			input.Drive = b.between[p]
			if s.Eq.Finite {
				input.Write = []learn.Change{{Parameter: s.Body.ThetaOf(input.Drive-1) + 1, By: 1}}
			}
			for i := range q {
				q[i].Weight *= p.Drive
			}
		} else if p.Given {
			var ok bool
			if input.Given, ok = s.given(p, q, b.told); !ok {
				panic("experiment: a given port without its given value")
			}
			if same := slices.IndexFunc(in, func(other learn.Input) bool { return other.Given == input.Given }); same >= 0 {
				b.dependent(b.Inputs[i])
				return
			}
		} else if p.Part == network.Strain {
			q[0].Weight = s.Body.Area // a stress works by the area on its strain
		}
		in = append(in, input)
	}
	var out []statics.Port
	for _, p := range b.Out {
		out = append(out, s.port(p))
	}
	s.Rig = learn.NewStatics(s.Eq, in, out)
	if b.options.Threads > 0 {
		s.Rig.SetThreads(b.options.Threads)
	}
	s.Rig.Unit = s.units(b.Design)
	b.readPairs()
	if err := s.Rig.SetStiffness(append([]float64(nil), s.Eq.Theta()...)); err != nil {
		b.solidError(err)
		return
	}
	b.Rig = s.Rig
	if b.quicken(); len(b.errors) > 0 {
		return
	}
	if s.Eq.Floppy { // a cell may be floppy where nothing drives it
		if err := s.Rig.Forward(learn.Batch{Set: b.Train}, make([]float64, b.Train.N*b.Train.Q)); err != nil {
			b.solidError(err)
			return
		}
	}
	// Where the first state loses digits, every answer of the training is refined: decided here, where every run passes.
	if s.Eq.Linear() && b.Train.N > 0 {
		lost, _, err := s.Rig.Judge(b.Train.Force(0))
		if err != nil {
			b.solidError(err)
			return
		}
		b.uncondense(lost)
	}
	if b.Spec.Task.Reading != nil {
		b.buildReading()
		return
	}
	b.solidScale()
}

// units are what changes of parameters are measured by that may be zero: its reach for a place, a radian for a rest angle.
func (s *Solid) units(d *design.Design) []float64 {
	units := make([]float64, len(s.Params))
	for i, p := range s.Params {
		switch {
		case p.Element < 0:
			units[i] = d.Hi[i]
		case p.Unit == "rad":
			units[i] = 1
		case p.Name == "pull": // of a reading, which never changes
			units[i] = 1e-12
		}
	}
	return units
}

// span of a parameter.
type span struct {
	lo, hi, start float64
	learns        bool
}

// Number is what people call an element: bond 7, angle 3.
func (s *Solid) Number(i int) string {
	return fmt.Sprintf("%s %d", s.Body.Elements[i].Kind.Name(), s.Body.Elements[i].Number)
}

// deform is Experiment.Deform: displacements of every node and axis, and the first deformation of every bond and
// spring to ground of the network.
func (s *Solid) deform(f []float64, elements, bars int) (u, e []float64, err error) {
	state := s.Body.NewState()
	if _, err := s.Rig.Rest(f, state); err != nil {
		return nil, nil, err
	}
	dim := s.Body.Space.Dim
	for node := range len(s.Body.Pos) / dim {
		for axis := range dim {
			u = append(u, s.Body.Value(state, node, element.Part(axis)))
		}
	}
	e = make([]float64, elements)
	for i := range s.Body.Elements {
		if at, ok := s.place(i, bars); ok {
			e[at] = state.E[s.Body.ModeOf(i)]
		}
	}
	return u, e, nil
}

// SolverName is the solver that the experiment is computed with.
func (x *Experiment) SolverName() string {
	if x.Solid != nil {
		return "statics"
	}
	return x.Eq.Solver.Name()
}

// SolverWork says how large its work is.
func (x *Experiment) SolverWork() string {
	if s := x.Solid; s != nil {
		how := "small displacements"
		if s.Eq.Finite {
			how = "Newton's method along the path of the load"
		}
		return fmt.Sprintf("%d unknowns, %d deformations, %d parameters; sparse Cholesky, %d entries of L, %s", s.Body.Space.N, s.Body.M, s.Body.P, s.Eq.Solver().Entries(), how)
	}
	return x.Eq.Solver.Describe()
}
