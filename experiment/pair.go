package experiment

import (
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
)

// driven reports whether a pair is stretched by a spring.
func (b *builder) driven() bool {
	return slices.ContainsFunc(b.Spec.Task.Cases, func(c spec.Case) bool {
		return slices.ContainsFunc(c.Push, func(p spec.Push) bool { return p.Spring > 0 })
	})
}

// imposed is the port and the amplitude, m, of a push at a pair that says its strain, or the spring that stretches it.
func (b *builder) imposed(path string, push *spec.Push, p network.Port, amount float64) (network.Port, float64, bool) {
	if push.Spring > 0 {
		if push.Stretch == nil && push.Strain == nil {
			b.failKey("E0413", path+".spring", "a spring stretches the pair, by how much?").WithHelp("give `strain: 20 %%` or `stretch: 1 mm` beside it, or leave `spring` out")
			return p, 0, false
		}
		p.Drive = push.Spring
	}
	if push.Strain == nil {
		return p, amount, true
	}
	if b.finite() && p.Drive == 0 {
		b.failKey("E0413", path+".strain", "where nodes move far, a strain is that of the true distance, which a spring imposes").
			WithHelp("add `spring: 1 kN/m`, much stiffer than the network, or give a `stretch`, which is along the line as drawn")
		return p, 0, false
	}
	return p, amount * b.distance(p), true
}

// distance is the distance of the nodes of a pair as drawn, m.
func (b *builder) distance(p network.Port) float64 {
	square := 0.0
	for axis := range b.Network.Dim {
		d := b.Network.At(p.Other)[axis] - b.Network.At(p.Node)[axis]
		square += d * d
	}
	return math.Sqrt(square)
}

// pairs adds what stands between pairs of nodes for the task: springs that stretch them, and readings of their true distance.
func (p *planner) pairs() {
	add := func(path string, nodes []int, of network.Port, l law.Law, theta func(apart float64) []float64) {
		port, ok := p.pairAt(path+".nodes", nodes, "pushed")
		if !ok {
			return
		}
		port.Drive, port.Given, port.Exact = of.Drive, of.Given, of.Exact
		if p.between[port] > 0 {
			return
		}
		if p.between == nil {
			p.between = map[network.Port]int{}
		}
		var spans []span
		for _, v := range theta(p.distance(port)) {
			spans = append(spans, fixed(v))
		}
		p.add(body.Element{Kind: element.Pair{}, Law: l, Nodes: []int{port.Node, port.Other}, Number: len(p.between) + 1}, spans)
		p.between[port] = len(p.out.Elements)
	}
	// Where nodes move little, a spring that is made longer is a spring and a pair of forces; what it pulls as built would count as a stress.
	spring, err := law.For("bar", "linear", &law.Given{Has: func(param string) bool { return param == "stiffness" || param == "rest" && p.finite() }})
	if err != nil {
		panic("experiment: a bar has no rest length")
	}
	for i := range p.Spec.Task.Cases {
		c := &p.Spec.Task.Cases[i]
		for j := range c.Push {
			if k := c.Push[j].Spring; k > 0 && c.Push[j].Nodes != nil {
				add(fmt.Sprintf("task.cases[%d].push[%d]", i+1, j+1), c.Push[j].Nodes, network.Port{Drive: k, Given: true}, spring,
					func(apart float64) []float64 { return []float64{k, apart}[:len(spring.Params())] })
			}
		}
		for j := range c.Want {
			if c.Want[j].Strain != nil && c.Want[j].Nodes != nil && p.finite() {
				add(fmt.Sprintf("task.cases[%d].want[%d]", i+1, j+1), c.Want[j].Nodes, network.Port{Exact: true}, law.Pull{},
					func(float64) []float64 { return []float64{0} })
			}
		}
	}
}

// readPairs lets outputs of true distances read their elements.
func (b *builder) readPairs() {
	elements := make([]int, len(b.Out))
	for o, p := range b.Out {
		elements[o] = b.between[p]
	}
	if slices.ContainsFunc(elements, func(i int) bool { return i > 0 }) {
		b.Solid.Rig.ReadPairs(elements)
	}
}
