package statics

import (
	"errors"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/sparse"
)

// Completion finds the unknowns of a state that nobody saw from those that were seen: rotations of the nodes of a frame
// from its displacements, by the balance of moments at each node. It is a model, used for the unseen part alone.
type Completion struct {
	q      *Equilibrium
	unseen []int32 // unknowns, ascending
	seen   []int32 // all others
	place  []int   // of each unknown among the unseen; -1 for one that is seen
	from   []int32 // value of the whole tangent for each value of theirs
	factor *sparse.Factor
	values []float64
	rhs    []float64
}

// CompletionOf prepares to complete states of which only the given parts are seen.
func (q *Equilibrium) CompletionOf(seen ...element.Part) *Completion {
	b := q.Body
	known := make([]bool, b.Space.N)
	parts := len(b.Space.Parts)
	for i, c := range b.Space.At {
		if c.Free() {
			for _, part := range seen {
				known[c] = known[c] || b.Space.Parts[i%parts] == part
			}
		}
	}
	return q.Completion(known)
}

// Completion prepares to complete states of which these unknowns are seen (len N).
func (q *Equilibrium) Completion(known []bool) *Completion {
	b := q.Body
	c := &Completion{q: q}
	place := make([]int, b.Space.N)
	for i, k := range known {
		place[i] = -1
		if !k {
			place[i] = len(c.unseen)
			c.unseen = append(c.unseen, int32(i))
		}
	}
	whole, _ := q.general().tangent.Matrix()
	pattern := sparse.NewPattern(len(c.unseen), func(yield func(int, int) bool) {
		for _, j := range c.unseen {
			for a := whole.Ptr[j]; a < whole.Ptr[j+1]; a++ {
				if i := place[whole.Row[a]]; i >= 0 && !yield(i, place[j]) {
					return
				}
			}
		}
	})
	c.from = make([]int32, pattern.Entries())
	for j := range c.unseen {
		for a := pattern.Ptr[j]; a < pattern.Ptr[j+1]; a++ {
			c.from[a] = int32(whole.Index(int(c.unseen[pattern.Row[a]]), int(c.unseen[j])))
		}
	}
	if len(c.unseen) > 0 {
		c.factor = sparse.Analyze(pattern, sparse.Order(pattern)).NewFactor()
	}
	for i, at := range place {
		if at < 0 {
			c.seen = append(c.seen, int32(i))
		}
	}
	c.place = place
	c.values, c.rhs = make([]float64, pattern.Entries()), make([]float64, len(c.unseen))
	return c
}

// Seen are the unknowns that are seen, ascending; do not modify.
func (c *Completion) Seen() []int32 { return c.seen }

// Rates yields for each unknown that is seen (its place in Seen) how every deformation (len M) of the state that was completed
// last, s, changes with it: by itself, and by the unseen ones that follow, the loads being what they are.
func (c *Completion) Rates(s *body.State, yield func(seen int, e []float64)) {
	q := c.q
	pattern, values := q.assembleAt(s).Matrix()
	coupling := make([][]coupled, len(c.seen)) // of each seen unknown: entries of the tangent in unseen rows
	at := make([]int, q.Body.Space.N)
	for j, unknown := range c.seen {
		at[unknown] = j
	}
	for j := range q.Body.Space.N {
		for a := pattern.Ptr[j]; a < pattern.Ptr[j+1]; a++ {
			i := int(pattern.Row[a])
			switch {
			case c.place[i] >= 0 && c.place[j] < 0:
				coupling[at[j]] = append(coupling[at[j]], coupled{c.place[i], values[a]})
			case c.place[j] >= 0 && c.place[i] < 0:
				coupling[at[i]] = append(coupling[at[i]], coupled{c.place[j], values[a]})
			}
		}
	}
	small := q.Body.NewState()
	for j, unknown := range c.seen {
		clear(small.U)
		small.U[unknown] = 1
		if len(coupling[j]) > 0 {
			clear(c.rhs)
			for _, k := range coupling[j] {
				c.rhs[k.row] -= k.value
			}
			c.factor.Solve(c.rhs, 1)
			for i, v := range c.rhs {
				small.U[c.unseen[i]] = v
			}
		}
		q.Body.Deform(q.work, small)
		yield(j, small.E)
	}
}

// coupled is an entry of the tangent between a seen and an unseen unknown.
type coupled struct {
	row   int
	value float64
}

// assembleAt is the tangent at a state.
func (q *Equilibrium) assembleAt(s *body.State) *body.Tangent {
	q.stand(s)
	q.held = false
	return q.assemble(s).tangent
}

// mostCompletions is the rounds of Newton's method in a completion.
const mostCompletions = 30

// Complete sets what was not seen of s, under loads f on the free unknowns (len N; moments among them), with the parameters
// of its equilibrium, and the deformations and forces that follow. Seen unknowns and given values stay as they are. Newton's
// method begins at what s has for the unseen ones: of a body that moves far or bends its laws, the state that the model
// expects. It fails where it does not come to rest.
func (c *Completion) Complete(f []float64, s *body.State) error {
	q := c.q
	for round := 0; ; round++ {
		q.stand(s)
		if len(c.unseen) == 0 {
			return nil
		}
		copy(q.residual, f)
		q.unbalance(s)
		q.held = false
		_, values := q.assemble(s).tangent.Matrix()
		for a, at := range c.from {
			c.values[a] = values[at]
		}
		if err := c.factor.Refactor(c.values); err != nil {
			return fmt.Errorf("what was not seen does not follow from what was: %w", err)
		}
		most, far := 0.0, 0.0
		for i, unknown := range c.unseen {
			c.rhs[i] = q.residual[unknown]
		}
		c.factor.Solve(c.rhs, 1)
		for i, unknown := range c.unseen {
			s.U[unknown] += c.rhs[i]
			most, far = max(most, math.Abs(c.rhs[i])), max(far, math.Abs(s.U[unknown]))
		}
		q.stand(s)
		if q.linear() || most <= 1e-13*(1+far) {
			return nil
		}
		if round == mostCompletions || math.IsNaN(most) {
			return errors.New("rotations find no rest beside the places that were seen: marks are wrong, or the lattice is another than its model")
		}
	}
}
