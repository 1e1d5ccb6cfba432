package learn

import (
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/task"
)

// Rig is a network that can be loaded and looked at. What more it can do says which of
// the interfaces below it has: a rule that hangs the error of the outputs as a load needs one of them.
// Benches have a seam of their own, in package lab; package lab/measurement makes a Rig of one.
type Rig interface {
	// Ports are the numbers of input and output ports.
	Ports() (inputs, outputs int)
	// Modes is M, the number of stiffnesses.
	Modes() int
	// SetStiffness gives every mode its stiffness (len M, N/m).
	SetStiffness(k []float64) error
	// Stiffness is the stiffness of every mode now (len M); do not modify.
	Stiffness() []float64
	// Apply loads the input ports with amplitudes in (N; nil for none) and the
	// output ports with amplitudes out (nil for none), and measures.
	Apply(in, out []float64, m *Measurement) error
}

// Measurement is what is seen of a network under load.
type Measurement struct {
	Out        []float64 // displacements at the output ports, m; len Q
	Elongation []float64 // of every mode, m; len M, or nil where nobody wants to know
}

// Linear is a Rig that obeys superposition and can tell its answers to unit
// loads at all ports at once; per step that costs P + Q solves however many
// samples the batch has.
type Linear interface {
	Rig
	// Respond returns the answers for the stiffness set last. It fails with
	// *mechanics.InaccurateError.
	Respond() (*mechanics.Responses, error)
}

// Superposing is a Rig whose answers to several loads add up, and grow with the loads: a linear one that is
// loaded one load after the other. The error of the outputs can then be hung by itself, as newtons of any size.
type Superposing interface {
	Rig
	Superposes()
}

// Tangential is a Rig that tells what small loads at its outputs would add to the state that it is in. It
// need not be linear: with e the true elongations under a load, t = k e the force in a bond, and a the elongations that
// -dL/du adds to that state, dL/dk = a e as in the linear theory.
type Tangential interface {
	Rig
	// About measures the derivative of Out and Elongation under the loads in along the
	// loads out at the output ports: metres, for each unit by which out is scaled.
	About(in, out []float64, m *Measurement) error
}

// Rule measures the derivative of the loss by every stiffness.
type Rule interface {
	// Gradient writes the mean of dL/dk over the batch into g (len M) and
	// returns the mean loss.
	Gradient(rig Rig, loss task.Loss, batch Batch, g []float64) (float64, error)
	Name() string
}

// Stepping is a Rule that draws errors anew for every step of a training, and none outside of steps.
type Stepping interface {
	Rule
	AtStep(step int) // from 0; -1: outside
}

// Nudging is a Rule that hangs its loads sample by sample, the input alone and then errors beside it, whatever a rig could
// superpose.
type Nudging interface {
	Rule
	// Nudges is how many loads it hangs for a sample besides the input alone.
	Nudges() int
}

// Holding is a Nudging rule that holds outputs at places, where others hang loads; see Clamping.
type Holding interface {
	Nudging
	Holds()
}

// Untaught is a Rule that follows no target: matter that grows where it is used.
type Untaught interface {
	Rule
	Untaught()
}

// Changing is a Rule that reads outputs alone, of networks whose parameters it changes to see what that does.
type Changing interface {
	Rule
	// Looks is how many loads it hangs for a sample, and how many settings other than the present one it hangs them at, on a rig of so
	// many parameters. Settings come in pairs, of which each parameter that changes has one.
	Looks(modes int) (loads, settings int)
}

// Ranged is a Rig whose parameters have ranges that they cannot leave, as those on a bench.
type Ranged interface {
	Rig
	Ranges() (lo, hi []float64) // len Modes each; nil for none
}

// Within is a value of parameter i in the range that a rig has for it.
func Within(rig Rig, i int, v float64) float64 {
	if r, ok := rig.(Ranged); ok {
		if lo, hi := r.Ranges(); lo != nil {
			return min(max(v, lo[i]), hi[i])
		}
	}
	return v
}

// Batch is the samples of one step.
type Batch struct {
	Set  *task.Set
	Rows []int32 // sample numbers; nil means all
	// Divisor of the sums over samples: normally the number of samples.
	// Li & Mao divide a short last batch by the full batch size as well.
	Divisor int
}

// Len is the number of samples.
func (b *Batch) Len() int {
	if b.Rows == nil {
		return b.Set.N
	}
	return len(b.Rows)
}

// Row is the number in Set of the i-th sample.
func (b *Batch) Row(i int) int {
	if b.Rows == nil {
		return i
	}
	return int(b.Rows[i])
}

// Mean is 1 / Divisor, or 1 / Len.
func (b *Batch) Mean() float64 {
	if b.Divisor > 0 {
		return 1 / float64(b.Divisor)
	}
	return 1 / float64(b.Len())
}

// Measured is a Rig whose parameters have several units, or may be zero: it says by what a change of each is measured. Of
// any other rig a parameter is measured by itself.
type Measured interface {
	Rig
	Units() []float64 // len Modes, all above zero
}

// Units are what changes of the parameters of a rig are measured by, as a copy.
func Units(rig Rig) []float64 {
	if m, ok := rig.(Measured); ok {
		return m.Units()
	}
	return append([]float64(nil), rig.Stiffness()...)
}
