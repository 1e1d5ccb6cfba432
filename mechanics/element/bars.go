package element

import "math"

// StretchAll implements Swift.
func (Bar) StretchAll(dim int, at, size, u, e, c []float64) {
	if dim == 2 {
		stretchPlane(at, size, u, e, c)
		return
	}
	for k := range e {
		a, v, row := at[2*dim*k:][:2*dim], u[2*dim*k:][:2*dim], c[2*dim*k:][:2*dim]
		var d [3]float64
		change, square := 0.0, 0.0
		for axis := range dim {
			built, move := a[dim+axis]-a[axis], v[dim+axis]-v[axis]
			change += (2*built + move) * move
			d[axis] = built + move
			square += d[axis] * d[axis]
		}
		l := math.Sqrt(square)
		e[k] = change / (l + size[k])
		for axis := range dim {
			row[axis], row[dim+axis] = -d[axis]/l, d[axis]/l
		}
	}
}

// stretchPlane is StretchAll in the plane.
func stretchPlane(at, size, u, e, c []float64) {
	for k, long := range size {
		a, v, row := (*[4]float64)(at[4*k:]), (*[4]float64)(u[4*k:]), (*[4]float64)(c[4*k:])
		x, y := a[2]-a[0], a[3]-a[1]
		dx, dy := v[2]-v[0], v[3]-v[1]
		change := (2*x+dx)*dx + (2*y+dy)*dy
		x += dx
		y += dy
		l := math.Sqrt(x*x + y*y)
		e[k] = change / (l + long)
		x /= l
		y /= l
		row[0], row[1], row[2], row[3] = -x, -y, x, y
	}
}

// TangentAll implements Swift: slope n n^T + t/l (1 - n n^T) on both ends, the negative between them.
func (Bar) TangentAll(dim int, size, e, c, t, slope, h []float64) {
	if dim == 2 {
		tangentPlane(size, e, c, t, slope, h)
		return
	}
	numbers := dim * (2*dim + 1)
	for k := range e {
		n := c[2*dim*k+dim:][:dim]
		across := t[k] / (size[k] + e[k])
		along := slope[k] - across
		to := h[numbers*k:][:numbers]
		at := 0
		for p := range 2 * dim {
			for q := range p + 1 {
				v := along * n[p%dim] * n[q%dim]
				if p%dim == q%dim {
					v += across
				}
				if p >= dim && q < dim {
					v = -v
				}
				to[at] = v
				at++
			}
		}
	}
}

// tangentPlane is TangentAll in the plane.
func tangentPlane(size, e, c, t, slope, h []float64) {
	for k, long := range size {
		n, to := (*[2]float64)(c[4*k+2:]), (*[10]float64)(h[10*k:])
		across := t[k] / (long + e[k])
		along := slope[k] - across
		x := along * n[0]
		xx, xy, yy := x*n[0]+across, x*n[1], along*n[1]*n[1]+across
		to[0] = xx
		to[1], to[2] = xy, yy
		to[3], to[4], to[5] = -xx, -xy, xx
		to[6], to[7], to[8], to[9] = -xy, -yy, xy, yy
	}
}
