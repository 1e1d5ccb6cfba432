package experiment

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// mechanismLimit is the number of unknowns up to which mechanisms are looked for
// before anything is solved; in larger networks the solver finds them.
const mechanismLimit = 20000

// buildMechanics prepares the equilibrium and refuses networks that do not hold.
func (b *builder) buildMechanics() {
	net := b.Network
	held, sprung := false, len(b.Spec.Supports.Springs) > 0
	for _, h := range net.Held {
		held = held || h
	}
	if !held && !sprung {
		pinned := [...]string{"", "1", "1, %d", "1, 2, %d"}[net.Dim]
		if net.Dim > 1 {
			pinned = fmt.Sprintf(pinned, net.Nodes())
		}
		b.failKey("E0307", "network", "nothing holds the network: it floats away under any load").
			WithHelp("add supports, such as `supports: {pinned: [%s]}`; %s the node numbers", pinned, b.draws())
		return
	}
	c := mechanics.NewCompatibility(net)
	if c.N == 0 {
		b.fail("E0307", "supports", "every node is held: nothing can move").WithHelp("leave free what shall move")
		return
	}
	if make := b.options.Make; make != nil {
		if c.N <= mechanismLimit {
			if b.refuseMechanisms(c); len(b.errors) > 0 {
				return
			}
		}
		solver, why, err := make(c)
		if err != nil {
			b.fail("E0801", "", "%v", err)
			return
		}
		b.Memory, b.Why, b.Eq = b.estimate(c, solver.Name(), solver.Bytes()), why, mechanics.NewEquilibriumOf(c, solver)
		return
	}
	name := b.options.Solver
	if name == "" || name == "auto" {
		name = "sparse"
		if c.N <= mechanics.DenseLimit {
			name = "dense"
		}
	}
	if !b.admit(b.estimate(c, name, leastFactor(c)), "at least") {
		return
	}
	c, known := b.firm(c)
	if c.N <= mechanismLimit && !known {
		b.refuseMechanisms(c)
		if len(b.errors) > 0 {
			return
		}
		b.keep(c)
	}
	tooLarge := errors.New("the solver takes too much memory")
	solver, why, err := mechanics.Choose(c, mechanics.Choice{Name: b.options.Solver, Threads: b.options.Threads, Symbolic: b.eliminated(c), Admit: func(name string, bytes int64) error {
		b.Memory = b.estimate(c, name, bytes)
		if !b.fits(b.Memory) {
			return tooLarge
		}
		return nil
	}})
	if errors.Is(err, tooLarge) {
		b.admit(b.Memory, "about")
		return
	}
	if err != nil {
		b.fail("E0801", "", "%v", err)
		return
	}
	b.keepOrder(c, solver)
	b.Why = why
	b.Eq = mechanics.NewEquilibriumOf(c, solver)
}

func (b *builder) refuseMechanisms(c *mechanics.Compatibility) {
	r := mechanics.FindMechanisms(b.Network, c)
	if !r.Free() {
		return
	}
	motions := plural(r.Mechanisms, "motion", "motions")
	draw := b.draws() + " the numbered lattice"
	if text := b.flatness(); text != "" {
		draw = text
	}
	if freeBodyMotions(b.Network) == r.Mechanisms {
		node, axis := fastest(r.Motions[0])
		b.fail("E0701", "supports", "the network is a mechanism: the supports leave it %d rigid-body %s", r.Mechanisms, motions).
			WithHelp("hold it along %d more %s, such as `rollers: [{node: %d, held: %s}]`; %s", r.Mechanisms,
				plural(r.Mechanisms, "direction", "directions"), b.Network.NodeNumber(node), mechanics.AxisName(axis), draw)
		return
	}
	note := ""
	for i, m := range r.Motions[:min(len(r.Motions), 5)] {
		if i > 0 {
			note += "\n"
		}
		note += m.String()
	}
	if more := r.Mechanisms - 5; more > 0 {
		note += fmt.Sprintf("\n... and %d more", more)
	}
	b.fail("E0701", "network", "the network is a mechanism: %d zero-energy %s", r.Mechanisms, motions).
		WithNote("%s", note).WithHelp("add a bond or a support where nodes move; %s", draw)
}

// fastest is the node and axis that move most.
func fastest(m mechanics.Motion) (node, axis int) {
	most := 0.0
	for i, v := range m.U {
		if math.Abs(v) > most {
			most, node, axis = math.Abs(v), i/m.Dim, i%m.Dim
		}
	}
	return node, axis
}

// freeBodyMotions counts the motions of a rigid body that supports and springs
// to ground leave open. Where the network has as many mechanisms, supports are
// missing, not bonds.
func freeBodyMotions(net *network.Network) int {
	dim := net.Dim
	modes := dim * (dim + 1) / 2 // translations, and a rotation in every plane of two axes
	size := 0.0
	for _, x := range net.Pos {
		size = max(size, math.Abs(x-net.Pos[0]))
	}
	// Each constraint is a row: its motion under each mode. Rows that are
	// independent of those before, by Gram and Schmidt, close a mode each.
	var closed [][]float64
	constrain := func(node int, dir []float64) {
		x := net.At(node)
		row := append([]float64(nil), dir...)
		for a := range dim {
			for c := range a {
				row = append(row, (dir[a]*(x[c]-net.Pos[c])-dir[c]*(x[a]-net.Pos[a]))/size)
			}
		}
		for _, other := range closed {
			along := 0.0
			for i := range row {
				along += row[i] * other[i]
			}
			for i := range row {
				row[i] -= along * other[i]
			}
		}
		length := 0.0
		for _, v := range row {
			length = math.Hypot(length, v)
		}
		if length < 1e-6 {
			return
		}
		for i := range row {
			row[i] /= length
		}
		closed = append(closed, row)
	}
	for i, held := range net.Held {
		if held && len(closed) < modes {
			dir := make([]float64, dim)
			dir[i%dim] = 1
			constrain(i/dim, dir)
		}
	}
	for i := range net.Elements {
		if el := &net.Elements[i]; el.Kind == network.Ground && len(closed) < modes {
			constrain(el.Nodes[0], el.Dir[:dim])
		}
	}
	return modes - len(closed)
}

// mechanicalError turns a failure of the mechanics into an error of the file.
func (b *builder) mechanicalError(err error) {
	var singular *mechanics.SingularError
	if errors.As(err, &singular) {
		path := "bonds"
		if b.Eq.C.N > mechanismLimit {
			path = "network" // nobody has looked for mechanisms
		}
		if text := b.flatness(); text != "" {
			b.fail("E0702", path, "the stiffness matrix cannot be factorised: %v", singular).WithHelp("%s", text)
			return
		}
		e := b.fail("E0702", path, "the stiffness matrix cannot be factorised: %v", singular).
			WithHelp("stiffnesses differ by too much, or a motion costs almost no energy: narrow the ranges, or add a bond or a support near node %d", b.Network.NodeNumber(singular.Node))
		if soft := b.Eq.SoftMotion(); len(soft.Nodes) > 0 {
			e.WithNote("%s", soft)
		}
		return
	}
	var inaccurate *mechanics.InaccurateError
	if errors.As(err, &inaccurate) {
		help := "stiffnesses differ by too much: narrow the ranges of the bonds"
		if inaccurate.Iterations > 0 {
			help = "a motion costs almost no energy, or stiffnesses differ by too much: add bonds or supports there, narrow the ranges, or use --solver sparse"
		}
		b.fail("E0702", "bonds", "%v", inaccurate).WithHelp("%s", help)
		return
	}
	var dependent *mechanics.DependentError
	if errors.As(err, &dependent) {
		b.dependent(b.Inputs[dependent.Input])
		return
	}
	what, _, _ := strings.Cut(fmt.Sprint(err), "; ")
	b.atExtreme(what)
}
