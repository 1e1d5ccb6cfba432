package hang

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// scene is what the wanted load does, and how noise enters.
type scene struct {
	c        *mechanics.Compatibility
	eq       *mechanics.Equilibrium
	weigh    []float64 // forward elongations, by which adjoint ones are multiplied; len M
	want     []float64 // the wanted gradient: weigh o C D^-1 F; len M
	variance []float64 // of each elongation of one shot, m^2; len M
	size     float64   // |want|^2
	noise    float64   // sum of (weigh^2 + variance) variance: what one shot with factor 1 adds
	err      error     // the first failure of the equilibrium
}

// newScene answers the wanted load. A nil forward weighs every element alike.
func newScene(net *network.Network, eq *mechanics.Equilibrium, forward []float64, want []lab.Force, sigma float64, repeats int) *scene {
	c := eq.C
	s := &scene{c: c, eq: eq, weigh: forward, want: make([]float64, c.M), variance: make([]float64, c.M)}
	known := forward == nil
	if known {
		s.weigh = make([]float64, c.M)
		for i := range s.weigh {
			s.weigh[i] = 1
		}
	}
	s.elongate(s.want, s.load(want))
	// A displacement is the difference of two pictures, each the mean of repeats
	// looks; held nodes are looked at like all others.
	each := 2 * sigma * sigma / float64(repeats)
	ends := markers(net, c)
	for i := range c.M {
		s.variance[i] = float64(ends[i]) * each
		s.want[i] *= s.weigh[i]
		s.size += s.want[i] * s.want[i]
		s.noise += s.weigh[i] * s.weigh[i] * s.variance[i]
		if !known {
			s.noise += s.variance[i] * s.variance[i]
		}
	}
	if known { // there is no forward measurement whose noise could enter
		clear(s.variance)
	}
	return s
}

// markers counts by mode the markers from which its elongation is seen.
func markers(net *network.Network, c *mechanics.Compatibility) []int {
	count := make([]int, c.M)
	for i, el := range net.Elements {
		for m := c.Mode[i]; m < c.Mode[i+1]; m++ {
			switch {
			case el.Cut:
			case el.Kind == network.Ground:
				count[m] = 1
			default:
				count[m] = 2
			}
		}
	}
	return count
}

// load is the load vector of forces on nodes (len N).
func (s *scene) load(forces []lab.Force) []float64 {
	u := make([]float64, s.c.N)
	for _, l := range forces {
		for axis := range s.c.Dim {
			if unknown := s.c.Unknown[l.Node*s.c.Dim+axis]; unknown >= 0 {
				u[unknown] += l.F[axis]
			}
		}
	}
	return u
}

// elongate turns loads into displacements, in place, and elongations. A failure stays in s.err.
func (s *scene) elongate(e, u []float64) {
	if err := s.eq.Displace(u); err != nil && s.err == nil {
		s.err = err
	}
	s.c.Elongations(e, u, 1)
}

// table holds what one newton in each string does, so that the error of any
// choice of masses is a quadratic form of a few numbers. With B = diag(e) C D^-1 P
// over the strings P, shots m_s and software factors c_s, x = sum c_s m_s:
//
//	E|g~ - g|^2 = |g - B x|^2 + x^T A x + V sum c_s^2
//
// A carries the noise of the forward elongations, V that of a shot.
type table struct {
	s       *scene
	hangers []hanger
	column  [][]float64 // B, by string; each of len M
	strain  [][]float64 // C D^-1 P, by string; each of len M
	moved   [][]float64 // D^-1 P, by string; each of len N
	gram    [][]float64 // B^T B
	spread  [][]float64 // A
	along   []float64   // B^T g
}

func newTable(s *scene, hangers []hanger) *table {
	n := len(hangers)
	t := &table{s: s, hangers: hangers, along: make([]float64, n)}
	for _, h := range hangers {
		u := s.load([]lab.Force{{Node: h.node, F: h.pull.Dir}})
		e := make([]float64, s.c.M)
		s.elongate(e, u)
		b := make([]float64, s.c.M)
		for i := range b {
			b[i] = s.weigh[i] * e[i]
		}
		t.column, t.strain, t.moved = append(t.column, b), append(t.strain, e), append(t.moved, u)
	}
	for i := range n {
		t.gram, t.spread = append(t.gram, make([]float64, n)), append(t.spread, make([]float64, n))
		for j := range n {
			for m, v := range t.column[i] {
				t.gram[i][j] += v * t.column[j][m]
				t.spread[i][j] += t.strain[i][m] * t.strain[j][m] * s.variance[m]
			}
		}
		for m, v := range t.column[i] {
			t.along[i] += v * s.want[m]
		}
	}
	return t
}

// Prediction is what to expect of the gradient before anything hangs. All are
// shares of the length of the wanted gradient.
type Prediction struct {
	Error    float64 `json:"error"`    // root of the expected squared error: rounding and noise together
	Rounding float64 `json:"rounding"` // because the load is not the wanted one
	Noise    float64 `json:"noise"`    // because of marker noise, forward and adjoint
	Cosine   float64 `json:"cosine"`   // of the angle between the wanted and a measured gradient
}

// predict is the error of shots: forces in the strings (N, by shot) and the
// factor of each shot. Everything is formed from vectors, so that small errors
// are not lost in differences.
func (t *table) predict(shots [][]float64, factor []float64) Prediction {
	x := make([]float64, len(t.hangers))
	scatter := 0.0
	for s, force := range shots {
		for h, f := range force {
			x[h] += factor[s] * f
		}
		scatter += t.s.noise * factor[s] * factor[s]
	}
	g := make([]float64, len(t.s.want))
	for h, b := range t.column {
		for m, v := range b {
			g[m] += v * x[h]
		}
	}
	for i, row := range t.spread {
		for j, v := range row {
			scatter += v * x[i] * x[j]
		}
	}
	missed, along, long := 0.0, 0.0, 0.0
	for m, v := range g {
		d := t.s.want[m] - v
		missed += d * d
		along += v * t.s.want[m]
		long += v * v
	}
	p := Prediction{Rounding: math.Sqrt(missed / t.s.size), Noise: math.Sqrt(scatter / t.s.size)}
	p.Error = math.Hypot(p.Rounding, p.Noise)
	if long+scatter > 0 {
		p.Cosine = along / math.Sqrt(t.s.size*(long+scatter))
	}
	return p
}

// String is the prediction in words.
func (p Prediction) String() string {
	return fmt.Sprintf("gradient error %s (rounding %s, marker noise %s), cosine %.4f", percent(p.Error), percent(p.Rounding), percent(p.Noise), p.Cosine)
}

// percent writes a share. What is below a millionth is the rounding of the
// arithmetic, which differs between machines and tells nobody anything.
func percent(share float64) string {
	if share < 1e-6 {
		return "0 %"
	}
	return fmt.Sprintf("%.2g %%", 100*share)
}
