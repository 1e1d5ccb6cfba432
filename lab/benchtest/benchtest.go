// Package benchtest holds any lab.Bench to what its verbs promise.
//
// Its one idea is that a bench is judged by what it refuses: whatever comes in
// the wrong order, is not a number, has the wrong length or exceeds a limit of
// the card must come back as an error and leave the bench well.
package benchtest

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/elastrain/elastrain/lab"
)

// Subject is a bench to be held to its promises.
type Subject struct {
	// Open makes a bench that nobody has armed. It is closed by t.Cleanup.
	Open func(t *testing.T) lab.Bench
	// Load is one that the bench bears, and that moves some node by more than Moves (m).
	Load  []lab.Force
	Moves float64
	// Stiffness is one that the bench takes, of parameters that must be above zero; nil for a bench that cannot stiffen.
	Stiffness []float64
}

// reporter is what the suite needs of a testing.T.
type reporter interface {
	Helper()
	Context() context.Context
	Errorf(format string, args ...any)
}

// Run runs the suite. Benches are opened one at a time.
func Run(t *testing.T, s Subject) {
	for _, c := range promises {
		t.Run(c.name, func(t *testing.T) {
			b := s.Open(t)
			about, err := b.Hello(t.Context())
			if err != nil {
				t.Fatalf("Hello: %v", err)
			}
			c.test(t, s, b, about)
			if err := b.Ping(t.Context()); err != nil {
				t.Errorf("Ping afterwards: %v", err)
			}
			if err := b.Safe(t.Context()); err != nil {
				t.Errorf("Safe afterwards: %v", err)
			}
		})
	}
}

var promises = []struct {
	name string
	test func(reporter, Subject, lab.Bench, lab.Card)
}{
	{"card", card},
	{"nothing before arm", nothingBeforeArm},
	{"arm", arm},
	{"load", load},
	{"hold", hold},
	{"measure", measure},
	{"stiffness", stiffness},
	{"safe", safe},
	{"safe beside a verb", safeBeside},
	{"cancelled", cancelled},
}

func card(t reporter, s Subject, b lab.Bench, c lab.Card) {
	if c.Name == "" || c.Dim < 1 || c.Dim > 3 || c.Nodes < 1 || c.Elements < 1 {
		t.Errorf("card %+v: a name, 1 to 3 dimensions, nodes and elements are needed", c)
	}
	if c.Stiffens != (s.Stiffness != nil) {
		t.Errorf("the card says that it stiffens: %v; the subject has %d stiffnesses", c.Stiffens, len(s.Stiffness))
	}
	if again, err := b.Hello(t.Context()); err != nil || again != c {
		t.Errorf("a second Hello: %+v, %v; want the same card", again, err)
	}
}

func nothingBeforeArm(t reporter, s Subject, b lab.Bench, c lab.Card) {
	_, err := b.Load(t.Context(), s.Load)
	refused(t, "Load before Arm", err)
	_, err = b.Measure(t.Context(), 1)
	refused(t, "Measure before Arm", err)
	if stage, ok := b.(lab.Stage); ok {
		_, err = stage.Hold(t.Context(), nil, []lab.Hold{{Node: s.Load[0].Node, Dir: s.Load[0].Dir()}})
		refused(t, "Hold before Arm", err)
	}
	refused(t, "SetStiffness before Arm", b.SetStiffness(t.Context(), slices.Repeat([]float64{1}, c.Settings())))
	accepted(t, "Ping before Arm", b.Ping(t.Context()))
	accepted(t, "Safe before Arm", b.Safe(t.Context()))
}

func arm(t reporter, s Subject, b lab.Bench, c lab.Card) {
	change := func(of func(*lab.Limits)) lab.Limits {
		l := c.Limits
		of(&l)
		return l
	}
	for name, l := range map[string]lab.Limits{
		"NaN":              change(func(l *lab.Limits) { l.Force = math.NaN() }),
		"infinite":         change(func(l *lab.Limits) { l.Elongation = math.Inf(1) }),
		"negative":         change(func(l *lab.Limits) { l.TotalForce = -1 }),
		"exchanged":        change(func(l *lab.Limits) { l.Stiffness = [2]float64{2, 1} }),
		"NaN of stiffness": change(func(l *lab.Limits) { l.Stiffness[1] = math.NaN() }),
	} {
		refused(t, "Arm with a limit that is "+name, b.Arm(t.Context(), l))
	}
	for name, of := range map[string]func(*lab.Limits) *float64{
		"force":              func(l *lab.Limits) *float64 { return &l.Force },
		"total force":        func(l *lab.Limits) *float64 { return &l.TotalForce },
		"displacement":       func(l *lab.Limits) *float64 { return &l.Displacement },
		"elongation":         func(l *lab.Limits) *float64 { return &l.Elongation },
		"rate":               func(l *lab.Limits) *float64 { return &l.Rate },
		"greatest stiffness": func(l *lab.Limits) *float64 { return &l.Stiffness[1] },
		"stiffness step":     func(l *lab.Limits) *float64 { return &l.StiffnessStep },
	} {
		l := c.Limits
		if *of(&l) > 0 {
			*of(&l) *= 1.001
			refused(t, "Arm beyond the card's "+name, b.Arm(t.Context(), l))
		}
	}
	_, err := b.Load(t.Context(), s.Load)
	refused(t, "Load after an Arm that was refused", err)
	accepted(t, "Arm with the card's limits", b.Arm(t.Context(), c.Limits))
}

func load(t reporter, s Subject, b lab.Bench, c lab.Card) {
	accepted(t, "Arm", b.Arm(t.Context(), c.Limits))
	force := func(node int, x ...float64) []lab.Force {
		f := lab.Force{Node: node}
		copy(f.F[:], x)
		return []lab.Force{f}
	}
	bad := map[string][]lab.Force{
		"node -1":               force(-1, 1e-3),
		"node beyond":           force(c.Nodes, 1e-3),
		"NaN":                   force(0, math.NaN()),
		"infinite":              force(0, math.Inf(-1)),
		"NaN in a second force": append(slices.Clone(s.Load), force(0, math.NaN())...),
	}
	if c.Dim < 3 {
		bad["component beyond the dimension"] = force(0, 0, 0, 1e-3)
	}
	if most := c.Limits.Force; most > 0 {
		bad["force beyond the limit"] = force(s.Load[0].Node, 1.001*most)
		bad["forces on one node that add up"] = append(force(s.Load[0].Node, 0.6*most), force(s.Load[0].Node, 0.6*most)...)
	}
	if most := c.Limits.TotalForce; most > 0 {
		bad["total beyond the limit"] = nil
		for node := range c.Nodes {
			bad["total beyond the limit"] = append(bad["total beyond the limit"], force(node, 1.001*most/float64(c.Nodes))...)
		}
	}
	for name, l := range bad {
		_, err := b.Load(t.Context(), l)
		refused(t, "Load with "+name, err)
	}
	_, err := b.Load(t.Context(), s.Load)
	accepted(t, "Load", err)
	_, err = b.Load(t.Context(), nil)
	accepted(t, "Load of nothing", err)
}

func measure(t reporter, s Subject, b lab.Bench, c lab.Card) {
	accepted(t, "Arm", b.Arm(t.Context(), c.Limits))
	for _, repeats := range []int{0, -1} {
		_, err := b.Measure(t.Context(), repeats)
		refused(t, "Measure of no frames", err)
	}
	before := look(t, b, c, 2)
	hung, err := b.Load(t.Context(), s.Load)
	accepted(t, "Load", err)
	frames := look(t, b, c, 3)
	if before == nil || frames == nil {
		return
	}
	zero := before[1]
	if frames[0].At < hung {
		t.Errorf("a frame of %v was taken before the load hung at %v", frames[0].At, hung)
	}
	if frames[0].At < zero.At {
		t.Errorf("the clock went from %v back to %v", zero.At, frames[0].At)
	}
	moved := 0.0
	for i, m := range frames[2].Nodes {
		for axis := range c.Dim {
			if m.Seen && zero.Nodes[i].Seen {
				moved = max(moved, math.Abs(m.X[axis]-zero.Nodes[i].X[axis]))
			}
		}
	}
	if moved <= s.Moves {
		t.Errorf("the load moves no node by more than %g m; the largest is %g", s.Moves, moved)
	}
}

// hold asks a bench whose card says that it holds to hold the node that the load of the subject moves, where that load brings it, and
// a bench without a stage that only has the verb to refuse.
func hold(t reporter, s Subject, b lab.Bench, c lab.Card) {
	accepted(t, "Arm", b.Arm(t.Context(), c.Limits))
	stage, ok := b.(lab.Stage)
	node, dir := s.Load[0].Node, s.Load[0].Dir()
	good := []lab.Hold{{Node: node, Dir: dir, Move: s.Moves}}
	if c.Holds == 0 {
		if ok {
			_, err := stage.Hold(t.Context(), nil, good)
			refused(t, "Hold of a bench that has no stage", err)
		}
		return
	}
	if !ok {
		t.Errorf("the card says that the bench holds %d places, and it has no verb for it", c.Holds)
		return
	}
	change := func(of func(*lab.Hold)) []lab.Hold {
		h := good[0]
		of(&h)
		return []lab.Hold{h}
	}
	bad := map[string][]lab.Hold{
		"none":                  nil,
		"node -1":               change(func(h *lab.Hold) { h.Node = -1 }),
		"node beyond":           change(func(h *lab.Hold) { h.Node = c.Nodes }),
		"NaN":                   change(func(h *lab.Hold) { h.Move = math.NaN() }),
		"infinite":              change(func(h *lab.Hold) { h.Move = math.Inf(1) }),
		"no direction":          change(func(h *lab.Hold) { h.Dir = [3]float64{} }),
		"a long direction":      change(func(h *lab.Hold) { h.Dir[0] += 2 }),
		"NaN in the direction":  change(func(h *lab.Hold) { h.Dir[0] = math.NaN() }),
		"twice the same":        append(slices.Clone(good), good...),
		"more places than held": slices.Repeat(good, c.Holds+1),
	}
	if c.Limits.Displacement > 0 {
		bad["beyond the limit"] = change(func(h *lab.Hold) { h.Move = 1.001 * c.Limits.Displacement })
	}
	for name, h := range bad {
		_, err := stage.Hold(t.Context(), nil, h)
		refused(t, "Hold of "+name, err)
	}
	_, err := stage.Hold(t.Context(), []lab.Force{{Node: -1}}, good)
	refused(t, "Hold beside a load of no node", err)
	zero := look(t, b, c, 1)
	_, err = stage.Hold(t.Context(), nil, good)
	accepted(t, "Hold", err)
	frames := look(t, b, c, 1)
	_, err = b.Load(t.Context(), nil)
	accepted(t, "Load of nothing, which lets go", err)
	free := look(t, b, c, 1)
	if zero == nil || frames == nil || free == nil {
		return
	}
	moved := func(f []lab.Frame) float64 {
		sum := 0.0
		for axis := range c.Dim {
			sum += dir[axis] * (f[0].Nodes[node].X[axis] - zero[0].Nodes[node].X[axis])
		}
		return sum
	}
	if at := moved(frames); !(math.Abs(at-s.Moves) < 0.3*math.Abs(s.Moves)) {
		t.Errorf("node %d is held at %g m, and was to be at %g m", node+1, at, s.Moves)
	}
	if at := moved(free); !(math.Abs(at) < 0.3*math.Abs(s.Moves)) {
		t.Errorf("node %d is at %g m after a load of nothing: it was not let go", node+1, at)
	}
	_, err = stage.Hold(t.Context(), nil, good)
	accepted(t, "Hold again", err)
	accepted(t, "Safe, which lets go", b.Safe(t.Context()))
	accepted(t, "Arm again", b.Arm(t.Context(), c.Limits))
	if free = look(t, b, c, 1); free != nil && !(math.Abs(moved(free)) < 0.3*math.Abs(s.Moves)) {
		t.Errorf("node %d is at %g m after Safe: it was not let go", node+1, moved(free))
	}
}

// look measures and checks what every frame must be.
func look(t reporter, b lab.Bench, c lab.Card, repeats int) []lab.Frame {
	t.Helper()
	frames, err := b.Measure(t.Context(), repeats)
	if err != nil || len(frames) != repeats {
		t.Errorf("Measure of %d frames: %d, %v", repeats, len(frames), err)
		return nil
	}
	for i, f := range frames {
		if len(f.Nodes) != c.Nodes || len(f.Fixed) != len(frames[0].Fixed) {
			t.Errorf("frame %d has %d nodes and %d fixed marks; want %d and %d", i, len(f.Nodes), len(f.Fixed), c.Nodes, len(frames[0].Fixed))
			return nil
		}
		if i > 0 && f.At < frames[i-1].At {
			t.Errorf("frame %d of %v comes after one of %v", i, f.At, frames[i-1].At)
		}
		for _, m := range slices.Concat(f.Nodes, f.Fixed) {
			for axis, x := range m.X {
				if m.Seen && (math.IsNaN(x) || math.IsInf(x, 0) || axis >= c.Dim && x != 0) || !(m.Sigma >= 0) {
					t.Errorf("frame %d has the mark %+v", i, m)
				}
			}
		}
	}
	return frames
}

func stiffness(t reporter, s Subject, b lab.Bench, c lab.Card) {
	accepted(t, "Arm", b.Arm(t.Context(), c.Limits))
	if s.Stiffness == nil {
		refused(t, "SetStiffness of a bench that cannot", b.SetStiffness(t.Context(), slices.Repeat([]float64{1}, c.Settings())))
		return
	}
	accepted(t, "SetStiffness", b.SetStiffness(t.Context(), s.Stiffness))
	with := func(v float64) []float64 {
		k := slices.Clone(s.Stiffness)
		k[len(k)-1] = v
		return k
	}
	bad := map[string][]float64{
		"none": nil, "one too few": s.Stiffness[1:], "one too many": append(slices.Clone(s.Stiffness), 1),
		"NaN": with(math.NaN()), "infinite": with(math.Inf(1)), "zero": with(0), "negative": with(-1),
	}
	if limits := c.Limits.Stiffness; limits[1] > 0 {
		bad["below the limit"], bad["above the limit"] = with(0.999*limits[0]), with(1.001*limits[1])
	}
	if step := c.Limits.StiffnessStep; step > 0 {
		bad["step beyond the limit"] = with(s.Stiffness[len(s.Stiffness)-1] + 1.001*step)
	}
	for name, k := range bad {
		refused(t, "SetStiffness: "+name, b.SetStiffness(t.Context(), k))
	}
	accepted(t, "SetStiffness of the same", b.SetStiffness(t.Context(), s.Stiffness))
}

func safe(t reporter, s Subject, b lab.Bench, c lab.Card) {
	accepted(t, "Safe", b.Safe(t.Context()))
	accepted(t, "Safe again", b.Safe(t.Context()))
	accepted(t, "Arm", b.Arm(t.Context(), c.Limits))
	_, err := b.Load(t.Context(), s.Load)
	accepted(t, "Load", err)
	_, err = b.Load(t.Context(), []lab.Force{{Node: -1}})
	refused(t, "Load of no node", err)
	accepted(t, "Safe after an error", b.Safe(t.Context()))
	accepted(t, "Safe again", b.Safe(t.Context()))
	_, err = b.Load(t.Context(), s.Load)
	refused(t, "Load after Safe, before Arm", err)
	accepted(t, "Arm after Safe", b.Arm(t.Context(), c.Limits))
	_, err = b.Load(t.Context(), s.Load)
	accepted(t, "Load after Arm", err)
}

// safeBeside calls Safe while another goroutine loads and looks. Run under the
// race detector it sees a bench that has no lock.
func safeBeside(t reporter, s Subject, b lab.Bench, c lab.Card) {
	for range 3 {
		accepted(t, "Arm", b.Arm(t.Context(), c.Limits))
		started, ended := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(ended)
			close(started)
			// Either may come too late, be called off, or be done before Safe.
			if _, err := b.Load(t.Context(), s.Load); err == nil {
				_, _ = b.Measure(t.Context(), 1)
			}
		}()
		<-started
		accepted(t, "Safe beside a verb", b.Safe(t.Context()))
		select {
		case <-ended:
		case <-time.After(longest):
			t.Errorf("Safe has returned, and the verb beside it has not after %v", longest)
			<-ended
		}
		_, err := b.Load(t.Context(), s.Load)
		refused(t, "Load after Safe beside a verb, before Arm", err)
		_, err = b.Measure(t.Context(), 1)
		refused(t, "Measure after Safe beside a verb, before Arm", err)
	}
}

// longest is how long a verb may need that Safe called off.
const longest = 30 * time.Second

func cancelled(t reporter, s Subject, b lab.Bench, c lab.Card) {
	accepted(t, "Arm", b.Arm(t.Context(), c.Limits))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := b.Load(gone, s.Load)
	refused(t, "Load that was cancelled", err)
	_, err = b.Measure(gone, 1)
	refused(t, "Measure that was cancelled", err)
}

func refused(t reporter, what string, err error) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error", what)
	}
}

func accepted(t reporter, what string, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
}
