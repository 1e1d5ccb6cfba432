package rule

import (
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/task"
)

// superpose is backpropagation from the answers to unit loads: the states of every sample are sums of them.
func (b *Backprop) superpose(r *mechanics.Responses, loss task.Loss, batch learn.Batch, g []float64) float64 {
	for i := range batch.Len() {
		r.Outputs(b.u[i*r.Q:(i+1)*r.Q], batch.Set.Force(batch.Row(i)))
	}
	value := task.Total(loss, batch.Set, batch.Rows, b.u, b.g)
	clear(b.weights)
	for i := range batch.Len() {
		f := batch.Set.Force(batch.Row(i))
		for o, slope := range b.g[i*r.Q : (i+1)*r.Q] {
			w := b.weights[o*r.P : (o+1)*r.P]
			for a := range w {
				w[a] += slope * f[a]
			}
		}
	}
	mean := batch.Mean()
	r.Weigh(g, b.weights, -mean) // the adjoint load is -dL/du
	return value * mean
}
