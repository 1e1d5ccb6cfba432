package learn

import (
	"math"
	"slices"

	"github.com/elastrain/elastrain/internal/elementary"
	"github.com/elastrain/elastrain/internal/kernel"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/task"
)

// Abreast is up to eight problems whose networks have one pattern, evaluated at once: what in situ backpropagation on an exact rig says of each, to the last bit.
// A problem that needs more than that is left: it is then to be evaluated by itself.
type Abreast struct {
	X, G   []mechanics.Row // variables, and derivatives of the losses by them; a row each
	Lo, Hi []mechanics.Row // of the variables; empty where they are unbounded
	Value  [mechanics.MostLanes]float64

	list  []*Problem
	mech  *mechanics.Abreast
	curve kernel.Map
	form  design.Bounds
	steep float64
	chain bool // dk/dx counts

	slope, gk []mechanics.Row
	weights   []mechanics.Row // sum of slope f^T over a batch; Q x P
	step      []*samples      // of a batch, by its size; nil where there was none
	parts     []*samples      // that are scored
	u, g      []float64       // of one problem
}

// samples are those of each problem side by side.
type samples struct {
	n     int
	f     []mechanics.Row // inputs; n x P
	class []mechanics.Row // n, where the loss is the cross-entropy of classes
	u, g  []mechanics.Row // outputs, and dL/du; n x Q
	of    []*task.Set     // of a part: the set of each problem
}

// Abreast reports whether a problem could go beside others at all, and Beside whether it could go with another. What they learn from may differ,
// and its shape may not.
func (p *Problem) Abreast() bool {
	rig, exact := p.Rig.(*Exact)
	if !exact || rig.given || fuses || p.smooth != nil || p.Dim() == 0 || task.Check(p.Loss) != nil {
		return false
	}
	if _, dense := rig.eq.Solver.(*mechanics.Dense); !dense {
		return false
	}
	d := p.Design
	if d.Levels != nil || d.Places != nil || d.Log != nil || d.Bounds == design.Softplus {
		return false
	}
	for _, i := range d.Free {
		if math.IsInf(d.Hi[i], 0) || math.IsInf(d.Lo[i], 0) {
			return false
		}
	}
	return true
}

// Beside implements what Abreast says of it.
func (p *Problem) Beside(o *Problem) bool {
	d, e := p.Design, o.Design
	return d.Bounds == e.Bounds && d.Steepness == e.Steepness && d.SkipChain == e.SkipChain && slices.Equal(d.Free, e.Free) &&
		mechanics.Beside(p.Rig.(*Exact).eq.C, o.Rig.(*Exact).eq.C)
}

// fuses says that this build rounds a product and a sum together, as it likes: then it is not known which bits a network has alone.
var fuses = fused(1+0x1p-30, 1-0x1p-30, -1) != 0

//go:noinline
func fused(x, y, z float64) float64 { return x*y + z }

// NewAbreast puts problems side by side, which are Abreast and Beside each other, with the parts of each that are scored; nil where they cannot go. Steps
// are of batches of the given sizes.
func NewAbreast(list []*Problem, parts [][]*task.Set, sizes []int) *Abreast {
	eq, answers := make([]*mechanics.Equilibrium, len(list)), make([]*mechanics.Responses, len(list))
	for i, p := range list {
		rig := p.Rig.(*Exact)
		eq[i], answers[i] = rig.eq, mechanics.NewResponses(rig.eq.C, rig.in, rig.out)
	}
	mech := mechanics.NewAbreast(eq, answers)
	if mech == nil {
		return nil
	}
	first := list[0]
	d, n := first.Design, first.Dim()
	rows := func(n int) []mechanics.Row { return make([]mechanics.Row, n) }
	a := &Abreast{list: list, mech: mech, form: d.Bounds, steep: d.Steepness, chain: !d.SkipChain, X: rows(n), G: rows(n), slope: rows(n), gk: rows(first.Rig.Modes()),
		weights: rows(mech.P * mech.Q), curve: kernel.Map{Mode: d.Free, Lo: rows(n), Hi: rows(n), Width: rows(n), Gain: rows(n), Speed: rows(n)}}
	if first.lo != nil {
		a.Lo, a.Hi = rows(n), rows(n)
	}
	for lane := range mechanics.MostLanes {
		a.lay(lane, list[min(lane, len(list)-1)])
	}
	for _, sets := range parts {
		for _, s := range sets {
			if s.N != sets[0].N || s.N > 0 && (s.P != mech.P || s.Q != mech.Q || !(&Batch{Set: s}).Superposes(mech.P, mech.Q)) {
				return nil
			}
		}
		part := a.newSamples(sets[0].N)
		part.of = sets
		for lane, s := range sets {
			part.fill(lane, &Batch{Set: s}, mech.P)
		}
		a.parts = append(a.parts, part)
	}
	for _, size := range sizes {
		if 2*size < mech.P+mech.Q {
			return nil
		}
		for len(a.step) <= size {
			a.step = append(a.step, nil)
		}
		a.step[size] = a.newSamples(size)
	}
	return a
}

// lay writes down what is particular to a problem.
func (a *Abreast) lay(lane int, p *Problem) {
	d := p.Design
	for j, i := range d.Free {
		speed := 1.0
		if d.Speed != nil {
			speed = d.Speed[i]
		}
		m := &a.curve
		m.Lo[j][lane], m.Hi[j][lane], m.Width[j][lane], m.Gain[j][lane], m.Speed[j][lane] = d.Lo[i], d.Hi[i], d.Hi[i]-d.Lo[i], d.Gain[i], speed
		if a.form == design.Projection {
			a.slope[j][lane] = d.Gain[i] * (speed * (d.Hi[i] - d.Lo[i]))
		}
		if p.lo != nil {
			a.Lo[j][lane], a.Hi[j][lane] = p.lo[j], p.hi[j]
		}
	}
	for i, v := range p.k {
		a.mech.K[i][lane] = v
	}
	start := d.StartPoint()
	a.Put(lane, start)
}

// Put gives a problem its variables, and Get writes them to x (len Dim).
func (a *Abreast) Put(lane int, x []float64) {
	for j, v := range x {
		a.X[j][lane] = v
	}
}

// Get is the other way round of Put.
func (a *Abreast) Get(lane int, x []float64) {
	for j := range x {
		x[j] = a.X[j][lane]
	}
}

// Rest puts a problem that has left back to where it began, so that its lane gives no trouble.
func (a *Abreast) Rest(lane int) { a.Put(lane, a.list[lane].Design.StartPoint()) }

func (a *Abreast) newSamples(n int) *samples {
	rows := func(n int) []mechanics.Row { return make([]mechanics.Row, n) }
	s := &samples{n: n, f: rows(n * a.mech.P), u: rows(n * a.mech.Q), g: rows(n * a.mech.Q)}
	for lane := range a.list {
		if _, cross := a.list[lane].Loss.(task.CrossEntropy); !cross || a.mech.Q < 2 {
			return s
		}
	}
	s.class = rows(n)
	return s
}

// fill writes samples of a problem into a lane. Where its goals are no plain classes, all problems are judged one by one.
func (s *samples) fill(lane int, b *Batch, p int) {
	set := b.Set
	if set.Class == nil || set.Want != nil || set.Signed {
		s.class = nil
	}
	for i, n := 0, b.Len(); i < n; i++ {
		from, to := set.Force(b.Row(i)), s.f[i*p:][:p]
		for k := range to {
			to[k][lane] = from[k]
		}
	}
	if s.class == nil {
		return
	}
	for i := range s.class {
		class := set.Class[b.Row(i)]
		if class < 0 || int(class) >= set.Q {
			s.class = nil
			return
		}
		s.class[i][lane] = float64(class)
	}
}

// Solve gives the networks the stiffnesses that belong to X and answers unit loads at their ports. It returns the problems that are left.
func (a *Abreast) Solve(lanes mechanics.Lanes) (left mechanics.Lanes) {
	if a.form == design.Sigmoid {
		kernel.SigmoidRows(a.mech.K, a.slope, a.X, &a.curve, a.steep)
	} else {
		kernel.LinearRows(a.mech.K, a.X, &a.curve)
	}
	return a.mech.Solve(lanes)
}

// Look is mechanics.Abreast.Look, and Undo its Undo.
func (a *Abreast) Look(lanes mechanics.Lanes) (left mechanics.Lanes) { return a.mech.Look(lanes) }

// Undo takes back what Look counted last.
func (a *Abreast) Undo(lane int) { a.mech.Undo(lane) }

// Eval sets Value and G to the mean loss of the Batch of every problem and its derivative, after Solve. It returns the problems that are left: those which have no value,
// or whose numbers are not finite.
func (a *Abreast) Eval(lanes mechanics.Lanes) (left mechanics.Lanes) {
	p, q := a.mech.P, a.mech.Q
	s := a.step[a.list[lanes.First()].Batch.Len()]
	for lane := range lanes.All {
		s.fill(lane, &a.list[lane].Batch, p)
	}
	kernel.OutputRows(s.u, a.mech.S, a.mech.Stride, s.f, s.n, q, p)
	var minus mechanics.Row
	if s.class != nil {
		a.odds(s, lanes, nil)
	}
	for lane := range lanes.All {
		problem := a.list[lane]
		mean := problem.Batch.Mean()
		minus[lane] = -mean
		if s.class == nil {
			u, g := a.alone(s, lane)
			a.Value[lane] = task.Total(problem.Loss, problem.Batch.Set, problem.Batch.Rows, u, g)
			for i, v := range g {
				s.g[i][lane] = v
			}
		}
		a.Value[lane] *= mean
	}
	kernel.WeighRows(a.weights, s.g, s.f, s.n, q, p)
	kernel.ContractRows(a.gk, a.mech.E, a.mech.Stride, a.weights, &minus, q, p)
	slope := a.slope
	if !a.chain {
		slope = nil
	}
	var finite mechanics.Row
	kernel.ChainRows(a.G, a.gk, a.curve.Mode, slope, &finite)
	for lane := range lanes.All {
		if v := a.Value[lane]; v-v != 0 || finite[lane] != 0 {
			left |= 1 << lane
		}
	}
	return left
}

// alone is the outputs of a problem, and room for slopes by them.
func (a *Abreast) alone(s *samples, lane int) (u, g []float64) {
	if n := len(s.u); len(a.u) < n {
		a.u, a.g = make([]float64, n), make([]float64, n)
	}
	u, g = a.u[:len(s.u)], a.g[:len(s.u)]
	for i := range u {
		u[i] = s.u[i][lane]
	}
	return u, g
}

// judged is how many samples are named right, and what all outputs moved.
type judged struct{ right, size mechanics.Row }

// odds sets Value to the sum of cross-entropies over samples, as task.CrossEntropy has it, and their slopes; or with j, without slopes, what that says.
func (a *Abreast) odds(s *samples, lanes mechanics.Lanes, j *judged) {
	product := mechanics.Row{1, 1, 1, 1, 1, 1, 1, 1}
	var sum mechanics.Row
	q := a.mech.Q
	for at := [2]int{}; at[0] < s.n || at[1] < s.n; {
		if j == nil {
			kernel.OddsRows(s.g, s.u, s.class, &product, task.FullOdds, q, &at)
		} else {
			kernel.ScoreRows(s.u, s.class, &product, task.FullOdds, &j.right, &j.size, q, &at)
		}
		for lane, v := range product {
			if v > task.FullOdds {
				sum[lane] += elementary.Log(v)
				product[lane] = 1
			}
		}
	}
	for lane := range lanes.All {
		a.Value[lane] = sum[lane] + elementary.Log(product[lane])
	}
}

// Evaluate scores the networks that were solved last on a part. It returns the problems that are left.
func (a *Abreast) Evaluate(part int, lanes mechanics.Lanes) (scores [mechanics.MostLanes]Score, left mechanics.Lanes) {
	s := a.parts[part]
	for lane := range scores {
		scores[lane] = Score{Loss: math.NaN(), Accuracy: math.NaN(), Relative: math.NaN()}
	}
	if s.n == 0 {
		return scores, 0
	}
	kernel.OutputRows(s.u, a.mech.S, a.mech.Stride, s.f, s.n, a.mech.Q, a.mech.P)
	if s.class != nil {
		var j judged
		a.odds(s, lanes, &j)
		for lane := range lanes.All {
			score := &scores[lane]
			score.Loss, score.Accuracy = a.Value[lane]/float64(s.n), j.right[lane]/float64(s.n)
			if v := score.Loss + j.size[lane]; v-v != 0 {
				left |= 1 << lane
			}
		}
		return scores, left
	}
	for lane := range lanes.All {
		u, g := a.alone(s, lane)
		var err error
		if scores[lane], err = scoreOf(a.list[lane].Loss, s.of[lane], u, g); err != nil {
			left |= 1 << lane
		}
	}
	return scores, left
}

// Return gives a problem what its last Eval, at x, would have left in it.
func (a *Abreast) Return(lane int, x []float64) {
	p := a.list[lane]
	copy(p.at, x)
	for i := range p.gk {
		p.gk[i] = a.gk[i][lane]
	}
	a.stiffness(lane)
}

func (a *Abreast) stiffness(lane int) {
	p := a.list[lane]
	for i := range p.k {
		p.k[i] = a.mech.K[i][lane]
	}
}

// ReturnRig gives the rig of a problem the stiffness that was solved last, and its answers.
func (a *Abreast) ReturnRig(lane int) error {
	a.stiffness(lane)
	p := a.list[lane]
	rig := p.Rig.(*Exact)
	err := rig.SetStiffness(p.k)
	if err == nil {
		rig.eq.Uncounted(func() { _, err = rig.Respond() })
	}
	return err
}
