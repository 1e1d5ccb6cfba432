package learn

import (
	"errors"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/finite"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/task"
)

// Problem is the mean loss of a batch as a function of the unit-free variables
// of a design: what an optimiser sees.
type Problem struct {
	Rig    Rig
	Rule   Rule
	Loss   task.Loss
	Design *design.Design
	Batch  Batch
	k, gk  []float64 // stiffness and dL/dk; len M
	slope  []float64 // dk/dx of every variable; len Dim
	u, g   []float64 // outputs and dL/du of a set that is scored
	at     []float64 // x of the last Eval; len Dim
	lo, hi []float64
	smooth *design.Design // without levels, while variables stand between them; else nil

	across     optim.Across          // see ShareOut
	compliance *mechanics.Compliance // of Changes; nil until somebody asks
}

// NewProblem joins the parts. The batch may be replaced between steps.
func NewProblem(rig Rig, rule Rule, loss task.Loss, d *design.Design, batch Batch) *Problem {
	p := &Problem{Rig: rig, Rule: rule, Loss: loss, Design: d, Batch: batch,
		k: make([]float64, rig.Modes()), gk: make([]float64, rig.Modes()), slope: make([]float64, d.Dim()), at: make([]float64, d.Dim())}
	d.Init(p.k)
	p.lo, p.hi = d.Box()
	return p
}

// Dim is the number of variables.
func (p *Problem) Dim() int { return p.Design.Dim() }

// Box is the range of the variables, nil when they are unbounded.
func (p *Problem) Box() (lo, hi []float64) { return p.lo, p.hi }

// Set gives the rig the stiffness that belongs to x. Where no network can have
// it, the error wraps optim.ErrNoValue.
func (p *Problem) Set(x []float64) error {
	d := p.Design
	if p.smooth != nil {
		d = p.smooth
	}
	d.Stiffness(x, p.k, p.slope)
	if rig, ok := p.Rig.(Stateful); ok {
		rig.Hold(p.k)
	}
	if err := p.Rig.SetStiffness(p.k); err != nil {
		return judge(err)
	}
	return nil
}

// NoValue reports whether an error says that a network has no answer, and not that something is wrong with the rig.
func NoValue(err error) bool { return err != nil && errors.Is(judge(err), optim.ErrNoValue) }

// judge marks the errors that say something about x and not about the rig.
func judge(err error) error {
	var singular *mechanics.SingularError
	var stiffness *mechanics.StiffnessError
	var inaccurate *mechanics.InaccurateError
	var overflow *mechanics.NotFiniteError
	var number *NotFiniteError
	var buckling *finite.BucklingError
	var convergence *finite.ConvergenceError
	var unstable *statics.UnstableError
	var stuck *statics.ConvergenceError
	var parameter *statics.ParameterError
	var place *body.PlaceError
	if errors.As(err, &place) {
		return noValue{err}
	}
	if errors.As(err, &unstable) || errors.As(err, &stuck) || errors.As(err, &parameter) {
		return noValue{err}
	}
	if errors.As(err, &buckling) || errors.As(err, &convergence) || errors.As(err, &singular) || errors.As(err, &overflow) || errors.As(err, &number) || errors.As(err, &inaccurate) || errors.As(err, &stiffness) || errors.Is(err, task.ErrStill) {
		return noValue{err}
	}
	return err
}

// NotFiniteError says that a number of a training is none that a computer holds.
type NotFiniteError struct{ What string }

func (e *NotFiniteError) Error() string {
	return e.What + " is infinite or no number: displacements, or their errors, are too large or too small for a computer to multiply"
}

// AllFinite reports whether no number is NaN or infinite. It looks at bits and takes no branches.
func AllFinite(v []float64) bool {
	most := uint64(0)
	for _, x := range v {
		most = max(most, math.Float64bits(x)&^(1<<63))
	}
	return most < math.Float64bits(math.Inf(1))
}

// noValue is an error that also is optim.ErrNoValue, without its words.
type noValue struct{ error }

func (e noValue) Is(target error) bool { return target == optim.ErrNoValue }

func (e noValue) Unwrap() error { return e.error }

// Eval is the mean loss at x and its derivative by x (into g, len Dim). Where the
// network cannot stand or the loss is not finite the error wraps optim.ErrNoValue.
func (p *Problem) Eval(x, g []float64) (float64, error) {
	if err := p.Set(x); err != nil {
		return 0, err
	}
	value, err := p.Rule.Gradient(p.Rig, p.Loss, p.Batch, p.gk)
	if err != nil {
		return 0, judge(err)
	}
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return 0, noValue{&NotFiniteError{What: "the loss"}}
	}
	p.Design.Chain(p.slope, p.gk, g)
	if p.across.Any(!AllFinite(g)) {
		return 0, noValue{&NotFiniteError{What: "the derivative of the loss by a stiffness"}}
	}
	copy(p.at, x)
	return value, nil
}

// Value implements optim.Valued: the mean loss at x alone.
func (p *Problem) Value(x []float64) (float64, error) {
	if err := p.Set(x); err != nil {
		return 0, err
	}
	value, err := MeanLoss(p.Rig, p.Loss, p.Batch)
	if err != nil {
		return 0, judge(err)
	}
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return 0, noValue{&NotFiniteError{What: "the loss"}}
	}
	return value, nil
}

// KKT is how far the x of the last Eval is from a local optimum of its batch; see
// design.Design.KKT. Which x that was is the method's affair: some evaluate where
// a step begins, some where it ends.
func (p *Problem) KKT() float64 { return p.across.Largest(p.Design.KKT(p.at, p.gk)) }

// ShareOut says that bonds are shared out over processes, of which this one has those of Rig and Design.
func (p *Problem) ShareOut(across optim.Across) { p.across = across }

// Joined implements optim.SharedOut.
func (p *Problem) Joined() optim.Across { return p.across }

// StiffnessGradient is dL/dk of the last Eval (len M); do not modify.
func (p *Problem) StiffnessGradient() []float64 { return p.gk }

// Stiffness is the stiffness of the last Eval or Set (len M); do not modify.
func (p *Problem) Stiffness() []float64 { return p.k }

// Residuals implements optim.LeastSquares for a mean-square loss: r such that
// the loss is |r|^2 / 2, and its Jacobian by x, row-major (len(r) x Dim; nil if
// not wanted), from du/dk_i = -E_out,i (E_in f)_i.
func (p *Problem) Residuals(x, r, jacobian []float64) error {
	linear, ok := p.Rig.(Linear)
	loss, square := p.Loss.(task.MeanSquare)
	if whole, able := p.Rig.(Differentiable); able && square {
		return p.residualsOf(whole, loss, x, r, jacobian)
	}
	if !ok || !square {
		return fmt.Errorf("least squares needs a mean-square loss and a rig that obeys superposition")
	}
	if err := task.Check(loss); err != nil {
		return err
	}
	if err := p.Set(x); err != nil {
		return err
	}
	answers, err := linear.Respond()
	if err != nil {
		return judge(err)
	}
	mean := math.Sqrt(p.Batch.Mean())
	n, q := p.Dim(), answers.Q
	u := make([]float64, q)
	for s := range p.Batch.Len() {
		row := p.Batch.Row(s)
		f, goal := p.Batch.Set.Force(row), p.Batch.Set.Goal(row)
		answers.Outputs(u, f)
		for o := range q {
			at := s*q + o
			r[at] = 0
			var line []float64
			if jacobian != nil {
				line = jacobian[at*n : (at+1)*n]
				clear(line)
			}
			if math.IsNaN(goal.Want[o]) {
				continue
			}
			weight := mean / loss.Of(o)
			r[at] = weight * (u[o] - goal.Want[o])
			if line == nil {
				continue
			}
			for j, i := range p.Design.Free {
				e := answers.E[int(i)*answers.Stride:]
				in := 0.0
				for a, fa := range f {
					in += e[a] * fa
				}
				line[j] = -weight * e[answers.P+o] * in * p.slope[j]
			}
		}
	}
	return nil
}

// residualsOf is Residuals on a rig that takes samples there and back: a way back for every output of every sample.
func (p *Problem) residualsOf(rig Differentiable, loss task.MeanSquare, x, r, jacobian []float64) error {
	if err := task.Check(loss); err != nil {
		return err
	}
	if err := p.Set(x); err != nil {
		return err
	}
	mean := math.Sqrt(p.Batch.Mean())
	n, q := p.Dim(), p.Batch.Set.Q
	u, slope := make([]float64, q), make([]float64, q)
	for s := range p.Batch.Len() {
		one := Batch{Set: p.Batch.Set, Rows: []int32{int32(p.Batch.Row(s))}}
		if err := rig.Forward(one, u); err != nil {
			return judge(err)
		}
		goal := one.Set.Goal(one.Row(0))
		for o, want := range goal.Want {
			at := s*q + o
			r[at] = 0
			weight := mean / loss.Of(o)
			if !math.IsNaN(want) {
				r[at] = weight * (u[o] - want)
			}
			if jacobian == nil {
				continue
			}
			line := jacobian[at*n : (at+1)*n]
			clear(line)
			if math.IsNaN(want) {
				continue
			}
			clear(slope)
			slope[o] = weight
			if err := rig.Backward(slope, p.gk); err != nil {
				return judge(err)
			}
			p.Design.Chain(p.slope, p.gk, line)
		}
	}
	return nil
}

// Count is the number of residuals.
func (p *Problem) Count() int { return p.Batch.Len() * p.Batch.Set.Q }

// Score is how well a network does on a set.
type Score struct {
	Loss     float64
	Accuracy float64 // share of classes answered right; NaN for displacements
	Relative float64 // sqrt(sum error^2 / sum want^2) of displacements; NaN for classes
}

// Evaluate scores the stiffness set last on a set; set.N may be 0.
func (p *Problem) Evaluate(set *task.Set) (Score, error) {
	score := Score{Loss: math.NaN(), Accuracy: math.NaN(), Relative: math.NaN()}
	if set.N == 0 {
		return score, nil
	}
	batch := Batch{Set: set}
	if n := set.N * set.Q; cap(p.u) < n {
		p.u, p.g = make([]float64, n), make([]float64, n)
	}
	u, g := p.u[:set.N*set.Q], p.g[:set.N*set.Q]
	if err := task.Check(p.Loss); err != nil {
		return score, err
	}
	if err := Outputs(p.Rig, batch, u); err != nil {
		return score, err
	}
	return scoreOf(p.Loss, set, u, g)
}

// ScoreOf judges outputs u of every sample of a set (m; N x Q), nil where nobody knows them.
func ScoreOf(loss task.Loss, set *task.Set, u []float64) (Score, error) {
	if set.N == 0 || u == nil {
		return Score{Loss: math.NaN(), Accuracy: math.NaN(), Relative: math.NaN()}, nil
	}
	return scoreOf(loss, set, u, make([]float64, len(u)))
}

func scoreOf(loss task.Loss, set *task.Set, u, g []float64) (Score, error) {
	score := Score{Loss: task.Total(loss, set, nil, u, g) / float64(set.N), Accuracy: math.NaN(), Relative: math.NaN()}
	if math.IsInf(score.Loss, 0) || !AllFinite(u) {
		return score, noValue{&NotFiniteError{What: "the loss"}}
	}
	right, missed, wanted := 0, 0.0, 0.0
	square, _ := loss.(task.MeanSquare)
	for i := range set.N {
		u, goal := u[i*set.Q:(i+1)*set.Q], set.Goal(i)
		if goal.Class >= 0 {
			if goal.Right(u) {
				right++
			}
			continue
		}
		for o, want := range goal.Want {
			if want != want {
				continue
			}
			off := u[o] - want
			if square.Each != nil { // of several units each in its own
				off, want = off/square.Each[o], want/square.Each[o]
			}
			missed += off * off
			wanted += want * want
		}
	}
	if set.Class != nil {
		score.Accuracy = float64(right) / float64(set.N)
	} else if wanted > 0 {
		score.Relative = math.Sqrt(missed / wanted)
	}
	return score, nil
}

// MeanLoss is the mean loss of a batch at the stiffness that a rig has now.
func MeanLoss(rig Rig, loss task.Loss, batch Batch) (float64, error) {
	if err := task.Check(loss); err != nil {
		return 0, err
	}
	u := make([]float64, batch.Len()*batch.Set.Q)
	if err := Outputs(rig, batch, u); err != nil {
		return 0, err
	}
	return task.Total(loss, batch.Set, batch.Rows, u, make([]float64, len(u))) * batch.Mean(), nil
}

// Superposes reports whether the answers to unit loads at p + q ports are cheaper
// than loading every sample of a batch with its input and its error.
func (b *Batch) Superposes(p, q int) bool { return 2*b.Len() >= p+q }

// Outputs writes the displacements at the outputs under every sample of a batch
// into u (B x Q).
func Outputs(rig Rig, batch Batch, u []float64) error {
	p, q := rig.Ports()
	if whole, ok := rig.(Differentiable); ok {
		return forward(whole, batch, u)
	}
	linear, ok := rig.(Linear)
	if ok && batch.Superposes(p, q) {
		answers, err := linear.Respond()
		if err != nil {
			return err
		}
		for i := range batch.Len() {
			answers.Outputs(u[i*q:(i+1)*q], batch.Set.Force(batch.Row(i)))
		}
		return nil
	}
	var m Measurement
	for i := range batch.Len() {
		m.Out = u[i*q : (i+1)*q]
		if err := rig.Apply(batch.Set.Force(batch.Row(i)), nil, &m); err != nil {
			return err
		}
	}
	return nil
}

// atOnce is how many samples go forward at once where nothing comes back: their states take memory.
const atOnce = 4096

// forward takes a batch of any size to its outputs.
func forward(rig Differentiable, batch Batch, u []float64) error {
	n, q := batch.Len(), batch.Set.Q
	if n <= atOnce {
		return rig.Forward(batch, u)
	}
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(batch.Row(i))
	}
	for from := 0; from < n; from += atOnce {
		to := min(n, from+atOnce)
		if err := rig.Forward(Batch{Set: batch.Set, Rows: rows[from:to]}, u[from*q:to*q]); err != nil {
			return err
		}
	}
	return nil
}
