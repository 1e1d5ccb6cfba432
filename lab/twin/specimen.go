package twin

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/elastrain/elastrain/network"
)

// specimen is the lattice as it came out, and as it stands.
type specimen struct {
	config *Config
	form   *Body     // nil for a lattice of linear springs
	failed []int     // elements, from 0
	asked  []float64 // stiffness that was asked for last, N/m; of a body its parameters; len settings
	given  []float64 // what the update made of it

	factor []float64 // that fabrication and bias give each; len settings
	offset []float64 // N/m
	drift  []float64 // relative change in an hour
	update source

	mechanism
	k        []float64     // of each bond now, N/m
	changed  time.Duration // when that was asked for
	stiff    time.Duration // what time k is of
	load     []float64     // of the unknowns, N; len N
	target   []float64     // where the lattice comes to rest, m; len N
	from     []float64     // where it stood when that changed
	since    time.Duration
	position []float64 // scratch, len N
}

func newSpecimen(net *network.Network, form *Body, k []float64, c *Config) (*specimen, error) {
	print := 1 + c.Fabrication.Modulus*stream(c.Seed, "modulus").NormFloat64()
	net = net.Clone()
	if form == nil && c.Known != nil {
		for i, share := range c.Known.Share {
			net.Elements[i].Cut = net.Elements[i].Cut || share == 0
		}
	}
	s := &specimen{config: c, form: form, asked: slices.Clone(k), given: slices.Clone(k), update: stream(c.Seed, "update")}
	switch {
	case form != nil:
		body, err := newSolid(net, form, print, c.Finite)
		if err != nil {
			return nil, err
		}
		s.mechanism, print = body, 1 // it feels the modulus by itself
	case c.Finite:
		s.mechanism = &farBars{net: net}
	default:
		s.mechanism = &bars{net: net}
	}
	if err := s.build(); err != nil {
		return nil, err
	}
	m := s.settings()
	if len(k) != m {
		return nil, fmt.Errorf("twin: %d numbers for %d that are set", len(k), m)
	}
	for _, v := range []*[]float64{&s.k, &s.factor, &s.offset, &s.drift} {
		*v = make([]float64, m)
	}
	width, factor, offset, drift := stream(c.Seed, "width"), stream(c.Seed, "bias factor"), stream(c.Seed, "bias offset"), stream(c.Seed, "stiffness drift")
	cracked := stream(c.Seed, "cracked")
	for i := range m {
		s.factor[i] = print * c.Fabrication.Hinges.Softening() * (1 + c.Fabrication.Width*width.NormFloat64()) * (1 + c.Bias.Factor*factor.NormFloat64())
		s.offset[i] = c.Bias.Offset * offset.NormFloat64()
		s.drift[i] = c.Update.Drift * drift.NormFloat64()
		if c.Fabrication.Cracked > 0 && cracked.Float64() < c.Fabrication.Cracked {
			s.factor[i] *= 0.1 + 0.5*cracked.Float64()
		}
		if k := c.Known; k != nil && form == nil {
			s.factor[i], s.offset[i], s.drift[i] = k.Share[i], 0, k.Rate[i]
		}
		if form != nil && form.Scatters != nil && !form.Scatters[i] {
			s.factor[i], s.offset[i], s.drift[i] = 1, 0, 0
		}
	}
	for _, v := range []*[]float64{&s.load, &s.target, &s.from, &s.position} {
		*v = make([]float64, s.unknowns())
	}
	return s, s.stiffen(0)
}

// stiffen gives the bonds what they have at a time.
func (s *specimen) stiffen(now time.Duration) error {
	s.stiff = now
	for i := range s.k {
		s.k[i] = (s.factor[i]*s.given[i] + s.offset[i]) * (1 + s.drift[i]*(now-s.changed).Hours())
		if s.form == nil && !(s.k[i] > 0) && !s.broken(i) {
			return fmt.Errorf("twin: bond %d is left with %g N/m; less scatter, bias or drift leaves it positive", i+1, s.k[i])
		}
	}
	err := s.set(s.k)
	if s.form != nil && err != nil {
		return fmt.Errorf("twin: %w; less scatter, bias or drift leaves it whole", err)
	}
	return err
}

// learns reports whether the bench changes a number of SetStiffness.
func (s *specimen) learns(i int) bool {
	return s.form == nil || s.form.Learns == nil || s.form.Learns[i]
}

// aim lets the lattice go to u, from where it stands now.
func (s *specimen) aim(u []float64, now time.Duration) {
	copy(s.from, s.at(now))
	copy(s.target, u)
	s.since = now
}

// at is where the lattice stands at a time (len N); valid until the next call.
func (s *specimen) at(now time.Duration) []float64 {
	left := 0.0
	if c := s.config.Creep; c.Share > 0 {
		left = c.Share * math.Exp(-(now-s.since).Seconds()/c.Time.Seconds())
	}
	for i, u := range s.target {
		s.position[i] = u - left*(u-s.from[i])
	}
	return s.position
}
