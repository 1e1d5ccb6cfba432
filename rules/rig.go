package rules

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/elastrain/elastrain/learn"
)

// Loads counts what a rule has hung.
type Loads struct {
	Input    int `json:"input"`    // the inputs alone
	Error    int `json:"error"`    // the error of the outputs alone
	Nudged   int `json:"nudged"`   // inputs, and a small error beside them
	Clamped  int `json:"clamped"`  // inputs, with outputs held where they shall be
	Settings int `json:"settings"` // times that stiffnesses were set; not hung
}

// Sum is how many loads were hung.
func (l Loads) Sum() int { return l.Input + l.Error + l.Nudged + l.Clamped }

// count counts a load by what it is made of.
func (l *Loads) count(in, out []float64) {
	loaded := func(v []float64) bool { return slices.ContainsFunc(v, func(x float64) bool { return x != 0 }) }
	switch {
	case !loaded(out):
		l.Input++
	case in == nil:
		l.Error++
	default:
		l.Nudged++
	}
}

// Counting is a rig on which a trial can be made.
type Counting interface {
	learn.Rig
	Spent() Loads
}

// Judging is a Counting rig whose truth is not that of the exact network: a specimen.
type Judging interface {
	Counting
	// Judge is the loss of the training part with the parameters k, exactly and free of charge.
	Judge(k []float64) (float64, error)
}

// Rig is a lattice as rules meet it: a camera reads its nodes with errors, gauges on its bonds are biased, and loads are counted.
//
// A bond has two gauges, as where a free and a held network stand side by side, or where what creeps makes the later state of two
// read differently: one for the states that a rule counts against the others (the input, the free state, the nudge away), and one for
// those it counts for (the error, the held state, the nudge towards). Each is too sensitive by a share of its own that never changes.
type Rig struct {
	of     *learn.Exact
	noise  float64 // standard deviation of every coordinate that is read, m
	size   float64 // load that errors hang as, N
	random *rand.Rand
	gauges [2][]float64 // what elongations are multiplied by
	swap   int          // 1: the two gauges of each bond change places
	spent  Loads

	u, e []float64
	out  []float64
}

var (
	_ learn.Superposing = (*Rig)(nil)
	_ learn.Clamping    = (*Rig)(nil)
	_ Exchanging        = (*Rig)(nil)
)

// Terms are what all rules meet alike.
type Terms struct {
	Noise float64 `json:"noise_m"` // standard deviation of a coordinate that the camera reads
	Bias  float64 `json:"bias"`    // standard deviation of the sensitivity of a gauge, as a share
	Size  float64 `json:"hung_n"`  // largest load that an error is hung as by itself; it is scaled, which changes nothing but what noise does
	Seed  uint64  `json:"seed"`    // of noise and gauges
}

// Words of the random streams, so that noise, gauges and batches of one seed have nothing to do with each other.
const (
	noiseStream uint64 = 1
	gaugeStream uint64 = 2
	orderStream uint64 = 3
)

// stream is the random numbers of one effect.
func stream(seed, of uint64) *rand.Rand {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	binary.LittleEndian.PutUint64(key[8:], of)
	return rand.New(rand.NewChaCha8(key))
}

// NewRig makes a lattice inexact.
func NewRig(of *learn.Exact, t Terms) *Rig {
	r := &Rig{of: of, noise: t.Noise, size: t.Size, random: stream(t.Seed, noiseStream), e: make([]float64, of.Modes())}
	r.gauges = biased(t, of.Modes())
	return r
}

// biased are two gauges for each bond.
func biased(t Terms, bonds int) (gauges [2][]float64) {
	random := stream(t.Seed, gaugeStream)
	for g := range gauges {
		gauges[g] = make([]float64, bonds)
		for i := range gauges[g] {
			gauges[g][i] = 1 + t.Bias*random.NormFloat64()
		}
	}
	return gauges
}

// Spent is what was hung so far.
func (r *Rig) Spent() Loads { return r.spent }

// Exchange lets the two gauges of every bond change places, or goes back.
func (r *Rig) Exchange(yes bool) {
	if r.swap = 0; yes {
		r.swap = 1
	}
}

// Ports implements learn.Rig.
func (r *Rig) Ports() (inputs, outputs int) { return r.of.Ports() }

// Modes implements learn.Rig.
func (r *Rig) Modes() int { return r.of.Modes() }

// Stiffness implements learn.Rig.
func (r *Rig) Stiffness() []float64 { return r.of.Stiffness() }

// SetStiffness implements learn.Rig.
func (r *Rig) SetStiffness(k []float64) error {
	r.spent.Settings++
	return r.of.SetStiffness(k)
}

// Push implements learn.Pushed: the size of a load is known to who hangs it.
func (r *Rig) Push(in []float64) (float64, error) { return r.of.Push(in) }

// Superposes implements learn.Superposing.
func (r *Rig) Superposes() {}

// Apply implements learn.Rig. An error by itself is hung as large as Terms say, and what is seen is scaled back.
func (r *Rig) Apply(in, out []float64, m *learn.Measurement) error {
	if in == nil && out != nil {
		r.spent.Error++
		most := 0.0
		for _, v := range out {
			most = max(most, math.Abs(v))
		}
		if most == 0 || r.size == 0 {
			return r.see(nil, out, 1, m)
		}
		r.out = r.out[:0]
		for _, v := range out {
			r.out = append(r.out, v*r.size/most)
		}
		if err := r.see(nil, r.out, 1, m); err != nil {
			return err
		}
		for _, list := range [][]float64{m.Out, m.Elongation} {
			for i := range list {
				list[i] *= most / r.size
			}
		}
		return nil
	}
	r.spent.count(in, out)
	return r.see(in, out, 0, m)
}

// see loads the lattice, and reads it as camera and gauges do.
func (r *Rig) see(in, out []float64, gauge int, m *learn.Measurement) error {
	if err := r.of.Apply(in, out, &learn.Measurement{}); err != nil {
		return err
	}
	r.u = append(r.u[:0], r.of.Displacements()...)
	if r.noise > 0 {
		for i := range r.u {
			r.u[i] += r.noise * r.random.NormFloat64()
		}
	}
	r.of.Read(r.u, m)
	for i := range m.Elongation {
		m.Elongation[i] *= r.gauges[gauge^r.swap][i]
	}
	return nil
}

// EnergyRate implements learn.Energetic: dW/dk = e^2/2, as the gauge of this side sees e.
func (r *Rig) EnergyRate(in, out []float64, scale float64, seen, g []float64) error {
	r.spent.count(in, out)
	return r.rate(in, out, scale, seen, g)
}

func (r *Rig) rate(in, out []float64, scale float64, seen, g []float64) error {
	gauge := 0
	if scale > 0 {
		gauge = 1
	}
	if err := r.see(in, out, gauge, &learn.Measurement{Out: seen, Elongation: r.e}); err != nil {
		return err
	}
	for i, e := range r.e {
		g[i] += scale * e * e / 2
	}
	return nil
}

// Clamp implements learn.Clamping: a stage holds the outputs exactly where it is told.
func (r *Rig) Clamp(in, want []float64, scale float64, pull, g []float64) error {
	r.spent.Clamped++
	if err := learn.ClampLoads(r.of, in, want, pull); err != nil {
		return err
	}
	return r.rate(in, pull, scale, make([]float64, len(want)), g)
}
