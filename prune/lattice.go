package prune

import (
	"errors"
	"fmt"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// lattice is a network of springs from which bonds go. Every port is loaded by forces here; that an input is given its displacement
// is put in afterwards (outputs).
type lattice struct {
	net     *network.Network // its own copy: what is gone is cut
	k       []float64        // stiffness of each element, N/m
	in, out []network.Port
	ports   []network.Port // in and out, as forces
	free    [3]bool        // strains of a cell
	bars    int
	threads int

	eq     *mechanics.Equilibrium
	mod    *mechanics.Modified
	g      []float64            // scratch: answers at all ports to forces at all ports
	more   *mechanics.Responses // scratch, of the answers with one bond more
	moreOf *mechanics.Modified
	lost   int // answers for which the network was factorised after all
}

// newLattice copies the network of an experiment, with a stiffness for each element.
func newLattice(x *experiment.Experiment, k []float64, in, out []network.Port, threads int) *lattice {
	net := *x.Network
	net.Elements, net.Held = slices.Clone(net.Elements), slices.Clone(net.Held)
	l := &lattice{net: &net, k: k, in: in, out: out, bars: len(net.Elements) - len(x.Spec.Supports.Springs), free: [3]bool{true, true, true}, threads: threads}
	for _, p := range slices.Concat(in, out) {
		p.Given = false
		l.ports = append(l.ports, p)
	}
	if net.Cell != nil {
		l.keep()
	}
	l.g = make([]float64, len(l.ports)*len(l.ports))
	return l
}

// keep holds a node of a cell along the axes along which nothing holds it: that changes no strain and no force.
func (l *lattice) keep() {
	node := -1
	var held [2]bool
	for i := range l.net.Elements {
		if el := &l.net.Elements[i]; el.Kind == network.Ground {
			for axis := range held {
				held[axis] = held[axis] || el.Dir[axis] != 0
			}
		} else if node < 0 && !el.Cut {
			node = el.Nodes[0]
		}
	}
	for i, h := range l.net.Held {
		held[i%2] = held[i%2] || h
	}
	for axis, h := range held {
		if !h && node >= 0 {
			l.net.Held[2*node+axis] = true
		}
	}
}

// build factorises the network as it is now, with the self-compliance of every bond.
func (l *lattice) build() error {
	var c *mechanics.Compatibility
	if l.net.Cell != nil {
		c = mechanics.NewCellCompatibility(l.net, l.free)
	} else {
		c = mechanics.NewCompatibility(l.net)
	}
	solver := mechanics.NewSparse(c)
	if l.threads > 0 {
		solver.SetThreads(l.threads)
	}
	l.eq = mechanics.NewEquilibriumOf(c, solver)
	if err := l.eq.SetStiffness(l.k); err != nil {
		return err
	}
	if l.mod != nil {
		l.lost += l.mod.Refactored
	}
	l.mod = mechanics.NewModified(l.eq, l.ports, l.ports)
	return l.mod.Begin(l.eq)
}

// turn takes a bond out (from 0), or puts one in that is out; build must follow.
func (l *lattice) turn(bond int) { l.net.Elements[bond].Cut = !l.net.Elements[bond].Cut }

// whole are the outputs by inputs of the network as it is (Q x P, into s).
func (l *lattice) whole(s []float64) error {
	copy(l.g, l.mod.Responses().S)
	return l.outputs(l.g, s)
}

// softest is the share of the stiffness along a bond that the others must keep up when it goes. With less, digits are lost for every later step.
const softest = 1e-9

// errSoft says that hardly anything but a bond resists a motion.
var errSoft = fmt.Errorf("without it the network is %.0e times softer along it", 1/softest)

// without are the outputs by inputs without one more bond. It fails with *mechanics.MechanismError or errSoft.
func (l *lattice) without(bond int, s []float64) error {
	mode := l.eq.C.Mode[bond]
	if err := l.mod.Cut(int(mode), l.g); err != nil {
		return err
	}
	if 1-l.k[bond]*l.mod.SelfCompliance()[mode] < softest {
		return errSoft
	}
	return l.outputs(l.g, s)
}

// with are the outputs by inputs with one bond more, of those that are cut. It fails with *mechanics.ChangeError where its ends cannot move.
func (l *lattice) with(bond int, s []float64) error {
	if l.more == nil || l.moreOf != l.mod {
		l.more, l.moreOf = mechanics.NewResponses(l.eq.C, l.ports, l.ports), l.mod
	}
	if err := l.mod.Respond([]mechanics.Change{{Mode: -1, Nodes: l.net.Elements[bond].Nodes, Stiffness: l.k[bond]}}, l.more); err != nil {
		return err
	}
	copy(l.g, l.more.S)
	return l.outputs(l.g, s)
}

// errFixed says that a displacement that is given cannot be brought about.
var errFixed = errors.New("a displacement is given where nothing can move, or follows from others that are given")

// outputs takes the answers of all ports to forces at all of them (spoilt), exchanges the force at each input that is given its displacement for that
// displacement, as mechanics does, and reads off the outputs by inputs.
func (l *lattice) outputs(g, s []float64) error {
	n, p := len(l.ports), len(l.in)
	for i := range l.in {
		if !l.in[i].Given {
			continue
		}
		row := slices.Clone(g[i*n : (i+1)*n])
		if !(row[i] > 0) {
			return errFixed
		}
		for at := 0; at < len(g); at += n {
			unit := g[at+i] / row[i]
			for col, v := range row {
				g[at+col] -= unit * v
			}
			g[at+i] = unit
		}
	}
	for o := range l.out {
		copy(s[o*p:(o+1)*p], g[(p+o)*n:][:p])
	}
	return nil
}

// left is the number of bonds that are there.
func (l *lattice) left() (n int) {
	for i := range l.bars {
		if !l.net.Elements[i].Cut {
			n++
		}
	}
	return n
}
