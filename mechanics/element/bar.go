package element

import "math"

// Bar resists a change of the distance of its two ends: e = l - L.
type Bar struct{}

var _ = register(Bar{})

func (Bar) Name() string         { return "bar" }
func (Bar) Ends() int            { return 2 }
func (Bar) Parts(dim int) []Part { return Along(dim) }
func (Bar) Modes(int) []Mode     { return []Mode{{"elongation", "m", "N"}} }
func (Bar) Check(b *Built) error { return noLength(b) }
func (Bar) Size(b *Built) float64 {
	_, l := between(b, 0, 1)
	return l
}

// Rows are the direction cosines: e = n . (u2 - u1).
func (Bar) Rows(b *Built, c []float64) {
	d, l := between(b, 0, 1)
	for axis := range b.Dim {
		c[axis], c[b.Dim+axis] = -d[axis]/l, d[axis]/l
	}
}

// Stretch keeps its digits by l - L = (l^2 - L^2)/(l + L), with l^2 - L^2 from the displacements alone.
func (Bar) Stretch(b *Built, u, e, c []float64) {
	d, long := between(b, 0, 1)
	change := 0.0
	for axis := range b.Dim {
		move := u[b.Dim+axis] - u[axis]
		change += (2*d[axis] + move) * move
		d[axis] += move
	}
	l := math.Sqrt(dot(d, d))
	e[0] = change / (l + long)
	for axis := range b.Dim {
		c[axis], c[b.Dim+axis] = -d[axis]/l, d[axis]/l
	}
}

// Curve: the Hessian of a length is (1 - n n^T)/l.
func (Bar) Curve(b *Built, u, t, h []float64) {
	d, _ := moved(b, u, b.Dim, 0, 1)
	l := math.Sqrt(dot(d, d))
	var block [9]float64
	by := t[0] / l
	for i := range b.Dim {
		for j := range b.Dim {
			block[3*i+j] = -by * d[i] * d[j] / (l * l)
		}
		block[3*i+i] += by
	}
	pairBlock(h, 2*b.Dim, 0, b.Dim, b.Dim, &block)
}

// SizeSlope is the direction cosines once more.
func (k Bar) SizeSlope(b *Built, d []float64) { k.Rows(b, d) }

// moved is the difference of the places of ends i and j after displacements u, of which each end has stride.
func moved(b *Built, u []float64, stride, i, j int) (d [3]float64, before [3]float64) {
	before, _ = between(b, i, j)
	d = before
	for axis := range b.Dim {
		d[axis] += u[j*stride+axis] - u[i*stride+axis]
	}
	return d, before
}

// pairBlock adds to h (width x width) the second derivative of a function of the difference of two points, whose first
// coordinates are at i and j: +block on both, -block between them.
func pairBlock(h []float64, width, i, j, dim int, block *[9]float64) {
	for p := range dim {
		for q := range dim {
			v := block[3*p+q]
			h[(i+p)*width+i+q] += v
			h[(j+p)*width+j+q] += v
			h[(i+p)*width+j+q] -= v
			h[(j+p)*width+i+q] -= v
		}
	}
}
