package experiment

import (
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/snapshot"
)

// Blocks say what the parameters of the rig are, in their order. Those of bonds that are cut count: they keep their places.
func (x *Experiment) Blocks() []snapshot.Block {
	var blocks []snapshot.Block
	add := func(kind, law string, params []law.Param, elements int) {
		if elements == 0 || len(params) == 0 {
			return
		}
		b := snapshot.Block{Kind: kind, Law: law, Elements: elements}
		if n := len(blocks); n > 0 {
			b.First = blocks[n-1].First + blocks[n-1].Len()
		}
		for _, p := range params {
			b.Names, b.Units = append(b.Names, p.Name), append(b.Units, p.Unit)
		}
		for _, i := range x.Design.Free {
			if at := int(i) - b.First; at >= 0 && at < b.Len() {
				b.Learn++
			}
		}
		blocks = append(blocks, b)
	}
	if x.Solid == nil {
		spring := law.Spring{}
		add(element.Bar{}.Name(), spring.Name(), spring.Params(), x.bars())
		add(element.Ground{}.Name(), spring.Name(), spring.Params(), len(x.Network.Elements)-x.bars())
		return blocks
	}
	b := x.Solid.Body
	for i := range b.Runs {
		r := &b.Runs[i]
		add(r.Kind.Name(), r.Law.Name(), r.Law.Params(), len(r.Elements))
	}
	add("place", "", []law.Param{{Name: "place", Unit: "m"}}, len(b.Moves))
	if r := x.ReadingParams(); r != nil {
		add("reading", "", r[:1], 1)
		add("reading", "", r[1:2], len(x.Out))
		add("reading", "", r[1+len(x.Out):2+len(x.Out)], len(x.Out))
		add("reading", "", r[len(r)-1:], len(x.Out))
	}
	return blocks
}

// Ports are where the task pushes and reads, with their names and units.
func (x *Experiment) Ports() (in, out []snapshot.Port) {
	kinds := map[network.PortPart]string{network.Move: "move", network.Turn: "turn", network.Potential: "potential", network.Strain: "strain", network.Value: "value"}
	plain := func(p network.Port, name, unit string) snapshot.Port {
		q := snapshot.Port{Name: name, Unit: unit, Kind: kinds[p.Part], Part: p.Part, Dir: p.Dir, Given: p.Given, Node: p.Node, Other: p.Other, Pair: p.Pair}
		if p.Part == network.Strain {
			q.Node, q.Strain = -1, strains[p.Other]
			return q
		}
		if p.Part == network.Value {
			q.Node = -1
			return q
		}
		q.Number = x.Network.NodeNumber(p.Node)
		if p.Pair {
			q.Second = x.Network.NodeNumber(p.Other)
		}
		if p.Mean != nil {
			q.Mean = p.Mean.Nodes
			for _, node := range q.Mean {
				q.Means = append(q.Means, x.Network.NodeNumber(node))
			}
		}
		return q
	}
	for i, p := range x.In {
		units, at := portUnits(p), 0
		if p.Given {
			at = 1
		}
		port := plain(p, x.Inputs[i], units[at])
		port.Lack = i < len(x.amounts) && x.amounts[i].complement
		if p.Part == network.Value {
			for _, c := range x.Solid.Rig.In[i].Write {
				port.Sets = append(port.Sets, c.Parameter)
			}
		}
		in = append(in, port)
	}
	for o, p := range x.Out {
		out = append(out, plain(p, x.Outputs[o], portUnits(p)[1]))
	}
	return in, out
}
