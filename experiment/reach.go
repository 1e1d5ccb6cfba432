package experiment

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/learn"
)

const (
	// still is the share of the largest displacement, or of the largest product of elongations, below which
	// one counts as none: rounding leaves less.
	still = 1e-11
	// mostUnreached outputs are looked at closely and named.
	mostUnreached = 8
)

// idlePushes warns of pushes of a behaviour that load nothing: with a force of zero, or against each other.
func (x *Experiment) idlePushes() ([]Warning, error) {
	var list []Warning
	warn := func(sample, node int, format string, args ...any) {
		list = append(list, Warning{Code: "E0709", Part: "training", Sample: sample + 1, Node: x.Network.NodeNumber(node),
			Text: fmt.Sprintf("in case %d ", sample+1) + fmt.Sprintf(format, args...), Help: "give the push a force, or leave it out"})
	}
	for i, pushes := range x.pushes {
		sum, size := make(map[int]*[3]float64), make(map[int]float64)
		var nodes []int // in the order of the file
		for _, push := range pushes {
			p := x.In[push.port]
			if p.Given {
				continue
			}
			if push.amount == 0 {
				warn(i, p.Node, "the push on %s has a force of zero", x.Inputs[push.port])
				continue
			}
			for node, dir := range p.Ends {
				if sum[node] == nil {
					sum[node], nodes = new([3]float64), append(nodes, node)
				}
				for axis := range dir {
					sum[node][axis] += push.amount * dir[axis]
				}
				size[node] = max(size[node], math.Abs(push.amount))
			}
		}
		for _, node := range nodes {
			if v := sum[node]; math.Hypot(math.Hypot(v[0], v[1]), v[2]) <= 1e-12*size[node] {
				warn(i, node, "the pushes on node %d cancel", x.Network.NodeNumber(node))
			}
		}
	}
	return list, nil
}

// unreached warns of outputs that do not move under any load that is to move them: in a behaviour those of
// each case, else one at each input.
func (x *Experiment) unreached() ([]Warning, error) {
	var list []Warning
	loads, asked := x.loads()
	idle := make([]bool, len(x.Out)) // does not move under the loads so far
	for o := range idle {
		idle[o] = x.pushes == nil
	}
	far := make([]bool, len(x.Out)) // looked at in another case
	for i, f := range loads {
		m, size, err := x.under(f, nil)
		if err != nil {
			return nil, err
		}
		if size == 0 {
			continue // see idlePushes
		}
		for o, moved := range m.Out {
			rests := math.Abs(moved) <= still*size
			if x.pushes == nil {
				idle[o] = idle[o] && rests
				continue
			}
			if !rests || !asked(i, o) || far[o] || len(list) == mostUnreached {
				continue
			}
			far[o] = true
			w, err := x.unreachedBy(fmt.Sprintf("under the pushes of case %d", i+1), loads[i:i+1], o)
			if err != nil {
				return nil, err
			}
			w.Part, w.Sample = "training", i+1
			list = append(list, w)
		}
	}
	for o := range idle {
		if !idle[o] || len(list) == mostUnreached {
			continue
		}
		w, err := x.unreachedBy("under any input", loads, o)
		if err != nil {
			return nil, err
		}
		list = append(list, w)
	}
	return list, nil
}

// loads are the forces at the inputs under which outputs are to move, and whether output o is asked for under load i.
func (x *Experiment) loads() (loads [][]float64, asked func(i, o int) bool) {
	if x.pushes != nil {
		for i := range x.Train.N {
			loads = append(loads, x.Train.Force(i))
		}
		return loads, func(i, o int) bool {
			want := x.Train.Goal(i).Want[o]
			return want == want && (want != 0 || x.Train.Class != nil) // one that is to rest may
		}
	}
	for a := range x.In {
		f := make([]float64, len(x.In))
		f[a] = 1
		loads = append(loads, f)
	}
	return loads, func(int, int) bool { return true }
}

// under is the state under forces at the inputs and outputs, and its largest displacement.
func (x *Experiment) under(in, out []float64) (m learn.Measurement, size float64, err error) {
	m = learn.Measurement{Out: make([]float64, len(x.Out)), Elongation: make([]float64, x.Eq.C.M)}
	err = x.Rig.Apply(in, out, &m)
	for _, u := range x.Exact.Displacements() {
		size = max(size, math.Abs(u))
	}
	return m, size, err
}

// unreachedBy is the warning for an output that rests under loads. Whether a bond could change that is told by the
// derivative of the output by its stiffness, minus the product of two elongations.
func (x *Experiment) unreachedBy(when string, loads [][]float64, o int) (Warning, error) {
	w := Warning{Code: "E0708", Node: x.Network.NodeNumber(x.Out[o].Node), Output: x.Outputs[o],
		Text: fmt.Sprintf("%s output %s does not move, ", when, x.nameOf(o))}
	small := fmt.Sprintf("%s output %s moves by less than %.0e of the largest displacement, ", when, x.nameOf(o), still)
	unit := make([]float64, len(x.Out))
	unit[o] = 1
	adjoint, _, err := x.under(nil, unit)
	if err != nil {
		return w, err
	}
	for _, f := range loads {
		forward, most, err := x.under(f, nil)
		if err != nil {
			return w, err
		}
		size := largestOf(forward.Elongation) * largestOf(adjoint.Elongation)
		moves := math.Abs(forward.Out[o]) > 1e-14*most
		for _, i := range x.Design.Free {
			if math.Abs(forward.Elongation[i]*adjoint.Elongation[i]) > still*size {
				w.Text += "because of a symmetry that learning can break"
				w.Help = "begin with `start: random` in bonds where learning stands still"
				if moves {
					w.Text = small + "because of bonds far stiffer than others, or of a symmetry that learning can break"
					w.Help = "narrow the ranges of the bonds, or " + w.Help
				}
				return w, nil
			}
		}
	}
	w.Text += "and no bond that learns changes that: no push reaches it"
	w.Help = "push in the part of the network that this output is in, or read another node"
	return w, nil
}

// nameOf is an output by its name and its node.
func (x *Experiment) nameOf(o int) string {
	node := fmt.Sprintf("node %d", x.Network.NodeNumber(x.Out[o].Node))
	name := x.Outputs[o]
	if len(name) >= len(node) && name[:len(node)] == node {
		return name
	}
	if x.Out[o].Pair || x.Out[o].Mean != nil {
		return name
	}
	return name + " (" + node + ")"
}

func largestOf(v []float64) float64 {
	m := 0.0
	for _, e := range v {
		m = max(m, math.Abs(e))
	}
	return m
}
