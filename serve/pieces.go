package serve

import (
	"github.com/elastrain/elastrain/learn"
)

// atOnce is how many samples go there and back at once at most: the states of nonlinear networks, and of those whose inputs set
// stiffnesses, take memory until they come back.
const atOnce = 4096

// block is how many samples may be on their way at once in so many bytes: a state is about two deformations and a displacement.
func block(modes, unknowns, most int) int {
	return min(max(most/(8*(2*modes+unknowns+1)), 1), atOnce)
}

// pieces divides a batch into such that go there and back at once. Superposed answers take the same memory for any number.
func (n *network) pieces(batch learn.Batch) []learn.Batch {
	count := batch.Len()
	p, q := n.rig.Ports()
	if _, springs := n.rig.(*learn.Superposed); count <= n.block || springs && batch.Superposes(p, q) {
		return []learn.Batch{batch}
	}
	rows := make([]int32, count)
	for i := range rows {
		rows[i] = int32(batch.Row(i))
	}
	var list []learn.Batch
	for from := 0; from < count; from += n.block {
		list = append(list, learn.Batch{Set: batch.Set, Rows: rows[from:min(from+n.block, count)]})
	}
	return list
}

// there takes a batch to its outputs.
func (n *network) there(batch learn.Batch, out []float64) error {
	n.now = n.pieces(batch)
	for _, piece := range n.now {
		size := piece.Len() * batch.Set.Q
		if size > 0 {
			if err := n.rig.Forward(piece, out[:size]); err != nil {
				return err
			}
		}
		out = out[size:]
	}
	return nil
}

// back takes slopes of the batch that went there last back to parameters and loads; nil for what nobody wants. Of several pieces all
// but the last have to go there once more.
func (n *network) back(slopes, g, f []float64) error {
	clear(g)
	clear(f)
	if len(n.now) == 1 {
		if n.now[0].Len() == 0 {
			return nil
		}
		return n.take(slopes, g, f)
	}
	var part, into []float64
	if g != nil {
		part = make([]float64, len(g))
	}
	p, q := n.rig.Ports()
	out := make([]float64, n.block*q)
	for _, piece := range n.now {
		count := piece.Len()
		if err := n.rig.Forward(piece, out[:count*q]); err != nil {
			return err
		}
		if f != nil {
			into, f = f[:count*p], f[count*p:]
		}
		if err := n.take(slopes[:count*q], part, into); err != nil {
			return err
		}
		slopes = slopes[count*q:]
		for i, v := range part {
			g[i] += v
		}
	}
	return nil
}

// take is back of one piece.
func (n *network) take(slopes, g, f []float64) error {
	if s, ok := n.rig.(*learn.Superposed); ok {
		return s.Take(slopes, g, f)
	}
	if g != nil {
		if err := n.rig.Backward(slopes, g); err != nil {
			return err
		}
	}
	if f == nil {
		return nil
	}
	return n.rig.LoadSlopes(slopes, f)
}
