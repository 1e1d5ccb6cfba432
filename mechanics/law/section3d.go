package law

import "math"

// Section3D is the law of a beam in space by its section stiffnesses, each a parameter that may learn. EIz resists
// bending in x-y, EIy in x-z; with Shear also the shear stiffnesses along y and z, with the shear coefficients in them.
type Section3D struct{ Shear bool }

// Name implements Law.
func (l Section3D) Name() string {
	if l.Shear {
		return "timoshenko3d"
	}
	return "section3d"
}

// Modes implements Law.
func (Section3D) Modes() int { return 6 }

// Params implements Law.
func (l Section3D) Params() []Param {
	list := []Param{{"EA", "N", 0}, {"EIy", "N m2", 0}, {"EIz", "N m2", 0}, {"GJ", "N m2", 0}}
	if l.Shear {
		list = append(list, Param{"GAy", "N", 0}, Param{"GAz", "N", 0})
	}
	return list
}

// shear is phi of bending by ei with shear stiffness ga.
func shear(ei, ga, size float64) float64 { return 12 * ei / (ga * size * size) }

// section is the stiffnesses of element i, with phi about y and z.
func (l Section3D) section(s *Span, i int) (ea, eiy, eiz, gj, phiY, phiZ float64) {
	n := 4
	if l.Shear {
		n = 6
	}
	p := s.Theta[i*n : (i+1)*n]
	if l.Shear {
		phiZ, phiY = shear(p[2], p[4], s.Size[i]), shear(p[1], p[5], s.Size[i])
	}
	return p[0], p[1], p[2], p[3], phiY, phiZ
}

// Weigh implements Linear.
func (l Section3D) Weigh(s *Span, w []float64) {
	for i := range s.N {
		ea, eiy, eiz, gj, phiY, phiZ := l.section(s, i)
		size, w := s.Size[i], w[6*i:6*i+6]
		w[0], w[1] = ea/size, gj/size
		w[2], w[3] = eiz/size, 3*eiz/(size*(1+phiZ))
		w[4], w[5] = eiy/size, 3*eiy/(size*(1+phiY))
	}
}

// WeighRate implements Linear.
func (l Section3D) WeighRate(s *Span, rate []float64) {
	clear(rate)
	n := len(l.Params())
	for i := range s.N {
		_, eiy, eiz, _, phiY, phiZ := l.section(s, i)
		size, r := s.Size[i], rate[i*6*n:]
		at := func(mode, param int) *float64 { return &r[mode*n+param] }
		*at(0, 0), *at(1, 3) = 1/size, 1/size
		*at(2, 2), *at(3, 2) = 1/size, 3/(size*(1+phiZ)*(1+phiZ))
		*at(4, 1), *at(5, 1) = 1/size, 3/(size*(1+phiY)*(1+phiY))
		if l.Shear {
			*at(3, 4) = 3 * eiz * phiZ / (size * (1 + phiZ) * (1 + phiZ) * s.Theta[i*n+4])
			*at(5, 5) = 3 * eiy * phiY / (size * (1 + phiY) * (1 + phiY) * s.Theta[i*n+5])
		}
	}
}

// WeighSizeRate implements Linear.
func (l Section3D) WeighSizeRate(s *Span, rate []float64) {
	for i := range s.N {
		ea, eiy, eiz, gj, phiY, phiZ := l.section(s, i)
		square, r := s.Size[i]*s.Size[i], rate[6*i:6*i+6]
		r[0], r[1] = -ea/square, -gj/square
		r[2], r[3] = -eiz/square, -3*eiz*(1-phiZ)/(square*(1+phiZ)*(1+phiZ))
		r[4], r[5] = -eiy/square, -3*eiy*(1-phiY)/(square*(1+phiY)*(1+phiY))
	}
}

// Block is the law of a beam in space with a rectangular section, of width (along its y axis) and height (along z), both
// parameters. EA = E w h, EIz = E h w^3/12, EIy = E w h^3/12, and GJ by Saint-Venant's series.
type Block struct{ Young, Shear float64 } // E and G, Pa

// Name implements Law.
func (Block) Name() string { return "rectangle3d" }

// Modes implements Law.
func (Block) Modes() int { return 6 }

// Params implements Law.
func (Block) Params() []Param { return []Param{{"width", "m", 0}, {"height", "m", 0}} }

// section is E A, E Iy, E Iz, G J and their derivatives by width and height.
func (l Block) section(w, h float64) (v, dw, dh [4]float64) {
	e := l.Young
	v = [4]float64{e * w * h, e * w * h * h * h / 12, e * h * w * w * w / 12}
	dw = [4]float64{e * h, e * h * h * h / 12, e * h * w * w / 4}
	dh = [4]float64{e * w, e * w * h * h / 4, e * w * w * w / 12}
	long, short := w, h
	if h > w {
		long, short = h, w
	}
	j, dLong, dShort := torsion(long, short)
	v[3], dw[3], dh[3] = l.Shear*j, l.Shear*dLong, l.Shear*dShort
	if h > w {
		dw[3], dh[3] = dh[3], dw[3]
	}
	return v, dw, dh
}

// torsion is J of a rectangle with sides a >= b, by Saint-Venant's series (Timoshenko & Goodier, Theory of Elasticity,
// section 109): J = a b^3 (1/3 - 64/pi^5 (b/a) sum over odd n of tanh(n pi a/2b)/n^5), and its derivatives.
func torsion(a, b float64) (j, da, db float64) {
	r, sum, slope := a/b, 0.0, 0.0
	for n := 1.0; n < 400; n += 2 {
		t := math.Tanh(n * math.Pi * r / 2)
		n5 := n * n * n * n * n
		sum += t / n5
		slope += math.Pi / 2 * n * (1 - t*t) / n5
	}
	// J = b^4 (r/3 - c sum(r)).
	c := 64 / math.Pow(math.Pi, 5)
	g, dg := r/3-c*sum, 1.0/3-c*slope
	b3 := b * b * b
	return b3 * b * g, b3 * dg, 4*b3*g - b3*r*dg
}

// Weigh implements Linear.
func (l Block) Weigh(s *Span, w []float64) {
	for i := range s.N {
		v, _, _ := l.section(s.Theta[2*i], s.Theta[2*i+1])
		modes(v, s.Size[i], 1, w[6*i:6*i+6])
	}
}

// modes are the weights of the six modes of section stiffnesses without shear, stride apart.
func modes(v [4]float64, size float64, stride int, w []float64) {
	for i, x := range [6]float64{v[0], v[3], v[2], 3 * v[2], v[1], 3 * v[1]} {
		w[i*stride] = x / size
	}
}

// WeighRate implements Linear.
func (l Block) WeighRate(s *Span, rate []float64) {
	for i := range s.N {
		_, dw, dh := l.section(s.Theta[2*i], s.Theta[2*i+1])
		modes(dw, s.Size[i], 2, rate[12*i:])
		modes(dh, s.Size[i], 2, rate[12*i+1:])
	}
}

// WeighSizeRate implements Linear.
func (l Block) WeighSizeRate(s *Span, rate []float64) {
	for i := range s.N {
		v, _, _ := l.section(s.Theta[2*i], s.Theta[2*i+1])
		modes(v, -s.Size[i]*s.Size[i], 1, rate[6*i:6*i+6])
	}
}

// Rod is the law of a beam in space with a round section, of diameter d, its parameter.
type Rod struct{ Young, Shear float64 } // E and G, Pa

// Name implements Law.
func (Rod) Name() string { return "circle3d" }

// Modes implements Law.
func (Rod) Modes() int { return 6 }

// Params implements Law.
func (Rod) Params() []Param { return []Param{{"diameter", "m", 0}} }

// section is E A, E I, E I, G J for pi d^2/4, pi d^4/64 and pi d^4/32, and their derivatives by d.
func (l Rod) section(d float64) (v, dd [4]float64) {
	area, i := math.Pi*d*d/4, math.Pi*d*d*d*d/64
	v = [4]float64{l.Young * area, l.Young * i, l.Young * i, l.Shear * 2 * i}
	dd = [4]float64{2 * v[0] / d, 4 * v[1] / d, 4 * v[2] / d, 4 * v[3] / d}
	return v, dd
}

// Weigh implements Linear.
func (l Rod) Weigh(s *Span, w []float64) {
	for i := range s.N {
		v, _ := l.section(s.Theta[i])
		modes(v, s.Size[i], 1, w[6*i:6*i+6])
	}
}

// WeighRate implements Linear.
func (l Rod) WeighRate(s *Span, rate []float64) {
	for i := range s.N {
		_, d := l.section(s.Theta[i])
		modes(d, s.Size[i], 1, rate[6*i:6*i+6])
	}
}

// WeighSizeRate implements Linear.
func (l Rod) WeighSizeRate(s *Span, rate []float64) {
	for i := range s.N {
		v, _ := l.section(s.Theta[i])
		modes(v, -s.Size[i]*s.Size[i], 1, rate[6*i:6*i+6])
	}
}
