package insitu

import (
	"fmt"
	"strings"

	"github.com/elastrain/elastrain/lab/hang"
)

// Stock is the box of weights.
func (l *Lab) Stock() (hang.Stock, error) { return hang.ParseStock(l.Spec.Weights.Masses) }

// Strings are the pulls that the bench offers.
func (l *Lab) Strings() []hang.Strings {
	if len(l.Spec.Weights.Pulls) == 0 {
		pulls := []hang.Pull{{Dir: [3]float64{1, 0, 0}, Name: "over a pulley on the right"}, {Dir: [3]float64{-1, 0, 0}, Name: "over a pulley on the left"},
			{Dir: [3]float64{0, 1, 0}, Name: "over a pulley at the top"}, hang.Down,
			{Dir: [3]float64{0, 0, 1}, Name: "over a pulley in front"}, {Dir: [3]float64{0, 0, -1}, Name: "over a pulley behind"}}
		return []hang.Strings{{Node: hang.EveryNode, Pulls: pulls[:2*l.Experiment.Network.Dim]}}
	}
	var all []hang.Strings
	for _, p := range l.Spec.Weights.Pulls {
		node := p.Node - 1 // EveryNode where none is given
		pull := hang.Pull{Name: p.Over}
		copy(pull.Dir[:l.Experiment.Network.Dim], p.Along)
		at := -1
		for i := range all {
			if all[i].Node == node {
				at = i
			}
		}
		if at < 0 {
			all, at = append(all, hang.Strings{Node: node}), len(all)
		}
		all[at].Pulls = append(all[at].Pulls, pull)
	}
	return all
}

// checkWeights refuses a box and strings that make no sense.
func (l *Lab) checkWeights() error {
	if _, err := l.Stock(); err != nil {
		return l.fail("lab.weights.masses", err)
	}
	for i, p := range l.Spec.Weights.Pulls {
		path := fmt.Sprintf("lab.weights.pulls[%d]", i+1)
		if p.Node > l.Experiment.Network.Nodes() {
			return l.fail(path+".node", fmt.Errorf("there is no node %d; the nodes are 1 to %d", p.Node, l.Experiment.Network.Nodes()))
		}
		for _, v := range p.Along[min(len(p.Along), l.Experiment.Network.Dim):] {
			if v != 0 {
				return l.fail(path+".along", fmt.Errorf("the direction has more components than the network has dimensions"))
			}
		}
		if strings.TrimSpace(p.Over) == "" && len(p.Over) > 0 {
			return l.fail(path+".over", fmt.Errorf("the text is empty"))
		}
	}
	return nil
}
