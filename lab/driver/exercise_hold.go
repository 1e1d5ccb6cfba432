package driver

import (
	"errors"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/lab"
)

// stageLooks are looks at each state of a stage: small loads move little.
const stageLooks = 20

// hold holds the node that the small load pulls halfway back, sees that it stands there and that it is let go, and asks for what a stage must refuse.
func (e *exercise) hold() {
	switch {
	case e.silent:
		return
	case e.card.Holds == 0:
		e.say("skip", "hold: the card says no `holds`, so there is no stage")
		return
	}
	stage, ok := e.bench.(lab.Stage)
	if !ok {
		e.check("hold", errors.New("the card says that it holds, and the bench has no verb for it"))
		return
	}
	if !e.check("arm for the stage", e.bench.Arm(e.ctx, e.card.Limits)) {
		return
	}
	load, node, axis := e.small(1), e.card.Nodes-1, e.card.Dim-1
	zero, sigma, err := e.place(node, axis, func() error { _, err := e.bench.Load(e.ctx, nil); return err })
	if err == nil {
		var loaded float64
		if loaded, _, err = e.place(node, axis, func() error { _, err := e.bench.Load(e.ctx, load); return err }); err == nil {
			e.stage(stage, load, node, axis, zero, loaded-zero, sigma)
		}
	}
	if err != nil {
		e.check("look before a node is held", err)
	}
}

// stage is the test of a stage with a load that moves a node by u along an axis, seen with sigma.
func (e *exercise) stage(stage lab.Stage, load []lab.Force, node, axis int, zero, u, sigma float64) {
	doubt := 5 * math.Sqrt2 * sigma
	if !(math.Abs(u) > 2*doubt) {
		e.say("skip", "hold: the small load moves node %d by %.3g m, which the marks do not show (they scatter by %.2g m)", node+1, u, sigma)
		return
	}
	one := lab.Hold{Node: node, Move: u / 2}
	one.Dir[axis] = 1
	near := func(what string, at, due float64) error {
		if off := at - due; math.Abs(off) > doubt+0.1*math.Abs(u) {
			return fmt.Errorf("node %d is at %.4g m, and %s at %.4g m", node+1, at, what, due)
		}
		return nil
	}
	at, _, err := e.place(node, axis, func() error { _, err := stage.Hold(e.ctx, load, []lab.Hold{one}); return err })
	if e.check(fmt.Sprintf("hold: node %d halfway back", node+1), err) {
		e.check("it stands where it is held", near("it is to be held", at-zero, u/2))
	}
	at, _, err = e.place(node, axis, func() error { _, err := e.bench.Load(e.ctx, load); return err })
	if e.check("load: let go", err) {
		e.check("it is let go", near("it was before", at-zero, u))
	}
	if many := e.places(e.card.Holds + 1); many != nil {
		e.wait()
		e.refused(fmt.Sprintf("to hold %d places at once", len(many)), Refused, func() error { _, err := stage.Hold(e.ctx, nil, many); return err })
	}
	narrow := e.card.Limits
	narrow.Displacement = math.Abs(u) / 4
	if e.check("arm with a narrower limit of displacement", e.bench.Arm(e.ctx, narrow)) {
		e.wait()
		e.refused("to hold a node beyond the limit", Refused, func() error { _, err := stage.Hold(e.ctx, nil, []lab.Hold{one}); return err })
	}
}

// places are so many places that stay where they are; nil where there are not as many.
func (e *exercise) places(n int) (list []lab.Hold) {
	for node := range e.card.Nodes {
		for axis := range e.card.Dim {
			if len(list) < n {
				h := lab.Hold{Node: node}
				h.Dir[axis] = 1
				list = append(list, h)
			}
		}
	}
	if len(list) < n {
		return nil
	}
	return list
}

// place is where a node is seen along an axis once something was done, and the standard deviation of that.
func (e *exercise) place(node, axis int, do func() error) (at, sigma float64, err error) {
	e.wait()
	if err := do(); err != nil {
		return 0, 0, err
	}
	frames, err := e.bench.Measure(e.ctx, stageLooks)
	if err != nil {
		return 0, 0, err
	}
	n, sum, square := 0.0, 0.0, 0.0
	for i := range frames {
		if m := frames[i].Nodes[node]; m.Seen {
			n, sum, square = n+1, sum+m.X[axis], square+m.Sigma*m.Sigma
		}
	}
	if n == 0 {
		return 0, 0, fmt.Errorf("node %d is not seen in any of %d frames", node+1, len(frames))
	}
	at = sum / n
	scatter := 0.0
	for i := range frames {
		if m := frames[i].Nodes[node]; m.Seen {
			scatter += (m.X[axis] - at) * (m.X[axis] - at)
		}
	}
	return at, math.Sqrt(max(square/n, scatter/max(n-1, 1)) / n), nil
}
