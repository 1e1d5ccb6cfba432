package render

import (
	"errors"
	"iter"
	"math"
)

// canvas is the picture while it is made: reflectance first, then light.
type canvas struct {
	scene *Scene
	pix   []float64
	// plane is where each pixel looks at, and its derivative by the pixel.
	plane []look
}

type look struct {
	x [2]float64
	j [4]float64 // metres a pixel, row by row
}

// project finds where every pixel looks at. Within a pixel the map is as good as
// linear: its curvature is below 1e-4 pixels for every lens worth the name.
func (c *canvas) project() error {
	s := c.scene
	inverse, ok := s.View.Inverse()
	if !ok {
		return errors.New("the view is singular: the camera looks along the specimen")
	}
	c.plane = make([]look, s.Width*s.Height)
	for i := range c.plane {
		p := [2]float64{float64(i % s.Width), float64(i / s.Width)}
		u, okU := s.Lens.Undistort(p)
		x, okX := s.View.Plane(inverse, u)
		if !okU || !okX {
			c.plane[i].x = [2]float64{math.Inf(1), math.Inf(1)} // looks past the specimen
			continue
		}
		// The derivative of the picture by the plane, inverted.
		j := s.View.Jacobian(x)
		if s.Lens != nil {
			l := lensJacobian(s, u)
			j = [4]float64{l[0]*j[0] + l[1]*j[2], l[0]*j[1] + l[1]*j[3], l[2]*j[0] + l[3]*j[2], l[2]*j[1] + l[3]*j[3]}
		}
		det := j[0]*j[3] - j[1]*j[2]
		c.plane[i] = look{x, [4]float64{j[3] / det, -j[1] / det, -j[2] / det, j[0] / det}}
	}
	return nil
}

// lensJacobian is the derivative of the distorted by the undistorted pixel, by
// central differences.
func lensJacobian(s *Scene, u [2]float64) [4]float64 {
	const h = 0.5
	r, l := s.Lens.Distort([2]float64{u[0] + h, u[1]}), s.Lens.Distort([2]float64{u[0] - h, u[1]})
	d, t := s.Lens.Distort([2]float64{u[0], u[1] + h}), s.Lens.Distort([2]float64{u[0], u[1] - h})
	return [4]float64{r[0] - l[0], d[0] - t[0], r[1] - l[1], d[1] - t[1]}
}

func (c *canvas) blend(i int, cover, reflectance float64) {
	c.pix[i] += cover * (reflectance - c.pix[i])
}

// around yields the pixels of a box that surely holds all that lies within the
// radius of the points or between them; of the whole picture if a point is
// behind the camera.
func (c *canvas) around(radius float64, points ...[2]float64) iter.Seq[int] {
	w, h := float64(c.scene.Width), float64(c.scene.Height)
	x0, x1, y0, y1 := w-1, 0.0, h-1, 0.0
	for _, x := range points {
		p := c.scene.Pixel(x)
		reach := 3*radius*c.scene.View.Scale(x) + 10
		if math.IsNaN(p[0]) || math.IsNaN(reach) {
			x0, x1, y0, y1 = 0, w-1, 0, h-1
			break
		}
		x0, x1 = min(x0, p[0]-reach), max(x1, p[0]+reach)
		y0, y1 = min(y0, p[1]-reach), max(y1, p[1]+reach)
	}
	return func(yield func(int) bool) {
		for y := int(max(0, y0)); y <= int(min(h-1, y1)); y++ {
			for x := int(max(0, x0)); x <= int(min(w-1, x1)); x++ {
				if !yield(y*c.scene.Width + x) {
					return
				}
			}
		}
	}
}

const fine = 16 // samples along each side of a pixel

// disc samples the pixels that the edge may cross and fills those inside.
func (c *canvas) disc(d Disc) {
	r := d.Diameter / 2
	for i := range c.around(r, d.X) {
		l := c.plane[i]
		dx, dy := l.x[0]-d.X[0], l.x[1]-d.X[1]
		distance := math.Hypot(dx, dy)
		reach := 0.75 * (math.Hypot(l.j[0], l.j[2]) + math.Hypot(l.j[1], l.j[3]))
		switch {
		case !(distance < r+reach):
			continue
		case distance < r-reach:
			c.blend(i, 1, d.Reflectance)
			continue
		}
		inside := 0
		for v := range fine {
			b := (float64(v)+0.5)/fine - 0.5
			for u := range fine {
				a := (float64(u)+0.5)/fine - 0.5
				px := dx + l.j[0]*a + l.j[1]*b
				py := dy + l.j[2]*a + l.j[3]*b
				if px*px+py*py < r*r {
					inside++
				}
			}
		}
		c.blend(i, float64(inside)/(fine*fine), d.Reflectance)
	}
}

// bar and occlude cover a pixel by its distance to the edge: no one measures
// where these are.
func (c *canvas) bar(b Bar) {
	for i := range c.around(b.Width/2, b.A, b.B) {
		l := c.plane[i]
		size := math.Sqrt(math.Abs(l.j[0]*l.j[3] - l.j[1]*l.j[2]))
		if distance := ToSegment(l.x, b.A, b.B); distance < b.Width/2+size {
			c.blend(i, min(1, max(0, (b.Width/2-distance)/size+0.5)), b.Reflectance)
		}
	}
}

func (c *canvas) occlude(o Occluder) {
	for i := range c.pix {
		p := [2]float64{float64(i % c.scene.Width), float64(i / c.scene.Width)}
		if cover := o.Width/2 - ToSegment(p, o.A, o.B) + 0.5; cover > 0 {
			c.blend(i, min(1, cover), o.Reflectance)
		}
	}
}

// ToSegment is the distance of p to the segment from a to b.
func ToSegment(p, a, b [2]float64) float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = min(1, max(0, ((p[0]-a[0])*dx+(p[1]-a[1])*dy)/l))
	}
	return math.Hypot(p[0]-a[0]-t*dx, p[1]-a[1]-t*dy)
}

func (c *canvas) light() {
	s := c.scene
	for y := range s.Height {
		for x := range s.Width {
			v := &c.pix[y*s.Width+x]
			*v *= s.Light.at(float64(x), float64(y), s.Width, s.Height)
			for _, g := range s.Glare {
				stretch := g.Stretch
				if stretch == 0 {
					stretch = 1
				}
				dx, dy := (float64(x)-g.At[0])/g.Radius, (float64(y)-g.At[1])/(g.Radius*stretch)
				*v += g.Level * math.Exp(-(dx*dx+dy*dy)/2)
			}
		}
	}
}

// blur convolves with a Gaussian, rows and then columns; the border is repeated.
func (c *canvas) blur(sigma float64) {
	if sigma <= 0 {
		return
	}
	reach := int(math.Ceil(5 * sigma))
	kernel := make([]float64, 2*reach+1)
	sum := 0.0
	for i := range kernel {
		d := float64(i-reach) / sigma
		kernel[i] = math.Exp(-d * d / 2)
		sum += kernel[i]
	}
	for i := range kernel {
		kernel[i] /= sum
	}
	w, h := c.scene.Width, c.scene.Height
	pass := func(n, lines, step, next int) {
		line := make([]float64, n)
		for l := range lines {
			for i := range n {
				line[i] = c.pix[l*next+i*step]
			}
			for i := range n {
				v := 0.0
				for k, weight := range kernel {
					v += weight * line[min(n-1, max(0, i+k-reach))]
				}
				c.pix[l*next+i*step] = v
			}
		}
	}
	pass(w, h, 1, w)
	pass(h, w, w, 1)
}
