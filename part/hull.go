package part

import "fmt"

// lattice points, so that which side of a plane one lies on is decided exactly: differences stay below 2^20 and
// determinants of three of them in 63 bits.
type cell [3]int64

const widestHull = 1 << 19 // of a coordinate about the middle

// side is six times the volume of the tetrahedron of four points: positive where d sees a, b, c turn clockwise, from inside.
func side(a, b, c, d cell) int64 {
	var u, v, w [3]int64
	for i := range u {
		u[i], v[i], w[i] = b[i]-a[i], c[i]-a[i], d[i]-a[i]
	}
	return (u[1]*v[2]-u[2]*v[1])*w[0] + (u[2]*v[0]-u[0]*v[2])*w[1] + (u[0]*v[1]-u[1]*v[0])*w[2]
}

// hull is the convex hull of points: triangles that turn counter-clockwise seen from outside. Points are added one by one:
// what a new one sees is taken away, and it is joined to the edge of that.
func hull(points []cell) ([][3]int, error) {
	for _, p := range points {
		for _, x := range p {
			if x >= widestHull || x <= -widestHull {
				return nil, fmt.Errorf("a joint is too large for its finest detail")
			}
		}
	}
	first, err := tetrahedron(points)
	if err != nil {
		return nil, err
	}
	var faces [][3]int
	a, b, c, d := first[0], first[1], first[2], first[3]
	if side(points[a], points[b], points[c], points[d]) > 0 {
		b, c = c, b
	}
	faces = append(faces, [3]int{a, b, c}, [3]int{a, d, b}, [3]int{b, d, c}, [3]int{c, d, a})
	edge := map[[2]int]bool{} // of what the new point sees
	var kept [][3]int
	for p := range points {
		if p == a || p == b || p == c || p == d {
			continue
		}
		clear(edge)
		var seen [][3]int
		kept = kept[:0]
		for _, f := range faces {
			if side(points[f[0]], points[f[1]], points[f[2]], points[p]) <= 0 {
				kept = append(kept, f)
				continue
			}
			seen = append(seen, f)
			for k := range f {
				edge[[2]int{f[k], f[(k+1)%3]}] = true
			}
		}
		if seen == nil {
			continue
		}
		for _, f := range seen {
			for k := range f {
				if e := [2]int{f[k], f[(k+1)%3]}; !edge[[2]int{e[1], e[0]}] {
					kept = append(kept, [3]int{e[0], e[1], p})
				}
			}
		}
		faces, kept = kept, faces
	}
	return faces, nil
}

// tetrahedron finds four points that do not lie in one plane.
func tetrahedron(points []cell) (at [4]int, err error) {
	for b := 1; b < len(points); b++ {
		if points[b] == points[0] {
			continue
		}
		for c := b + 1; c < len(points); c++ {
			for d := c + 1; d < len(points); d++ {
				if side(points[0], points[b], points[c], points[d]) != 0 {
					return [4]int{0, b, c, d}, nil
				}
			}
			if c > b+64 {
				break
			}
		}
	}
	return at, fmt.Errorf("a joint is flat")
}
