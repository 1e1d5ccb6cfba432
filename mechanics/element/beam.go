package element

import (
	"errors"
	"math"
)

// Beam is welded to its two nodes, in the plane. Its natural deformations do not
// couple in a straight prismatic beam (Argyris), so that its stiffness is one
// number for each:
//
//	e1 = l - L                 elongation           EA/L
//	e2 = r2 - r1               bending, symmetric   EI/L
//	e3 = r1 + r2 - 2 psi       bending, double      3 EI/(L (1 + phi))
//
// with r the rotations of the ends, psi that of the chord, and phi = 12 EI/(GAs L^2) for shear. When the ends move far,
// l and psi are those of the chord as it is (corotational).
type Beam struct{}

var _ = register(Beam{})

func (Beam) Name() string { return "beam" }
func (Beam) Ends() int    { return 2 }
func (Beam) Parts(dim int) []Part {
	return Turning(dim)
}
func (Beam) Modes(int) []Mode {
	return []Mode{{"elongation", "m", "N"}, {"symmetric bending", "rad", "N m"}, {"double bending", "rad", "N m"}}
}
func (Beam) Check(b *Built) error {
	if b.Dim != 2 {
		return errors.New("it bends in a plane, and the network has another dimension; use kind: beam3d in space")
	}
	return noLength(b)
}
func (Beam) Size(b *Built) float64 { return Bar{}.Size(b) }

// Moment implements Bending: t2 + t3 at one end, t2 - t3 at the other, and between them in between.
func (Beam) Moment(t []float64) float64 { return math.Abs(t[1]) + math.Abs(t[2]) }

func (Beam) Rows(b *Built, c []float64) {
	d, l := between(b, 0, 1)
	beamRows(d[0]/l, d[1]/l, l, c)
}

// beamRows are the derivatives for a chord of length l along (x, y).
func beamRows(x, y, l float64, c []float64) {
	copy(c, []float64{
		-x, -y, 0, x, y, 0,
		0, 0, -1, 0, 0, 1,
		-2 * y / l, 2 * x / l, 1, 2 * y / l, -2 * x / l, 1})
}

func (Beam) Stretch(b *Built, u, e, c []float64) {
	d, before := moved(b, u, 3, 0, 1)
	long, l := math.Hypot(before[0], before[1]), math.Hypot(d[0], d[1])
	mx, my := u[3]-u[0], u[4]-u[1]
	e[0] = ((2*before[0]+mx)*mx + (2*before[1]+my)*my) / (l + long)
	e[1] = u[5] - u[2]
	psi := turn(before, mx, my, (u[2]+u[5])/2)
	e[2] = u[2] + u[5] - 2*psi
	beamRows(d[0]/l, d[1]/l, l, c)
}

// turn is the angle by which a chord has turned when its second end has moved by (x, y) against its first, from the
// sine and cosine of the turn itself; of all angles that differ by full turns the one nearest to about.
func turn(chord [3]float64, x, y, about float64) float64 {
	psi := math.Atan2(chord[0]*y-chord[1]*x, chord[0]*(chord[0]+x)+chord[1]*(chord[1]+y))
	return psi + 2*math.Pi*math.Round((about-psi)/(2*math.Pi))
}

func (Beam) Curve(b *Built, u, t, h []float64) {
	d, _ := moved(b, u, 3, 0, 1)
	l := math.Hypot(d[0], d[1])
	x, y := d[0]/l, d[1]/l
	var block [9]float64
	a := t[0] / l
	block[0], block[1], block[3], block[4] = a*y*y, -a*x*y, -a*x*y, a*x*x
	addTurn(&block, x, y, l, -2*t[2])
	pairBlock(h, 6, 0, 3, 2, &block)
}

// addTurn adds by times the second derivative of the angle of a chord of length l along (x, y).
func addTurn(block *[9]float64, x, y, l, by float64) {
	q := by / (l * l)
	block[0] += q * 2 * x * y
	block[1] += q * (y*y - x*x)
	block[3] += q * (y*y - x*x)
	block[4] -= q * 2 * x * y
}

func (Beam) SizeSlope(b *Built, d []float64) {
	chord, l := between(b, 0, 1)
	copy(d, []float64{-chord[0] / l, -chord[1] / l, 0, chord[0] / l, chord[1] / l, 0})
}

// Bow: a beam that bends by e2 and e3 between its ends is shorter by L (e2^2/24 + e3^2/40); this is the geometric
// stiffness of Hermite's cubics (Przemieniecki 1968) less what Curve has of it.
func (k Beam) Bow(b *Built, t, h []float64) {
	var c [18]float64
	k.Rows(b, c[:])
	bow(c[:], k.Size(b), t, h)
}

// bow is Bow of a beam of length l with the rows c.
func bow(c []float64, l float64, t, h []float64) {
	for m, by := range []float64{0, t[0] * l / 12, t[0] * l / 20} {
		row := c[6*m : 6*m+6]
		for p, x := range row {
			for q, y := range row {
				h[6*p+q] += by * x * y
			}
		}
	}
}
