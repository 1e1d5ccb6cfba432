package camera

import "math"

// Homography is the 3×3 matrix, row by row, that maps the plane of the design to
// undistorted pixels. Its scale is free, its sign is not: the third homogeneous
// coordinate is positive before the camera.
type Homography [9]float64

// Map is the pixel of the point x. It says false for a point on or behind the
// horizon of the plane.
func (h Homography) Map(x [2]float64) ([2]float64, bool) {
	w := h[6]*x[0] + h[7]*x[1] + h[8]
	if !(w > 0) {
		return [2]float64{}, false
	}
	return [2]float64{
		(h[0]*x[0] + h[1]*x[1] + h[2]) / w,
		(h[3]*x[0] + h[4]*x[1] + h[5]) / w,
	}, true
}

// Jacobian is the derivative of the pixel by the point, row by row: pixels a
// metre. Its determinant is negative for a photograph that is not mirrored,
// because y points up in the design and down in a picture.
func (h Homography) Jacobian(x [2]float64) [4]float64 {
	w := h[6]*x[0] + h[7]*x[1] + h[8]
	u := (h[0]*x[0] + h[1]*x[1] + h[2]) / w
	v := (h[3]*x[0] + h[4]*x[1] + h[5]) / w
	return [4]float64{
		(h[0] - u*h[6]) / w, (h[1] - u*h[7]) / w,
		(h[3] - v*h[6]) / w, (h[4] - v*h[7]) / w,
	}
}

// Scale is the geometric mean of the magnification at x, pixels a metre.
func (h Homography) Scale(x [2]float64) float64 {
	j := h.Jacobian(x)
	return math.Sqrt(math.Abs(j[0]*j[3] - j[1]*j[2]))
}

// Inverse maps pixels to the plane. It says false if h is singular.
func (h Homography) Inverse() (Homography, bool) {
	inv := adjugate(h)
	det := h[0]*inv[0] + h[1]*inv[3] + h[2]*inv[6]
	if det == 0 || math.IsNaN(det) || math.IsInf(det, 0) {
		return Homography{}, false
	}
	for i := range inv {
		inv[i] /= det
	}
	return inv, true
}

// DiscCentre is the centre of the ellipse as which a disc round x of this radius
// is seen. It is not the pixel of x: a tilted camera sees the near half larger.
// The ellipse is the image of the circle's dual conic diag(r², r², 0) − c cᵀ,
// and its centre the image conic's last column.
func (h Homography) DiscCentre(x [2]float64, radius float64) ([2]float64, bool) {
	u := h[0]*x[0] + h[1]*x[1] + h[2]
	v := h[3]*x[0] + h[4]*x[1] + h[5]
	w := h[6]*x[0] + h[7]*x[1] + h[8]
	rr := radius * radius
	down := w*w - rr*(h[6]*h[6]+h[7]*h[7])
	if !(w > 0 && down > 0) {
		return [2]float64{}, false
	}
	return [2]float64{
		(u*w - rr*(h[0]*h[6]+h[1]*h[7])) / down,
		(v*w - rr*(h[3]*h[6]+h[4]*h[7])) / down,
	}, true
}

// DiscAt is where on the plane a disc of this radius lies whose ellipse has its
// centre at p: the inverse of DiscCentre. inverse is h.Inverse().
func (h Homography) DiscAt(inverse Homography, p [2]float64, radius float64) ([2]float64, bool) {
	x, ok := inverse.onPlane(p)
	if !ok {
		return x, false
	}
	first := x
	// The offset is second order in radius over distance, so this contracts fast.
	for range 4 {
		c, ok := h.DiscCentre(x, radius)
		if !ok {
			return x, false
		}
		back, ok := inverse.onPlane(c)
		if !ok {
			return x, false
		}
		x[0] += first[0] - back[0]
		x[1] += first[1] - back[1]
	}
	return x, true
}

// onPlane maps by an inverse, whose third coordinate has the sign of the depth
// only up to the sign of the determinant.
func (h Homography) onPlane(p [2]float64) ([2]float64, bool) {
	w := h[6]*p[0] + h[7]*p[1] + h[8]
	if w == 0 || math.IsNaN(w) {
		return [2]float64{}, false
	}
	return [2]float64{(h[0]*p[0] + h[1]*p[1] + h[2]) / w, (h[3]*p[0] + h[4]*p[1] + h[5]) / w}, true
}

// Plane is the point of the plane that is seen at the pixel p. inverse is h.Inverse().
func (h Homography) Plane(inverse Homography, p [2]float64) ([2]float64, bool) {
	x, ok := inverse.onPlane(p)
	if !ok {
		return x, false
	}
	_, ok = h.Map(x)
	return x, ok
}

func adjugate(h Homography) Homography {
	return Homography{
		h[4]*h[8] - h[5]*h[7], h[2]*h[7] - h[1]*h[8], h[1]*h[5] - h[2]*h[4],
		h[5]*h[6] - h[3]*h[8], h[0]*h[8] - h[2]*h[6], h[2]*h[3] - h[0]*h[5],
		h[3]*h[7] - h[4]*h[6], h[1]*h[6] - h[0]*h[7], h[0]*h[4] - h[1]*h[3],
	}
}

func multiply(a, b Homography) (c Homography) {
	for i := range 3 {
		for j := range 3 {
			c[3*i+j] = a[3*i]*b[j] + a[3*i+1]*b[3+j] + a[3*i+2]*b[6+j]
		}
	}
	return c
}

// FromFour is the homography through four pairs of points. It says false if
// three of either four lie on a line, or if no camera sees all four from the
// front.
func FromFour(plane, pixel [4][2]float64) (Homography, bool) {
	a, okA := basis(plane)
	b, okB := basis(pixel)
	if !okA || !okB {
		return Homography{}, false
	}
	h := multiply(b, adjugate(a))
	sign := 0.0
	for i, x := range plane {
		w := h[6]*x[0] + h[7]*x[1] + h[8]
		if i == 0 {
			sign = math.Copysign(1, w)
		}
		if !(w*sign > 0) {
			return Homography{}, false
		}
	}
	norm := 0.0
	for _, v := range h {
		norm = math.Hypot(norm, v)
	}
	for i := range h {
		h[i] *= sign / norm
	}
	return h, true
}

// basis maps the unit points of the projective plane, and their sum, to the four points.
func basis(p [4][2]float64) (Homography, bool) {
	m := Homography{
		p[0][0], p[1][0], p[2][0],
		p[0][1], p[1][1], p[2][1],
		1, 1, 1,
	}
	inv := adjugate(m)
	det := m[0]*inv[0] + m[1]*inv[3] + m[2]*inv[6]
	size := 0.0
	for i := range 4 {
		size = max(size, math.Hypot(p[i][0]-p[(i+1)%4][0], p[i][1]-p[(i+1)%4][1]))
	}
	const flat = 1e-9
	if !(math.Abs(det) > flat*size*size) {
		return m, false
	}
	for c := range 3 {
		l := (inv[3*c]*p[3][0] + inv[3*c+1]*p[3][1] + inv[3*c+2]) / det
		if !(math.Abs(l) > flat) {
			return m, false
		}
		for r := range 3 {
			m[3*r+c] *= l
		}
	}
	return m, true
}
