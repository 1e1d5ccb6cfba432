package lab

import (
	"context"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/internal/vec"
)

// Plan is what a session means to do, in order: stiffness if it is not nil, then
// each load by itself.
type Plan struct {
	Stiffness []float64
	Loads     [][]Force
}

// PlanError says which command of a plan is out of range.
type PlanError struct {
	Step int // of the plan, from 0
	Load int // of the step, from 0; -1 for its stiffness
	Err  error
}

func (e *PlanError) Error() string {
	if e.Load < 0 {
		return fmt.Sprintf("step %d of the plan: %v", e.Step+1, e.Err)
	}
	return fmt.Sprintf("step %d of the plan, load %d: %v", e.Step+1, e.Load+1, e.Err)
}

// Unwrap returns the cause.
func (e *PlanError) Unwrap() error { return e.Err }

// CheckPlan goes through a whole plan before the bench is armed and reports the
// first command that is beyond the limits. Nothing moves, and there is no fault.
func (g *Guard) CheckPlan(ctx context.Context, limits Limits, plan []Plan) error {
	card, err := g.Hello(ctx)
	if err != nil {
		return err
	}
	before := g.limits
	defer func() { g.limits = before }()
	if g.limits, err = card.Narrowed(limits); err != nil {
		return err
	}
	k := g.k
	for i, step := range plan {
		if step.Stiffness != nil {
			if err := card.CheckStiffness(g.limits, k, step.Stiffness); err != nil {
				return &PlanError{i, -1, err}
			}
			k = step.Stiffness
		}
		for j, load := range step.Loads {
			if err := g.checkLoad(k, load); err != nil {
				return &PlanError{i, j, err}
			}
		}
	}
	return nil
}

// checkLoad refuses a load that is beyond the limits or is predicted to lead
// the lattice beyond them.
func (g *Guard) checkLoad(k []float64, load []Force) error {
	if err := g.card.CheckLoad(g.limits, load); err != nil {
		return err
	}
	if g.Predict == nil || g.net == nil || k == nil || len(load) == 0 || g.limits.Displacement == 0 && g.limits.Elongation == 0 {
		return nil
	}
	u, err := g.Predict(k, load)
	if err != nil {
		return fell("Load", "what it would do cannot be predicted: %v", err)
	}
	at := func(node int) (x [3]float64) {
		copy(x[:], u[node*g.net.Dim:(node+1)*g.net.Dim])
		return x
	}
	return g.withinReach("is predicted to", at, func(int) bool { return true })
}

// seen faults frames that are no frames of this lattice, and a lattice that has
// moved beyond its limits.
func (g *Guard) seen(frames []Frame) error {
	for i := range frames {
		f := &frames[i]
		if len(f.Nodes) != g.card.Nodes {
			return fmt.Errorf("a frame shows %d nodes; the lattice has %d", len(f.Nodes), g.card.Nodes)
		}
		if !g.looked {
			g.looked, g.fixed = true, len(f.Fixed)
		}
		if len(f.Fixed) != g.fixed {
			return fmt.Errorf("a frame shows %d fixed marks; there were %d before; a mark that is hidden is one that is not seen, not one that is left out", len(f.Fixed), g.fixed)
		}
		for _, marks := range [][]Mark{f.Nodes, f.Fixed} {
			for node := range marks {
				m := &marks[node]
				if !m.Seen {
					m.X = [3]float64{} // it means nothing, and might be what JSON cannot hold
				}
				if size := vec.Norm(m.X); !(size < 1e6) || !(m.Sigma >= 0 && m.Sigma < 1e6) {
					return fmt.Errorf("mark %d of a frame is at %v m with a standard deviation of %g m; that is no measurement in metres", node+1, m.X, m.Sigma)
				}
			}
		}
		g.clock = max(g.clock, f.At)
	}
	if g.net == nil || len(frames) == 0 || g.limits.Displacement == 0 && g.limits.Elongation == 0 {
		return nil
	}
	last := frames[len(frames)-1]
	if g.bare || g.zero == nil {
		if g.bare {
			g.zero = &last
		}
		return nil
	}
	// A mark that jumps in one frame is a misreading; where every frame of the
	// burst shows it beyond the limit, the lattice is there.
	var beyond error
	for i := range frames {
		f := &frames[i]
		motion := Align(Anchors(g.net, g.zero), Anchors(g.net, f), g.net.Dim, 0, math.Inf(1))
		at := func(node int) [3]float64 { return vec.Sub(motion.Undo(f.Nodes[node].X), g.zero.Nodes[node].X) }
		visible := func(node int) bool { return f.Nodes[node].Seen && g.zero.Nodes[node].Seen }
		if beyond = g.withinReach("is seen to", at, visible); beyond == nil {
			return nil
		}
	}
	return beyond
}

// withinReach refuses displacements beyond the limits of displacement and elongation.
func (g *Guard) withinReach(how string, at func(node int) [3]float64, visible func(node int) bool) error {
	dim := g.net.Dim
	for node := range g.net.Nodes() {
		if !visible(node) || g.limits.Displacement == 0 {
			continue
		}
		if size := vec.Norm(at(node)); !(size <= g.limits.Displacement) {
			return fell("Load", "node %d %s move by %.4g m, more than %.4g", node+1, how, size, g.limits.Displacement)
		}
	}
	for i := range g.net.Elements {
		el := &g.net.Elements[i]
		a, b := el.Nodes[0], el.Nodes[1]
		if a == b || el.Cut || g.limits.Elongation == 0 || !visible(a) || !visible(b) {
			continue
		}
		var bar [3]float64
		for axis := range dim {
			bar[axis] = g.net.At(b)[axis] - g.net.At(a)[axis]
		}
		stretch := math.Abs(vec.Norm(vec.Add(bar, vec.Sub(at(b), at(a)))) - vec.Norm(bar))
		if !(stretch <= g.limits.Elongation) {
			return fell("Load", "bond %d %s change its length by %.4g m, more than %.4g", i+1, how, stretch, g.limits.Elongation)
		}
	}
	return nil
}
