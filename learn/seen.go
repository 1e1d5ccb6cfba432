package learn

import (
	"errors"
	"math"
	"math/rand/v2"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/statics"
)

// Seen is a specimen under a camera: a body of which only the positions of nodes are seen, with noise. It obeys its own
// parameters; rotations, which no camera sees, are completed by a model with the parameters that were asked for, and
// deformations follow from both. Rules run on it as on the solver, and cannot tell it apart.
//
// Loads at outputs are hung as large as Most, because in a body with linear laws that moves little answers grow with
// them and noise does not; they count by what they would be.
type Seen struct {
	Specimen *Statics // what is loaded; its parameters may differ from those asked for by Scatter
	Model    *statics.Equilibrium
	Sigma    float64   // standard deviation of a coordinate in one look, m
	Most     float64   // largest load hung at an output, N
	Scatter  []float64 // factor of every parameter of the specimen; nil: as asked for
	Sure     float64   // products of deformations count from so many standard deviations on; 0: 2

	Loads int // hung so far

	random   *rand.Rand
	complete *statics.Completion
	theta    []float64
	states   []*body.State
	adjoint  *body.State
	f        []float64
	batch    Batch
	sdE      []float64 // of every deformation, from Sigma
}

// NewSeen looks at a rig whose body has linear laws.
func NewSeen(specimen *Statics, sigma, most float64, seed uint64) *Seen {
	b := specimen.Eq.Body
	model := statics.New(b, specimen.Eq.Finite)
	return &Seen{Specimen: specimen, Model: model, Sigma: sigma, Most: most, random: rand.New(rand.NewPCG(seed, 0x7365656e)),
		complete: model.CompletionOf(element.X, element.Y, element.Z), theta: make([]float64, b.P), adjoint: b.NewState(),
		f: make([]float64, b.Space.N), sdE: b.Spread(sigma)}
}

// Ports implements Rig.
func (r *Seen) Ports() (inputs, outputs int) { return r.Specimen.Ports() }

// Modes implements Rig.
func (r *Seen) Modes() int { return r.Specimen.Modes() }

// Stiffness implements Rig.
func (r *Seen) Stiffness() []float64 { return r.Model.Theta() }

// SetStiffness implements Rig: the model has what was asked for, the specimen what its matter makes of it.
func (r *Seen) SetStiffness(theta []float64) error {
	if len(r.Model.Body.Moves) > 0 {
		return errors.New("the nodes of a specimen under a camera are where they are: places do not learn there")
	}
	if err := r.Model.Set(theta); err != nil {
		return err
	}
	for i, v := range theta {
		r.theta[i] = v
		if r.Scatter != nil {
			r.theta[i] *= r.Scatter[i]
		}
	}
	return r.Specimen.SetStiffness(r.theta)
}

// look loads the specimen and sets s to what is seen of it, completed.
func (r *Seen) look(in, out []float64, s *body.State) error {
	r.Loads++
	truth, err := r.Specimen.under(in, out)
	if err != nil {
		return err
	}
	s.Copy(truth)
	for i := range s.U {
		s.U[i] += r.Sigma * r.random.NormFloat64()
	}
	l := r.Specimen.load(in)
	copy(r.f, l.F)
	for o, amplitude := range out {
		r.Specimen.Out[o].Put(&r.Model.Body.Space, amplitude, r.f)
	}
	return r.complete.Complete(r.f, s)
}

// Apply implements Rig.
func (r *Seen) Apply(in, out []float64, m *Measurement) error {
	s := r.adjoint
	if err := r.look(in, out, s); err != nil {
		return err
	}
	r.Specimen.read(s, m.Out)
	if m.Elongation != nil {
		copy(m.Elongation, s.E)
	}
	return nil
}

// EnergyRate implements Energetic. A square of noise is no energy: it is taken off, as far as it is known.
func (r *Seen) EnergyRate(in, out []float64, scale float64, seen, g []float64) error {
	s := r.adjoint
	if err := r.look(in, out, s); err != nil {
		return err
	}
	r.Specimen.read(s, seen)
	for m, sd := range r.sdE {
		if math.Abs(s.E[m]) < r.sure()*sd {
			s.E[m] = 0
		}
	}
	r.Model.Body.EnergyProduct(r.Specimen.work, r.Model.Theta(), s, scale, g)
	return nil
}

func (r *Seen) sure() float64 {
	if r.Sure == 0 {
		return 2
	}
	return r.Sure
}

// Forward implements Differentiable.
func (r *Seen) Forward(batch Batch, out []float64) error {
	q := len(r.Specimen.Out)
	r.batch = batch
	for i := range batch.Len() {
		for len(r.states) <= i {
			r.states = append(r.states, r.Model.Body.NewState())
		}
		if err := r.look(batch.Set.Force(batch.Row(i)), nil, r.states[i]); err != nil {
			return err
		}
		r.Specimen.read(r.states[i], out[i*q:(i+1)*q])
	}
	return nil
}

// Backward implements Differentiable. A product counts where it stands out of its noise: the elongation of a slender beam
// is far below it, and its bending far above.
func (r *Seen) Backward(slope, g []float64) error {
	clear(g)
	q := len(r.Specimen.Out)
	load := make([]float64, q)
	for i := range r.batch.Len() {
		steepest := 0.0
		for _, v := range slope[i*q : (i+1)*q] {
			steepest = math.Max(steepest, math.Abs(v))
		}
		if steepest == 0 {
			continue
		}
		up := r.Most / steepest
		for o, v := range slope[i*q : (i+1)*q] {
			load[o] = -up * v
		}
		if err := r.look(nil, load, r.adjoint); err != nil {
			return err
		}
		s, a := r.states[i], r.adjoint
		for m, sd := range r.sdE {
			product := s.E[m] * a.E[m]
			noise := sd * math.Sqrt(s.E[m]*s.E[m]+a.E[m]*a.E[m]+sd*sd)
			if math.Abs(product) < r.sure()*noise {
				a.E[m] = 0
			}
		}
		r.Model.Body.Product(r.Specimen.work, r.Model.Theta(), s, a, 1/up, g)
	}
	return nil
}
