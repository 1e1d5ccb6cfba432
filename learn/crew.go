package learn

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/statics"
)

// chunks is in how many parts a batch is divided at most. It does not depend on threads, and sums are taken part by part in
// their order: so results have the same bits for any number of threads.
const chunks = 16

// lane is what one goroutine needs to find samples of its own.
type lane struct {
	eq      *statics.Equilibrium
	work    *body.Work
	adjoint *body.State
	load    statics.Load
	run     func() // takes chunks until there are none
}

// crew is the work that lanes are at.
type crew struct {
	wait    sync.WaitGroup
	next    atomic.Int32
	size, n int // samples of a chunk, and in all
	do      func(r *Statics, l *lane, i int, x, g []float64) error
	x       []float64
	g       [chunks][]float64
	failed  [chunks]error
	at      [chunks]int // sample that failed
}

// each does something with every sample; where g is not nil, adds what each puts into a gradient of its chunk.
func (r *Statics) each(n int, do func(r *Statics, l *lane, i int, x, g []float64) error, x, g []float64) error {
	c := &r.crew
	c.size = max(1, (n+chunks-1)/chunks)
	c.n, c.do, c.x = n, do, x
	parts := (n + c.size - 1) / c.size
	for part := range parts {
		if c.failed[part] = nil; g != nil && c.g[part] == nil {
			c.g[part] = make([]float64, len(g))
		}
	}
	many := min(r.threads, parts)
	if r.base != nil {
		many = 1 // parameters are those of one sample at a time
	}
	for len(r.lanes) < max(many, 1) {
		r.lanes = append(r.lanes, r.newLane())
	}
	c.next.Store(0)
	if many > 1 {
		for _, l := range r.lanes[1:many] {
			l.eq.Steps, l.eq.Finite = r.Eq.Steps, r.Eq.Finite
			c.wait.Add(1)
			go l.run()
		}
	}
	r.lanes[0].take(r)
	c.wait.Wait()
	for part := range parts {
		if err := c.failed[part]; err != nil {
			return fmt.Errorf("sample %d: %w", r.batch.Row(c.at[part])+1, err)
		}
		if g != nil {
			for i, v := range c.g[part] {
				g[i] += v
			}
		}
	}
	return nil
}

func (r *Statics) newLane() *lane {
	b := r.Eq.Body
	l := &lane{eq: r.Eq, work: b.NewWork(), adjoint: b.NewState(), load: statics.Load{F: make([]float64, b.Space.N), G: make([]float64, b.Space.G)}}
	if len(r.lanes) > 0 {
		l.eq = r.Eq.Fork()
	} else {
		l.work.SetThreads(r.threads)
	}
	l.run = func() {
		l.take(r)
		r.crew.wait.Done()
	}
	return l
}

// take does chunks until there are none.
func (l *lane) take(r *Statics) {
	c := &r.crew
	for {
		part := int(c.next.Add(1)) - 1
		if part*c.size >= c.n {
			return
		}
		g := c.g[part]
		clear(g)
		for i := part * c.size; i < min((part+1)*c.size, c.n); i++ {
			if err := c.do(r, l, i, c.x, g); err != nil {
				c.failed[part], c.at[part] = err, i
				break
			}
		}
	}
}

// forwardSample finds the state of a sample and its outputs.
func forwardSample(r *Statics, l *lane, i int, out, _ []float64) error {
	in := r.batch.Set.Force(r.batch.Row(i))
	if err := r.write(in); err != nil {
		return err
	}
	r.put(in, l.load.F, l.load.G)
	if _, err := l.eq.Rest(&l.load, r.states[i]); err != nil {
		return err
	}
	q := len(r.Out)
	r.read(r.states[i], out[i*q:(i+1)*q])
	return nil
}

// backwardSample adds the gradient of a sample: K a = -dL/du at the tangent of its state, then a dt/dtheta.
func backwardSample(r *Statics, l *lane, i int, slope, g []float64) error {
	b, q := r.Eq.Body, len(r.Out)
	if err := r.write(r.batch.Set.Force(r.batch.Row(i))); err != nil {
		return err
	}
	clear(l.load.F)
	for o, v := range slope[i*q : (i+1)*q] {
		r.reads(o, r.states[i]).Put(&b.Space, -v, l.load.F)
	}
	if err := l.eq.About(r.states[i], l.load.F, l.adjoint); err != nil {
		return err
	}
	r.through(r.batch.Set.Force(r.batch.Row(i)), g, func() { l.eq.Gradient(l.work, r.states[i], l.adjoint, 1, g) })
	return nil
}
