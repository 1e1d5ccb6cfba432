package measurement

import (
	"math"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/task"
)

// Ask is one phase that a gradient needs.
type Ask struct {
	Part   string      `json:"part"`   // "input" or "adjoint", "input port" or "output port"
	Number int         `json:"number"` // sample in its set, or port; from 0
	Turn   int         `json:"turn"`   // 0, or 1 for the second of an alternation
	Load   []lab.Force `json:"-"`      // it stands in the Record
	Holds  []lab.Hold  `json:"-"`      // likewise

	// At is what the lattice is set to for it, where a rule looks at another than that of the step; nil: that.
	At  []float64 `json:"at,omitempty"`
	Set []float64 `json:"set,omitempty"` // what the inputs that set stiffnesses are at, in their order; nil where none does
}

// Parts of an Ask.
const (
	Input      = "input"
	Adjoint    = "adjoint"
	InputPort  = "input port"
	OutputPort = "output port"
	Held       = "held"     // an input with the outputs held; numbers as those of together
	Together   = "together" // loads at inputs and outputs, as the rule wants them; numbers count those of a gradient
)

// Source answers the phases of a gradient: a bench, a journal, or both. zero are
// the frames of a zero to share, nil for a fresh one.
type Source func(ask Ask, zero []lab.Frame) (*Record, *Response, error)

// Gradient is dL/dk as measured, with what is known of its errors.
type Gradient struct {
	Loss float64   // mean over the batch
	G    []float64 // dL/dk of every element; len elements
	// Sigma is its standard deviation: from the noise of both deformations, and from that of the adjoint load, of which
	// lattices of springs count only what makes the whole longer or shorter. See "Noise on a bench" in docs/theory.md.
	Sigma []float64
	// Bias is the part of G that comes from what does not change sign with the
	// load; nil unless phases alternate. It has been taken out.
	Bias  []float64
	Known []bool // false: an end of the bond was not seen in some phase; G means nothing

	Phases  int     // measured for it
	Frames  int     // taken for it
	Scale   float64 // largest deviation of the magnification from 1
	Drift   float64 // largest motion of a zero, in standard deviations
	Noise   float64 // largest noise of one coordinate, m
	Moving  int     // phases that had not settled at the timeout
	Missing int     // bonds without data

	Rows *Rows // of every residual, where the protocol asks for them
}

// Estimator measures gradients by a learning rule. It keeps nothing between them.
type Estimator struct {
	Specimen *Specimen
	Protocol *Protocol
	Loss     task.Loss
	Batch    learn.Batch
	Rule     learn.Rule   // nil for in situ backpropagation
	Ranges   [2][]float64 // of the parameters, which no rule leaves: lowest and highest; nil for none
	Valued   bool         // losses alone are asked for, by looks and not by a gradient
	Theta    []float64    // parameters that the lattice is believed to have; read where the specimen has a Model
}

// Phases is how many phases a gradient takes, or a look where losses alone are asked for.
func (e *Estimator) Phases() int {
	if e.Valued {
		return e.Inputs()
	}
	n := 2 * e.Batch.Len()
	if e.Superposes() {
		n = len(e.Specimen.In) + len(e.Specimen.Out)
	} else if e.Protocol.Rows {
		n = e.Batch.Len() + len(e.Specimen.Out)
	} else if by, nudges := e.Rule.(learn.Nudging); nudges {
		n = (1 + by.Nudges()) * e.Batch.Len()
	} else if by, changes := e.Rule.(learn.Changing); changes {
		loads, _ := by.Looks(e.Specimen.Values())
		n = loads * e.Batch.Len()
	}
	if e.Protocol.Alternate {
		n *= 2
	}
	return n
}

// Superposes reports whether unit loads at the ports are measured instead of samples: where the rule can use them, and
// where the protocol says so or they are fewer.
func (e *Estimator) Superposes() bool {
	if e.Valued || e.Specimen.Writes != nil { // each sample has stiffnesses of its own
		return false
	}
	if _, nudges := e.Rule.(learn.Nudging); nudges {
		return false
	}
	if _, changes := e.Rule.(learn.Changing); changes {
		return false
	}
	if e.Protocol.Ports || e.Protocol.PerSample {
		return e.Protocol.Ports
	}
	if e.Protocol.Rows {
		return e.Batch.Len() >= len(e.Specimen.In)
	}
	return 2*e.Batch.Len() > len(e.Specimen.In)+len(e.Specimen.Out)
}

// Gradient lets the rule load the lattice, answered by the source, and says what is known of its errors.
func (e *Estimator) Gradient(source Source) (*Gradient, error) {
	rig, err := e.Rig(source)
	if err != nil {
		return nil, err
	}
	return rig.measure(e.Rule)
}

// measure lets a rule measure, once.
func (r *Rig) measure(by learn.Rule) (*Gradient, error) {
	if by == nil {
		by = &rule.Backprop{}
	}
	e, g := r.e, r.total
	var err error
	if g.Loss, err = by.Gradient(r, e.Loss, e.Batch, g.G); err != nil {
		return nil, err
	}
	mean := e.Batch.Mean()
	r.differ(g.Sigma, mean)
	for i := range g.G {
		g.Sigma[i] = math.Sqrt(g.Sigma[i]) * mean // variances until here
		if g.Bias != nil {
			g.Bias[i] *= mean
		}
		if !g.Known[i] {
			g.G[i], g.Sigma[i] = 0, 0
			g.Missing++
		}
	}
	if e.Protocol.Rows {
		g.Rows, err = r.rows(mean)
	}
	return g, err
}

// Size is the largest nodal force that adjoint loads are given, N.
func (e *Estimator) Size() float64 {
	if e.Protocol.Adjoint > 0 {
		return e.Protocol.Adjoint
	}
	most := 0.0
	for i := range e.Batch.Len() {
		most = max(most, lab.Largest(e.Specimen.Forces(e.Specimen.In, e.Batch.Set.Force(e.Batch.Row(i)))))
	}
	return most
}

// doubtOf is what noise sigma of the outputs u does to their slope dL/du.
func doubtOf(slope, sigma []float64, eval func(u, g []float64), u []float64) doubt {
	q := len(slope)
	d := doubt{slope: slope, turns: make([]float64, q*q)}
	square := 0.0
	for _, v := range slope {
		square += v * v
	}
	if square == 0 {
		return d
	}
	variance := 0.0
	at, other := append([]float64(nil), u...), make([]float64, q)
	for o := range u {
		at[o] = u[o] + sigma[o]
		eval(at, other)
		at[o] = u[o]
		along := 0.0
		for j := range slope {
			along += (other[j] - slope[j]) * slope[j] / square
			if sigma[o] > 0 {
				d.turns[j*q+o] = (other[j] - slope[j]) / sigma[o]
			}
		}
		variance += along * along
	}
	d.shorter = math.Sqrt(variance)
	return d
}
