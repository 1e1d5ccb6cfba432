package measurement

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/elastrain/elastrain/internal/vec"
	"github.com/elastrain/elastrain/lab"
)

// Shared are the errors that all displacements of a response have together, because where the camera stood was found from a
// few marks: each is what one standard deviation of it does to all nodes, m (len nodes*Dim, node-major). USigma is without them.
func (s *Specimen) Shared(r *Record, a *Response) [][]float64 {
	dim := s.Net.Dim
	var marks [][3]float64
	for _, m := range s.reference(r.Zero) {
		if m.Seen {
			marks = append(marks, m.X)
		}
	}
	if len(marks) == 0 || a.Sigma == 0 || len(r.Loaded) == 0 {
		return nil
	}
	centre := vec.Mean(marks)
	scaled := lab.Align(s.reference(r.Zero), lab.Anchors(s.Net, &r.Loaded[0]), dim, a.Sigma, s.reach()).Scaled
	fields := motions(dim, len(marks), scaled)
	at := mat.NewDense(len(marks)*dim, len(fields), nil)
	for i, x := range marks {
		for j, field := range fields {
			moved := field(vec.Sub(x, centre))
			for axis := range dim {
				at.Set(i*dim+axis, j, moved[axis])
			}
		}
	}
	var normal mat.SymDense
	normal.SymOuterK(1, at.T())
	var eigen mat.EigenSym
	if !eigen.Factorize(&normal, true) {
		return nil // not of finite numbers, which Reduce would have refused
	}
	var axes mat.Dense
	eigen.VectorsTo(&axes)
	looks := 1/float64(len(r.Loaded)) + s.zeroShare(r)
	var shared [][]float64
	for j, value := range eigen.Values(nil) {
		if !(value > 1e-12*normal.At(0, 0)) {
			continue // these marks say nothing of it, and nothing is taken out
		}
		size := a.Sigma * math.Sqrt(looks/value)
		one := make([]float64, s.Net.Nodes()*dim)
		for node := range s.Net.Nodes() {
			var x [3]float64
			copy(x[:], s.Net.At(node))
			for i, field := range fields {
				moved := field(vec.Sub(x, centre))
				for axis := range dim {
					if !s.Net.Held[node*dim+axis] {
						one[node*dim+axis] += size * axes.At(i, j) * moved[axis]
					}
				}
			}
		}
		shared = append(shared, one)
	}
	return shared
}

// zeroShare is the variance of the mean zero of a phase by that of a look.
func (s *Specimen) zeroShare(r *Record) float64 {
	before := 1 / float64(max(len(r.Zero), 1))
	if len(r.After) == 0 {
		return before
	}
	return (before + 1/float64(len(r.After))) / 4
}

// motions are the ways in which a camera moves, as lab.Align finds them from so many marks: for each where a point goes, from
// the middle of the marks.
func motions(dim, marks int, scaled bool) (fields []func(x [3]float64) [3]float64) {
	for axis := range dim {
		fields = append(fields, func([3]float64) (to [3]float64) {
			to[axis] = 1
			return to
		})
	}
	if dim == 2 && marks >= 2 {
		fields = append(fields, func(x [3]float64) [3]float64 { return [3]float64{-x[1], x[0]} })
	}
	if dim == 3 && marks >= 3 {
		for axis := range 3 {
			var about [3]float64
			about[axis] = 1
			fields = append(fields, func(x [3]float64) [3]float64 { return vec.Cross(about, x) })
		}
	}
	if scaled {
		fields = append(fields, func(x [3]float64) [3]float64 { return x })
	}
	return fields
}
