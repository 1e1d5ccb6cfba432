package lab

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/elastrain/elastrain/internal/vec"
)

// Hold keeps a node at a place along one direction, as a stage does: across it the node is free.
type Hold struct {
	Node int        `json:"node"` // from 0
	Dir  [3]float64 `json:"dir"`  // of unit length; components beyond Dim are 0
	Move float64    `json:"move"` // displacement along Dir from where the unloaded lattice has the node, m
}

// Stage is a Bench that can hold nodes, if its card says how many (Card.Holds).
type Stage interface {
	Bench
	// Hold is Load with nodes held beside the loads. The next Load, Hold or Safe lets them go. Whatever goes beyond a limit
	// with what the stages push with is refused.
	Hold(ctx context.Context, load []Force, holds []Hold) (applied time.Duration, err error)
}

// CheckHolds refuses holds that are none of this lattice, that no stage has, or that move a node beyond the limits.
func (c Card) CheckHolds(l Limits, holds []Hold) error {
	const verb = "Hold"
	switch {
	case c.Holds == 0:
		return refuse(verb, "bench %s has no stage that holds a node", c.Name)
	case len(holds) == 0:
		return refuse(verb, "no node is to be held; loads alone hang by Load")
	case len(holds) > c.Holds:
		return refuse(verb, "%d places are to be held at once, and bench %s holds %d", len(holds), c.Name, c.Holds)
	}
	for i, h := range holds {
		if h.Node < 0 || h.Node >= c.Nodes {
			return refuse(verb, "there is no node %d; the nodes are 1 to %d", h.Node+1, c.Nodes)
		}
		for axis, v := range h.Dir {
			if axis >= c.Dim && v != 0 {
				return refuse(verb, "node %d is to be held along axis %d of a lattice in %d dimensions", h.Node+1, axis+1, c.Dim)
			}
		}
		if !(math.Abs(vec.Norm(h.Dir)-1) < 1e-6) {
			return refuse(verb, "the direction along which node %d is to be held has the length %g; it has the length 1", h.Node+1, vec.Norm(h.Dir))
		}
		if math.IsNaN(h.Move) || math.IsInf(h.Move, 0) {
			return refuse(verb, "node %d is to be held at %g m", h.Node+1, h.Move)
		}
		if l.Displacement > 0 && math.Abs(h.Move) > l.Displacement {
			return refuse(verb, "node %d is to be held at %.4g m, beyond the limit of %.4g m", h.Node+1, h.Move, l.Displacement)
		}
		for _, other := range holds[:i] {
			if other.Node == h.Node && math.Abs(vec.Dot(other.Dir, h.Dir)) > 1e-6 {
				return refuse(verb, "node %d is to be held along two directions that are not at right angles", h.Node+1)
			}
		}
	}
	return nil
}

// ErrHold says that no forces bring nodes where they are to be held.
var ErrHold = errors.New("no forces bring the nodes where they are to be held: their displacements depend on each other, or it is too far")

// Pushes are the forces along the holds that bring their nodes to their places, by Newton's method. respond tells the displacements
// (m; len nodes*dim, node-major) under pushes beside the loads; small is a force that is small beside those, N.
func Pushes(holds []Hold, dim int, small float64, respond func(push []Force) ([]float64, error)) ([]Force, error) {
	n := len(holds)
	push := make([]float64, n)
	moved := func() ([]float64, error) {
		u, err := respond(pushed(holds, push))
		if err != nil {
			return nil, err
		}
		at := make([]float64, n)
		for i, h := range holds {
			for axis := range dim {
				at[i] += h.Dir[axis] * u[h.Node*dim+axis]
			}
		}
		return at, nil
	}
	last := math.Inf(1)
	for range mostTries {
		at, err := moved()
		if err != nil {
			return nil, err
		}
		missing, far, size := make([]float64, n), 0.0, 0.0
		for i, h := range holds {
			missing[i] = h.Move - at[i]
			far, size = max(far, math.Abs(missing[i])), max(size, math.Abs(h.Move), math.Abs(at[i]))
		}
		if far <= 1e-12*size || far <= 1e-9*size && far >= last/2 {
			return pushed(holds, push), nil
		}
		last = far
		matrix := make([][]float64, n)
		for i := range matrix {
			matrix[i] = make([]float64, n)
		}
		for j := range holds {
			push[j] += small
			by, err := moved()
			if push[j] -= small; err != nil {
				return nil, err
			}
			for i := range by {
				matrix[i][j] = (by[i] - at[i]) / small
			}
		}
		if !eliminate(matrix, missing) {
			return nil, ErrHold
		}
		for i := range push {
			push[i] += missing[i]
		}
	}
	return nil, ErrHold
}

// mostTries is how often Newton's method may try.
const mostTries = 30

func pushed(holds []Hold, size []float64) []Force {
	push := make([]Force, len(holds))
	for i, h := range holds {
		push[i].Node = h.Node
		for axis, v := range h.Dir {
			push[i].F[axis] = size[i] * v
		}
	}
	return push
}

// eliminate replaces b by a^-1 b, with pivots; false where a is singular.
func eliminate(a [][]float64, b []float64) bool {
	n, size := len(b), 0.0
	for _, row := range a {
		for _, v := range row {
			size = max(size, math.Abs(v))
		}
	}
	for c := range n {
		pivot := c
		for r := c; r < n; r++ {
			if math.Abs(a[r][c]) > math.Abs(a[pivot][c]) {
				pivot = r
			}
		}
		a[c], a[pivot], b[c], b[pivot] = a[pivot], a[c], b[pivot], b[c]
		if !(math.Abs(a[c][c]) > 1e-10*size) {
			return false
		}
		for r := range n {
			if r == c {
				continue
			}
			f := a[r][c] / a[c][c]
			for k := c; k < n; k++ {
				a[r][k] -= f * a[c][k]
			}
			b[r] -= f * b[c]
		}
	}
	for c := range n {
		b[c] /= a[c][c]
	}
	return true
}

// Small is a force that is small beside those of a load, N.
func Small(load []Force) float64 {
	if most := Largest(load); most > 0 {
		return 1e-3 * most
	}
	return 1e-6
}

// Hold implements Stage.
func (g *Guard) Hold(ctx context.Context, load []Force, holds []Hold) (time.Duration, error) {
	if err := g.admit("Hold", true); err != nil {
		return 0, err
	}
	if err := g.checkHold(g.k, load, holds); err != nil {
		return 0, g.Fail("Hold", err)
	}
	stage, ok := within[Stage](g.inner)
	if !ok {
		return 0, g.Fail("Hold", refuse("Hold", "bench %s says that it holds nodes, and its program cannot", g.card.Name))
	}
	return g.apply("Hold", false, func() (time.Duration, error) {
		return answer(ctx, g, "Hold", g.Patience.Load, func(ctx context.Context) (time.Duration, error) { return stage.Hold(ctx, load, holds) })
	})
}

// checkHold refuses holds beyond the limits, or that are predicted to lead the lattice beyond them with what the stages push with.
func (g *Guard) checkHold(k []float64, load []Force, holds []Hold) error {
	if err := g.card.CheckLoad(g.limits, load); err != nil {
		return held(err)
	}
	if err := g.card.CheckHolds(g.limits, holds); err != nil {
		return err
	}
	if g.net != nil {
		for _, h := range holds {
			for axis := range g.net.Dim {
				if h.Dir[axis] != 0 && g.net.Held[h.Node*g.net.Dim+axis] {
					return refuse("Hold", "a support holds node %d along axis %d already", h.Node+1, axis+1)
				}
			}
		}
	}
	if g.Predict == nil || g.net == nil || k == nil {
		return nil
	}
	push, err := Pushes(holds, g.net.Dim, Small(load), func(push []Force) ([]float64, error) {
		return g.Predict(k, slices.Concat(load, push))
	})
	if err != nil {
		return refuse("Hold", "what it would do cannot be predicted: %v", err)
	}
	return held(g.checkLoad(k, slices.Concat(load, push)))
}

// held is a refusal of loads with what stages push with.
func held(err error) error {
	var no *RefusedError
	if errors.As(err, &no) {
		return refuse("Hold", "with what holds nodes, %s", no.Cause)
	}
	return err
}

// SameHolds reports whether nodes are held alike, but for rounding.
func SameHolds(a, b []Hold) bool {
	return slices.EqualFunc(a, b, func(a, b Hold) bool {
		return a.Node == b.Node && vec.Norm(vec.Sub(a.Dir, b.Dir)) < 1e-9 && math.Abs(a.Move-b.Move) <= 1e-9*max(math.Abs(a.Move), math.Abs(b.Move))
	})
}

// String is the hold as a person has it: node 12 at 0.35 mm along y.
func (h Hold) String() string {
	for axis, name := range []string{"x", "y", "z"} {
		if math.Abs(h.Dir[axis]) == 1 {
			return fmt.Sprintf("node %d at %.4g mm along %s", h.Node+1, 1e3*h.Move*h.Dir[axis], name)
		}
	}
	return fmt.Sprintf("node %d at %.4g mm along (%.4g, %.4g, %.4g)", h.Node+1, 1e3*h.Move, h.Dir[0], h.Dir[1], h.Dir[2])
}
