package inputs

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/internal/kernel"
	"github.com/elastrain/elastrain/internal/team"
	"github.com/elastrain/elastrain/learn"
)

const (
	mostParts = 8  // of a batch: gradients are summed part by part in their order, whatever the threads
	mostKept  = 32 // strips; of more the way back finds the displacements again
)

// hubCrew is the threads and what they are at.
type hubCrew struct {
	team   *team.Team[*Hubs]
	many   int
	out    []float64 // of every sample; B x Q
	slope  []float64
	parts  [mostParts][]float64 // gradients, laid out as theta
	failed []stuck              // of each strip
	bad    []error              // inputs of each strip
	strips int
	part   int // strips of a part
	g      []float64
}

func (h *Hubs) lane(i int) *strips {
	for len(h.lanes) <= i {
		h.lanes = append(h.lanes, h.newStrips())
	}
	return h.lanes[i]
}

// kept is room for a strip.
func (h *Hubs) kept(i int) *kept {
	for len(h.keep) <= i {
		h.keep = append(h.keep, h.newKept())
	}
	return h.keep[i]
}

// callable has as many threads as are allowed.
func (h *Hubs) callable() {
	if c := &h.crew; c.team == nil || c.many != h.threads {
		c.team, c.many = team.New[*Hubs](h.threads), h.threads
	}
}

// begin calls the threads for a batch of so many samples.
func (h *Hubs) begin(n int) {
	c := &h.crew
	h.callable()
	h.lane(h.threads - 1)
	c.strips = (n + kernel.Strip - 1) / kernel.Strip
	c.part = max(1, (c.strips+mostParts-1)/mostParts)
	if c.strips <= mostKept {
		h.kept(max(c.strips, 1) - 1)
	} else {
		for _, l := range h.lanes {
			if l.own == nil {
				l.own = h.newKept()
			}
		}
	}
	for len(c.failed) < c.strips {
		c.failed, c.bad = append(c.failed, sound), append(c.bad, nil)
	}
	c.team.Start(h.effort() * float64(c.strips))
}

// effort is about what a strip costs forward, in cycles.
func (h *Hubs) effort() float64 {
	sum := 6*float64(len(h.a.rows)) + 100*float64(len(h.a.hubs))
	for i := range h.kinds {
		sum += 4 * float64(len(h.kinds[i].rows)*h.a.groups[i].hubs)
	}
	return sum
}

// Forward implements learn.Differentiable.
func (h *Hubs) Forward(batch learn.Batch, out []float64) error {
	h.batch = batch
	c := &h.crew
	c.out = out
	h.begin(batch.Len())
	h.prepare()
	c.team.Each(c.strips, h, func(h *Hubs, worker, strip int) { h.forward(h.lanes[worker], strip) })
	c.team.Stop()
	for strip := range c.strips {
		if err := c.bad[strip]; err != nil {
			return err
		}
		if at := c.failed[strip]; at.unknown >= 0 {
			return fmt.Errorf("sample %d: %w", batch.Row(strip*kernel.Strip+at.sample)+1, h.free(at))
		}
	}
	return nil
}

// place is where a strip is kept.
func (h *Hubs) where(l *strips, strip int) *kept {
	if h.crew.strips <= mostKept {
		return h.keep[strip]
	}
	return l.own
}

// samples sets the inputs of a strip, and returns how many it has.
func (h *Hubs) samples(l *strips, strip int) int {
	first := strip * kernel.Strip
	n := min(kernel.Strip, h.batch.Len()-first)
	for i := range n {
		l.in[i] = h.batch.Set.Force(h.batch.Row(first + i))
	}
	return n
}

// forward finds the outputs of a strip.
func (h *Hubs) forward(l *strips, strip int) {
	c := &h.crew
	n := h.samples(l, strip)
	c.failed[strip], c.bad[strip] = sound, nil
	for i, in := range l.in[:n] {
		most := uint64(0)
		for _, v := range in {
			most = max(most, math.Float64bits(v))
		}
		if most <= math.Float64bits(1) {
			continue
		}
		if err := h.plan.check(h.batch.Row(strip*kernel.Strip+i), in); err != nil {
			c.bad[strip] = err
			return
		}
	}
	k := h.where(l, strip)
	h.fill(k, l.in[:n])
	if c.failed[strip] = h.find(l, k, nil, n); c.failed[strip].unknown >= 0 {
		return
	}
	q := len(h.a.out)
	for i := range n {
		out := c.out[(strip*kernel.Strip+i)*q:][:q]
		for o, r := range h.a.out {
			out[o] = 0
			for _, t := range r {
				out[o] += float64(t.by * k.y[int(t.unknown)*kernel.Strip+i])
			}
		}
	}
}

// Backward implements learn.Differentiable.
func (h *Hubs) Backward(slope, g []float64) error {
	c := &h.crew
	c.slope, c.g = slope, g
	h.begin(h.batch.Len())
	parts := 0
	for ; parts*c.part < c.strips; parts++ {
		if c.parts[parts] == nil {
			c.parts[parts] = make([]float64, h.a.end)
		}
	}
	c.team.Each(parts, h, func(h *Hubs, worker, part int) {
		g := h.crew.parts[part]
		clear(g)
		for strip := part * h.crew.part; strip < min((part+1)*h.crew.part, h.crew.strips); strip++ {
			h.backward(h.lanes[worker], strip, g)
		}
	})
	const slice = 4096 // modes
	c.team.Each((len(g)+slice-1)/slice, h, func(h *Hubs, _, part int) {
		h.collect(part*slice, min((part+1)*slice, len(h.crew.g)))
	})
	c.team.Stop()
	return nil
}

// backward adds the gradient of a strip.
func (h *Hubs) backward(l *strips, strip int, g []float64) {
	k := h.where(l, strip)
	n := min(kernel.Strip, h.batch.Len()-strip*kernel.Strip)
	if k == l.own {
		n = h.samples(l, strip)
		h.fill(k, l.in[:n])
		if where := h.find(l, k, nil, n); where.unknown >= 0 {
			panic("inputs: a sample that went forward does not go forward again")
		}
	}
	clear(l.ya)
	q := len(h.a.out)
	for i := range n {
		slope := h.crew.slope[(strip*kernel.Strip+i)*q:][:q]
		for o, r := range h.a.out {
			for _, t := range r {
				l.ya[int(t.unknown)*kernel.Strip+i] -= float64(slope[o] * t.by)
			}
		}
	}
	h.back(l, k, g)
}

// collect adds the parts for some modes.
func (h *Hubs) collect(from, to int) {
	c, a := &h.crew, h.a
	parts := c.parts[:(c.strips+c.part-1)/c.part]
	g, slot, by := c.g[from:to], a.slot[from:to], a.by[from:to]
	for m, at := range slot {
		if at < 0 {
			g[m] = 0
			continue
		}
		factor, sum := by[m], 0.0
		if int(at) < a.atStraight && at%2 == 1 {
			factor *= h.theta[at-1] / h.theta[at] * h.theta[at-1]
		}
		for _, p := range parts {
			sum += p[at]
		}
		g[m] = sum * factor
	}
}

// Bytes is about what a batch of so many samples takes.
func (h *Hubs) Bytes(batch int) int64 {
	a, n := h.a, len(h.a.tops)
	strips := (batch + kernel.Strip - 1) / kernel.Strip
	strip := len(a.values) + 2*len(a.hubs) + 2*n + h.entries
	lane := 2*len(a.hubs) + h.entries + 5*n + 1
	rooms := strips
	if strips > mostKept {
		rooms = h.threads
	}
	// Of each spring its rows, its place and what it counts there; of each node what it is.
	bytes := 60*int64(a.c.M) + 28*int64(a.c.N) + 8*int64(len(a.rows)) + 4*int64(a.end)
	numbers := int64(rooms*strip+h.threads*lane)*kernel.Strip + int64(min(strips, mostParts)+1)*int64(a.end)
	for i := range h.kinds {
		numbers += int64(len(h.kinds[i].product) + len(h.kinds[i].springs))
	}
	return bytes + 8*numbers
}
