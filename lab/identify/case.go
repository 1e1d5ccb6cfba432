package identify

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/network"
)

// Case is what was seen under one load.
type Case struct {
	Load  []lab.Force
	Asked []float64 // stiffness that the bonds were asked for then, N/m; nil: the design of the prior; len M
	Age   float64   // since they were, h; counts where bonds may wander
	Moved []float64 // displacement of each node and axis, m; NaN where it was not seen; len nodes*Dim
	Sigma []float64 // standard deviation of each of them by itself, m; len nodes*Dim
	// Shared are errors that they have together, such as that of where the camera stood: each is what one standard
	// deviation of it does to all of them, m; len nodes*Dim.
	Shared [][]float64
}

// NewCase is the mean displacement between looks without and with a load. Where a
// marker says nothing of its own noise, it has the given sigma (m, of a coordinate
// in one look). Every node needs its marker seen once in each state to count. Take
// fresh looks without load for every case: noise that two cases share is counted
// as if they had it each by itself.
func NewCase(net *network.Network, load []lab.Force, zero, loaded []lab.Frame, sigma float64) (Case, error) {
	c := Case{Load: load, Moved: make([]float64, len(net.Pos)), Sigma: make([]float64, len(net.Pos))}
	for _, state := range []struct {
		name   string
		frames []lab.Frame
	}{{"without load", zero}, {"under load", loaded}} {
		if len(state.frames) == 0 {
			return Case{}, fmt.Errorf("there is no look at the lattice %s: take one or more", state.name)
		}
		for i, f := range state.frames {
			if len(f.Nodes) != net.Nodes() {
				return Case{}, fmt.Errorf("look %d %s shows %d nodes: the lattice has %d", i+1, state.name, len(f.Nodes), net.Nodes())
			}
			for node, m := range f.Nodes {
				for _, x := range m.X {
					if m.Seen && (math.IsNaN(x) || math.IsInf(x, 0)) {
						return Case{}, fmt.Errorf("look %d %s: node %d is seen at %v: a place is finite, and what was not found is not seen", i+1, state.name, node+1, m.X)
					}
				}
			}
		}
	}
	for node := range net.Nodes() {
		from, variance0, ok0 := mean(zero, node, sigma)
		to, variance1, ok1 := mean(loaded, node, sigma)
		for axis := range net.Dim {
			at := node*net.Dim + axis
			c.Moved[at], c.Sigma[at] = to[axis]-from[axis], math.Sqrt(variance0+variance1)
			if !ok0 || !ok1 {
				c.Moved[at] = math.NaN()
			}
		}
	}
	return c, c.check(net)
}

// mean is the mean place of a marker and the variance of it.
func mean(frames []lab.Frame, node int, sigma float64) (x [3]float64, variance float64, ok bool) {
	seen := 0
	for _, f := range frames {
		m := f.Nodes[node]
		if !m.Seen {
			continue
		}
		seen++
		s := m.Sigma
		if s == 0 {
			s = sigma
		}
		variance += s * s
		for axis, v := range m.X {
			x[axis] += v
		}
	}
	if seen == 0 {
		return x, 0, false
	}
	for axis := range x {
		x[axis] /= float64(seen)
	}
	return x, variance / float64(seen*seen), true
}

// check wants numbers that can be fitted.
func (c *Case) check(net *network.Network) error {
	if len(c.Moved) != len(net.Pos) || len(c.Sigma) != len(net.Pos) {
		return fmt.Errorf("%d displacements and %d standard deviations for %d nodes in %d dimensions", len(c.Moved), len(c.Sigma), net.Nodes(), net.Dim)
	}
	for _, l := range c.Load {
		if l.Node < 0 || l.Node >= net.Nodes() {
			return fmt.Errorf("there is a force on node %d: the lattice has nodes 1 to %d", l.Node+1, net.Nodes())
		}
		for _, f := range l.F {
			if math.IsNaN(f) || math.IsInf(f, 0) {
				return fmt.Errorf("the force on node %d is %v: it must be finite", l.Node+1, l.F)
			}
		}
	}
	for _, shared := range c.Shared {
		if len(shared) != len(net.Pos) {
			return fmt.Errorf("a shared error of %d displacements for %d nodes in %d dimensions", len(shared), net.Nodes(), net.Dim)
		}
		for i, u := range shared {
			if math.IsNaN(u) || math.IsInf(u, 0) {
				return fmt.Errorf("a shared error moves node %d by %v m: it must be finite", i/net.Dim+1, u)
			}
		}
	}
	for i, k := range c.Asked {
		if !(k > 0) || math.IsInf(k, 1) {
			return fmt.Errorf("bond %d was asked for %v N/m: a stiffness is positive and finite", i+1, k)
		}
	}
	if c.Asked != nil && len(c.Asked) != len(net.Elements) {
		return fmt.Errorf("%d stiffnesses that were asked for, for %d bonds", len(c.Asked), len(net.Elements))
	}
	if !(c.Age >= 0) || math.IsInf(c.Age, 1) {
		return fmt.Errorf("the bonds were set %v h before: a time is finite and not negative", c.Age)
	}
	for i, u := range c.Moved {
		node := i/net.Dim + 1
		switch {
		case math.IsNaN(u) || net.Held[i]:
		case math.IsInf(u, 0):
			return fmt.Errorf("node %d moves by %v m: leave what was not seen out as NaN", node, u)
		case !(c.Sigma[i] > 0) || math.IsInf(c.Sigma[i], 1):
			return fmt.Errorf("the noise of node %d is %v m: without it nothing can be weighed; measure it from looks at the unloaded lattice", node, c.Sigma[i])
		}
	}
	return nil
}
