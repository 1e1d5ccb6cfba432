package outlook

import (
	"fmt"
	"math"
	"strings"

	"github.com/elastrain/elastrain/network"
)

// dead names outputs that nothing moves, inputs that nothing feels, and ports that cannot be told apart.
func (l *looking) dead(maps [][]float64) {
	x, r := l.x, l.report.Response
	p, q := len(x.In), len(x.Out)
	row := func(s []float64, o int) []float64 { return s[o*p : (o+1)*p] }
	column := func(s []float64, a int) []float64 {
		c := make([]float64, q)
		for o := range c {
			c[o] = s[o*p+a]
		}
		return c
	}
	never := func(part func(s []float64, i int) []float64, i int) bool {
		for _, s := range maps {
			if norm(part(s, i)) > vanishing*norm(s) {
				return false
			}
		}
		return true
	}
	along := func(part func(s []float64, i int) []float64, i, j int) bool {
		for _, s := range maps {
			one, other := part(s, i), part(s, j)
			dot := 0.0
			for a, v := range one {
				dot += v * other[a]
			}
			off := 0.0 // what of one is not along the other
			for a, v := range one {
				off = math.Hypot(off, v-dot/math.Pow(norm(other), 2)*other[a])
			}
			if !(off <= 1e-9*norm(one)) {
				return false
			}
		}
		return true
	}
	for o := range q {
		if never(row, o) {
			r.Still = append(r.Still, x.Outputs[o])
			l.limit("ports", "read another node, or push in the part of the network that this output is in", "no input moves output %s, in any of the networks", l.output(o))
		}
	}
	for a := range p {
		if never(column, a) {
			r.Unfelt = append(r.Unfelt, x.Inputs[a])
			l.limit("ports", "push another node, or read in the part of the network that this input is in", "no output feels input %s, in any of the networks", l.input(a))
		}
	}
	for o := range min(q, 100) {
		for other := range o {
			if p > 1 && !never(row, o) && !never(row, other) && along(row, o, other) {
				r.Alike = append(r.Alike, x.Outputs[other]+" and "+x.Outputs[o])
				says := "they say the same"
				if x.Train.Class != nil {
					says = "one of them moves more than the other whatever is hung, so their classes cannot both be answered"
				}
				l.limit("ports", "read one of them elsewhere", "outputs %s and %s move in one proportion under every input, in each of the networks: %s", l.output(other), l.output(o), says)
			}
		}
	}
	for a := range min(p, 100) {
		for other := range a {
			if q > 1 && !never(column, a) && !never(column, other) && along(column, a, other) {
				r.Mixed = append(r.Mixed, x.Inputs[other]+" and "+x.Inputs[a])
				l.limit("ports", "push one of them elsewhere", "inputs %s and %s are felt by all outputs in one proportion, in each of the networks: they act as one, their weighted sum", l.input(other), l.input(a))
			}
		}
	}
	l.reciprocal()
}

// reciprocal names entries of S that are equal in every network, and those whose sign no network changes.
func (l *looking) reciprocal() {
	x, r := l.x, l.report.Response
	// same is 1 where a load pushes just what is read, -1 where against it, else 0.
	same := func(in, out network.Port) float64 {
		if in.Given {
			return 0
		}
		if in == out {
			return 1
		}
		for axis := range in.Dir {
			in.Dir[axis] = 0 - in.Dir[axis]
		}
		if in == out {
			return -1
		}
		return 0
	}
	var own []string
	for a, in := range x.In {
		for o, out := range x.Out {
			sign := same(in, out)
			if sign == 0 {
				continue
			}
			own = append(own, l.input(a))
			for a2 := range a {
				for o2, out2 := range x.Out {
					if other := same(x.In[a2], out2); other != 0 && o2 != o {
						but := ""
						if sign*other < 0 {
							but = " but for their sign"
						}
						r.Equal = append(r.Equal, fmt.Sprintf("output %s by input %s, and output %s by input %s%s", l.output(o), l.input(a2), l.output(o2), l.input(a), but))
					}
				}
			}
		}
	}
	if len(own) > 0 {
		l.fact("response", "inputs that are read where they push: %s. A network without a source of its own gives way there to the push, whatever its stiffnesses", strings.Join(own, ", "))
	}
	if len(r.Equal) > 0 {
		l.limit("response", "read one of the nodes along another direction", "reciprocity (Maxwell, Betti): these pairs of entries of S are equal in every network: %s", strings.Join(r.Equal, "; "))
	}
}

func (l *looking) output(o int) string { return l.name(l.x.Outputs[o], l.x.Out[o]) }
func (l *looking) input(a int) string  { return l.name(l.x.Inputs[a], l.x.In[a]) }

// name is a port by its name and its node.
func (l *looking) name(name string, p network.Port) string {
	if strings.Contains(name, "node") || p.Pair || p.Mean != nil || p.Part == network.Value || p.Part == network.Strain {
		return name
	}
	return fmt.Sprintf("%s (node %d)", name, l.x.Network.NodeNumber(p.Node))
}
