package twin

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/finite"
	"github.com/elastrain/elastrain/network"
)

// specimen is the lattice as it came out, and as it stands.
type specimen struct {
	config *Config
	net    *network.Network // bonds that failed are cut
	failed []int            // those, from 0
	asked  []float64        // stiffness that was asked for last, N/m; len elements
	set    []float64        // what the update made of it

	factor []float64 // that fabrication and bias give each bond; len elements
	offset []float64 // N/m
	drift  []float64 // relative change in an hour
	update source

	linear   *mechanics.Equilibrium // one of the two
	finite   *finite.Equilibrium
	k        []float64     // of each bond now, N/m
	changed  time.Duration // when that was asked for
	stiff    time.Duration // what time k is of
	load     []float64     // of the unknowns, N; len N
	target   []float64     // where the lattice comes to rest, m; len N
	from     []float64     // where it stood when that changed
	since    time.Duration
	position []float64 // scratch, len N
}

func newSpecimen(net *network.Network, k []float64, c *Config) (*specimen, error) {
	m := len(net.Elements)
	s := &specimen{config: c, net: net.Clone(), asked: slices.Clone(k), set: slices.Clone(k), k: make([]float64, m),
		factor: make([]float64, m), offset: make([]float64, m), drift: make([]float64, m), update: stream(c.Seed, "update")}
	width, factor, offset, drift := stream(c.Seed, "width"), stream(c.Seed, "bias factor"), stream(c.Seed, "bias offset"), stream(c.Seed, "stiffness drift")
	print := 1 + c.Fabrication.Modulus*stream(c.Seed, "modulus").NormFloat64()
	for i := range m {
		s.factor[i] = print * c.Fabrication.Hinges.Softening() * (1 + c.Fabrication.Width*width.NormFloat64()) * (1 + c.Bias.Factor*factor.NormFloat64())
		s.offset[i] = c.Bias.Offset * offset.NormFloat64()
		s.drift[i] = c.Update.Drift * drift.NormFloat64()
	}
	s.build()
	for _, v := range []*[]float64{&s.load, &s.target, &s.from, &s.position} {
		*v = make([]float64, s.unknowns())
	}
	return s, s.stiffen(0)
}

// build makes the mechanics of the bonds that are left.
func (s *specimen) build() {
	if s.config.Finite {
		s.finite = finite.New(s.net)
	} else {
		s.linear = mechanics.NewEquilibrium(s.net, nil)
	}
}

func (s *specimen) compatibility() *mechanics.Compatibility {
	if s.finite != nil {
		return s.finite.C
	}
	return s.linear.C
}

func (s *specimen) unknowns() int { return s.compatibility().N }

// stiffen gives the bonds what they have at a time.
func (s *specimen) stiffen(now time.Duration) error {
	s.stiff = now
	for i := range s.k {
		s.k[i] = (s.factor[i]*s.set[i] + s.offset[i]) * (1 + s.drift[i]*(now-s.changed).Hours())
		if !(s.k[i] > 0) {
			return fmt.Errorf("twin: bond %d is left with %g N/m; less scatter, bias or drift leaves it positive", i+1, s.k[i])
		}
	}
	if s.finite != nil {
		return s.finite.SetStiffness(s.k)
	}
	return s.linear.SetStiffness(s.k)
}

// rest sets u to the equilibrium under the loads f.
func (s *specimen) rest(u, f []float64) error {
	if s.finite != nil {
		clear(u) // so that the same loads give the same state, whatever hung before
		_, err := s.finite.Displace(u, f)
		return err
	}
	copy(u, f)
	return s.linear.Displace(u)
}

// elongations of the bonds at u.
func (s *specimen) elongations(u []float64) []float64 {
	e := make([]float64, len(s.k))
	if s.finite != nil {
		s.finite.Elongations(e, u)
	} else {
		s.linear.C.Elongations(e, u, 1)
	}
	return e
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
