package outlook

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
)

// Targets is what displacements are wanted against what stiffnesses can move.
type Targets struct {
	Count       int      `json:"targets"`
	Learn       int      `json:"parameters_that_learn"`
	Independent int      `json:"independent"` // rank of their derivative at the start
	Reaches     []Aim    `json:"reaches,omitempty"`
	Missed      *float64 `json:"missed_at_least,omitempty"` // of the root mean square of what is wanted
}

// Aim is one target and its reach, as far as a search from several networks tells.
type Aim struct {
	Sample int      `json:"sample"` // case of a behaviour, from 1; input of a regression
	Output string   `json:"output"`
	Want   *float64 `json:"want,omitempty"`
	Least  float64  `json:"least"`
	Most   float64  `json:"most"`
}

// Bounds of the work on targets.
const (
	mostJacobian = 4e6 // targets times parameters
	mostTargets  = 300
	mostAims     = 40  // that are looked at one by one
	mostSpan     = 2e5 // bonds times ports, up to which reaches are searched
)

// targets looks at behaviours and regressions.
func (l *looking) targets() error {
	x := l.x
	if x.Train.Class != nil && x.Table != nil || x.Train.N == 0 {
		return nil
	}
	l.report.Targets = &Targets{Learn: x.Design.Dim()}
	if x.Table == nil {
		if err := l.independent(); err != nil {
			return err
		}
	}
	if x.Exact == nil {
		l.fact("targets", "how far outputs can go within the ranges is told of lattices of linear springs that loads push, and this network is another")
	}
	t, goal, err := l.aims()
	if err != nil || t == nil {
		return err
	}
	return l.span(t, goal)
}

// independent is the rank of the derivative of all targets by what learns.
func (l *looking) independent() error {
	x, t := l.x, l.report.Targets
	set := *x.Train
	set.Class = nil
	set.Want = append([]float64(nil), x.Train.Want...)
	for _, w := range set.Want {
		if !math.IsNaN(w) {
			t.Count++
		}
	}
	n := x.Design.Dim()
	if n == 0 || t.Count == 0 {
		return nil
	}
	if t.Count > mostTargets || float64(len(set.Want))*float64(n) > mostJacobian {
		l.fact("targets", "%s, %s: too many to count here how many can be met together", count(t.Count, "target"), count(n, "parameter")+" that learn")
		return nil
	}
	rank, err := l.rank(&set, x.StartPoint())
	if err != nil {
		l.fact("targets", "how many targets can be met together is not told here: %v", err)
		return nil
	}
	t.Independent = rank
	text := fmt.Sprintf("%s; what learns (%s) moves %d of them independently at the start", count(t.Count, "target"), count(n, "parameter"), rank)
	if rank < t.Count {
		if elsewhere, err := l.rank(&set, l.anywhere()); err == nil && elsewhere > rank {
			l.limit("targets", "begin with `start: random` in bonds if the training stands still", "%s, and %d in a network drawn at random: a symmetry holds them", text, elsewhere)
		} else {
			l.limit("targets", "let more bonds learn, or ask for fewer targets", "%s: whatever is done to these, the rest follows", text)
		}
	} else {
		l.fact("targets", "%s", text)
	}
	if s := l.report.Response; s != nil {
		text := fmt.Sprintf("%s of self-stress, %s", count(s.SelfStress, "state"), count(t.Count, "target"))
		if s.SelfStress < t.Count {
			l.fact("self-stress", "%s: fewer combinations of tensions for stiffnesses to decide than targets; the others must be met by how far bonds give", text)
		} else {
			l.fact("self-stress", "%s: the count of Maxwell and Calladine leaves room", text)
		}
	}
	return nil
}

// rank is that of the derivative of what a set asks for by what learns.
func (l *looking) rank(set *task.Set, at []float64) (rank int, err error) {
	x, n := l.x, l.x.Design.Dim()
	problem := learn.NewProblem(x.Rig, x.Rule, task.MeanSquare{Scale: 1}, x.Design, learn.Batch{Set: set})
	r, jacobian := make([]float64, len(set.Want)), make([]float64, len(set.Want)*n)
	if err := problem.Residuals(at, r, jacobian); err != nil {
		return 0, err
	}
	var rows []float64 // each by its size, so that units do not matter
	for i, w := range set.Want {
		if math.IsNaN(w) {
			continue
		}
		line := jacobian[i*n : (i+1)*n]
		size := norm(line)
		if !(size > 0) {
			size = 1
		}
		for _, v := range line {
			rows = append(rows, v/size)
		}
	}
	for _, v := range singular(rows, len(rows)/n, n) {
		if v > 1e-9 {
			rank++
		}
	}
	return rank, nil
}

// anywhere is a point drawn near the start: within a tenth of every range.
func (l *looking) anywhere() []float64 {
	random := rand.New(rand.NewPCG(l.x.Spec.Seed, streamMaps))
	x := l.x.StartPoint()
	lo, hi := l.x.Design.Box()
	for j := range x {
		x[j] += 0.1 * (2*random.Float64() - 1)
		if lo != nil {
			x[j] = math.Min(math.Max(x[j], lo[j]), hi[j])
		}
	}
	return x
}

// aims are the targets of a lattice of linear springs and what is wanted of them, nil where outputs compete; of a
// regression they are the entries of the linear map that fits its samples best.
func (l *looking) aims() (t *aims, goal []float64, err error) {
	x := l.x
	if x.Exact == nil || !l.bounded() || float64(x.Eq.C.M)*float64(len(x.In)+len(x.Out)) > mostSpan {
		return nil, nil, nil
	}
	if x.Table == nil {
		t = &aims{l: l}
		for i := range x.Train.N {
			t.load = append(t.load, x.Train.Force(i))
			for o, w := range x.Train.Goal(i).Want {
				if !math.IsNaN(w) {
					t.of, t.out, goal = append(t.of, i), append(t.out, o), append(goal, w)
				}
			}
		}
		if x.Train.Class != nil {
			goal = nil
		}
		return t, goal, nil
	}
	goal, missed := fitMap(x.Train)
	if goal == nil {
		return nil, nil, nil
	}
	t = l.entries()
	l.report.Targets.Count = len(goal)
	text := fmt.Sprintf("the linear map that fits the training samples best has %s and leaves %s of the root mean square of what is wanted", count(len(goal), "entry"), percent(missed))
	if missed > 0.05 {
		l.limit("targets", "no linear network does better: look for noise, an offset (a complement adds one) or a bend in the data", "%s", text)
	} else {
		l.fact("targets", "%s", text)
	}
	return t, goal, nil
}

// fitMap is the map B (Q x P) with Want = B F by least squares, and the share that it leaves; nil where there is none.
func fitMap(s *task.Set) (b []float64, missed float64) {
	for _, w := range s.Want {
		if math.IsNaN(w) {
			return nil, 0
		}
	}
	if s.N < s.P || s.Want == nil {
		return nil, 0
	}
	f, want := mat.NewDense(s.N, s.P, s.F), mat.NewDense(s.N, s.Q, s.Want)
	var solution, left mat.Dense
	if err := solution.Solve(f, want); err != nil {
		return nil, 0
	}
	left.Mul(f, &solution)
	left.Sub(want, &left)
	if size := mat.Norm(want, 2); size > 0 {
		missed = mat.Norm(&left, 2) / size
	}
	for o := range s.Q {
		for a := range s.P {
			b = append(b, solution.At(a, o))
		}
	}
	return b, missed
}

// span searches for the reach of each target, and for a plane that parts what is wanted from
// all that networks do.
func (l *looking) span(t *aims, goal []float64) error {
	x, out := l.x, l.report.Targets
	n := len(t.of)
	if n == 0 || n > mostTargets {
		return nil
	}
	if n <= mostAims {
		lo, hi, err := l.reaches(t, nil)
		if err != nil {
			return err
		}
		for i := range n {
			a := Aim{Sample: t.of[i] + 1, Output: x.Outputs[t.out[i]], Least: lo[i], Most: hi[i]}
			unit := x.OutputUnit(t.out[i])
			of := fmt.Sprintf("case %d: output", t.of[i]+1)
			if x.Table != nil {
				of, unit = fmt.Sprintf("input %s, output", x.Inputs[t.of[i]]), l.by(unit, t.of[i])
			}
			reach := fmt.Sprintf("%s %s goes from %s to %s", of, l.output(t.out[i]), spec.FormatQuantity(digits(lo[i]), unit), spec.FormatQuantity(digits(hi[i]), unit))
			if goal != nil {
				a.Want = &goal[i]
				slack := 1e-6 * math.Max(math.Abs(lo[i]), math.Abs(hi[i]))
				if goal[i] < lo[i]-slack || goal[i] > hi[i]+slack {
					l.limit("targets", "widen the ranges, change the force, or ask for less", "%s within the ranges, and %s is wanted", reach, spec.FormatQuantity(digits(goal[i]), unit))
				} else {
					l.fact("targets", "%s within the ranges; %s is wanted", reach, spec.FormatQuantity(digits(goal[i]), unit))
				}
			} else {
				l.fact("targets", "%s within the ranges", reach)
			}
			out.Reaches = append(out.Reaches, a)
		}
	}
	if goal == nil {
		return nil
	}
	missed, err := l.parted(t, goal)
	if err != nil {
		return err
	}
	out.Missed = &missed
	if missed > 1e-5 {
		l.limit("targets", "widen the ranges, move the ports, or enlarge the lattice", "together the targets are out of reach: what networks of these ranges do lies on one side of a plane, and what is wanted at least %s of its size beyond (by a search from several networks)", tiny(missed))
	} else {
		l.fact("targets", "together the targets are not known to be out of reach: no plane was found that parts them from what networks of these ranges do")
	}
	return nil
}

// by is the unit of an output by that of an input.
func (l *looking) by(unit string, input int) string {
	_, _, other := l.x.InputSize(input)
	return unit + "/" + other
}

// digits keeps four digits.
func digits(v float64) float64 {
	if v == 0 {
		return 0
	}
	scale := math.Pow(10, 3-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}

// parted is how far what is wanted lies beyond a plane that has all networks on its other side, in sizes of what is
// wanted; 0 where no plane is found. Frank and Wolfe's method draws the convex hull of what networks do to it.
func (l *looking) parted(t *aims, goal []float64) (missed float64, err error) {
	n := len(goal)
	size := norm(goal)
	if size == 0 {
		return 0, nil
	}
	weights := make([]float64, n)
	for i := range weights {
		weights[i] = goal[i]
	}
	at, err := l.climb(t, weights)
	if err != nil {
		return 0, err
	}
	for range 60 {
		length := 0.0
		for i := range weights {
			weights[i] = goal[i] - at[i]
			length = math.Hypot(length, weights[i])
		}
		if length <= 1e-9*size {
			return 0, nil
		}
		corner, err := l.climb(t, weights)
		if err != nil {
			return 0, err
		}
		beyond, gap, step := 0.0, 0.0, 0.0
		for i, w := range weights {
			beyond += w * (goal[i] - corner[i])
			gap += w * (corner[i] - at[i])
			step += (corner[i] - at[i]) * (corner[i] - at[i])
		}
		missed = math.Max(missed, beyond/length/size)
		if !(gap > 1e-12*length*size) || step == 0 {
			break
		}
		by := math.Min(1, gap/step)
		for i := range at {
			at[i] += by * (corner[i] - at[i])
		}
	}
	return missed, nil
}
