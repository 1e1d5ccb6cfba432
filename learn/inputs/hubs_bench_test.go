package inputs

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// picture is a network of h hubs of m branches that follow 784 pixels and are joined to all of q outputs, or each to one.
func picture(h, m, q int, all bool) *rails {
	r := newRails(784, 0)
	tops := r.tops(q)
	for j := range h {
		if all {
			r.hub(m, tops...)
		} else {
			r.hub(m, tops[j%q])
		}
	}
	for _, l := range r.Probe {
		r.join(l.At.Node, l.At.Node)
	}
	for _, t := range tops {
		r.Out = append(r.Out, network.Port{Node: t, Dir: [3]float64{1}})
	}
	return r
}

func BenchmarkHubs(b *testing.B) {
	for _, c := range []struct {
		h, m, q int
		all     bool
	}{{2000, 24, 20, true}, {500, 16, 20, true}, {2000, 16, 10, false}} {
		for _, threads := range []int{1, 2} {
			b.Run(fmt.Sprintf("h=%d,m=%d,q=%d,all=%v/threads=%d", c.h, c.m, c.q, c.all, threads), func(b *testing.B) {
				r := picture(c.h, c.m, c.q, c.all)
				hubs, err := NewHubs(&r.Plan)
				must(b, hubs, err)
				hubs.SetThreads(threads)
				const n = 128
				set := &task.Set{N: n, P: 784, Q: c.q}
				random := rand.New(rand.NewPCG(1, 1))
				for range n * 784 {
					set.F = append(set.F, random.Float64())
				}
				out, g, slope := make([]float64, n*c.q), make([]float64, len(r.spring)), slopes(n*c.q)
				for b.Loop() {
					must(b, 0, hubs.SetStiffness(r.spring))
					must(b, 0, hubs.Forward(learn.Batch{Set: set}, out))
					must(b, 0, hubs.Backward(slope, g))
				}
			})
		}
	}
}
