package prune

import (
	"slices"

	"github.com/elastrain/elastrain/network"
)

// idle is a node (from 0) that bears nothing, whatever the load, with its bonds (from 0); -1 for none. It is free, no port looks at it, and it has no more bonds than
// space has dimensions: these balance nothing, so none of them has a force, and all can go with their node.
func (l *lattice) idle() (node int, bonds []int) {
	of, busy := make([][]int, l.net.Nodes()), make([]bool, l.net.Nodes())
	for _, p := range l.ports {
		for node := range p.Ends {
			busy[node] = true
		}
	}
	for i := range l.net.Elements {
		el := &l.net.Elements[i]
		switch {
		case el.Kind == network.Ground:
			busy[el.Nodes[0]] = true
		case !el.Cut:
			for _, node := range el.Nodes {
				of[node] = append(of[node], i)
			}
		}
	}
	for node := range of {
		held := l.net.Held[node*l.net.Dim:][:l.net.Dim]
		if n := len(of[node]); n > 0 && n <= l.net.Dim && !busy[node] && !slices.Contains(held, true) {
			return node, of[node]
		}
	}
	return -1, nil
}

// shed takes a node (from 0) out with its bonds: it is held, as nothing else holds it.
func (p *pruning) shed(node int, bonds []int) {
	for _, bond := range bonds {
		p.net.Elements[bond].Cut = true
		p.gone = append(p.gone, bond+1)
	}
	for axis := range p.net.Dim {
		p.net.Held[node*p.net.Dim+axis] = true
	}
	p.loose = append(p.loose, p.net.NodeNumber(node))
}

// drop takes the next idle node out, if the study lets it go, and says what went.
func (p *pruning) drop() (*Step, error) {
	if !p.Ends {
		return nil, nil
	}
	node, bonds := p.idle()
	if node < 0 {
		return nil, nil
	}
	if p.Most > 0 && len(p.gone)+len(bonds) > p.Most {
		p.full = true
		return nil, nil
	}
	p.shed(node, bonds)
	if err := p.look(); err != nil {
		return nil, err
	}
	step := &Step{Bond: bonds[0] + 1, Node: p.net.NodeNumber(node), Left: p.left(), Verdict: p.now}
	for _, bond := range bonds[1:] {
		step.Also = append(step.Also, bond+1)
	}
	return step, nil
}

// again drops the node of a step that is known.
func (p *pruning) again(step *Step) {
	for node := range p.net.Nodes() {
		if p.net.NodeNumber(node) == step.Node {
			bonds := []int{step.Bond - 1}
			for _, bond := range step.Also {
				bonds = append(bonds, bond-1)
			}
			p.shed(node, bonds)
		}
	}
}
