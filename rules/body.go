package rules

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics/body"
)

// Body is Rig for a body of bars under any law, near or far from where it was built: the camera reads its nodes, gauges its elongations,
// and what elements feel is what their laws make of these. Where it does not answer in proportion an error is hung small beside its
// input, to both sides, because by itself it would lead elsewhere: in situ backpropagation takes three loads a sample then.
type Body struct {
	of     *learn.Statics
	noise  float64
	size   float64
	nudge  float64 // largest error beside an input, as a share of the largest load at an input
	random *rand.Rand
	gauges [2][]float64 // of every elongation
	swap   int
	spent  Loads

	work  *body.Work
	batch learn.Batch
	went  []*body.State // of the batch that went forward last, as seen
	seen  *body.State
	back  *body.State
}

var (
	_ learn.Differentiable = (*Body)(nil)
	_ learn.Clamping       = (*Body)(nil)
	_ learn.Measured       = (*Body)(nil)
	_ learn.Pushed         = (*Body)(nil)
	_ Exchanging           = (*Body)(nil)
)

// NewBody makes a body inexact.
func NewBody(of *learn.Statics, t Terms, nudge float64) *Body {
	b := of.Eq.Body
	r := &Body{of: of, noise: t.Noise, size: t.Size, nudge: nudge, random: stream(t.Seed, noiseStream), work: b.NewWork(), seen: b.NewState(), back: b.NewState()}
	r.work.SetThreads(1)
	r.gauges = biased(t, b.M)
	return r
}

// Spent is what was hung so far.
func (r *Body) Spent() Loads { return r.spent }

// Exchange implements Exchanging.
func (r *Body) Exchange(yes bool) {
	if r.swap = 0; yes {
		r.swap = 1
	}
}

// Ports implements learn.Rig.
func (r *Body) Ports() (inputs, outputs int) { return r.of.Ports() }

// Modes implements learn.Rig.
func (r *Body) Modes() int { return r.of.Modes() }

// Stiffness implements learn.Rig.
func (r *Body) Stiffness() []float64 { return r.of.Stiffness() }

// Units implements learn.Measured.
func (r *Body) Units() []float64 { return r.of.Units() }

// Push implements learn.Pushed.
func (r *Body) Push(in []float64) (float64, error) { return r.of.Push(in) }

// InProportion says whether loads add up; see learn.InProportion.
func (r *Body) InProportion() bool { return r.of.InProportion() }

// SetStiffness implements learn.Rig.
func (r *Body) SetStiffness(k []float64) error {
	r.spent.Settings++
	return r.of.SetStiffness(k)
}

// see loads the body and sets s and the outputs to what camera and gauges show.
func (r *Body) see(in, out []float64, gauge int, s *body.State, outputs []float64) error {
	is, err := r.of.Under(in, out)
	if err != nil {
		return err
	}
	s.Copy(is)
	eq := r.of.Eq
	if r.noise > 0 {
		for i := range s.U {
			s.U[i] += r.noise * r.random.NormFloat64()
		}
	}
	eq.Body.Stand(r.work, s, eq.Finite)
	for o := range outputs {
		outputs[o] = r.of.Read(o, s)
	}
	for i, by := range r.gauges[gauge^r.swap] {
		s.E[i] *= by
	}
	return nil
}

// Apply implements learn.Rig.
func (r *Body) Apply(in, out []float64, m *learn.Measurement) error {
	r.spent.count(in, out)
	if err := r.see(in, out, 0, r.seen, m.Out); err != nil {
		return err
	}
	copy(m.Elongation, r.seen.E)
	return nil
}

// EnergyRate implements learn.Energetic.
func (r *Body) EnergyRate(in, out []float64, scale float64, seen, g []float64) error {
	r.spent.count(in, out)
	return r.rate(in, out, scale, seen, g)
}

func (r *Body) rate(in, out []float64, scale float64, seen, g []float64) error {
	gauge := 0
	if scale > 0 {
		gauge = 1
	}
	if err := r.see(in, out, gauge, r.seen, seen); err != nil {
		return err
	}
	r.of.Eq.EnergyGradient(r.work, r.seen, scale, g)
	return nil
}

// Clamp implements learn.Clamping: a stage holds the outputs exactly where it is told.
func (r *Body) Clamp(in, want []float64, scale float64, pull, g []float64) error {
	r.spent.Clamped++
	if err := learn.ClampLoads(r.of, in, want, pull); err != nil {
		return err
	}
	return r.rate(in, pull, scale, make([]float64, len(want)), g)
}

// Forward implements learn.Differentiable: every input.
func (r *Body) Forward(batch learn.Batch, out []float64) error {
	r.batch = batch
	q := len(r.of.Out)
	for i := range batch.Len() {
		if len(r.went) == i {
			r.went = append(r.went, r.of.Eq.Body.NewState())
		}
		r.spent.Input++
		if err := r.see(batch.Set.Force(batch.Row(i)), nil, 0, r.went[i], out[i*q:(i+1)*q]); err != nil {
			return err
		}
	}
	return nil
}

// Backward implements learn.Differentiable: every error, by itself, or beside the input to both sides.
func (r *Body) Backward(slope, g []float64) error {
	clear(g)
	q := len(r.of.Out)
	for i := range r.batch.Len() {
		adjoint := slices.Clone(slope[i*q : (i+1)*q])
		steepest := 0.0
		for o, v := range adjoint {
			adjoint[o] = -v
			steepest = max(steepest, math.Abs(v))
		}
		if steepest == 0 {
			continue
		}
		if err := r.error(r.batch.Set.Force(r.batch.Row(i)), adjoint, steepest); err != nil {
			return err
		}
		r.of.Eq.Gradient(r.work, r.went[i], r.back, 1, g)
	}
	return nil
}

// error sets back to what the error of a sample adds to its state, for each unit of the error.
func (r *Body) error(in, load []float64, steepest float64) error {
	scale := func(by float64) []float64 {
		list := make([]float64, len(load))
		for o, v := range load {
			list[o] = by * v
		}
		return list
	}
	if r.InProportion() {
		r.spent.Error++
		by := 1.0
		if r.size > 0 {
			by = r.size / steepest
		}
		if err := r.see(nil, scale(by), 1, r.back, nil); err != nil {
			return err
		}
		add(r.back, r.back, 1/by, 0)
		return nil
	}
	push, err := r.Push(in)
	if err != nil {
		return err
	}
	if push == 0 {
		return rule.ErrNoInput
	}
	by := r.nudge * push / steepest
	r.spent.Nudged += 2
	if err := r.see(in, scale(by), 1, r.back, nil); err != nil {
		return err
	}
	if err := r.see(in, scale(-by), 1, r.seen, nil); err != nil {
		return err
	}
	add(r.back, r.seen, 1/(2*by), -1/(2*by))
	return nil
}

// add sets a to a times one number and b times another.
func add(a, b *body.State, byA, byB float64) {
	for _, pair := range [][2][]float64{{a.U, b.U}, {a.G, b.G}, {a.E, b.E}} {
		for i, v := range pair[1] {
			pair[0][i] = byA*pair[0][i] + byB*v
		}
	}
}
