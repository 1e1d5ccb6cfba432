package hang

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/lab"
)

// scene is what the wanted load does, and how noise enters.
type scene struct {
	model    Model
	nodes    int
	dim      int
	weigh    []float64 // forward deformations, by which adjoint ones are multiplied; len modes
	want     []float64 // the wanted gradient: weigh o C D^-1 F; len modes
	variance []float64 // of each deformation of one shot; len modes
	size     float64   // |want|^2
	noise    float64   // sum of (weigh^2 + variance) variance: what one shot with factor 1 adds
	err      error     // the first failure of the equilibrium
}

// newScene answers the wanted load. A nil forward weighs every element alike.
func newScene(p *Problem) *scene {
	s := &scene{model: p.model(), weigh: p.Forward}
	s.nodes, s.dim = s.model.Size()
	s.want = s.answer(p.Want).E
	s.variance = make([]float64, len(s.want))
	known := p.Forward == nil
	if known {
		s.weigh = make([]float64, len(s.want))
		for i := range s.weigh {
			s.weigh[i] = 1
		}
	}
	// A displacement is the difference of two pictures, each the mean of repeats
	// looks; held nodes are looked at like all others.
	each := 2 * p.Sigma * p.Sigma / float64(p.Repeats)
	for i, spread := range s.model.Spread() {
		s.variance[i] = spread * each
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

// answer is what forces on nodes do. A failure stays in s.err.
func (s *scene) answer(forces []lab.Force) Answer {
	a, err := s.model.Answer(forces)
	if err != nil && s.err == nil {
		s.err = err
	}
	return a
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
	column  [][]float64 // B, by string; each of len modes
	strain  [][]float64 // C D^-1 P, by string; each of len modes
	stretch [][]float64 // change of length of every bond, by string
	moved   [][]float64 // D^-1 P, by string; each of len nodes*dim
	gram    [][]float64 // B^T B
	spread  [][]float64 // A
	along   []float64   // B^T g
}

func newTable(s *scene, hangers []hanger) *table {
	n := len(hangers)
	t := &table{s: s, hangers: hangers, along: make([]float64, n)}
	for _, h := range hangers {
		a := s.answer([]lab.Force{{Node: h.node, F: h.pull.Dir}})
		b := make([]float64, len(a.E))
		for i := range b {
			b[i] = s.weigh[i] * a.E[i]
		}
		t.column, t.strain, t.stretch, t.moved = append(t.column, b), append(t.strain, a.E), append(t.stretch, a.Stretch), append(t.moved, a.U)
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
