package specimen

import (
	"hash/fnv"
	"math"
	"math/rand/v2"

	"github.com/elastrain/elastrain/internal/elementary"
	"github.com/elastrain/elastrain/learn"
)

// Faults are standard deviations of independent normal draws.
type Faults struct {
	Scatter float64 // of ln of each parameter, from fabrication
	Drift   float64 // of the same, with time
	Reading float64 // of the error of each reading of an output, as a share of it
	Gain    float64 // of ln of the sensitivity of each gauge of elongations
	Offset  float64 // of what is added to each product of elongations, as a share of their root mean square
	Suffers []bool  // parameters that scatter and drift; those beyond its end do not; nil: all
	Seed    uint64
}

// Names of the random streams. They are part of the results that people publish.
const (
	scatters = "specimen scatter"
	drifts   = "specimen drift"
	readings = "specimen reading"
	gains    = "specimen gauge gain"
	offsets  = "specimen gauge offset"
)

// source is the random numbers of one effect: they depend on the seed, the name and the number alone.
func source(seed uint64, name string, number uint64) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // a hash takes all
	m := spread(number + h.Sum64())
	return rand.New(rand.NewPCG(spread(seed^m), m))
}

// spread maps neighbouring numbers to words far apart, one to one: the finaliser of SplitMix64.
func spread(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Scattered multiplies parameters by what fabrication makes of them in the specimen of a number.
func (f *Faults) Scattered(number uint64, k []float64) { f.shake(scatters, f.Scatter, number, k) }

// Drifted multiplies parameters by what time makes of them.
func (f *Faults) Drifted(number uint64, k []float64) { f.shake(drifts, f.Drift, number, k) }

// Any reports whether anything is left to chance.
func (f *Faults) Any() bool {
	return f.Scatter > 0 || f.Drift > 0 || f.Reading > 0 || f.Gain > 0 || f.Offset > 0
}

func (f *Faults) suffers(i int) bool { return f.Suffers == nil || i < len(f.Suffers) && f.Suffers[i] }

func (f *Faults) shake(name string, size float64, number uint64, k []float64) {
	if size == 0 {
		return
	}
	random := source(f.Seed, name, number)
	for i := range k {
		if f.suffers(i) {
			k[i] *= elementary.Exp(size * random.NormFloat64())
		}
	}
}

// Read is a rig of which every output is read with an error, other ones for every number. Through a learn.Reading the errors are
// those of the displacements that it reads.
func (f *Faults) Read(number uint64, rig learn.Rig) learn.Rig {
	if f.Reading == 0 {
		return rig
	}
	r := &reader{size: f.Reading, random: source(f.Seed, readings, number)}
	switch of := rig.(type) {
	case *learn.Reading:
		return of.Over(through(of.Inner(), r))
	case learn.Differentiable:
		return through(of, r)
	}
	return &loadReader{rig, r, f.Seed, number}
}

// through reads a rig with errors, each displacement by itself where the rig tells them.
func through(rig learn.Differentiable, r *reader) learn.Differentiable {
	if of, ok := rig.(interface{ Ends() *Ends }); ok && of.Ends() != nil {
		return of.Ends().read(r)
	}
	return &throughReader{rig, r}
}

// reader draws errors of readings.
type reader struct {
	size   float64
	random *rand.Rand
	times  []float64 // what the readings of the batch that went forward last were multiplied by
	slope  []float64
}

func (r *reader) misread(out []float64) {
	r.times = r.times[:0]
	for i := range out {
		v := 1 + r.size*r.random.NormFloat64()
		r.times = append(r.times, v)
		out[i] *= v
	}
}

// back sets slope to the derivative by what was read, for that by its readings.
func (r *reader) back(slope []float64) {
	r.slope = append(r.slope[:0], slope...)
	for i, v := range r.times {
		r.slope[i] *= v
	}
}

// throughReader reads a rig that takes batches there and back.
type throughReader struct {
	learn.Differentiable
	reader *reader
}

// Forward implements learn.Differentiable.
func (r *throughReader) Forward(batch learn.Batch, out []float64) error {
	if err := r.Differentiable.Forward(batch, out); err != nil {
		return err
	}
	r.reader.misread(out)
	return nil
}

// Backward implements learn.Differentiable.
func (r *throughReader) Backward(slope, g []float64) error {
	r.reader.back(slope)
	return r.Differentiable.Backward(r.reader.slope, g)
}

// loadReader reads a rig that is loaded one load after the other. A rule may load a sample twice, which then is read alike: its
// errors are drawn by its input.
type loadReader struct {
	learn.Rig
	reader       *reader
	seed, number uint64
}

// Superposes implements learn.Superposing.
func (*loadReader) Superposes() {}

// Apply implements learn.Rig. An error that hangs alone goes the way back that the last readings came.
func (r *loadReader) Apply(in, out []float64, m *learn.Measurement) error {
	if in == nil && len(r.reader.times) == len(out) {
		r.reader.back(out)
		return r.Rig.Apply(nil, r.reader.slope, m)
	}
	if err := r.Rig.Apply(in, out, m); err != nil {
		return err
	}
	of := r.number
	for _, v := range in {
		of = spread(of ^ math.Float64bits(v))
	}
	r.reader.random = source(r.seed, readings, of)
	r.reader.misread(m.Out)
	return nil
}
