package element

import "math"

// Armed is a beam in the plane whose ends do not lie at its nodes but beside them, on rigid arms that turn with the nodes: a
// leaf that leaves the edge of a bar or of a block. Its deformations are those of a Beam between its ends.
type Armed struct {
	Arm [2][2]float64 // from each node to the end there, m, as built
}

func (Armed) Name() string         { return Beam{}.Name() }
func (Armed) Ends() int            { return 2 }
func (Armed) Parts(dim int) []Part { return Beam{}.Parts(dim) }
func (Armed) Modes(dim int) []Mode { return Beam{}.Modes(dim) }

// Moment implements Bending.
func (Armed) Moment(t []float64) float64 { return Beam{}.Moment(t) }

// between is the beam between the ends of the arms.
func (k *Armed) between(b *Built, at *[4]float64) Built {
	for i := range at {
		at[i] = b.At[i] + k.Arm[i/2][i%2]
	}
	return Built{Dim: 2, At: at[:]}
}

func (k Armed) Check(b *Built) error {
	if b.Dim != 2 {
		return Beam{}.Check(b)
	}
	var at [4]float64
	ends := k.between(b, &at)
	return noLength(&ends)
}

func (k Armed) Size(b *Built) float64 {
	var at [4]float64
	ends := k.between(b, &at)
	return Beam{}.Size(&ends)
}

// turned is the arm at an end when its node has turned by r.
func (k *Armed) turned(end int, r float64) (x, y float64) {
	sin, cos := math.Sincos(r)
	arm := &k.Arm[end]
	return cos*arm[0] - sin*arm[1], sin*arm[0] + cos*arm[1]
}

// hang makes derivatives by the ends those by the nodes: a turn moves an end across its arm.
func (k *Armed) hang(c []float64, r1, r2 float64) {
	for end, r := range [2]float64{r1, r2} {
		x, y := k.turned(end, r)
		for at := 3 * end; at < len(c); at += 6 {
			c[at+2] += x*c[at+1] - y*c[at]
		}
	}
}

func (k Armed) Rows(b *Built, c []float64) {
	var at [4]float64
	ends := k.between(b, &at)
	Beam{}.Rows(&ends, c)
	k.hang(c, 0, 0)
}

// move sets v to how far the ends have moved, and turned.
func (k *Armed) move(u []float64, v *[6]float64) {
	copy(v[:], u)
	for end, arm := range k.Arm {
		sin, half := math.Sin(u[3*end+2]), math.Sin(u[3*end+2]/2)
		less := -2 * half * half // cos - 1, with the digits of small turns
		v[3*end] += less*arm[0] - sin*arm[1]
		v[3*end+1] += sin*arm[0] + less*arm[1]
	}
}

func (k Armed) Stretch(b *Built, u, e, c []float64) {
	var at [4]float64
	var v [6]float64
	ends := k.between(b, &at)
	k.move(u, &v)
	Beam{}.Stretch(&ends, v[:], e, c)
	k.hang(c, u[2], u[5])
}

func (k Armed) Curve(b *Built, u, t, h []float64) {
	var at [4]float64
	var v [6]float64
	var own [36]float64
	var e [3]float64
	var c [18]float64
	ends := k.between(b, &at)
	k.move(u, &v)
	Beam{}.Curve(&ends, v[:], t, own[:])
	Beam{}.Stretch(&ends, v[:], e[:], c[:])
	k.hang(own[:], u[2], u[5]) // its columns, and then its rows
	for end := range 2 {
		x, y := k.turned(end, u[3*end+2])
		row := own[18*end : 18*end+18]
		for q := range 6 {
			row[12+q] += x*row[6+q] - y*row[q]
		}
		for m, force := range t { // an end on its circle
			row[12+3*end+2] -= force * (c[6*m+3*end]*x + c[6*m+3*end+1]*y)
		}
	}
	for i, v := range own {
		h[i] += v
	}
}

func (k Armed) SizeSlope(b *Built, d []float64) {
	var at [4]float64
	ends := k.between(b, &at)
	Beam{}.SizeSlope(&ends, d)
}

// Bow implements Bowed.
func (k Armed) Bow(b *Built, t, h []float64) {
	var c [18]float64
	k.Rows(b, c[:])
	bow(c[:], k.Size(b), t, h)
}
