package insitu

import (
	"errors"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/network"
)

// A body of beams, angles and other elements on a bench: what the bench sets are the parameters of its
// elements, in the order of the body. A camera sees where nodes are, and weights pull at nodes; what it takes
// more than that is refused, at its line.

// suits refuses what no bench of nodes and weights can do.
func (l *Lab) suits() error {
	x := l.Experiment
	if x.Reading != nil {
		return l.refuse("task.reading", "gain and offsets learn beside the lattice, and a bench measures what its bonds do",
			"leave `reading` out (sharpness is a gain that stays), or train by computer: elastrain train")
	}
	if m := x.Spec.Matter; m != nil && (m.Levels.IsSet() || m.Element != "" || m.Scatter > 0 || m.Drift > 0 || m.Noise > 0 || m.Gauge != nil) {
		return l.refuse("matter", "a bench has matter of its own, and this is that of a training by computer",
			"say what bonds can become in `lab.matter`, and what goes wrong with a twin in `lab.twin`")
	}
	if x.Solid != nil && x.Network.Cell != nil {
		return l.refuse("network.periodic", "a bench holds a specimen that ends, and this is a cell of a lattice without end",
			"cut a piece out of the lattice and leave `periodic` out, or train by computer: elastrain train")
	}
	if x.Solid != nil && len(x.Solid.Body.Moves) > 0 {
		return l.refuse("geometry", "places of nodes learn, and on a bench the nodes are where they were built",
			"leave `geometry` out, or train by computer: elastrain train")
	}
	if err := l.readable(); err != nil {
		return err
	}
	if err := l.settable(); err != nil {
		return err
	}
	if x.Solid != nil {
		if l.Spec.Bench == "twin" && l.Spec.Twin.Deformation == "finite" && !movesFar(x.Solid.Body) {
			return l.refuse("lab.twin.deformation", "an element of this network is known for small displacements only, and the twin deforms far", "write `lab: {twin: {deformation: linear}}`")
		}
		if err := l.slack(); err != nil {
			return err
		}
	}
	return l.ruled()
}

// slack refuses a body whose elements pull before anything hangs, or come to do so: a bench measures from the unloaded
// lattice, and theory from the lattice as it is drawn.
func (l *Lab) slack() error {
	x := l.Experiment
	const way = "let elements be at rest as they are drawn (leave `rest` and `angle` out), or train by computer: elastrain train"
	for _, i := range x.Design.Free {
		if x.Solid.Params[i].Name == "rest" {
			name, _ := named(x, int(i))
			return l.refuse("elements", name+" learns, which moves the lattice before anything hangs, and a bench measures from the unloaded lattice", way)
		}
	}
	q, err := fresh(x, x.Finite())
	if err != nil {
		return err
	}
	s := x.Solid.Body.NewState()
	if _, err := q.Rest(&statics.Load{F: make([]float64, x.Solid.Body.Space.N)}, s); err != nil {
		return err
	}
	size := 0.0
	for i := range x.Train.N {
		size = max(size, l.largest(i))
	}
	for i := range x.Solid.Body.Elements {
		first := x.Solid.Body.ModeOf(i)
		for m := range x.Solid.Body.Elements[i].Kind.Modes(x.Network.Dim) {
			if math.Abs(s.T[first+m]) > 1e-9*size {
				return l.refuse("elements", x.Solid.Number(i)+" pulls before anything hangs, and a bench measures from the unloaded lattice", way)
			}
		}
	}
	return nil
}

// readable refuses inputs that no weight makes and outputs that no camera sees.
func (l *Lab) readable() error {
	x := l.Experiment
	for i := range x.Spec.Task.Cases {
		c := &x.Spec.Task.Cases[i]
		for j := range c.Push {
			p := &c.Push[j]
			for _, k := range []struct {
				value     *float64
				key, what string
			}{{p.Move, "move", "a displacement is given"}, {p.Stretch, "stretch", "a stretch is given"}, {p.Turn, "turn", "a rotation is given"},
				{p.Potential, "potential", "a potential is given"}, {p.Exx, "exx", "a strain is given"}, {p.Eyy, "eyy", "a strain is given"}, {p.Gxy, "gxy", "a strain is given"},
				{p.Moment, "moment", "a moment is put on"}, {p.Current, "current", "a current is fed in"},
				{p.Sxx, "sxx", "a stress is put on"}, {p.Syy, "syy", "a stress is put on"}, {p.Sxy, "sxy", "a stress is put on"}} {
				if k.value != nil {
					return l.refuse(fmt.Sprintf("task.cases[%d].push[%d].%s", i+1, j+1, k.key), k.what+", and a bench hangs forces on nodes",
						"give `force` in its place, or train by computer: elastrain train")
				}
			}
		}
		for j := range c.Want {
			w := &c.Want[j]
			for _, k := range []struct {
				value     *float64
				key, what string
			}{{w.Turn, "turn", "a rotation"}, {w.Potential, "potential", "a potential"}, {w.Exx, "exx", "a strain"}, {w.Eyy, "eyy", "a strain"}, {w.Gxy, "gxy", "a strain"}} {
				if k.value != nil {
					return l.refuse(fmt.Sprintf("task.cases[%d].want[%d].%s", i+1, j+1, k.key), k.what+" is read, and a camera sees where nodes are",
						"read a node along an axis or the stretch of a pair in its place (`move`, `stretch`), or train by computer: elastrain train")
				}
			}
		}
	}
	if x.File.Given("comb") {
		return l.refuse("comb", "pegs set the leaves of a comb by two numbers each, and a camera sees no turns of its bars", "train by computer: elastrain train")
	}
	for _, p := range append(append([]network.Port(nil), x.In...), x.Out...) {
		if p.Given || p.Part != network.Move && p.Part != network.Value {
			return l.refuse("task", "an input or output is more than a force on nodes and a place of nodes, which is what a bench hangs and sees",
				"train by computer: elastrain train")
		}
	}
	return nil
}

// refuse is E0902 at a place of the file.
func (l *Lab) refuse(path, what, way string) error { return l.fail(path, errors.New(what+"; "+way)) }

// form is a body as its specimen is made.
func (l *Lab) form() *twin.Body {
	x := l.Experiment
	f := &twin.Body{Plan: x.Solid.Plan(), Scatters: make([]bool, x.Solid.Body.P), Learns: make([]bool, x.Solid.Body.P)}
	if x.Spec.Statics != nil {
		f.Steps = x.Spec.Statics.Steps
	}
	for i, p := range x.Solid.Params {
		f.Scatters[i] = p.Name != "rest"
	}
	for _, i := range x.Design.Free {
		f.Learns[i] = true
	}
	f.Written = written(x)
	return f
}

// specimen is what is known of the lattice.
func specimen(x *experiment.Experiment) (*measurement.Specimen, error) {
	if x.Solid == nil {
		return measurement.NewSpecimen(x.Network, x.In, x.Out), nil
	}
	model, err := fresh(x, x.Finite())
	s := measurement.NewBodySpecimen(x.Network, model, x.In, x.Out)
	s.Writes = writes(x)
	return s, err
}

// fresh is the equilibrium of the body of an experiment, for one use.
func fresh(x *experiment.Experiment, finite bool) (*statics.Equilibrium, error) {
	q := statics.New(x.Solid.Body, finite)
	if x.Spec.Statics != nil {
		q.Steps = x.Spec.Statics.Steps
	}
	q.Loose = written(x) != nil // an input spring may be out
	theta := make([]float64, x.Solid.Body.P)
	x.Design.Init(theta)
	return q, q.Set(theta)
}

// movesFar reports whether every element of a body knows what it does when its ends move far.
func movesFar(b *body.Body) bool {
	for i := range b.Runs {
		if _, ok := b.Runs[i].Kind.(element.Finite); !ok {
			return false
		}
	}
	return true
}

// forces are the loads of the free unknowns of a body.
func forces(b *body.Body, load []lab.Force) []float64 {
	f := make([]float64, b.Space.N)
	for _, force := range load {
		for axis := range b.Space.Dim {
			if c := b.Space.Column(force.Node, element.Part(axis)); c.Free() {
				f[c] += force.F[axis]
			}
		}
	}
	return f
}

// stood is the displacement of every node of a body (m; len nodes*dim).
func stood(b *body.Body, s *body.State) []float64 {
	dim := b.Space.Dim
	u := make([]float64, len(b.Pos))
	for i := range u {
		u[i] = b.Value(s, i/dim, element.Part(i%dim))
	}
	return u
}

// displaceBody is where the nodes of a body rest under a load (m; len nodes*dim).
func displaceBody(q *statics.Equilibrium, theta []float64, load []lab.Force) ([]float64, error) {
	if err := q.Set(theta); err != nil {
		return nil, err
	}
	s := q.Body.NewState()
	if _, err := q.Rest(&statics.Load{F: forces(q.Body, load)}, s); err != nil {
		return nil, err
	}
	return stood(q.Body, s), nil
}
