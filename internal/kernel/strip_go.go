package kernel

// The definitions of the loops in strip.go. Conversions to float64 keep a compiler from fusing other products with sums.

// strip is a row of a slice.
func strip(x []float64, row int) *[Strip]float64 { return (*[Strip]float64)(x[row*Strip:]) }

func branchesGo(k0 []float64, ground float64, x []float64, rows []int32, ws []float64) {
	k := strip(k0, 0)
	for i := range k {
		k[i] = ground
	}
	for t := 0; t < len(rows); t += 4 {
		c := (*[8]float64)(ws[2*t:])
		x0, x1, x2, x3 := strip(x, int(rows[t])), strip(x, int(rows[t+1])), strip(x, int(rows[t+2])), strip(x, int(rows[t+3]))
		for i := range k {
			a0, a1, a2, a3 := c[1]*x0[i], c[3]*x1[i], c[5]*x2[i], c[7]*x3[i]
			p0, p1, p2, p3 := c[0]+float64(a0), c[2]+float64(a1), c[4]+float64(a2), c[6]+float64(a3)
			n01 := fused(c[2]*a1, p0, float64(c[0]*a0)*p1)
			n23 := fused(c[6]*a3, p2, float64(c[4]*a2)*p3)
			q01, q23 := float64(p0*p1), float64(p2*p3)
			k[i] += fused(n23, q01, n01*q23) / float64(q01*q23)
		}
	}
}

func slopesGo(g, u, a, x []float64, rows []int32, ws []float64) float64 {
	var p [Strip]float64
	us, as := strip(u, 0), strip(a, 0)
	for i := range p {
		p[i] = us[i] * as[i]
	}
	for t := 0; t < len(rows); t += 4 {
		c := (*[8]float64)(ws[2*t:])
		x0, x1, x2, x3 := strip(x, int(rows[t])), strip(x, int(rows[t+1])), strip(x, int(rows[t+2])), strip(x, int(rows[t+3]))
		var s [8][8]float64 // sums of every eighth sample
		for i, p := range p {
			a := [4]float64{c[1] * x0[i], c[3] * x1[i], c[5] * x2[i], c[7] * x3[i]}
			p0, p1, p2, p3 := c[0]+float64(a[0]), c[2]+float64(a[1]), c[4]+float64(a[2]), c[6]+float64(a[3])
			q01, q23 := float64(p0*p1), float64(p2*p3)
			inv := 1 / float64(q01*q23)
			c01, c23 := float64(inv*q23), float64(inv*q01)
			for j, over := range [4]float64{c01 * p1, c01 * p0, c23 * p3, c23 * p2} {
				one := float64(float64(float64(over*over)*a[j]) * p)
				s[2*j][i%8] = fused(one, a[j], s[2*j][i%8])
				s[2*j+1][i%8] += one
			}
		}
		for j := range s {
			g[2*t+j] += fold(&s[j])
		}
	}
	return total(&p)
}

// fold adds eight sums.
func fold(s *[8]float64) float64 {
	return ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7]))
}

// total adds a row.
func total(p *[Strip]float64) float64 {
	var s [8]float64
	for i, v := range p {
		s[i%8] += v
	}
	return fold(&s)
}

func productGo(c []float64, rows []int32, m []float64, down, along int, x []float64, k int) {
	for r, row := range rows {
		sum := strip(c, int(row))
		for kk := range k {
			v, x := m[r*down+kk*along], strip(x, kk)
			for i := range sum {
				sum[i] = fused(v, x[i], sum[i])
			}
		}
	}
}

func liftGo(u, inv, f []float64, n int, m []float64, down int, x []float64, k int) {
	for r := range n {
		u, inv := strip(u, r), strip(inv, r)
		var sum [Strip]float64
		if f != nil {
			for i := range sum {
				sum[i] = f[r]
			}
		}
		for kk := range k {
			v, x := m[r*down+kk], strip(x, kk)
			for i := range sum {
				sum[i] = fused(v, x[i], sum[i])
			}
		}
		for i := range sum {
			u[i] = sum[i] * inv[i]
		}
	}
}

func stretchGo(g, u, a, y, b []float64) {
	us, as := strip(u, 0), strip(a, 0)
	for o := range g {
		y, b := strip(y, o), strip(b, o)
		var s [8]float64
		for i := range us {
			s[i%8] = fused(us[i]-y[i], as[i]-b[i], s[i%8])
		}
		g[o] += fold(&s)
	}
}

func invertGo(inv, k0 []float64, more float64) {
	v, k := strip(inv, 0), strip(k0, 0)
	for i := range v {
		v[i] = 1 / (k[i] + more)
		k[i] *= v[i]
	}
}

func subtractDotsGo(c, a, b []float64, n int) {
	sum := strip(c, 0)
	for k := range n {
		a, b := strip(a, k), strip(b, k)
		for i := range sum {
			sum[i] = fused(-a[i], b[i], sum[i])
		}
	}
}
