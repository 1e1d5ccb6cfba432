package thermal

import (
	"math"
	"math/rand/v2"
)

// Bath is a lattice of linear springs in a warm liquid, as far as it is from where it would rest: overdamped motion, exact for any time.
type Bath struct {
	KT   float64 // J
	Drag float64 // of every unknown, N s/m

	spectrum *Spectrum
	modes    []float64 // amplitudes, m
	scratch  []float64
	random   *rand.Rand
}

// NewBath is a lattice that is warm since long.
func NewBath(s *Spectrum, kT, drag float64, random *rand.Rand) *Bath {
	b := &Bath{KT: kT, Drag: drag, spectrum: s, modes: make([]float64, len(s.Stiffness)), scratch: make([]float64, len(s.Stiffness)), random: random}
	for j, k := range s.Stiffness {
		b.modes[j] = math.Sqrt(kT/k) * random.NormFloat64()
	}
	return b
}

// Pass lets a time pass: each mode forgets, and is stirred by as much as keeps its energy.
func (b *Bath) Pass(t float64) {
	for j, k := range b.spectrum.Stiffness {
		lost := -math.Expm1(-k * t / b.Drag) // share that is forgotten
		b.modes[j] -= lost * b.modes[j]
		if b.KT > 0 {
			b.modes[j] += math.Sqrt(b.KT/k*lost*(2-lost)) * b.random.NormFloat64()
		}
	}
}

// Displacements sets u (len N).
func (b *Bath) Displacements(u []float64) {
	n := len(b.modes)
	for i := range u {
		sum := 0.0
		for j, a := range b.modes {
			sum += b.spectrum.shape[i*n+j] * a
		}
		u[i] = sum
	}
}

// Push moves the lattice by du.
func (b *Bath) Push(du []float64) {
	n := len(b.modes)
	for i, v := range du {
		for j := range b.modes {
			b.modes[j] += b.spectrum.shape[i*n+j] * v
		}
	}
}

// Change gives the lattice other springs where it is.
func (b *Bath) Change(s *Spectrum) {
	b.Displacements(b.scratch)
	b.spectrum = s
	clear(b.modes)
	b.Push(b.scratch)
}

// Mode is the amplitude of a mode, m.
func (b *Bath) Mode(j int) float64 { return b.modes[j] }
