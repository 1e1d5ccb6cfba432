package experiment

import (
	"errors"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/mechanics"
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
			WithHelp("add supports, such as `supports: {pinned: [%s]}`; `elastrain show %s --labels` draws the node numbers", pinned, b.File.Name)
		return
	}
	c := mechanics.NewCompatibility(net)
	if c.N == 0 {
		b.fail("E0307", "supports", "every node is held: nothing can move").WithHelp("leave free what shall move")
		return
	}
	if c.N <= mechanismLimit {
		b.refuseMechanisms(c)
		if len(b.errors) > 0 {
			return
		}
	}
	solver, err := mechanics.NewSolverNamed(c, b.options.Solver)
	if err != nil {
		b.fail("E0801", "", "%v", err)
		return
	}
	b.Eq = mechanics.NewEquilibrium(net, func(*mechanics.Compatibility) mechanics.Solver { return solver })
}

func (b *builder) refuseMechanisms(c *mechanics.Compatibility) {
	r := mechanics.FindMechanisms(b.Network, c)
	if r.Mechanisms == 0 {
		return
	}
	motions := plural(r.Mechanisms, "motion", "motions")
	draw := fmt.Sprintf("`elastrain show %s --labels` draws the numbered lattice", b.File.Name)
	if b.movesAsAWhole(r) {
		b.fail("E0701", "supports", "the network is a mechanism: the supports leave it %d %s as a whole", r.Mechanisms, motions).
			WithHelp("hold it along %d more, such as `rollers: [{node: %d, held: x}]`; %s", r.Mechanisms, r.Motions[0].Nodes[0]+1, draw)
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

// mostPairs caps the pairs of nodes that movesAsAWhole looks at.
const mostPairs = 1 << 22

// movesAsAWhole reports whether all mechanisms are motions of a rigid body: no
// two nodes come nearer to each other. Then supports are missing, not bonds.
func (b *builder) movesAsAWhole(r mechanics.Rigidity) bool {
	net := b.Network
	if r.Mechanisms > len(r.Motions) || net.Nodes()*net.Nodes() > mostPairs {
		return false
	}
	for _, m := range r.Motions {
		for i := range net.Nodes() {
			for j := range i {
				nearer, length := 0.0, 0.0
				for axis := range net.Dim {
					x := net.At(i)[axis] - net.At(j)[axis]
					nearer += x * (m.U[i*net.Dim+axis] - m.U[j*net.Dim+axis])
					length += x * x
				}
				if math.Abs(nearer) > 1e-6*math.Sqrt(length) {
					return false
				}
			}
		}
	}
	return true
}

// mechanicalError turns a failure of the mechanics into an error of the file.
func (b *builder) mechanicalError(err error) {
	var singular *mechanics.SingularError
	if errors.As(err, &singular) {
		b.fail("E0702", "network", "the stiffness matrix cannot be factorised: %v", singular).
			WithHelp("stiffnesses may differ by too much, or a motion costs almost no energy: add a bond or a support near node %d", singular.Node+1)
		return
	}
	b.fail("E0704", "bonds", "%s", fmt.Sprint(err))
}
